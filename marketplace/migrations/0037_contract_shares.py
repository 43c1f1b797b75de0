"""Members of a team are asked for their share of a contract, which is not agreed to before they have confirmed it."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0037_contract_shares"
down_revision = "0036_acceptances"
branch_labels = ()
depends_on = None

KINDS = ("share.asked", "shares.confirmed", "share.refused")
COLUMNS = ("asked_at", "confirmed_at", "refused_at")
NAME = "contract_terms_refuse_unconfirmed"
CONDITION = """NEW.state = 'agreed' AND OLD.state <> 'agreed' AND EXISTS (
    SELECT 1 FROM contract_shares WHERE terms_id = NEW.id AND asked_at IS NOT NULL AND confirmed_at IS NULL)"""
ON_SQLITE = f"""
    CREATE TRIGGER {NAME} BEFORE UPDATE ON contract_terms WHEN {CONDITION}
    BEGIN SELECT RAISE(ABORT, 'everybody confirms their share first'); END
"""
ON_POSTGRESQL = f"""
    CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {CONDITION} THEN
            RAISE EXCEPTION 'everybody confirms their share first' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER {NAME} BEFORE UPDATE ON contract_terms FOR EACH ROW EXECUTE FUNCTION {NAME}()
"""


def upgrade() -> None:
    """Apply."""
    for name in COLUMNS:
        op.add_column("contract_shares", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute(ON_POSTGRESQL if _is_postgresql() else ON_SQLITE)
    _allow("events", "kind", "eventkind", adding=KINDS)


def downgrade() -> None:
    """Take back; who was told of these shares is lost."""
    events = sa.table("events", sa.column("id"), sa.column("kind"))
    notifications = sa.table("notifications", sa.column("event_id"))
    lost = sa.select(events.c.id).where(events.c.kind.in_(KINDS))
    op.execute(notifications.delete().where(notifications.c.event_id.in_(lost)))
    op.execute(events.delete().where(events.c.kind.in_(KINDS)))
    _allow("events", "kind", "eventkind", removing=KINDS)
    if _is_postgresql():
        op.execute(f"DROP TRIGGER {NAME} ON contract_terms")
        op.execute(f"DROP FUNCTION {NAME}()")
    else:
        op.execute(f"DROP TRIGGER {NAME}")
    for name in COLUMNS:
        op.drop_column("contract_shares", name)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


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
