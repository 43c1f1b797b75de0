"""What members do with companies: register and lead them, belong to them, and show that they do."""

from marketplace.companies.service.companies import SAID, CompanyChanges, close, confirm_number, edit, register
from marketplace.companies.service.departments import add_department, drop_department
from marketplace.companies.service.indexing import index, look_again
from marketplace.companies.service.merging import merge
from marketplace.companies.service.places import hand_over, leave, remove
from marketplace.companies.service.proofs import MAIL, confirm, forget_old, prove
from marketplace.companies.service.requests import admit, ask, expire, take_back, turn_down

__all__ = [
    "MAIL",
    "SAID",
    "CompanyChanges",
    "add_department",
    "admit",
    "ask",
    "close",
    "confirm",
    "confirm_number",
    "drop_department",
    "edit",
    "expire",
    "forget_old",
    "hand_over",
    "index",
    "leave",
    "look_again",
    "merge",
    "prove",
    "register",
    "remove",
    "take_back",
    "turn_down",
]
