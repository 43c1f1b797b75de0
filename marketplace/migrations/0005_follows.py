"""Follows."""

import sqlalchemy as sa
from alembic import op

revision = "0005_follows"
down_revision = "0004_careers"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "follows",
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck__follows__not_to_self")),
        sa.ForeignKeyConstraint(["from_id"], ["members.id"], name=op.f("fk__follows__from_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_id"], ["members.id"], name=op.f("fk__follows__to_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("from_id", "to_id", name=op.f("pk__follows")),
    )
    op.create_index(op.f("ix__follows__to_id_from_id"), "follows", ["to_id", "from_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix__follows__to_id_from_id"), table_name="follows")
    op.drop_table("follows")
