"""Facts: what happened, to whom, by whom."""
