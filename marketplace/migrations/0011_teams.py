"""Teams, and events that concern teams and conversations."""

import sqlalchemy as sa
from alembic import op

revision = "0011_teams"
down_revision = "0010_blocks"
branch_labels = ()
depends_on = None

KINDS = (
    *("account.created", "email.changed", "email_change.undone", "password.changed"),
    *("worker.published", "worker.unpublished", "member.followed", "member.unfollowed", "message.sent"),
    *("factor.added", "factor.removed", "codes.renewed", "code.used"),
)
NEW_KINDS = (
    *("member.blocked", "member.unblocked", "follower.removed"),
    *("message.reported", "request.accepted", "request.declined"),
    *("team.created", "team.dissolved", "team.handed_over", "team.member_invited", "team.member_left"),
    *("team.member_expelled", "invitation.accepted", "invitation.declined", "invitation.withdrawn"),
    *("invitation.expired", "joining.asked", "joining.accepted", "joining.declined", "joining.withdrawn"),
)
THINGS = {"team_id": "teams", "invitation_id": "invitations", "conversation_id": "conversations"}
LOST_ITS_OWNER = """
    EXISTS (SELECT 1 FROM teams WHERE id = OLD.team_id AND dissolved_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM memberships WHERE team_id = OLD.team_id AND role = 'owner')
"""
ON_SQLITE = """
    CREATE TRIGGER {name} AFTER {deed} ON memberships WHEN OLD.role = 'owner' AND {condition}
    BEGIN SELECT RAISE(ABORT, 'a live team keeps an owner'); END
"""
# Of two transactions that end at once neither sees the other's change: the second waits for the team's row, then looks.
ON_POSTGRESQL = """
    CREATE FUNCTION keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM teams WHERE id = OLD.team_id FOR NO KEY UPDATE;
        IF {condition} THEN
            RAISE EXCEPTION 'a live team keeps an owner' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
DEEDS = {"memberships_keep_an_owner_who_leaves": "DELETE", "memberships_keep_an_owner_in_role": "UPDATE OF role"}
STATES = ("open", "accepted", "declined", "withdrawn", "expired")


def upgrade() -> None:
    """Apply."""
    _create_teams()
    _keep_an_owner()
    _create_offers()
    name = op.f("ck__events__eventkind")
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column("kind").in_((*KINDS, *NEW_KINDS)))
        for column, table in THINGS.items():
            batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
            batch.create_foreign_key(op.f(f"fk__events__{column}"), table, [column], ["id"], ondelete="CASCADE")
    for column in THINGS:
        op.create_index(op.f(f"ix__events__{column}"), "events", [column], unique=False)


def downgrade() -> None:
    """Take back."""
    events = sa.table("events", sa.column("kind"))
    op.execute(events.delete().where(events.c.kind.in_(NEW_KINDS)))
    name = op.f("ck__events__eventkind")
    for column in THINGS:
        op.drop_index(op.f(f"ix__events__{column}"), table_name="events")
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column("kind").in_(KINDS))
        for column in THINGS:
            batch.drop_constraint(op.f(f"fk__events__{column}"), type_="foreignkey")
            batch.drop_column(column)
    for table in ("join_requests", "invitations", "memberships", "wanted_skills", "teams"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_an_owner()")


def _create_teams() -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("picture_key", sa.String(length=100), nullable=True),
        sa.Column("takes_requests", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dissolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(slug) BETWEEN 3 AND 30", name=op.f("ck__teams__slug_length")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 40", name=op.f("ck__teams__name_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__teams")),
        sa.UniqueConstraint("slug", name=op.f("uq__teams__slug")),
    )
    op.create_table(
        "wanted_skills",
        _reference("wanted_skills", "team_id", "teams"),
        _reference("wanted_skills", "skill_id", "skills"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "skill_id", name=op.f("pk__wanted_skills")),
    )
    op.create_index(op.f("ix__wanted_skills__skill_id"), "wanted_skills", ["skill_id"], unique=False)
    op.create_table(
        "memberships",
        _reference("memberships", "team_id", "teams"),
        _reference("memberships", "member_id", "members"),
        sa.Column("role", _words("role", "owner", "member"), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "member_id", name=op.f("pk__memberships")),
    )
    op.create_index(op.f("ix__memberships__member_id"), "memberships", ["member_id"], unique=False)


def _keep_an_owner() -> None:
    """Refuse the change that would leave a live team without an owner, whoever makes it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(ON_POSTGRESQL.format(condition=LOST_ITS_OWNER))
        for name, deed in DEEDS.items():
            when = "FOR EACH ROW WHEN (OLD.role = 'owner') EXECUTE FUNCTION keep_an_owner()"
            op.execute(f"CREATE TRIGGER {name} AFTER {deed} ON memberships {when}")
    else:
        for name, deed in DEEDS.items():
            op.execute(ON_SQLITE.format(name=name, deed=deed, condition=LOST_ITS_OWNER))


def _create_offers() -> None:
    for table, who in (("invitations", ("invitee_id", "inviter_id")), ("join_requests", ("member_id",))):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            _reference(table, "team_id", "teams"),
            *(_reference(table, column, "members") for column in who),
            sa.Column("comment", sa.String(length=1000), nullable=False),
            sa.Column("state", _words("offerstate", *STATES), nullable=False),
            sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk__{table}")),
        )
        is_open = sa.text("state = 'open'")
        op.create_index(
            op.f(f"uq__{table}__one_open"),
            table,
            ["team_id", who[0]],
            unique=True,
            sqlite_where=is_open,
            postgresql_where=is_open,
        )
        for columns in (("team_id", "state", "created_at"), ("state", "expires_at")):
            op.create_index(op.f(f"ix__{table}__" + "_".join(columns)), table, list(columns), unique=False)
    asked = ["invitee_id", "state", "created_at"]
    op.create_index(op.f("ix__invitations__invitee_id_state_created_at"), "invitations", asked, unique=False)
    op.create_index(op.f("ix__invitations__inviter_id"), "invitations", ["inviter_id"], unique=False)
    op.create_index(op.f("ix__join_requests__member_id"), "join_requests", ["member_id"], unique=False)


def _reference(table: str, column: str, target: str) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk__{table}__{column}"), ondelete="CASCADE")
    return sa.Column(column, sa.Integer(), key, nullable=False)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)
