"""Reminders of the day by which what the terms leave open is to be decided."""

import sqlalchemy as sa
from alembic import op

revision = "0045_undecided_days"
down_revision = "0043_forms_behind"
branch_labels = ()
depends_on = None

KINDS = ("due", "inspection", "payment", "ending")
NEW_KIND = "undecided"


def upgrade() -> None:
    """Apply."""
    _allow(NEW_KIND, *KINDS)


def downgrade() -> None:
    """Take back; what was told stays told."""
    reminders = sa.table("contract_reminders", sa.column("kind"))
    op.execute(reminders.delete().where(reminders.c.kind == NEW_KIND))
    _allow(*KINDS)


def _allow(*kinds: str) -> None:
    name = op.f("ck__contract_reminders__reminderkind")
    with op.batch_alter_table("contract_reminders") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column("kind").in_(kinds))
