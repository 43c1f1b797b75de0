"""Jobs, what they said at each change, what they ask, and questions about them."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0026_jobs"
down_revision = "0025_verified_writers"
branch_labels = ()
depends_on = None

NEW_KINDS = (
    "job.published",
    "job.changed",
    "job.closed",
    "job.reported",
    "answer.published",
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poster_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("help", "work", name="jobkind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "translation",
                "writing",
                "design",
                "illustration",
                "photo_video",
                "development",
                "web",
                "office_work",
                "accounting",
                "legal",
                "marketing",
                "research",
                "consulting",
                "teaching",
                "music_voice",
                "appearance",
                "household",
                "on_site",
                "other",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("is_remote", sa.Boolean(), nullable=False),
        sa.Column("prefecture", sa.String(length=2), nullable=True),
        sa.Column("city", sa.String(length=60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("period_note", sa.String(length=500), nullable=False),
        sa.Column(
            "reward_kind",
            sa.Enum(
                "fixed", "hourly", "piece", name="rewardkind", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column("reward_min_yen", sa.Integer(), nullable=True),
        sa.Column("reward_max_yen", sa.Integer(), nullable=True),
        sa.Column("is_tax_included", sa.Boolean(), nullable=True),
        sa.Column("reward_note", sa.String(length=500), nullable=False),
        sa.Column("ending_note", sa.String(length=500), nullable=False),
        sa.Column("process_note", sa.String(length=500), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("apply_until", sa.Date(), nullable=True),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("offerer_name", sa.String(length=100), nullable=False),
        sa.Column("offerer_address", sa.String(length=200), nullable=False),
        sa.Column("offerer_contact", sa.String(length=200), nullable=False),
        sa.Column("is_vouched", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "open", "closed", name="jobstate", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "ending",
            sa.Enum(
                "withdrawn", "filled", "expired", name="jobending", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck__jobs__closed_with_time")),
        sa.CheckConstraint("(state = 'closed') = (ending IS NOT NULL)", name=op.f("ck__jobs__closed_for_a_reason")),
        sa.CheckConstraint(
            "state = 'draft' OR (title <> '' AND description <> '' AND category IS NOT NULL AND (is_remote OR prefecture IS NOT NULL) AND reward_kind IS NOT NULL AND reward_min_yen IS NOT NULL AND is_tax_included IS NOT NULL AND apply_until IS NOT NULL AND published_at IS NOT NULL AND (is_vouched OR (offerer_name <> '' AND offerer_address <> '' AND offerer_contact <> '')))",
            name=op.f("ck__jobs__whole_when_published"),
        ),
        sa.CheckConstraint("answer_days BETWEEN 1 AND 30", name=op.f("ck__jobs__answer_days")),
        sa.CheckConstraint("length(title) <= 80", name=op.f("ck__jobs__title_length")),
        sa.CheckConstraint(
            "reward_max_yen BETWEEN 1 AND 1000000000 AND reward_max_yen >= reward_min_yen",
            name=op.f("ck__jobs__reward"),
        ),
        sa.CheckConstraint("reward_min_yen BETWEEN 1 AND 1000000000", name=op.f("ck__jobs__reward_from")),
        sa.CheckConstraint(
            "starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck__jobs__period")
        ),
        sa.CheckConstraint("wanted BETWEEN 1 AND 100", name=op.f("ck__jobs__wanted")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk__jobs__company_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["poster_id"], ["members.id"], name=op.f("fk__jobs__poster_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__jobs")),
        sa.UniqueConstraint("poster_id", "once", name=op.f("uq__jobs__poster_id_once")),
    )
    op.create_index(op.f("ix__jobs__company_id"), "jobs", ["company_id"], unique=False)
    op.create_index(
        "ix__jobs__ends",
        "jobs",
        ["apply_until"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix__jobs__open",
        "jobs",
        ["published_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND hidden_at IS NULL"),
        postgresql_where=sa.text("state = 'open' AND hidden_at IS NULL"),
    )
    op.create_index(op.f("ix__jobs__poster_id_id"), "jobs", ["poster_id", "id"], unique=False)
    op.create_table(
        "job_attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk__job_attachments__job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__job_attachments")),
        sa.UniqueConstraint("storage_key", name=op.f("uq__job_attachments__storage_key")),
    )
    op.create_index(op.f("ix__job_attachments__job_id"), "job_attachments", ["job_id"], unique=False)
    op.create_table(
        "job_conversations",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk__job_conversations__conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk__job_conversations__job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk__job_conversations")),
    )
    op.create_index(op.f("ix__job_conversations__job_id"), "job_conversations", ["job_id"], unique=False)
    op.create_table(
        "job_revisions",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk__job_revisions__job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk__job_revisions")),
    )
    op.create_table(
        "job_skills",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk__job_skills__job_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name=op.f("fk__job_skills__skill_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "skill_id", name=op.f("pk__job_skills")),
    )
    op.create_index(op.f("ix__job_skills__skill_id_job_id"), "job_skills", ["skill_id", "job_id"], unique=False)
    op.create_table(
        "published_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk__published_answers__job_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk__published_answers__message_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__published_answers")),
        sa.UniqueConstraint("message_id", name=op.f("uq__published_answers__message_id")),
    )
    op.create_index(op.f("ix__published_answers__job_id"), "published_answers", ["job_id"], unique=False)
    op.create_table(
        "screening_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text",
                "choice",
                "number",
                "yes_no",
                name="questionkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk__screening_questions__job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__screening_questions")),
    )
    op.create_index(
        op.f("ix__screening_questions__job_id_position"), "screening_questions", ["job_id", "position"], unique=False
    )
    _allow("events", "kind", "eventkind", adding=NEW_KINDS)
    _allow("notification_preferences", "matter", "matter", adding=("work",))
    reference = sa.ForeignKey("jobs.id", name=op.f("fk__events__job_id"), ondelete="CASCADE")
    with op.batch_alter_table("events") as batch:
        batch.add_column(sa.Column("job_id", sa.Integer(), reference, nullable=True))
    op.create_index(op.f("ix__events__job_id"), "events", ["job_id"])


def downgrade() -> None:
    """Take back; what was written is lost."""
    events = sa.table("events", sa.column("id"), sa.column("kind"), sa.column("job_id"))
    notifications = sa.table("notifications", sa.column("event_id"))
    lost = sa.or_(events.c.kind.in_(NEW_KINDS), events.c.job_id.is_not(None))
    op.execute(notifications.delete().where(notifications.c.event_id.in_(sa.select(events.c.id).where(lost))))
    op.execute(events.delete().where(lost))
    op.drop_index(op.f("ix__events__job_id"), table_name="events")
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(op.f("fk__events__job_id"), type_="foreignkey")
        batch.drop_column("job_id")
    _allow("events", "kind", "eventkind", removing=NEW_KINDS)
    op.execute(sa.text("DELETE FROM notification_preferences WHERE matter = 'work'"))
    _allow("notification_preferences", "matter", "matter", removing=("work",))
    op.drop_table("screening_questions")
    op.drop_table("published_answers")
    op.drop_table("job_skills")
    op.drop_table("job_revisions")
    op.drop_table("job_conversations")
    op.drop_table("job_attachments")
    op.drop_table("jobs")


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
