"""Messages in depth: requests, attachments, acknowledgements, putting away, searching, reports."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0013_messages_in_depth"
down_revision = "0012_circles"
branch_labels = ()
depends_on = None

STATES = "state IN ('open', 'requested', 'accepted', 'declined')"
# Rebuilding a table, as Alembic does for SQLite, would drop it first and take along every row that points to it.
COLUMNS = {
    "participations": {
        "state": f"VARCHAR(20) DEFAULT 'open' NOT NULL CONSTRAINT ck__participations__participationstate CHECK ({STATES})",
        "is_muted": "BOOLEAN DEFAULT false NOT NULL",
        "is_archived": "BOOLEAN DEFAULT false NOT NULL",
    },
    "messages": {
        "is_acknowledgement": "BOOLEAN DEFAULT false NOT NULL",
        "folded": "TEXT DEFAULT '' NOT NULL",
    },
    "conversations": {
        "folded_title": "TEXT DEFAULT '' NOT NULL",
    },
}
REASONS = ("spam", "harassment", "fraud", "privacy", "other")
SENT = "ix__messages__sender_id_created_at"


def upgrade() -> None:
    """Apply."""
    for table, columns in COLUMNS.items():
        for name, definition in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition}")
    _create_attachments()
    _create_reports()
    op.create_index(op.f(SENT), "messages", ["sender_id", "created_at"], unique=False)
    _fold("messages", "body", "folded")
    _fold("conversations", "title", "folded_title")


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f(SENT), table_name="messages")
    for table in ("flags", "reports", "message_attachments"):
        op.drop_table(table)
    for table, columns in COLUMNS.items():
        for name in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")


def _create_attachments() -> None:
    table = "message_attachments"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name=op.f(f"fk__{table}__owner_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f(f"fk__{table}__message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk__{table}")),
        sa.UniqueConstraint("storage_key", name=op.f(f"uq__{table}__storage_key")),
    )
    op.create_index(op.f(f"ix__{table}__owner_id"), table, ["owner_id"], unique=False)
    op.create_index(op.f(f"ix__{table}__message_id_created_at"), table, ["message_id", "created_at"], unique=False)


def _create_reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        *_references("reports", "reporter_id", "member_id"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(sa.column("reason").in_(REASONS), name=op.f("ck__reports__reportreason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reports")),
        sa.UniqueConstraint("reporter_id", "message_id", name=op.f("uq__reports__reporter_id_message_id")),
    )
    op.create_table(
        "flags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        *_references("flags", "member_id"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(sa.column("kind").in_(("same_text",)), name=op.f("ck__flags__flagkind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__flags")),
        sa.UniqueConstraint("member_id", "kind", "digest", name=op.f("uq__flags__member_id_kind_digest")),
    )
    for table, column in (("reports", "member_id"), *((each, "message_id") for each in ("reports", "flags"))):
        op.create_index(op.f(f"ix__{table}__{column}"), table, [column], unique=False)
    for table in ("reports", "flags"):
        op.create_index(op.f(f"ix__{table}__created_at"), table, ["created_at"], unique=False)


def _references(table: str, *members: str) -> list[sa.schema.SchemaItem]:
    """Members whose rows go with them, and a message whose text stays."""
    pairs = [*((name, "members", "CASCADE") for name in members), ("message_id", "messages", "SET NULL")]
    columns = [sa.Column(name, sa.Integer(), nullable=name == "message_id") for name, _to, _then in pairs]
    keys = [
        sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk__{table}__{name}"), ondelete=then)
        for name, to, then in pairs
    ]
    return [*columns, *keys]


def _fold(table: str, source: str, target: str) -> None:
    """Fill what a search compares, a thousand rows at a time."""
    rows = sa.table(table, sa.column("id", sa.Integer), sa.column(source, sa.Text), sa.column(target, sa.Text))
    connection, last = op.get_bind(), 0
    filling = rows.update().where(rows.c.id == sa.bindparam("row_id")).values({target: sa.bindparam("text")})
    while True:
        question = sa.select(rows.c.id, rows.c[source]).where(rows.c.id > last).order_by(rows.c.id).limit(1000)
        found = connection.execute(question).all()
        if not found:
            return
        connection.execute(filling, [{"row_id": each[0], "text": _folded(each[1])} for each in found])
        last = found[-1][0]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
