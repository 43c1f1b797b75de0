"""What members do with teams: found and lead them, offer and take places, ask for one."""

from marketplace.teams.service.endings import end_between, expire
from marketplace.teams.service.invitations import accept, decline, invite, withdraw
from marketplace.teams.service.joining import admit, ask_to_join, take_back, turn_down
from marketplace.teams.service.places import expel, hand_over, leave
from marketplace.teams.service.second_thoughts import reopen, reopen_request
from marketplace.teams.service.teams import TeamChanges, create, dissolve, edit

__all__ = [
    "TeamChanges",
    "accept",
    "admit",
    "ask_to_join",
    "create",
    "decline",
    "dissolve",
    "edit",
    "end_between",
    "expel",
    "expire",
    "hand_over",
    "invite",
    "leave",
    "reopen",
    "reopen_request",
    "take_back",
    "turn_down",
    "withdraw",
]
