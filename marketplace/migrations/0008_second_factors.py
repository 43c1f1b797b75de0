"""Second factors."""

import sqlalchemy as sa
from alembic import op

revision = "0008_second_factors"
down_revision = "0007_events"
branch_labels = ()
depends_on = None

KINDS = (
    "account.created",
    "email.changed",
    "email_change.undone",
    "password.changed",
    "worker.published",
    "worker.unpublished",
    "member.followed",
    "member.unfollowed",
    "message.sent",
)
NEW_KINDS = ("factor.added", "factor.removed", "codes.renewed", "code.used")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "second_factors",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=500), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk__second_factors__account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk__second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk__recovery_codes__account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "digest", name=op.f("pk__recovery_codes")),
    )
    _allow_events((*KINDS, *NEW_KINDS))


def downgrade() -> None:
    """Take back."""
    events = sa.table("events", sa.column("kind"))
    op.execute(events.delete().where(events.c.kind.in_(NEW_KINDS)))
    _allow_events(KINDS)
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")


def _allow_events(kinds: tuple[str, ...]) -> None:
    name = op.f("ck__events__eventkind")
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column("kind").in_(kinds))
