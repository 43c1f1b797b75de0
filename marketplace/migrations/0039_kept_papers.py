"""Notices and entries that are never changed, and contracts under a version that is there."""

from alembic import op

revision = "0039_kept_papers"
down_revision = "0038_look_alikes_found"
branch_labels = ()
depends_on = None

FIXED = (
    *("id", "contract_id", "terms_id", "recipient_id", "kind", "amount_yen", "storage_key", "sha256", "salt"),
    *("leaf_index", "delivered_at"),
)
CHANGED = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED)
# JSON of PostgreSQL has no equality of its own.
CONTENT = "CAST(NEW.content AS TEXT) IS DISTINCT FROM CAST(OLD.content AS TEXT)"
SEEN = "OLD.viewed_at IS NOT NULL AND NEW.viewed_at IS DISTINCT FROM OLD.viewed_at"
THERE = "EXISTS (SELECT 1 FROM contracts WHERE id = OLD.contract_id)"
AGREED = """EXISTS (
    SELECT 1 FROM contract_terms WHERE contract_id = NEW.id AND number = NEW.terms_number AND state = 'agreed')"""
REFUSALS = (
    ("contract_notices", "update", f"{CHANGED} OR {CONTENT} OR ({SEEN})"),
    ("contract_notices", "delete", THERE),
    ("contract_entries", "update", "1 = 1"),
    ("contract_entries", "delete", THERE),
    (
        "contracts",
        "update",
        f"NEW.terms_number IS NOT NULL AND NEW.terms_number IS DISTINCT FROM OLD.terms_number AND NOT {AGREED}",
    ),
)
ON_SQLITE = """
    CREATE TRIGGER {table}_keep_{deed} BEFORE {deed} ON {table} WHEN {condition}
    BEGIN SELECT RAISE(ABORT, 'what was agreed and told is kept'); END
"""
ON_POSTGRESQL = """
    CREATE FUNCTION {table}_keep_{deed}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {condition} THEN
            RAISE EXCEPTION 'what was agreed and told is kept' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN {row};
    END $$;
    CREATE TRIGGER {table}_keep_{deed} BEFORE {deed} ON {table} FOR EACH ROW
    EXECUTE FUNCTION {table}_keep_{deed}()
"""


def upgrade() -> None:
    """Apply."""
    for table, deed, condition in REFUSALS:
        if _is_postgresql():
            row = "OLD" if deed == "delete" else "NEW"
            op.execute(ON_POSTGRESQL.format(table=table, deed=deed, condition=condition, row=row))
        else:
            said = condition.replace("IS DISTINCT FROM", "IS NOT")
            op.execute(ON_SQLITE.format(table=table, deed=deed, condition=said))


def downgrade() -> None:
    """Take back."""
    for table, deed, _condition in REFUSALS:
        if _is_postgresql():
            op.execute(f"DROP TRIGGER {table}_keep_{deed} ON {table}")
            op.execute(f"DROP FUNCTION {table}_keep_{deed}()")
        else:
            op.execute(f"DROP TRIGGER {table}_keep_{deed}")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
