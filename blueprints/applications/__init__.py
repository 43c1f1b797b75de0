"""応募: applying alone or as a team, one's own applications, and what a client does with those that came."""
