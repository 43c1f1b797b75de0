"""Acceptances that lead to terms by a day or are let be, and that nobody has twice."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0036_acceptances"
down_revision = "0035_secrecy_papers"
branch_labels = ()
depends_on = None

WITHIN = timedelta(days=14)
LIVE = "state IN ('confirming', 'open')"
LASTS = "state IN ('confirming', 'open') OR (state = 'accepted' AND lapsed_at IS NULL)"
ONE = {
    "uq__applications__one_open": ["job_id", "applicant_id"],
    "uq__applications__one_open_of_team": ["job_id", "team_id"],
}
AWAITS = "terms_by IS NULL OR (state = 'accepted' AND lapsed_at IS NULL)"

applications = sa.table(
    "applications",
    *(sa.column(name, sa.Integer) for name in ("id", "job_id", "applicant_id", "team_id", "version")),
    sa.column("state", sa.String),
    sa.column("terms_by", sa.Date),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ("ended_at", "lapsed_at")),
)
contracts = sa.table("contracts", sa.column("application_id", sa.Integer))


def upgrade() -> None:
    """Apply; of several for one job the first that was accepted lasts, else the first."""
    with op.batch_alter_table("applications") as batch:
        batch.add_column(sa.Column("terms_by", sa.Date(), nullable=True))
        batch.add_column(sa.Column("reason", sa.String(length=500), nullable=False, server_default=""))
        batch.create_check_constraint(op.f("ck__applications__awaits_terms"), sa.text(AWAITS))
    with op.batch_alter_table("applications") as batch:
        batch.alter_column("reason", server_default=None)
    for column in ("applicant_id", "team_id"):
        _let_one_last(column)
    has_terms = sa.exists().where(contracts.c.application_id == applications.c.id)
    idle = (applications.c.state == "accepted", applications.c.lapsed_at.is_(None), ~has_terms)
    op.execute(applications.update().where(*idle).values(terms_by=(datetime.now(UTC) + WITHIN).date()))
    _index_ones(LASTS)
    op.create_index(
        "ix__applications__awaits_terms",
        "applications",
        ["terms_by", "id"],
        unique=False,
        sqlite_where=sa.text("terms_by IS NOT NULL"),
        postgresql_where=sa.text("terms_by IS NOT NULL"),
    )


def downgrade() -> None:
    """Take back; what was let be meanwhile stays so."""
    op.drop_index("ix__applications__awaits_terms", table_name="applications")
    _index_ones(LIVE)
    with op.batch_alter_table("applications") as batch:
        batch.drop_constraint(op.f("ck__applications__awaits_terms"), type_="check")
        batch.drop_column("reason")
        batch.drop_column("terms_by")


def _index_ones(condition: str) -> None:
    """Let an applicant, and a team, have one application for a job among those that meet `condition`."""
    where = sa.text(condition)
    for name, columns in ONE.items():
        op.drop_index(name, table_name="applications")
        op.create_index(name, "applications", columns, unique=True, sqlite_where=where, postgresql_where=where)


def _let_one_last(column: str) -> None:
    """End all but one of what somebody, or a team, has for the same job."""
    bind = op.get_bind()
    whose = applications.c[column]
    lasting = (sa.or_(applications.c.state.in_(("confirming", "open")), _accepted()), whose.is_not(None))
    rows = sa.select(applications.c.id, applications.c.job_id, whose, applications.c.state).where(*lasting)
    rows = rows.order_by(applications.c.job_id, whose, sa.case((_accepted(), 0), else_=1), applications.c.id)
    seen, at = set(), datetime.now(UTC)
    for number, job_id, owner, state in bind.execute(rows).all():
        if (job_id, owner) in seen:
            ended = {"lapsed_at": at} if state == "accepted" else {"state": "withdrawn", "ended_at": at}
            bind.execute(
                applications.update()
                .where(applications.c.id == number)
                .values(**ended, version=applications.c.version + 1)
            )
        seen.add((job_id, owner))


def _accepted() -> sa.ColumnElement[bool]:
    return sa.and_(applications.c.state == "accepted", applications.c.lapsed_at.is_(None))
