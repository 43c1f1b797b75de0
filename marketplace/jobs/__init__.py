"""Work on offer, and questions about it."""
