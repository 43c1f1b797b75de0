"""Errands."""

import sqlalchemy as sa
from alembic import op

revision = "0001_errands"
down_revision = None
branch_labels = ("default",)
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "errands",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__errands")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix__errands__due_at_id"), "errands", ["due_at", "id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix__errands__due_at_id"), table_name="errands")
    op.drop_table("errands")
