"""Companies, who belongs to them, the keys by which they are found, and their events."""

import sqlalchemy as sa
from alembic import op

revision = "0018_companies"
down_revision = "0017_moderation"
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
    *("invitation.reopened", "joining.reopened"),
    *("member.reported", "team.reported", "decision.made", "report.settled", "appeal.filed", "appeal.decided"),
)
NEW_KINDS = (
    *("company.registered", "company.closed", "company.merged", "company.handed_over", "company.member_left"),
    *("domain.confirmed", "belonging.proven", "belonging.asked", "belonging.accepted", "belonging.declined"),
    *("belonging.withdrawn", "belonging.removed"),
)
LOST_ITS_OWNER = """
    EXISTS (SELECT 1 FROM companies WHERE id = OLD.company_id AND closed_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM belongings WHERE company_id = OLD.company_id AND role = 'owner')
"""
ON_SQLITE = """
    CREATE TRIGGER {name} AFTER {deed} ON belongings WHEN OLD.role = 'owner' AND {condition}
    BEGIN SELECT RAISE(ABORT, 'a live company keeps an owner'); END
"""
# Of two transactions that end at once neither sees the other's change: the second waits for the row, then looks.
ON_POSTGRESQL = """
    CREATE FUNCTION keep_an_owner_of_a_company() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM companies WHERE id = OLD.company_id FOR NO KEY UPDATE;
        IF {condition} THEN
            RAISE EXCEPTION 'a live company keeps an owner' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
"""
DEEDS = {
    "belongings_keep_an_owner_who_leaves": "DELETE",
    "belongings_keep_an_owner_in_role": "UPDATE OF role, company_id",
}
STATES = ("open", "accepted", "declined", "withdrawn", "expired")


def upgrade() -> None:
    """Apply."""
    _create_companies()
    _create_belongings()
    _keep_an_owner()
    _create_requests()
    name = op.f("ck__events__eventkind")
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column("kind").in_((*KINDS, *NEW_KINDS)))
        batch.add_column(sa.Column("company_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk__events__company_id"), "companies", ["company_id"], ["id"], ondelete="CASCADE"
        )
    op.create_index(op.f("ix__events__company_id"), "events", ["company_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    events = sa.table("events", sa.column("id"), sa.column("kind"))
    notifications = sa.table("notifications", sa.column("event_id"))
    gone = sa.select(events.c.id).where(events.c.kind.in_(NEW_KINDS))
    op.execute(notifications.delete().where(notifications.c.event_id.in_(gone)))
    op.execute(events.delete().where(events.c.kind.in_(NEW_KINDS)))
    op.drop_index(op.f("ix__events__company_id"), table_name="events")
    name = op.f("ck__events__eventkind")
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column("kind").in_(KINDS))
        batch.drop_constraint(op.f("fk__events__company_id"), type_="foreignkey")
        batch.drop_column("company_id")
    for table in ("domain_proofs", "belonging_requests", "belongings", "company_keys", "company_domains", "companies"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_an_owner_of_a_company()")


def _create_companies() -> None:
    op.create_table(
        "companies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("reading", sa.String(length=120), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("picture_key", sa.String(length=100), nullable=True),
        sa.Column("corporate_number", sa.String(length=13), nullable=True),
        sa.Column("number_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "merged_into_id",
            sa.Integer(),
            sa.ForeignKey("companies.id", name=op.f("fk__companies__merged_into_id"), ondelete="CASCADE"),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(slug) BETWEEN 3 AND 30", name=op.f("ck__companies__slug_length")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 80", name=op.f("ck__companies__name_length")),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck__companies__not_into_itself")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__companies")),
        sa.UniqueConstraint("slug", name=op.f("uq__companies__slug")),
    )
    _index("companies", "corporate_number")
    _index("companies", "merged_into_id")
    op.create_table(
        "company_domains",
        sa.Column("domain", sa.String(length=253), nullable=False),
        _reference("company_domains", "company_id", "companies"),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk__company_domains")),
    )
    _index("company_domains", "company_id")
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "company_keys",
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("key", sa.String(length=24, collation="C" if is_postgresql else None), nullable=False),
        _reference("company_keys", "company_id", "companies"),
        sa.PrimaryKeyConstraint("place", "key", "company_id", name=op.f("pk__company_keys")),
        sqlite_with_rowid=False,
    )
    _index("company_keys", "company_id")


def _create_belongings() -> None:
    op.create_table(
        "belongings",
        sa.Column("id", sa.Integer(), nullable=False),
        _reference("belongings", "company_id", "companies"),
        _reference("belongings", "member_id", "members"),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("role", _words("companyrole", "owner", "member"), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__belongings")),
        sa.UniqueConstraint(
            "company_id", "member_id", "department", name=op.f("uq__belongings__company_id_member_id_department")
        ),
    )
    _index("belongings", "member_id")
    _index("belongings", "company_id", "department", "id")


def _keep_an_owner() -> None:
    """Refuse the change that would leave a live company without an owner, whoever makes it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(ON_POSTGRESQL.format(condition=LOST_ITS_OWNER))
        for name, deed in DEEDS.items():
            when = "FOR EACH ROW WHEN (OLD.role = 'owner') EXECUTE FUNCTION keep_an_owner_of_a_company()"
            op.execute(f"CREATE TRIGGER {name} AFTER {deed} ON belongings {when}")
    else:
        for name, deed in DEEDS.items():
            op.execute(ON_SQLITE.format(name=name, deed=deed, condition=LOST_ITS_OWNER))


def _create_requests() -> None:
    op.create_table(
        "belonging_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        _reference("belonging_requests", "company_id", "companies"),
        _reference("belonging_requests", "member_id", "members"),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("state", _words("requeststate", *STATES), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__belonging_requests")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        op.f("uq__belonging_requests__one_open"),
        "belonging_requests",
        ["company_id", "member_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    for columns in (("company_id", "state", "created_at"), ("state", "expires_at"), ("member_id",)):
        _index("belonging_requests", *columns)
    op.create_table(
        "domain_proofs",
        sa.Column("id", sa.Integer(), nullable=False),
        _reference("domain_proofs", "company_id", "companies"),
        _reference("domain_proofs", "member_id", "members"),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__domain_proofs")),
    )
    for column in ("company_id", "member_id", "created_at"):
        _index("domain_proofs", column)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix__{table}__" + "_".join(columns)), table, list(columns), unique=False)


def _reference(table: str, column: str, target: str) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk__{table}__{column}"), ondelete="CASCADE")
    return sa.Column(column, sa.Integer(), key, nullable=False)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)
