"""Members who work together: who is in a team, who is offered a place, who asks for one."""
