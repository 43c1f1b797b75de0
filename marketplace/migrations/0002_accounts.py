"""Accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0002_accounts"
down_revision = "0001_errands"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__accounts")),
        sa.UniqueConstraint("email", name=op.f("uq__accounts__email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq__accounts__fs_uniquifier")),
    )
    op.create_table(
        "registrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=30), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__registrations")),
        sa.UniqueConstraint("username", name=op.f("uq__registrations__username")),
    )
    op.create_index(op.f("ix__registrations__created_at"), "registrations", ["created_at"], unique=False)
    op.create_index(op.f("ix__registrations__email"), "registrations", ["email"], unique=False)
    op.create_table(
        "email_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("old_email", sa.String(length=254), nullable=False),
        sa.Column("new_email", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk__email_changes__account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__email_changes")),
    )
    op.create_index(op.f("ix__email_changes__account_id"), "email_changes", ["account_id"], unique=False)
    op.create_index(
        op.f("ix__email_changes__old_email_confirmed_at"), "email_changes", ["old_email", "confirmed_at"], unique=False
    )
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=30), nullable=False),
        sa.Column("nickname", sa.String(length=30), nullable=False),
        sa.Column("picture_key", sa.String(length=100), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_active_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(nickname) BETWEEN 1 AND 30", name=op.f("ck__members__nickname_length")),
        sa.ForeignKeyConstraint(["id"], ["accounts.id"], name=op.f("fk__members__id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__members")),
        sa.UniqueConstraint("username", name=op.f("uq__members__username")),
    )
    op.create_index(op.f("ix__members__published_at"), "members", ["published_at"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_active_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk__sessions__account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq__sessions__digest")),
    )
    op.create_index(op.f("ix__sessions__account_id"), "sessions", ["account_id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk__drafts__member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("member_id", "path", name=op.f("pk__drafts")),
    )
    op.create_index(op.f("ix__drafts__saved_at"), "drafts", ["saved_at"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix__drafts__saved_at"), table_name="drafts")
    op.drop_table("drafts")
    op.drop_index(op.f("ix__sessions__account_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(op.f("ix__members__published_at"), table_name="members")
    op.drop_table("members")
    op.drop_index(op.f("ix__email_changes__old_email_confirmed_at"), table_name="email_changes")
    op.drop_index(op.f("ix__email_changes__account_id"), table_name="email_changes")
    op.drop_table("email_changes")
    op.drop_index(op.f("ix__registrations__email"), table_name="registrations")
    op.drop_index(op.f("ix__registrations__created_at"), table_name="registrations")
    op.drop_table("registrations")
    op.drop_table("accounts")
