"""Leaving: since when a member has left, and when what was personal was erased; exports to take along."""

import sqlalchemy as sa
from alembic import op

revision = "0023_leaving"
down_revision = "0022_bank_accounts"
branch_labels = ()
depends_on = None

LEFT = "left_at IS NOT NULL"
CHECK = "erased_at IS NULL OR left_at IS NOT NULL"
STATES = ("waiting", "ready", "gone")


def upgrade() -> None:
    """Apply."""
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute(f"ALTER TABLE members ADD COLUMN left_at {moment}")
    name = "ck__members__left_before_erased"
    # Beside its column, for SQLite can add neither a constraint alone nor drop a column that another one names.
    op.execute(f"ALTER TABLE members ADD COLUMN erased_at {moment} CONSTRAINT {name} CHECK ({CHECK})")
    where = sa.text(LEFT)
    op.create_index("ix__members__left", "members", ["left_at", "id"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="exportstate", native_enum=False, length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("storage_key", sa.String(length=100), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=True),
        sa.CheckConstraint(sa.column("state").in_(STATES), name=op.f("ck__exports__exportstate")),
        sa.CheckConstraint(
            "(state = 'ready') = (storage_key IS NOT NULL)", name=op.f("ck__exports__ready_with_its_file")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk__exports__member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__exports")),
        sa.UniqueConstraint("storage_key", name=op.f("uq__exports__storage_key")),
    )
    op.create_index(op.f("ix__exports__member_id_asked_at"), "exports", ["member_id", "asked_at"])
    op.create_index(op.f("ix__exports__state_asked_at"), "exports", ["state", "asked_at"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "uq__exports__one_waiting",
        "exports",
        ["member_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    """Take back; who has left is back, and who was erased stays without what was personal."""
    op.drop_table("exports")
    op.drop_index("ix__members__left", table_name="members")
    for column in ("erased_at", "left_at"):
        op.execute(f"ALTER TABLE members DROP COLUMN {column}")
