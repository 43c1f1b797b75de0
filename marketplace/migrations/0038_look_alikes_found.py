"""What is found about look-alikes stands in the audit trail; impersonation and rights are reasons of their own."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0038_look_alikes_found"
down_revision = "0037_contract_shares"
branch_labels = ()
depends_on = None

NEW_DEEDS = ("name.left", "name.questioned")
NEW_REASONS = ("impersonation", "rights")
GIVEN = {"reports": "reason", "decisions": "ground"}
KEEPING = {"update": "UPDATE", "delete": "DELETE"}
ON_SQLITE = """
    CREATE TRIGGER audit_entries_refuse_{name} BEFORE {deed} ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END
"""


def upgrade() -> None:
    """Apply."""
    _allow_deeds(adding=NEW_DEEDS)
    for table, column in GIVEN.items():
        _allow(table, column, "reportreason", adding=NEW_REASONS)


def downgrade() -> None:
    """Take back: the new reasons become the one of everything else.

    Refused while the audit trail tells of what would not be allowed.
    """
    for table, column in GIVEN.items():
        rows = sa.table(table, sa.column(column))
        op.execute(rows.update().where(rows.c[column].in_(NEW_REASONS)).values({column: "other"}))
        _allow(table, column, "reportreason", removing=NEW_REASONS)
    _allow_deeds(removing=NEW_DEEDS)


def _allow_deeds(adding: tuple[str, ...] = (), removing: tuple[str, ...] = ()) -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name in KEEPING:
        op.execute(f"DROP TRIGGER audit_entries_refuse_{name}" + (" ON audit_entries" if is_postgresql else ""))
    _allow("audit_entries", "deed", "auditdeed", adding=adding, removing=removing)
    for name, deed in KEEPING.items():
        if is_postgresql:
            what = "FOR EACH STATEMENT EXECUTE FUNCTION keep_the_audit_trail()"
            either = f"{deed} OR TRUNCATE" if deed == "DELETE" else deed
            op.execute(f"CREATE TRIGGER audit_entries_refuse_{name} BEFORE {either} ON audit_entries {what}")
        else:
            op.execute(ON_SQLITE.format(name=name, deed=deed))


def _allow(
    table: str, column: str, enumeration: str, *, adding: tuple[str, ...] = (), removing: tuple[str, ...] = ()
) -> None:
    """Change the words of a closed list, whatever revisions before this one have added to it."""
    name = op.f(f"ck__{table}__{enumeration}")
    checks = sa.inspect(op.get_bind()).get_check_constraints(table)
    present = next(re.findall(r"'([^']+)'", each["sqltext"]) for each in checks if each["name"] == name)
    words = [word for word in dict.fromkeys((*present, *adding)) if word not in removing]
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column(column).in_(words))
