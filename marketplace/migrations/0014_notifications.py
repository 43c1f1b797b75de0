"""Notifications, and how members want to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0014_notifications"
down_revision = "0013_messages_in_depth"
branch_labels = ()
depends_on = None

MATTERS = ("invitations", "messages", "teams", "follows")
MAILINGS = ("at_once", "daily", "off")
INDEXES = (("event_id",), ("recipient_id", "created_at", "id"), ("recipient_id", "mailed_at"))


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "notifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        _one_of("mailing", MAILINGS),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["members.id"], name=op.f("fk__notifications__recipient_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk__notifications__event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__notifications")),
        sa.UniqueConstraint("recipient_id", "event_id", name=op.f("uq__notifications__recipient_id_event_id")),
    )
    for columns in INDEXES:
        op.create_index(op.f("ix__notifications__" + "_".join(columns)), "notifications", list(columns), unique=False)
    _create_partial_index("unread", ["recipient_id", "is_shown"], "read_at IS NULL")
    _create_partial_index("unmailed", ["recipient_id", "mailing"], "mailing <> 'off'")
    op.create_table(
        "notification_preferences",
        sa.Column("member_id", sa.Integer(), nullable=False),
        _one_of("matter", MATTERS),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        _one_of("mailing", MAILINGS),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk__notification_preferences__member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "matter", name=op.f("pk__notification_preferences")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("notification_preferences")
    op.drop_table("notifications")


def _one_of(name: str, values: tuple[str, ...]) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)
    return sa.Column(name, kind, nullable=False)


def _create_partial_index(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(
        op.f(f"ix__notifications__{name}"), "notifications", columns, sqlite_where=where, postgresql_where=where
    )
