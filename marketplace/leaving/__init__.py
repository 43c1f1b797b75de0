"""Leaving and taking along: an export of everything one's own, going, coming back, and being erased."""
