"""Drafts: what a form that is not sent yet saves by itself."""
