"""Jobs: writing and publishing one, its page, one's own list, ending it."""
