"""Tests of leaving and taking along."""
