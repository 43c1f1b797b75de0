"""What waits for a member on マイページ, of teams, companies, applications, contracts and followers: asked at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import groupby
from typing import Any

from sqlalchemy import Date, Integer, Row, Select, String, Subquery, and_, cast, literal, null, select, union_all
from sqlalchemy.orm import aliased, contains_eager

from marketplace.accounts.models import Member
from marketplace.applications import queries as applications
from marketplace.applications.models import Application
from marketplace.applications.queries import Unanswered
from marketplace.companies import queries as companies
from marketplace.companies.models import BelongingRequest, Company
from marketplace.contracts import queries as contracts
from marketplace.contracts.models import Contract, ContractTerms
from marketplace.contracts.queries import Row as ContractRow
from marketplace.db import db
from marketplace.follows import queries as follows
from marketplace.follows.queries import Relation
from marketplace.jobs.models import Job
from marketplace.teams import queries as teams
from marketplace.teams.models import Team


class Part(IntEnum):
    """The lists, in the order in which their rows are read."""

    OFFERS = 0
    BELONGING = 1
    ASKED = 2
    CONTRACTS = 3
    APPLIED = 4
    RUNNING = 5
    FOLLOWERS = 6


@dataclass(frozen=True)
class Waits:
    """What マイページ shows of it, each list with what ends first at first."""

    offers: Sequence[teams.Waiting]
    """Places in teams that are offered to the member, and asked for in their teams."""
    belonging: Sequence[BelongingRequest]
    """Requests to belong to companies that the member owns."""
    asked: Sequence[Application]
    """Applications of a team that the member has to confirm."""
    contracts: Sequence[contracts.Waiting]
    applied: Sequence[Unanswered]
    """The member's jobs with applications to answer."""
    running: Sequence[ContractRow]
    """Contracts that go on, whether anything waits in them or not."""
    followers: Sequence[tuple[Member, datetime]]
    """Whom the member does not follow back, the newest first."""


_COLUMNS: dict[str, Any] = {
    "word": String(),
    "id": Integer(),
    "team_id": Integer(),
    "request_id": Integer(),
    "who_id": Integer(),
    "application_id": Integer(),
    "job_id": Integer(),
    "contract_id": Integer(),
    "how_many": Integer(),
    "comment": String(),
    "since": Member.created_at.type,
    "until": Member.created_at.type,
    "by": Date(),
}
"""What a row of any list may hold; what a list does not say is null in its rows."""


def waiting_for(member: Member, *, running: int = 0, followers: int = 0) -> Waits:
    """Return what waits for `member`, and so many running contracts and new followers, with one question."""
    parts = {
        Part.OFFERS: teams.open_to(member),
        Part.BELONGING: companies.open_to(member),
        Part.ASKED: applications.asking(member),
        Part.CONTRACTS: contracts.asking(member),
        Part.APPLIED: applications.unanswered(member),
        Part.RUNNING: contracts.running(member, running),
        Part.FOLLOWERS: follows.unanswered_followers(member, followers),
    }
    rows = union_all(*(_part(part, question) for part, question in parts.items())).subquery("waiting")
    found = {part: list(each) for part, each in groupby(db.session.execute(_filled(member, rows)), lambda row: row[0])}

    def of(part: Part, read: Callable[[Row[Any]], Any]) -> list[Any]:
        return [read(row) for row in found.get(part, [])]

    return Waits(
        offers=of(Part.OFFERS, _offer),
        belonging=of(Part.BELONGING, lambda row: row.BelongingRequest),
        asked=of(Part.ASKED, lambda row: row.Application),
        contracts=of(Part.CONTRACTS, _matter),
        applied=of(Part.APPLIED, lambda row: Unanswered(row.Job, row.how_many, row.by)),
        running=of(Part.RUNNING, lambda row: ContractRow(row.Contract, row.ContractTerms, row.who, row.is_hidden)),
        followers=of(Part.FOLLOWERS, lambda row: (row.who, row.since))[::-1],
    )


def _part(part: Part, question: Select[Any]) -> Select[Any]:
    """The rows of one list in the shape that all share."""
    given = question.subquery().c
    columns = (given[name] if name in given else cast(null(), kind) for name, kind in _COLUMNS.items())
    return select(
        literal(part.value).label("part"), *(each.label(name) for each, name in zip(columns, _COLUMNS, strict=True))
    )


def _filled(member: Member, rows: Subquery) -> Select[Any]:
    """The rows with whom and what they are about; in each the other columns are empty."""
    who = aliased(Member, name="who")
    agreed = and_(ContractTerms.contract_id == Contract.id, ContractTerms.number == Contract.terms_number)
    return (
        select(
            rows,
            *(Team, BelongingRequest, Company, who, Application, Job, Contract, ContractTerms),
            (~follows.not_hidden(member, who.id)).label("is_hidden"),
            *(each.label(name) for name, each in teams.relation_to(member, who).items()),
            teams.members_of(member, Team.id).label("members"),
        )
        .outerjoin(Team, Team.id == rows.c.team_id)
        .outerjoin(BelongingRequest, BelongingRequest.id == rows.c.request_id)
        .outerjoin(Company, Company.id == BelongingRequest.company_id)
        .outerjoin(who, who.id == rows.c.who_id)
        .outerjoin(Application, Application.id == rows.c.application_id)
        .outerjoin(Job, Job.id == rows.c.job_id)
        .outerjoin(Contract, Contract.id == rows.c.contract_id)
        .outerjoin(ContractTerms, agreed)
        .options(
            contains_eager(BelongingRequest.company),
            contains_eager(BelongingRequest.member.of_type(who)),
            contains_eager(Application.job),
            contains_eager(Application.team),
            contains_eager(Application.applicant.of_type(who)),
        )
        .order_by(rows.c.part, rows.c.until, rows.c.by.is_(None), rows.c.by, rows.c.since, rows.c.id, rows.c.word)
    )


def _offer(row: Row[Any]) -> teams.Waiting:
    relation = Relation(bool(row.following), bool(row.followed_by))
    said = (row.comment, row.since, row.until, row.members)
    return teams.Waiting(teams.Kind(row.word), row.id, row.Team, row.who, relation, *said)


def _matter(row: Row[Any]) -> contracts.Waiting:
    matter = contracts.Matter(row.word)
    return contracts.Waiting(matter, row.Contract, row.who, row.since, row.by, is_hidden=bool(row.is_hidden))
