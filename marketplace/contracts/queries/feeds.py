"""The days of a member: of all their contracts in which one is to come, and of the jobs that they have posted."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Account, Member
from marketplace.contracts.course import ComingDay, Course
from marketplace.contracts.models import (
    CalendarFeed,
    Contract,
    ContractEnding,
    ContractTerms,
    Delivery,
    EndingState,
    Milestone,
    MilestoneState,
    ReminderKind,
)
from marketplace.contracts.queries.contracts import visible_to
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.i18n import _l
from marketplace.jobs.models import Job, JobState

MOST = 500
"""Contracts, and jobs, in a calendar."""
_SECRET = re.compile("[A-Za-z0-9_-]{43}")


class DayKind(StrEnum):
    """What a day is."""

    UNDECIDED = "undecided"
    DUE = "due"
    INSPECTION = "inspection"
    PAYMENT = "payment"
    ENDING = "ending"
    LIMIT = "limit"
    """The last day on which the law lets it be paid."""
    APPLICATIONS = "applications"
    """Of a job: the last day to apply."""

    @property
    def label(self) -> str:
        """The words in the calendar, in the reader's language."""
        return str(_LABELS[self])


_LABELS = {
    DayKind.UNDECIDED: _l("未定の事項を定める予定の日"),
    DayKind.DUE: _l("納品の期日"),
    DayKind.INSPECTION: _l("検査の期日"),
    DayKind.PAYMENT: _l("支払期日"),
    DayKind.ENDING: _l("取引が終わる日"),
    DayKind.LIMIT: _l("支払いの法定の限度"),
    DayKind.APPLICATIONS: _l("応募の締め切り"),
}
_KINDS = {each: DayKind(each.value) for each in ReminderKind}


@dataclass(frozen=True)
class FeedDay:
    """One day of a calendar."""

    key: str
    """The same as long as it is the same day of the same thing, whenever that may be."""
    kind: DayKind
    day: date
    title: str
    partner: str
    """The other party's nickname; empty for jobs."""
    part: str
    """The milestone, if it is of one."""
    sequence: int
    """Grows with each change of what it is of."""
    since: datetime
    contract_id: int | None = None
    job_id: int | None = None


def find_feed(member: Member) -> CalendarFeed | None:
    """Return the feed of `member`, if there is one."""
    return db.session.get(CalendarFeed, member.id)


def get_reader(secret: str) -> Member:
    """Return whose calendar has this address; raises NotFound, also for who is suspended or has left."""
    if not _SECRET.fullmatch(secret):
        raise NotFound
    digest = hashlib.sha256(secret.encode()).hexdigest()
    question = select(Member).join(CalendarFeed, CalendarFeed.member_id == Member.id)
    question = question.join(Account, and_(Account.id == Member.id, Account.active))
    member = db.session.scalar(question.where(CalendarFeed.digest == digest, Member.left_at.is_(None)))
    if member is None:
        raise NotFound
    return member


def days_of(member: Member) -> list[FeedDay]:
    """Return the days that `member` has to know of, the first one first."""
    found = [each for course in _courses_of(member) for each in _days_of(member, course)]
    jobs = select(Job).where(Job.poster_id == member.id, Job.state == JobState.OPEN, Job.apply_until.is_not(None))
    for job in db.session.scalars(jobs.order_by(Job.id.desc()).limit(MOST)):
        if job.apply_until is not None:
            key, since = f"job-{job.id}", job.updated_at
            found.append(
                FeedDay(key, DayKind.APPLICATIONS, job.apply_until, job.title, "", "", job.version, since, None, job.id)
            )
    return sorted(found, key=lambda each: (each.day, each.key))


def _courses_of(member: Member) -> Iterable[Course]:
    # What ended early and has yet to be paid, too.
    live = select(Contract).where(visible_to(member), Contract.next_on.is_not(None)).order_by(Contract.id.desc())
    whole = (joinedload(Contract.client), joinedload(Contract.worker))
    contracts = db.session.scalars(live.limit(MOST).options(*whole)).all()
    ids = [each.id for each in contracts]
    in_force = select(ContractTerms).join(Contract, Contract.id == ContractTerms.contract_id)
    in_force = in_force.where(ContractTerms.contract_id.in_(ids), ContractTerms.number == Contract.terms_number)
    terms = {each.contract_id: each for each in db.session.scalars(in_force)}
    parts = _by_contract(
        select(Milestone).where(Milestone.contract_id.in_(ids), Milestone.state != MilestoneState.DROPPED),
        Milestone.position,
    )
    deliveries = _by_contract(select(Delivery).where(Delivery.contract_id.in_(ids)), Delivery.number)
    noticed = (ContractEnding.contract_id.in_(ids), ContractEnding.state == EndingState.NOTICED)
    endings = {each.contract_id: each for each in db.session.scalars(select(ContractEnding).where(*noticed))}
    for each in contracts:
        yield Course(each, terms[each.id], parts[each.id], deliveries[each.id], endings.get(each.id))


def _by_contract(question: Any, order: Any) -> dict[int, Sequence[Any]]:
    found: dict[int, Any] = defaultdict(list)
    for each in db.session.scalars(question.order_by(order)):
        found[each.contract_id].append(each)
    return found


def _days_of(member: Member, course: Course) -> Iterable[FeedDay]:
    contract = course.contract
    partner = contract.worker if contract.worker_id != member.id else contract.client

    def of(kind: DayKind, day: date, part: Milestone | None, delivery: Delivery | None) -> FeedDay:
        number = f"-{delivery.id}" if delivery else f"-part-{part.id}" if part else ""
        if kind is DayKind.UNDECIDED:
            # There may be several, which are told apart by nothing else.
            number = f"-{day}"
        return FeedDay(
            key=f"contract-{contract.id}-{kind}{number}",
            kind=kind,
            day=day,
            title=contract.title,
            partner=partner.nickname,
            part=part.title if part else "",
            sequence=contract.version + (part.version if part else 0) + (delivery.version if delivery else 0),
            since=contract.started_at or contract.created_at,
            contract_id=contract.id,
        )

    for each in course.coming:
        yield of(_KINDS[each.kind], each.day, _part_of(course, each), each.delivery)
    for delivery in [*course.waiting, *course.unpaid]:
        yield of(DayKind.LIMIT, delivery.pay_limit_on, course.milestone_of(delivery), delivery)


def _part_of(course: Course, coming: ComingDay) -> Milestone | None:
    return course.milestone_of(coming.delivery) if coming.delivery else coming.milestone
