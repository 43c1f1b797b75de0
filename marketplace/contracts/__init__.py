"""Agreed work: its terms, its doing, its end."""
