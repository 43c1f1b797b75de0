"""Notices of agreed terms, milestones, deliveries, and the timeline of a contract with its files."""

import sqlalchemy as sa
from alembic import op

revision = "0029_doing"
down_revision = "0028_contracts"
branch_labels = ()
depends_on = None

WAITING = (
    ("uq__deliveries__one_whole_waiting", "contract_id", "state = 'waiting' AND milestone_id IS NULL"),
    ("uq__deliveries__one_part_waiting", "milestone_id", "state = 'waiting'"),
)
OPEN = "state IN ('asked', 'noticed')"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "milestones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_yen", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "delivered",
                "accepted",
                "dropped",
                name="milestonestate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_yen BETWEEN 1 AND 1000000000", name=op.f("ck__milestones__amount")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk__milestones__contract_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__milestones")),
        sa.UniqueConstraint("contract_id", "position", name=op.f("uq__milestones__contract_id_position")),
    )
    op.create_table(
        "contract_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("terms_id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "client_to_worker",
                "leader_to_member",
                name="noticekind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("amount_yen", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_yen BETWEEN 0 AND 1000000000", name=op.f("ck__contract_notices__amount")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk__contract_notices__contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["members.id"], name=op.f("fk__contract_notices__recipient_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["terms_id"], ["contract_terms.id"], name=op.f("fk__contract_notices__terms_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__contract_notices")),
        sa.UniqueConstraint("leaf_index", name=op.f("uq__contract_notices__leaf_index")),
        sa.UniqueConstraint("storage_key", name=op.f("uq__contract_notices__storage_key")),
        sa.UniqueConstraint("terms_id", "recipient_id", name=op.f("uq__contract_notices__terms_id_recipient_id")),
    )
    op.create_index(op.f("ix__contract_notices__contract_id"), "contract_notices", ["contract_id"], unique=False)
    op.create_index(
        op.f("ix__contract_notices__recipient_id_id"), "contract_notices", ["recipient_id", "id"], unique=False
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("inspect_by", sa.Date(), nullable=True),
        sa.Column("pay_on", sa.Date(), nullable=False),
        sa.Column("pay_limit_on", sa.Date(), nullable=False),
        sa.Column("amount_yen", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "accepted",
                "revision",
                "withdrawn",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("is_deemed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_yen", sa.Integer(), nullable=True),
        sa.Column("payment_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck__deliveries__decided_once")),
        sa.CheckConstraint("amount_yen BETWEEN 0 AND 1000000000", name=op.f("ck__deliveries__amount")),
        sa.CheckConstraint("(paid_on IS NULL) = (paid_yen IS NULL)", name=op.f("ck__deliveries__paid_whole")),
        sa.CheckConstraint("paid_yen BETWEEN 0 AND 1000000000", name=op.f("ck__deliveries__paid_amount")),
        sa.CheckConstraint("paid_on IS NULL OR state = 'accepted'", name=op.f("ck__deliveries__paid_once_accepted")),
        sa.CheckConstraint(
            "payment_confirmed_at IS NULL OR paid_on IS NOT NULL", name=op.f("ck__deliveries__confirmed_once_paid")
        ),
        sa.CheckConstraint("state <> 'revision' OR reason <> ''", name=op.f("ck__deliveries__revised_for_a_reason")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk__deliveries__contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestones.id"], name=op.f("fk__deliveries__milestone_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__deliveries")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq__deliveries__contract_id_number")),
    )
    op.create_index(op.f("ix__deliveries__milestone_id"), "deliveries", ["milestone_id"], unique=False)
    for name, column, condition in WAITING:
        op.create_index(
            name,
            "deliveries",
            [column],
            unique=True,
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )
    _create_endings()
    _create_contacts()
    op.create_index(op.f("ix__contracts__next_on"), "contracts", ["next_on"], unique=False)
    op.create_table(
        "contract_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "message",
                "report",
                "contact",
                "consultation",
                "receipt",
                "late",
                "terms",
                "delivery",
                "withdrawal",
                "revision",
                "acceptance",
                "payment",
                "payment_disputed",
                "payment_received",
                "completed",
                "ending",
                "confidentiality",
                name="entrykind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("once", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["members.id"], name=op.f("fk__contract_entries__author_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk__contract_entries__contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk__contract_entries__delivery_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__contract_entries")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq__contract_entries__author_id_once")),
    )
    op.create_index(
        op.f("ix__contract_entries__contract_id_id"), "contract_entries", ["contract_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix__contract_entries__contract_id_kind_id"),
        "contract_entries",
        ["contract_id", "kind", "id"],
        unique=False,
    )
    op.create_index(op.f("ix__contract_entries__delivery_id"), "contract_entries", ["delivery_id"], unique=False)
    op.create_table(
        "contract_attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("needs_signature", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk__contract_attachments__contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["contract_entries.id"], name=op.f("fk__contract_attachments__entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["members.id"], name=op.f("fk__contract_attachments__owner_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__contract_attachments")),
        sa.UniqueConstraint("storage_key", name=op.f("uq__contract_attachments__storage_key")),
    )
    op.create_index(
        op.f("ix__contract_attachments__contract_id"), "contract_attachments", ["contract_id"], unique=False
    )
    op.create_index(op.f("ix__contract_attachments__entry_id"), "contract_attachments", ["entry_id"], unique=False)
    op.create_index(op.f("ix__contract_attachments__owner_id"), "contract_attachments", ["owner_id"], unique=False)


