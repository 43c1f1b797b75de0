"""Events."""

import sqlalchemy as sa
from alembic import op

revision = "0007_events"
down_revision = "0006_messages"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "account.created",
                "email.changed",
                "email_change.undone",
                "password.changed",
                "worker.published",
                "worker.unpublished",
                "member.followed",
                "member.unfollowed",
                "message.sent",
                name="eventkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["members.id"], name=op.f("fk__events__actor_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk__events__member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__events")),
    )
    op.create_index(op.f("ix__events__actor_id_created_at"), "events", ["actor_id", "created_at"], unique=False)
    op.create_index(op.f("ix__events__kind_created_at"), "events", ["kind", "created_at"], unique=False)
    op.create_index(op.f("ix__events__member_id"), "events", ["member_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix__events__member_id"), table_name="events")
    op.drop_index(op.f("ix__events__kind_created_at"), table_name="events")
    op.drop_index(op.f("ix__events__actor_id_created_at"), table_name="events")
    op.drop_table("events")
