"""Reviews that are shown to the moderators."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0042_reported_reviews"
down_revision = "0041_identity_lost"
branch_labels = ()
depends_on = None

TABLES = ("cases", "settled_names")


def upgrade() -> None:
    """Apply."""
    op.add_column("reviews", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    for table in TABLES:
        _allow(table, "subject", "subjectkind", adding=("review",))


def downgrade() -> None:
    """Take back; cases about reviews are lost, with what was decided in them."""
    events = sa.table("events", sa.column("id"), sa.column("decision_id"))
    notifications = sa.table("notifications", sa.column("event_id"))
    cases = sa.table("cases", sa.column("id"), sa.column("subject"))
    decisions = sa.table("decisions", sa.column("id"), sa.column("case_id"))
    reports = sa.table("reports", sa.column("case_id"))
    appeals = sa.table("appeals", sa.column("decision_id"))
    gone = sa.select(cases.c.id).where(cases.c.subject == "review")
    made = sa.select(decisions.c.id).where(decisions.c.case_id.in_(gone))
    lost = sa.select(events.c.id).where(events.c.decision_id.in_(made))
    # Foreign keys are off while tables are rebuilt on SQLite: what hangs on a row goes first.
    op.execute(notifications.delete().where(notifications.c.event_id.in_(lost)))
    op.execute(events.delete().where(events.c.decision_id.in_(made)))
    op.execute(appeals.delete().where(appeals.c.decision_id.in_(made)))
    op.execute(decisions.delete().where(decisions.c.case_id.in_(gone)))
    op.execute(reports.delete().where(reports.c.case_id.in_(gone)))
    op.execute(cases.delete().where(cases.c.subject == "review"))
    for table in TABLES:
        _allow(table, "subject", "subjectkind", removing=("review",))
    op.drop_column("reviews", "hidden_at")


def _allow(
    table: str, column: str, enumeration: str, *, adding: tuple[str, ...] = (), removing: tuple[str, ...] = ()
) -> None:
    """Change the words of a closed list, whatever revisions before this one have added to it."""
    name = op.f(f"ck__{table}__{enumeration}")
    checks = sa.inspect(op.get_bind()).get_check_constraints(table)
    present = next(re.findall(r"'([^']+)'", each["sqltext"]) for each in checks if each["name"] == name)
    words = [word for word in dict.fromkeys((*present, *adding)) if word not in removing]
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column(column).in_(words))
