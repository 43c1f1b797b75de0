"""Conversations: the list, a thread, writing with a look before sending."""
