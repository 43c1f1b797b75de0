"""How much there was to do, and how soon it was done, day by day in Tokyo."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, literal, select, union_all

from marketplace.clock import TOKYO, local_day, today
from marketplace.db import db
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.moderation.models import Appeal, Case, Decision, Measure, Report

SPANS = (30, 90)
"""Over how many days one can look."""


@dataclass(frozen=True)
class Figures:
    """One day."""

    day: date
    reports: int
    decisions: int
    """Cases that were decided for the first time."""
    appeals: int
    median_hours: float | None
    """How long the cases decided on that day had waited, in hours; None when none was."""
    registrations: int
    publications: int
    """Profiles that were shown for the first time, or again."""


def figures(days: int) -> list[Figures]:
    """Return the last `days` days, the oldest first and today last, with two questions however much happened."""
    last = today()
    span = [last - timedelta(days=ago) for ago in range(days - 1, -1, -1)]
    waited = _hours_waited(_beginning(span[0]))
    counts = {row.number: row for row in db.session.execute(_counts(span))}
    return [
        Figures(
            day=day,
            reports=counts[number].reports,
            decisions=len(waited.get(day, ())),
            appeals=counts[number].appeals,
            median_hours=median(waited[day]) if day in waited else None,
            registrations=counts[number].registrations,
            publications=counts[number].publications,
        )
        for number, day in enumerate(span)
    ]


def _counts(span: list[date]) -> Select[*tuple[int, ...]]:
    """Each count is one stretch of an index: days are no notion of the database, whose hours are UTC."""
    days = union_all(
        *(
            select(
                literal(number).label("number"),
                literal(_beginning(day)).label("since"),
                literal(_beginning(day + timedelta(days=1))).label("until"),
            )
            for number, day in enumerate(span)
        )
    ).subquery("days")

    def counted(moment: SQLColumnExpression[datetime], *conditions: ColumnElement[bool]) -> ColumnElement[int]:
        within = (moment >= days.c.since, moment < days.c.until, *conditions)
        return select(func.count()).where(*within).correlate(days).scalar_subquery()

    return select(
        days.c.number,
        counted(Report.created_at).label("reports"),
        counted(Appeal.filed_at).label("appeals"),
        counted(Event.created_at, Event.kind == EventKind.ACCOUNT_CREATED).label("registrations"),
        counted(Event.created_at, Event.kind == EventKind.WORKER_PUBLISHED).label("publications"),
    )


def _hours_waited(since: datetime) -> dict[date, list[float]]:
    """How long each case decided since then had waited, by the day of its first decision."""
    first = select(func.min(Decision.id)).where(Decision.made_at >= since).group_by(Decision.case_id)
    question = (
        select(Decision.made_at, Case.opened_at)
        .join(Decision.case)
        .where(Decision.id.in_(first), Decision.made_at >= since, Decision.measure != Measure.RESTORE)
    )
    waited: dict[date, list[float]] = {}
    for made_at, opened_at in db.session.execute(question):
        waited.setdefault(local_day(made_at), []).append((made_at - opened_at) / timedelta(hours=1))
    return waited


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO).astimezone(UTC)
