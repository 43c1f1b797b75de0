"""Messages in depth: requests."""

from alembic import op

revision = "0013_messages_in_depth"
down_revision = "0011_teams"
branch_labels = ()
depends_on = None

STATES = "state IN ('open', 'requested', 'accepted', 'declined')"
# Rebuilding a table, as Alembic does for SQLite, would drop it first and take along every row that points to it.
COLUMNS = {
    "participations": {
        "state": f"VARCHAR(20) DEFAULT 'open' NOT NULL CONSTRAINT ck__participations__participationstate CHECK ({STATES})",
    },
}


def upgrade() -> None:
    """Apply."""
    for table, columns in COLUMNS.items():
        for name, definition in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition}")


def downgrade() -> None:
    """Take back."""
    for table, columns in COLUMNS.items():
        for name in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
