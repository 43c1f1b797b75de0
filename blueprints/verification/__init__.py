"""Papers: the member's pages for handing them in, and the moderators' for looking at them."""
