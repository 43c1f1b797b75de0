"""The pledge of confidentiality: the way to it, what was signed (which stays as it is), and what was withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0021_pledges"
down_revision = "0020_transparency"
branch_labels = ()
depends_on = None

KEPT = ("id", "member_id", "text_version", "text_sha256", "started_at", "signed_at", "record_sha256", "leaf_index")
SAME = " AND ".join(f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in KEPT)
IS_ERASING = f"NEW.record IS NULL AND NEW.salt IS NULL AND {SAME}"
MEMBER_IS_THERE = "EXISTS (SELECT 1 FROM members WHERE id = OLD.member_id)"
PLEDGE_IS_THERE = "EXISTS (SELECT 1 FROM pledges WHERE id = OLD.pledge_id)"
REFUSALS = (
    ("pledges", "update", f"NOT ({IS_ERASING})"),
    ("pledges", "delete", MEMBER_IS_THERE),
    ("pledge_withdrawals", "update", "1 = 1"),
    ("pledge_withdrawals", "delete", PLEDGE_IS_THERE),
)
ON_SQLITE = """
    CREATE TRIGGER {table}_refuse_{deed} BEFORE {deed} ON {table} WHEN {condition}
    BEGIN SELECT RAISE(ABORT, 'what was signed is not changed'); END
"""
ON_POSTGRESQL = """
    CREATE FUNCTION {table}_refuse_{deed}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {condition} THEN
            RAISE EXCEPTION 'what was signed is not changed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN {row};
    END $$
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("members", sa.Column("pledged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("members", sa.Column("pledged_version", sa.String(length=20), nullable=True))
    _create_progress()
    _create_pledges()
    for table, deed, condition in REFUSALS:
        if op.get_bind().dialect.name == "postgresql":
            row = "NEW" if deed == "update" else "OLD"
            op.execute(ON_POSTGRESQL.format(table=table, deed=deed, condition=condition, row=row))
            what = f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse_{deed}()"
            op.execute(f"CREATE TRIGGER {table}_refuse_{deed} BEFORE {deed} ON {table} {what}")
        else:
            condition = condition.replace("IS NOT DISTINCT FROM", "IS")
            op.execute(ON_SQLITE.format(table=table, deed=deed, condition=condition))


def downgrade() -> None:
    """Take back; what was signed is lost."""
    for table in ("pledge_withdrawals", "pledges", "pledge_progress"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table, deed, _condition in REFUSALS:
            op.execute(f"DROP FUNCTION {table}_refuse_{deed}()")
    for column in ("pledged_version", "pledged_at"):
        op.execute(f"ALTER TABLE members DROP COLUMN {column}")


def _create_progress() -> None:
    op.create_table(
        "pledge_progress",
        _reference("pledge_progress", "member_id", "members"),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("mistakes", sa.Integer(), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("answered >= 0 AND mistakes >= 0", name=op.f("ck__pledge_progress__counts_not_negative")),
        sa.CheckConstraint(
            "passed_at IS NULL OR read_at IS NOT NULL", name=op.f("ck__pledge_progress__read_before_passed")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk__pledge_progress")),
    )


def _create_pledges() -> None:
    op.create_table(
        "pledges",
        sa.Column("id", sa.Integer(), nullable=False),
        _reference("pledges", "member_id", "members"),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("record_sha256", sa.String(length=64), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.CheckConstraint("(record IS NULL) = (salt IS NULL)", name=op.f("ck__pledges__opened_or_erased")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__pledges")),
        sa.UniqueConstraint("member_id", "started_at", name=op.f("uq__pledges__member_id_started_at")),
        sa.UniqueConstraint("leaf_index", name=op.f("uq__pledges__leaf_index")),
    )
    op.create_index(op.f("ix__pledges__member_id_id"), "pledges", ["member_id", "id"], unique=False)
    op.create_table(
        "pledge_withdrawals",
        _reference("pledge_withdrawals", "pledge_id", "pledges"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("record_sha256", sa.String(length=64), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("pledge_id", name=op.f("pk__pledge_withdrawals")),
        sa.UniqueConstraint("leaf_index", name=op.f("uq__pledge_withdrawals__leaf_index")),
    )


def _reference(table: str, column: str, target: str) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk__{table}__{column}"), ondelete="CASCADE")
    return sa.Column(column, sa.Integer(), key, nullable=False)
