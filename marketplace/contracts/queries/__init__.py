"""What one may ask about contracts."""

from marketplace.contracts.queries.contracts import get_for, is_party, visible_to
from marketplace.contracts.queries.doing import (
    course_of,
    entries_since,
    files_of,
    find_contract,
    find_written,
    get_delivery,
    get_file,
    has_share,
    milestones_of,
    newest_entry,
    next_delivery_number,
    place_of,
    reminded_of,
    timeline_of,
    with_days_until,
)

__all__ = [
    "course_of",
    "entries_since",
    "files_of",
    "find_contract",
    "find_written",
    "get_delivery",
    "get_file",
    "get_for",
    "has_share",
    "is_party",
    "milestones_of",
    "newest_entry",
    "next_delivery_number",
    "place_of",
    "reminded_of",
    "timeline_of",
    "visible_to",
    "with_days_until",
]
