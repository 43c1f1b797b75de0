"""Searches that members keep, and what was found for them since."""
