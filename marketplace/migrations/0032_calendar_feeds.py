"""Secret addresses at which calendars read."""

import sqlalchemy as sa
from alembic import op

revision = "0032_calendar_feeds"
down_revision = "0031_reviews"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "calendar_feeds",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck__calendar_feeds__whole_digest")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk__calendar_feeds__member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk__calendar_feeds")),
        sa.UniqueConstraint("digest", name=op.f("uq__calendar_feeds__digest")),
    )


def downgrade() -> None:
    """Take back; calendars read nothing any more."""
    op.drop_table("calendar_feeds")
