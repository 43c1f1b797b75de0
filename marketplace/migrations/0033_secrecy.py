"""Individual agreements of confidentiality, and signatures, which are never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0033_secrecy"
down_revision = "0032_calendar_feeds"
branch_labels = ()
depends_on = None

FIXED = ("id", "contract_id", "proposer_id", "number", "discloses_address", "text", "text_sha256", "created_at")
CHANGED = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED)
AGREEMENT = "EXISTS (SELECT 1 FROM secrecy_agreements WHERE id = {row}.agreement_id{more})"
REFUSALS = (
    ("secrecy_agreements", "update", f"OLD.state <> 'proposed' OR {CHANGED}"),
    ("secrecy_agreements", "delete", "EXISTS (SELECT 1 FROM contracts WHERE id = OLD.contract_id)"),
    ("secrecy_signatures", "insert", "NOT " + AGREEMENT.format(row="NEW", more=" AND state = 'proposed'")),
    ("secrecy_signatures", "update", "1 = 1"),
    ("secrecy_signatures", "delete", AGREEMENT.format(row="OLD", more="")),
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
    _create_agreements()
    _create_signatures()
    for table, deed, condition in REFUSALS:
        if op.get_bind().dialect.name == "postgresql":
            row = "OLD" if deed == "delete" else "NEW"
            op.execute(ON_POSTGRESQL.format(table=table, deed=deed, condition=condition, row=row))
            what = f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse_{deed}()"
            op.execute(f"CREATE TRIGGER {table}_refuse_{deed} BEFORE {deed} ON {table} {what}")
        else:
            condition = condition.replace("IS DISTINCT FROM", "IS NOT")
            op.execute(ON_SQLITE.format(table=table, deed=deed, condition=condition))


def downgrade() -> None:
    """Take back; what was signed is lost."""
    op.drop_table("secrecy_signatures")
    op.drop_table("secrecy_agreements")
    if op.get_bind().dialect.name == "postgresql":
        for table, deed, _condition in REFUSALS:
            op.execute(f"DROP FUNCTION {table}_refuse_{deed}()")


def _create_agreements() -> None:
    words = ("proposed", "signed", "refused", "withdrawn")
    state = sa.Enum(*words, name="secrecystate", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "secrecy_agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        _reference("secrecy_agreements", "contract_id", "contracts", "CASCADE"),
        _reference("secrecy_agreements", "proposer_id", "members", "RESTRICT"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("discloses_address", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("text <> '' AND length(text_sha256) = 64", name=op.f("ck__secrecy_agreements__whole_text")),
        sa.CheckConstraint(
            "(state = 'proposed') = (ended_at IS NULL)", name=op.f("ck__secrecy_agreements__ended_with_time")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__secrecy_agreements")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq__secrecy_agreements__contract_id_number")),
    )
    op.create_index(op.f("ix__secrecy_agreements__proposer_id"), "secrecy_agreements", ["proposer_id"], unique=False)
    waits = sa.text("state = 'proposed'")
    op.create_index(
        "uq__secrecy_agreements__one_proposed",
        "secrecy_agreements",
        ["contract_id"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )


def _create_signatures() -> None:
    op.create_table(
        "secrecy_signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        _reference("secrecy_signatures", "agreement_id", "secrecy_agreements", "CASCADE"),
        _reference("secrecy_signatures", "member_id", "members", "RESTRICT"),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("record_sha256", sa.String(length=64), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck__secrecy_signatures__named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__secrecy_signatures")),
        sa.UniqueConstraint("agreement_id", "member_id", name=op.f("uq__secrecy_signatures__agreement_id_member_id")),
        sa.UniqueConstraint("leaf_index", name=op.f("uq__secrecy_signatures__leaf_index")),
    )
    op.create_index(op.f("ix__secrecy_signatures__member_id"), "secrecy_signatures", ["member_id"], unique=False)


def _reference(table: str, column: str, target: str, on_delete: str) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk__{table}__{column}"), ondelete=on_delete)
    return sa.Column(column, sa.Integer(), key, nullable=False)
