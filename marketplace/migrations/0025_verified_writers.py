"""By which paper the moderators know a member, and verified members among those who may write at once."""

import sqlalchemy as sa
from alembic import op

revision = "0025_verified_writers"
down_revision = "0024_moderation_in_full"
branch_labels = ()
depends_on = None

FORMER = ("everyone", "friends_of_friends", "friends")
WRITERS = ("everyone", "verified", "friends_of_friends", "friends")
TOGETHER = "(identity_verified_at IS NULL) = (identity_document IS NULL)"
# The papers that were approved last; those of a qualification say nothing of who somebody is.
PAPER = """
    SELECT kind FROM verifications
    WHERE verifications.member_id = members.id AND state = 'approved' AND kind <> 'certificate'
    ORDER BY decided_at DESC, id DESC LIMIT 1
"""


def upgrade() -> None:
    """Apply. Who was verified by no paper that is known would have to show one again: there is none such."""
    # A condition is tried on every row when it is added, and so it comes while nobody is verified.
    op.add_column("members", sa.Column("kept_verified_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE members SET kept_verified_at = identity_verified_at, identity_verified_at = NULL")
    op.execute(
        "ALTER TABLE members ADD COLUMN identity_document VARCHAR(20)"
        f" CONSTRAINT ck__members__identity_with_document CHECK ({TOGETHER})"
    )
    op.execute(
        f"UPDATE members SET identity_verified_at = kept_verified_at, identity_document = ({PAPER})"  # noqa: S608
        f" WHERE kept_verified_at IS NOT NULL AND EXISTS ({PAPER})"
    )
    op.execute("ALTER TABLE members DROP COLUMN kept_verified_at")
    _allow(WRITERS)


def downgrade() -> None:
    """Take back; who let verified members write lets friends of friends."""
    op.execute("UPDATE members SET writers = 'friends_of_friends' WHERE writers = 'verified'")
    _allow(FORMER)
    op.execute("ALTER TABLE members DROP COLUMN identity_document")


def _allow(writers: tuple[str, ...]) -> None:
    """Let the column hold these. On SQLite by another column: a new table would break the triggers that ask this one."""
    condition = f"writers IN ({', '.join(repr(each) for each in writers)})"
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck__members__writers"), "members", type_="check")
        op.create_check_constraint(op.f("ck__members__writers"), "members", condition)
        return
    op.execute("ALTER TABLE members RENAME COLUMN writers TO former_writers")
    op.execute(
        "ALTER TABLE members ADD COLUMN writers VARCHAR(20) DEFAULT 'everyone' NOT NULL"
        f" CONSTRAINT ck__members__writers CHECK ({condition})"
    )
    op.execute("UPDATE members SET writers = former_writers")
    op.execute("ALTER TABLE members DROP COLUMN former_writers")
