"""What members show to the moderators, what these decide about it, and what is asked for after a decision."""

from marketplace.moderation.service.aliases import add_alias, remove_alias
from marketplace.moderation.service.appeals import appeal, decide_appeal
from marketplace.moderation.service.decisions import decide, look_into, restore
from marketplace.moderation.service.flags import flag_same_text
from marketplace.moderation.service.look_alikes import leave_name, question_name
from marketplace.moderation.service.moderators import add_moderator, remove_moderator
from marketplace.moderation.service.reports import (
    open_about,
    report_company,
    report_job,
    report_member,
    report_message,
    report_picture,
    report_review,
    report_team,
)

__all__ = [
    "add_alias",
    "add_moderator",
    "appeal",
    "decide",
    "decide_appeal",
    "flag_same_text",
    "leave_name",
    "look_into",
    "open_about",
    "question_name",
    "remove_alias",
    "remove_moderator",
    "report_company",
    "report_job",
    "report_member",
    "report_message",
    "report_picture",
    "report_review",
    "report_team",
    "restore",
]