def _create_endings() -> None:
    """Create the tables of early ends and of reminders."""
    op.create_table(
        "contract_endings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "mutual",
                "worker",
                "client",
                "force_majeure",
                name="endingcause",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("owed_yen", sa.Integer(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "noticed",
                "done",
                "refused",
                "withdrawn",
                name="endingstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck__contract_endings__for_a_reason")),
        sa.CheckConstraint("owed_yen BETWEEN 0 AND 1000000000", name=op.f("ck__contract_endings__owed")),
        sa.CheckConstraint(
            "(state IN ('asked', 'noticed')) = (decided_at IS NULL)", name=op.f("ck__contract_endings__decided_once")
        ),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["members.id"], name=op.f("fk__contract_endings__asker_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk__contract_endings__contract_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__contract_endings")),
    )
    op.create_index(op.f("ix__contract_endings__asker_id"), "contract_endings", ["asker_id"], unique=False)
    op.create_index(op.f("ix__contract_endings__contract_id"), "contract_endings", ["contract_id"], unique=False)
    op.create_index(
        "uq__contract_endings__one_open",
        "contract_endings",
        ["contract_id"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_table(
        "contract_reminders",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "due",
                "inspection",
                "payment",
                "ending",
                name="reminderkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk__contract_reminders__contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk__contract_reminders__event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contract_id", "kind", "day", "days_before", name=op.f("pk__contract_reminders")),
        sa.UniqueConstraint("event_id", name=op.f("uq__contract_reminders__event_id")),
    )


def _create_contacts() -> None:
    """Create the table of those who completed work together."""
    op.create_table(
        "contacts",
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck__contacts__not_to_self")),
        sa.ForeignKeyConstraint(["from_id"], ["members.id"], name=op.f("fk__contacts__from_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_id"], ["members.id"], name=op.f("fk__contacts__to_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("from_id", "to_id", name=op.f("pk__contacts")),
    )
    for columns in (("to_id", "created_at", "from_id"), ("from_id", "created_at", "to_id")):
        op.create_index(op.f("ix__contacts__" + "_".join(columns)), "contacts", list(columns), unique=False)


def downgrade() -> None:
    """Take back; what was written is lost."""
    op.drop_index(op.f("ix__contracts__next_on"), table_name="contracts")
    op.drop_table("contacts")
    op.drop_table("contract_reminders")
    op.drop_table("contract_endings")
    op.drop_table("contract_attachments")
    op.drop_table("contract_entries")
    op.drop_table("deliveries")
    op.drop_table("contract_notices")
    op.drop_table("milestones")
