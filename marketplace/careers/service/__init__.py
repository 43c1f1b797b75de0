"""What members do with their lists: one module for each list, and what all lists share."""

from marketplace.careers.service import attachments, careers, hobbies, qualifications, skills
from marketplace.careers.service.order import arrange, move
from marketplace.careers.service.removal import remove
from marketplace.careers.service.skills import add_known_skills

__all__ = [
    "add_known_skills",
    "arrange",
    "attachments",
    "careers",
    "hobbies",
    "move",
    "qualifications",
    "remove",
    "skills",
]
