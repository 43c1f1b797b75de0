"""Suggestions that were dismissed, and who worked at the same place."""

import sqlalchemy as sa
from alembic import op

revision = "0012_circles"
down_revision = "0011_teams"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "dismissals",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("dismissed_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("member_id <> dismissed_id", name=op.f("ck__dismissals__not_oneself")),
        sa.ForeignKeyConstraint(
            ["dismissed_id"], ["members.id"], name=op.f("fk__dismissals__dismissed_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk__dismissals__member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "dismissed_id", name=op.f("pk__dismissals")),
    )
    op.create_index(op.f("ix__dismissals__dismissed_id"), "dismissals", ["dismissed_id"], unique=False)
    op.create_index(op.f("ix__careers__company_member_id"), "careers", ["company", "member_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix__careers__company_member_id"), table_name="careers")
    op.drop_table("dismissals")
