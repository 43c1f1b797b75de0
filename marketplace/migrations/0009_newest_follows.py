"""The newest follows of everybody first."""

from alembic import op

revision = "0009_newest_follows"
down_revision = "0008_second_factors"
branch_labels = ()
depends_on = None

COLUMNS = (("to_id", "created_at", "from_id"), ("from_id", "created_at", "to_id"))


def upgrade() -> None:
    """Apply."""
    for columns in COLUMNS:
        op.create_index(op.f("ix__follows__" + "_".join(columns)), "follows", list(columns), unique=False)
    op.drop_index(op.f("ix__follows__to_id_from_id"), table_name="follows")


def downgrade() -> None:
    """Take back."""
    op.create_index(op.f("ix__follows__to_id_from_id"), "follows", ["to_id", "from_id"], unique=False)
    for columns in COLUMNS:
        op.drop_index(op.f("ix__follows__" + "_".join(columns)), table_name="follows")
