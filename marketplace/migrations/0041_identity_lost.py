"""That somebody's identity counts no more, for they have another name."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0041_identity_lost"
down_revision = "0040_compared"
branch_labels = ()
depends_on = None

NEW_KIND = "identity.lost"


def upgrade() -> None:
    """Apply."""
    _allow(adding=(NEW_KIND,))


def downgrade() -> None:
    """Take back; nobody is told of it any more."""
    events = sa.table("events", sa.column("id"), sa.column("kind"))
    notifications = sa.table("notifications", sa.column("event_id"))
    gone = sa.select(events.c.id).where(events.c.kind == NEW_KIND)
    # Foreign keys are off while tables are rebuilt on SQLite: what hangs on a row goes first.
    op.execute(notifications.delete().where(notifications.c.event_id.in_(gone)))
    op.execute(events.delete().where(events.c.kind == NEW_KIND))
    _allow(removing=(NEW_KIND,))


def _allow(*, adding: tuple[str, ...] = (), removing: tuple[str, ...] = ()) -> None:
    """Change which kinds there are, whatever revisions before this one have added to them."""
    name = op.f("ck__events__eventkind")
    checks = sa.inspect(op.get_bind()).get_check_constraints("events")
    present = next(re.findall(r"'([^']+)'", each["sqltext"]) for each in checks if each["name"] == name)
    words = [word for word in dict.fromkeys((*present, *adding)) if word not in removing]
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column("kind").in_(words))
