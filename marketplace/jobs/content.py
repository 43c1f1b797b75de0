"""What a job says, as plain values that can be kept and compared: one revision from one change to the next."""

from datetime import date
from enum import StrEnum
from typing import Any

from marketplace.jobs.models import Job

SAID = (
    "kind",
    "title",
    "description",
    "category",
    "is_remote",
    "prefecture",
    "city",
    "starts_on",
    "ends_on",
    "period_note",
    "reward_kind",
    "reward_min_yen",
    "reward_max_yen",
    "is_tax_included",
    "reward_note",
    "ending_note",
    "process_note",
    "wanted",
    "apply_until",
    "answer_days",
    "offerer_name",
    "offerer_address",
    "offerer_contact",
    "is_vouched",
)
"""The columns that an edit writes."""


def content_of(job: Job) -> dict[str, Any]:
    """Return everything that `job`, loaded with its skills, questions and files, says to whoever reads it."""
    return {
        **said_by(job),
        "skills": [each.skill.name for each in job.skills],
        "questions": [
            {
                "kind": each.kind.value,
                "question": each.question,
                "choices": list(each.choices),
                "is_required": each.is_required,
            }
            for each in job.questions
        ],
        "files": [each.name for each in job.files],
    }


def said_by(said: Any) -> dict[str, Any]:
    """Return the columns of a job, or of changes to one, as plain values."""
    return {name: _plain(getattr(said, name)) for name in SAID}


def changed_between(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the names of what is said differently, in the order of the form."""
    return [name for name in after if before.get(name) != after[name]]


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
