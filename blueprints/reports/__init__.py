"""Reports: what members show to the moderators, and what became of it."""
