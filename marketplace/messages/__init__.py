"""Conversations between two members."""
