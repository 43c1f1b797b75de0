"""Messages in depth: requests and attachments."""

import sqlalchemy as sa
from alembic import op

revision = "0013_messages_in_depth"
down_revision = "0011_teams"
branch_labels = ()
depends_on = None

STATES = "state IN ('open', 'requested', 'accepted', 'declined')"
# Rebuilding a table, as Alembic does for SQLite, would drop it first and take along every row that points to it.
COLUMNS = {
    "participations": {
        "state": f"VARCHAR(20) DEFAULT 'open' NOT NULL CONSTRAINT ck__participations__participationstate CHECK ({STATES})",
    },
    "messages": {
        "is_acknowledgement": "BOOLEAN DEFAULT false NOT NULL",
    },
}


def upgrade() -> None:
    """Apply."""
    for table, columns in COLUMNS.items():
        for name, definition in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition}")
    _create_attachments()


def downgrade() -> None:
    """Take back."""
    op.drop_table("message_attachments")
    for table, columns in COLUMNS.items():
        for name in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")


def _create_attachments() -> None:
    table = "message_attachments"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name=op.f(f"fk__{table}__owner_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f(f"fk__{table}__message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk__{table}")),
        sa.UniqueConstraint("storage_key", name=op.f(f"uq__{table}__storage_key")),
    )
    op.create_index(op.f(f"ix__{table}__owner_id"), table, ["owner_id"], unique=False)
    op.create_index(op.f(f"ix__{table}__message_id_created_at"), table, ["message_id", "created_at"], unique=False)
