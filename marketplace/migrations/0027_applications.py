"""Applications, their answers, and how a team shares the reward."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0027_applications"
down_revision = "0026_jobs"
branch_labels = ()
depends_on = None

NEW_KINDS = (
    "application.asked",
    "application.joined",
    "application.refused",
    "application.sent",
    "application.accepted",
    "application.declined",
    "application.taken",
    "application.expired",
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column("job_revision", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("reward_yen", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("schedule", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "confirming",
                "open",
                "accepted",
                "declined",
                "withdrawn",
                "expired",
                name="applicationstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirm_by", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("is_shortlisted", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('confirming', 'open')) = (ended_at IS NULL)", name=op.f("ck__applications__ended_with_time")
        ),
        sa.CheckConstraint(
            "state IN ('confirming', 'withdrawn') OR opened_at IS NOT NULL", name=op.f("ck__applications__opened_first")
        ),
        sa.CheckConstraint("(opened_at IS NULL) = (answer_by IS NULL)", name=op.f("ck__applications__due_when_opened")),
        sa.CheckConstraint(
            "state <> 'confirming' OR confirm_by IS NOT NULL", name=op.f("ck__applications__confirmed_by_a_day")
        ),
        sa.CheckConstraint(
            "lapsed_at IS NULL OR state = 'accepted'", name=op.f("ck__applications__lapsed_after_accepting")
        ),
        sa.CheckConstraint("reward_yen BETWEEN 1 AND 1000000000", name=op.f("ck__applications__reward")),
        sa.CheckConstraint(
            "starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck__applications__period")
        ),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["members.id"], name=op.f("fk__applications__applicant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk__applications__job_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk__applications__team_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__applications")),
        sa.UniqueConstraint("applicant_id", "once", name=op.f("uq__applications__applicant_id_once")),
    )
    op.create_index(op.f("ix__applications__applicant_id_id"), "applications", ["applicant_id", "id"], unique=False)
    op.create_index(
        "ix__applications__confirming",
        "applications",
        ["confirm_by", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'confirming'"),
        postgresql_where=sa.text("state = 'confirming'"),
    )
    op.create_index(op.f("ix__applications__job_id_id"), "applications", ["job_id", "id"], unique=False)
    op.create_index(op.f("ix__applications__team_id"), "applications", ["team_id"], unique=False)
    op.create_index(
        "ix__applications__waits",
        "applications",
        ["answer_by", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq__applications__one_open",
        "applications",
        ["job_id", "applicant_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('confirming', 'open')"),
        postgresql_where=sa.text("state IN ('confirming', 'open')"),
    )
    op.create_index(
        "uq__applications__one_open_of_team",
        "applications",
        ["job_id", "team_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('confirming', 'open')"),
        postgresql_where=sa.text("state IN ('confirming', 'open')"),
    )
    op.create_table(
        "application_answers",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk__application_answers__application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["screening_questions.id"],
            name=op.f("fk__application_answers__question_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("application_id", "question_id", name=op.f("pk__application_answers")),
    )
    op.create_index(op.f("ix__application_answers__question_id"), "application_answers", ["question_id"], unique=False)
    op.create_table(
        "application_shares",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck__application_shares__percent")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk__application_shares__application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk__application_shares__member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("application_id", "member_id", name=op.f("pk__application_shares")),
    )
    op.create_index(op.f("ix__application_shares__member_id"), "application_shares", ["member_id"], unique=False)
    _allow("events", "kind", "eventkind", adding=NEW_KINDS)
    reference = sa.ForeignKey("applications.id", name=op.f("fk__events__application_id"), ondelete="CASCADE")
    with op.batch_alter_table("events") as batch:
        batch.add_column(sa.Column("application_id", sa.Integer(), reference, nullable=True))
    op.create_index(op.f("ix__events__application_id"), "events", ["application_id"])


def downgrade() -> None:
    """Take back; what was written is lost."""
    events = sa.table("events", sa.column("id"), sa.column("kind"), sa.column("application_id"))
    notifications = sa.table("notifications", sa.column("event_id"))
    lost = sa.or_(events.c.kind.in_(NEW_KINDS), events.c.application_id.is_not(None))
    op.execute(notifications.delete().where(notifications.c.event_id.in_(sa.select(events.c.id).where(lost))))
    op.execute(events.delete().where(lost))
    op.drop_index(op.f("ix__events__application_id"), table_name="events")
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(op.f("fk__events__application_id"), type_="foreignkey")
        batch.drop_column("application_id")
    _allow("events", "kind", "eventkind", removing=NEW_KINDS)
    op.drop_table("application_shares")
    op.drop_table("application_answers")
    op.drop_table("applications")


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
