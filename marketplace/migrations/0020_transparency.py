"""The public log: leaves, the hashes of complete subtrees, and the head that lets one append at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0020_transparency"
down_revision = "0019_verification"
branch_labels = ()
depends_on = None

KINDS = ("document.destroyed", "pledge.signed", "pledge.withdrawn")
KEPT = ("transparency_leaves", "transparency_nodes")
DEEDS = {"update": "UPDATE", "delete": "DELETE"}
ON_SQLITE = """
    CREATE TRIGGER {table}_refuse_{name} BEFORE {deed} ON {table}
    BEGIN SELECT RAISE(ABORT, 'the log is only appended to'); END
"""
ON_POSTGRESQL = """
    CREATE FUNCTION keep_the_transparency_log() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the log is only appended to' USING ERRCODE = 'check_violation'; END $$
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "transparency_leaves",
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="leafkind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint('"index" >= 0', name=op.f("ck__transparency_leaves__from_nothing")),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck__transparency_leaves__whole_hash")),
        sa.PrimaryKeyConstraint("index", name=op.f("pk__transparency_leaves")),
    )
    op.create_table(
        "transparency_nodes",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("level >= 1 AND position >= 0", name=op.f("ck__transparency_nodes__above_leaves")),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck__transparency_nodes__whole_hash")),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk__transparency_nodes")),
    )
    heads = op.create_table(
        "transparency_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck__transparency_heads__one_row")),
        sa.CheckConstraint("size >= 0", name=op.f("ck__transparency_heads__size_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__transparency_heads")),
    )
    op.bulk_insert(heads, [{"id": 1, "size": 0}])
    _refuse_changes()


def downgrade() -> None:
    """Take back; the log is lost."""
    for table in ("transparency_heads", "transparency_nodes", "transparency_leaves"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_the_transparency_log()")


def _refuse_changes() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        op.execute(ON_POSTGRESQL)
    for table in KEPT:
        for name, deed in DEEDS.items():
            if is_postgresql:
                either = f"{deed} OR TRUNCATE" if deed == "DELETE" else deed
                what = "FOR EACH STATEMENT EXECUTE FUNCTION keep_the_transparency_log()"
                op.execute(f"CREATE TRIGGER {table}_refuse_{name} BEFORE {either} ON {table} {what}")
            else:
                op.execute(ON_SQLITE.format(table=table, name=name, deed=deed))
