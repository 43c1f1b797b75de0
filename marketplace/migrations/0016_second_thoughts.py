"""Events of answers that were taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0016_second_thoughts"
down_revision = "0015_skill_keys"
branch_labels = ()
depends_on = None

KINDS = (
    *("account.created", "email.changed", "email_change.undone", "password.changed"),
    *("worker.published", "worker.unpublished", "member.followed", "member.unfollowed", "message.sent"),
    *("factor.added", "factor.removed", "codes.renewed", "code.used"),
    *("member.blocked", "member.unblocked", "follower.removed"),
    *("message.reported", "request.accepted", "request.declined"),
    *("team.created", "team.dissolved", "team.handed_over", "team.member_invited", "team.member_left"),
    *("team.member_expelled", "invitation.accepted", "invitation.declined", "invitation.withdrawn"),
    *("invitation.expired", "joining.asked", "joining.accepted", "joining.declined", "joining.withdrawn"),
)
NEW_KINDS = ("invitation.reopened", "joining.reopened")


def upgrade() -> None:
    """Apply."""
    _allow(*KINDS, *NEW_KINDS)


def downgrade() -> None:
    """Take back."""
    events = sa.table("events", sa.column("id"), sa.column("kind"))
    notifications = sa.table("notifications", sa.column("event_id"))
    gone = sa.select(events.c.id).where(events.c.kind.in_(NEW_KINDS))
    op.execute(notifications.delete().where(notifications.c.event_id.in_(gone)))
    op.execute(events.delete().where(events.c.kind.in_(NEW_KINDS)))
    _allow(*KINDS)


def _allow(*kinds: str) -> None:
    name = op.f("ck__events__eventkind")
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column("kind").in_(kinds))
