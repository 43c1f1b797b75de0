"""What members do with jobs: write them, publish them, change them for all to see, and end them."""

from marketplace.jobs.service.ending import (
    EXPIRE,
    close,
    end_for_company,
    end_unvouched,
    end_when_full,
    expire,
    expire_overdue,
)
from marketplace.jobs.service.files import TooManyFiles, detach
from marketplace.jobs.service.merging import follow_merger, move_merged
from marketplace.jobs.service.posting import copy, create, discard, edit, publish
from marketplace.jobs.service.writing import JobChanges, QuestionAsked

__all__ = [
    "EXPIRE",
    "JobChanges",
    "QuestionAsked",
    "TooManyFiles",
    "close",
    "copy",
    "create",
    "detach",
    "discard",
    "edit",
    "end_for_company",
    "end_unvouched",
    "end_when_full",
    "expire",
    "expire_overdue",
    "follow_merger",
    "move_merged",
    "publish",
]
