"""Moderation: what waits for the moderators, how they decide, and the audit trail."""
