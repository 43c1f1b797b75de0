"""Messages."""

import sqlalchemy as sa
from alembic import op

revision = "0006_messages"
down_revision = "0005_follows"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__conversations")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk__messages__conversation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["members.id"], name=op.f("fk__messages__sender_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__messages")),
        sa.UniqueConstraint("sender_id", "once", name=op.f("uq__messages__sender_id_once")),
    )
    op.create_index(op.f("ix__messages__conversation_id_id"), "messages", ["conversation_id", "id"], unique=False)
    op.create_table(
        "participations",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("last_read_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk__participations__conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk__participations__member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "member_id", name=op.f("pk__participations")),
    )
    op.create_index(op.f("ix__participations__member_id"), "participations", ["member_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix__participations__member_id"), table_name="participations")
    op.drop_table("participations")
    op.drop_index(op.f("ix__messages__conversation_id_id"), table_name="messages")
    op.drop_table("messages")
    op.drop_table("conversations")
