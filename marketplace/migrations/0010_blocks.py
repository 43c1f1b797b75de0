"""Blocks, and what a member lets others see and do."""

import sqlalchemy as sa
from alembic import op

revision = "0010_blocks"
down_revision = "0009_newest_follows"
branch_labels = ()
depends_on = None

AUDIENCE = "friends_audience IN ('members', 'friends', 'nobody')"
WRITERS = "writers IN ('everyone', 'friends_of_friends', 'friends')"
# Rebuilding the table, as Alembic does for SQLite, would drop it first and take along every row that points to it.
COLUMNS = {
    "friends_audience": f"VARCHAR(20) DEFAULT 'members' NOT NULL CONSTRAINT ck__members__friendsaudience CHECK ({AUDIENCE})",
    "is_intermediary": "BOOLEAN DEFAULT true NOT NULL",
    "writers": f"VARCHAR(20) DEFAULT 'everyone' NOT NULL CONSTRAINT ck__members__writers CHECK ({WRITERS})",
    "shows_read_marks": "BOOLEAN DEFAULT true NOT NULL",
}
INDEXES = (("to_id", "created_at", "from_id"), ("from_id", "created_at", "to_id"))


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "blocks",
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck__blocks__not_to_self")),
        sa.ForeignKeyConstraint(["from_id"], ["members.id"], name=op.f("fk__blocks__from_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_id"], ["members.id"], name=op.f("fk__blocks__to_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("from_id", "to_id", name=op.f("pk__blocks")),
    )
    for columns in INDEXES:
        op.create_index(op.f("ix__blocks__" + "_".join(columns)), "blocks", list(columns), unique=False)
    for name, definition in COLUMNS.items():
        op.execute(f"ALTER TABLE members ADD COLUMN {name} {definition}")


def downgrade() -> None:
    """Take back."""
    for name in reversed(COLUMNS):
        op.execute(f"ALTER TABLE members DROP COLUMN {name}")
    op.drop_table("blocks")
