"""What moderators compared with a certificate, in the decision and beside the qualification."""

import sqlalchemy as sa
from alembic import op

revision = "0040_compared"
down_revision = "0039_kept_papers"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    """Apply. Decisions keep what they answered: nobody was asked yet whether the qualification stands there."""
    op.add_column("verifications", sa.Column("qualification_matches", sa.Boolean(), nullable=True))
    with op.batch_alter_table("qualifications") as batch:
        batch.add_column(sa.Column("is_compared", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("qualifications") as batch:
        batch.alter_column("is_compared", server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("qualifications") as batch:
        batch.drop_column("is_compared")
    op.drop_column("verifications", "qualification_matches")
