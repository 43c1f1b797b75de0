"""What a job lacks before it may be published: six items that the law asks of an offer, and what the search needs."""

import re
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from marketplace.i18n import _l
from marketplace.jobs.models import MOST_DAYS_OPEN


class Says(Protocol):
    """What a job says, or would after a change: the row, or what was typed."""

    @property
    def title(self) -> str: ...  # noqa: D102 - as the row has it
    @property
    def description(self) -> str: ...  # noqa: D102
    @property
    def category(self) -> StrEnum | None: ...  # noqa: D102
    @property
    def is_remote(self) -> bool: ...  # noqa: D102
    @property
    def prefecture(self) -> str | None: ...  # noqa: D102
    @property
    def reward_kind(self) -> StrEnum | None: ...  # noqa: D102
    @property
    def reward_min_yen(self) -> int | None: ...  # noqa: D102
    @property
    def is_tax_included(self) -> bool | None: ...  # noqa: D102
    @property
    def apply_until(self) -> date | None: ...  # noqa: D102
    @property
    def offerer_name(self) -> str: ...  # noqa: D102
    @property
    def offerer_address(self) -> str: ...  # noqa: D102
    @property
    def offerer_contact(self) -> str: ...  # noqa: D102
    @property
    def is_vouched(self) -> bool: ...  # noqa: D102


class Need(StrEnum):
    """One item without which nobody is shown a job. The first six are the law's (japan.md 7.1, Art. 12)."""

    NAME = "name"
    """募集者の氏名・名称"""
    ADDRESS = "address"
    """募集者の住所"""
    CONTACT = "contact"
    """募集者の連絡先"""
    WORK = "work"
    """業務の内容"""
    PLACE = "place"
    """業務をする場所"""
    REWARD = "reward"
    """報酬"""
    TITLE = "title"
    """タイトル"""
    CATEGORY = "category"
    """カテゴリー"""
    DEADLINE = "deadline"
    """応募の期限"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_LABELS[self])

    @property
    def reason(self) -> str:
        """Why it is asked for, and what is missing, in the reader's language."""
        return str(_REASONS[self])


_REACHES = re.compile(r"\d|@|https?://")
"""What a telephone number, an address of mail or of a page cannot do without."""
_PLACED = re.compile(r"[市区町村郡]|\d|[A-Za-z][\s,-]+[A-Za-z]")
"""What stands in an address that says more than the prefecture."""

_LABELS = {
    Need.NAME: _l("募集者の氏名または名称"),
    Need.ADDRESS: _l("募集者の住所"),
    Need.CONTACT: _l("募集者の連絡先"),
    Need.WORK: _l("業務の内容"),
    Need.PLACE: _l("業務をする場所"),
    Need.REWARD: _l("報酬"),
    Need.TITLE: _l("タイトル"),
    Need.CATEGORY: _l("カテゴリー"),
    Need.DEADLINE: _l("応募の期限"),
}
_REASONS = {
    Need.NAME: _l("だれが募集しているかが分からない募集は、フリーランス法で誤解を生む表示とされています。"),
    Need.ADDRESS: _l("募集者がどこにいるかを示すことを、フリーランス法が求めています。"),
    Need.CONTACT: _l("募集者に連絡できることを、フリーランス法が求めています。"),
    Need.WORK: _l("何をする仕事かを具体的に示すことを、フリーランス法が求めています。"),
    Need.PLACE: _l("オンラインか、どの都道府県でする仕事かを示すことを、フリーランス法が求めています。"),
    Need.REWARD: _l("報酬の種類と金額、税込か税別かを示すことを、フリーランス法が求めています。"),
    Need.TITLE: _l("一覧で読まれる見出しです。"),
    Need.CATEGORY: _l("さがす人が絞り込むために使います。"),
    Need.DEADLINE: _l("古い募集が残らないように、今日から90日以内の日を決めます。"),
}


def missing(job: Says, day: date) -> list[Need]:
    """Return what `job` still lacks on `day`, in the order of the list."""
    return [need for need in Need if not _has(job, need, day)]


def last_day_from(day: date) -> date:
    """Return the last day that applications may be taken until, when that is said on `day`."""
    return day + timedelta(days=MOST_DAYS_OPEN)


def _has(job: Says, need: Need, day: date) -> bool:
    found: dict[Need, object] = {
        Need.NAME: job.is_vouched or job.offerer_name,
        Need.ADDRESS: job.is_vouched or _PLACED.search(job.offerer_address or ""),
        Need.CONTACT: job.is_vouched or _REACHES.search(job.offerer_contact or ""),
        Need.WORK: job.description,
        Need.PLACE: job.is_remote or job.prefecture,
        Need.REWARD: job.reward_kind and job.reward_min_yen and job.is_tax_included is not None,
        Need.TITLE: job.title,
        Need.CATEGORY: job.category,
        Need.DEADLINE: job.apply_until and day <= job.apply_until <= last_day_from(day),
    }
    return bool(found[need])
