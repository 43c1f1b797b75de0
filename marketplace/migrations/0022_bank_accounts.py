"""Bank accounts that never change, what came of comparing their names, and how payments to members are taxed."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0022_bank_accounts"
down_revision = "0021_pledges"
branch_labels = ()
depends_on = None

KINDS = ("ordinary", "checking", "savings")
GROUNDS = ("former_name", "trade_name", "own_corporation", "other")
WAITING = "NOT is_same AND decided_at IS NULL"
FIXED = (
    *("id", "member_id", "edition", "bank_code", "bank_name", "bank_kana", "branch_code", "branch_name"),
    *("branch_kana", "kind", "last_digits", "ground", "reason", "payouts_held_until", "created_at"),
)
"""What stays as it was written; of the others each may only go from what it is to its end."""
CHANGED = " OR ".join(
    (
        *(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FIXED),
        *(f"(NEW.{name} IS NOT NULL AND NEW.{name} IS DISTINCT FROM OLD.{name})" for name in ("sealed", "key_name")),
        "(OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)",
    )
)
ON_SQLITE = """
    CREATE TRIGGER bank_accounts_stay_as_they_are BEFORE UPDATE ON bank_accounts WHEN {changed}
    BEGIN SELECT RAISE(ABORT, 'a bank account does not change'); END
"""
ON_POSTGRESQL = """
    CREATE FUNCTION keep_bank_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'a bank account does not change' USING ERRCODE = 'check_violation'; END $$;
    CREATE TRIGGER bank_accounts_stay_as_they_are BEFORE UPDATE ON bank_accounts
    FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION keep_bank_accounts()
"""


def upgrade() -> None:
    """Apply."""
    _create_accounts()
    _create_comparisons()
    _create_details()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(ON_POSTGRESQL.format(changed=CHANGED))
    else:
        # SQLite says the same with another word, and said it before it knew this one.
        op.execute(ON_SQLITE.format(changed=CHANGED.replace("IS DISTINCT FROM", "IS NOT")))


def downgrade() -> None:
    """Take back; the accounts are lost."""
    for table in ("payee_details", "name_comparisons", "bank_accounts"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_bank_accounts()")


def _create_accounts() -> None:
    where = sa.text("ended_at IS NULL")
    op.create_table(
        "bank_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("bank_code", sa.String(length=4), nullable=False),
        sa.Column("bank_name", sa.String(length=60), nullable=False),
        sa.Column("bank_kana", sa.String(length=60), nullable=False),
        sa.Column("branch_code", sa.String(length=3), nullable=False),
        sa.Column("branch_name", sa.String(length=60), nullable=False),
        sa.Column("branch_kana", sa.String(length=60), nullable=False),
        _words("kind", "accountkind", *KINDS),
        sa.Column("last_digits", sa.String(length=3), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_name", sa.String(length=100), nullable=True),
        _words("ground", "nameground", *GROUNDS, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        _moment("payouts_held_until"),
        _moment("created_at"),
        _moment("ended_at", nullable=True),
        sa.CheckConstraint(
            "(sealed IS NULL) = (key_name IS NULL)", name=op.f("ck__bank_accounts__sealed_under_its_key")
        ),
        sa.CheckConstraint(
            "ended_at IS NOT NULL OR sealed IS NOT NULL", name=op.f("ck__bank_accounts__sealed_while_current")
        ),
        sa.CheckConstraint(
            "length(bank_code) = 4 AND length(branch_code) = 3", name=op.f("ck__bank_accounts__code_lengths")
        ),
        sa.CheckConstraint("length(last_digits) = 3", name=op.f("ck__bank_accounts__last_digits_length")),
        _reference("bank_accounts", "member_id", "members", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__bank_accounts")),
        sa.UniqueConstraint("member_id", "edition", name=op.f("uq__bank_accounts__member_id_edition")),
    )
    op.create_index(
        "uq__bank_accounts__one_current",
        "bank_accounts",
        ["member_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _create_comparisons() -> None:
    op.create_table(
        "name_comparisons",
        sa.Column("account_id", sa.Integer(), nullable=False),
        _moment("compared_at"),
        sa.Column("is_same", sa.Boolean(), nullable=False),
        _moment("decided_at", nullable=True),
        sa.Column("is_fine", sa.Boolean(), nullable=True),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("statement", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_fine IS NULL)", name=op.f("ck__name_comparisons__decided_somehow")
        ),
        sa.CheckConstraint(
            "NOT is_same OR decided_at IS NULL", name=op.f("ck__name_comparisons__same_needs_no_decision")
        ),
        _reference("name_comparisons", "account_id", "bank_accounts", "CASCADE"),
        _reference("name_comparisons", "moderator_id", "members", "SET NULL"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk__name_comparisons")),
    )
    op.create_index(op.f("ix__name_comparisons__moderator_id"), "name_comparisons", ["moderator_id"], unique=False)
    where = sa.text(WAITING)
    op.create_index(
        "ix__name_comparisons__waiting",
        "name_comparisons",
        ["compared_at", "account_id"],
        unique=False,
        sqlite_where=where,
        postgresql_where=where,
    )


def _create_details() -> None:
    op.create_table(
        "payee_details",
        sa.Column("member_id", sa.Integer(), nullable=False),
        _words("entity", "entity", "individual", "corporation"),
        _words("tax_status", "taxstatus", "taxable", "exempt"),
        sa.Column("invoice_number", sa.String(length=14), nullable=True),
        _words("withholding", "withholding", "none", "fee", "scrivener", "unsure"),
        _moment("updated_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "invoice_number IS NULL OR length(invoice_number) = 14",
            name=op.f("ck__payee_details__invoice_number_length"),
        ),
        sa.CheckConstraint(
            "invoice_number IS NULL OR tax_status = 'taxable'", name=op.f("ck__payee_details__issuers_pay_tax")
        ),
        sa.CheckConstraint(
            "entity = 'individual' OR withholding = 'none'",
            name=op.f("ck__payee_details__nothing_withheld_from_corporations"),
        ),
        _reference("payee_details", "member_id", "members", "CASCADE"),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk__payee_details")),
    )


def _moment(name: str, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(name: str, kind: str, *values: str, nullable: bool = False) -> sa.Column[str]:
    words = sa.Enum(*values, name=kind, native_enum=False, create_constraint=True, length=20)
    return sa.Column(name, words, nullable=nullable)


def _reference(table: str, column: str, target: str, on_delete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk__{table}__{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=on_delete)
