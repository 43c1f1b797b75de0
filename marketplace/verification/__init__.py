"""Checking papers: who a member is, and what they are qualified for; and destroying what was checked."""
