"""A member's public and private face."""
