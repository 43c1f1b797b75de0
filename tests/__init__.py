"""Tests of Musubi, laid out like the program."""
