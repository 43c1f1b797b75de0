"""Teams: チーム管理, the page of a team, invitations and requests to join."""
