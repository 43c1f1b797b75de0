"""Papers that are checked and destroyed, what they confirm, and the deeds and events around them."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0019_verification"
down_revision = "0018_companies"
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
    *("company.registered", "company.closed", "company.merged", "company.handed_over", "company.member_left"),
    *("domain.confirmed", "belonging.proven", "belonging.asked", "belonging.accepted", "belonging.declined"),
    *("belonging.withdrawn", "belonging.removed"),
)
NEW_KINDS = ("identity.approved", "identity.returned", "proof.approved", "proof.returned")
DEEDS = (
    *("moderator.added", "moderator.removed", "case.opened", "case.decided", "appeal.decided", "audit.exported"),
    *("company.merged", "number.confirmed"),
)
NEW_DEEDS = (
    *("papers.taken", "papers.opened", "papers.decided", "papers.destroyed"),
    *("bank.revealed", "holder.decided", "member.erased"),
)
DOCUMENTS = ("licence", "number_card", "passport", "residence", "certificate")
STATES = ("draft", "waiting", "approved", "returned", "withdrawn", "expired")
REASONS = ("unreadable", "different", "expired", "forbidden", "wrong_kind", "other")
LIVE = "state IN ('draft', 'waiting')"
ON_SQLITE = """
    CREATE TRIGGER audit_entries_refuse_{name} BEFORE {deed} ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("members", sa.Column("identity_verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("qualifications", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    _create_verifications()
    _create_documents()
    _allow("events", "ck__events__eventkind", "kind", (*KINDS, *NEW_KINDS))
    _allow_deeds(*DEEDS, *NEW_DEEDS)


def downgrade() -> None:
    """Take back; what was confirmed is lost. Refused while the audit trail tells of what would not be allowed."""
    events = sa.table("events", sa.column("id"), sa.column("kind"))
    notifications = sa.table("notifications", sa.column("event_id"))
    gone = sa.select(events.c.id).where(events.c.kind.in_(NEW_KINDS))
    op.execute(notifications.delete().where(notifications.c.event_id.in_(gone)))
    op.execute(events.delete().where(events.c.kind.in_(NEW_KINDS)))
    _allow_deeds(*DEEDS)
    _allow("events", "ck__events__eventkind", "kind", KINDS)
    for table in ("looks", "identity_documents", "verifications"):
        op.drop_table(table)
    op.execute("ALTER TABLE qualifications DROP COLUMN confirmed_at")
    op.execute("ALTER TABLE members DROP COLUMN identity_verified_at")


def _create_verifications() -> None:
    op.create_table(
        "verifications",
        sa.Column("id", sa.Integer(), nullable=False),
        _reference("verifications", "member_id", "members", "CASCADE", nullable=False),
        _reference("verifications", "qualification_id", "qualifications", "SET NULL"),
        sa.Column("kind", _words("documentkind", *DOCUMENTS), nullable=False),
        sa.Column("state", _words("verificationstate", *STATES), nullable=False),
        _moment("created_at", nullable=False),
        _moment("submitted_at"),
        _moment("due_at"),
        _reference("verifications", "reviewer_id", "members", "SET NULL"),
        _moment("leased_until"),
        _moment("decided_at"),
        sa.Column("reason", _words("returnreason", *REASONS), nullable=True),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.Column("name_matches", sa.Boolean(), nullable=True),
        sa.Column("address_matches", sa.Boolean(), nullable=True),
        sa.Column("is_adult", sa.Boolean(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _check("verifications", "decided_once", f"({LIVE}) = (decided_at IS NULL)"),
        _check("verifications", "submitted_first", "state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL"),
        _check("verifications", "due_when_submitted", "(submitted_at IS NULL) = (due_at IS NULL)"),
        _check("verifications", "not_by_oneself", "reviewer_id <> member_id"),
        _check("verifications", "leased_to_somebody", "leased_until IS NULL OR reviewer_id IS NOT NULL"),
        _check("verifications", "returned_for_a_reason", "(state = 'returned') = (reason IS NOT NULL)"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__verifications")),
    )
    identity = f"kind <> 'certificate' AND {LIVE}"
    _index("verifications", "member_id", name="uq__verifications__one_identity", where=identity)
    _index("verifications", "qualification_id", name="uq__verifications__one_proof", where=LIVE)
    for name, kinds in (("identity_waits", "kind <> 'certificate'"), ("proof_waits", "kind = 'certificate'")):
        called = f"ix__verifications__{name}"
        _index("verifications", "due_at", "id", name=called, where=f"state = 'waiting' AND {kinds}")
    _index("verifications", "decided_at", name="ix__verifications__decided", where="decided_at IS NOT NULL")
    for columns in (("member_id", "id"), ("qualification_id",), ("reviewer_id",)):
        _index("verifications", *columns)


def _create_documents() -> None:
    op.create_table(
        "identity_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        _reference("identity_documents", "verification_id", "verifications", "RESTRICT", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=100), nullable=True),
        sa.Column("vault_key", sa.String(length=32), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("is_discarded", sa.Boolean(), nullable=False),
        _moment("destroyed_at"),
        sa.Column("leaf_index", sa.Integer(), nullable=True),
        sa.Column("record", sa.JSON(), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=False),
        _check(
            "identity_documents",
            "kept_or_destroyed",
            "destroyed_at IS NOT NULL OR (storage_key IS NOT NULL AND vault_key IS NOT NULL)",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__identity_documents")),
        sa.UniqueConstraint("leaf_index", name=op.f("uq__identity_documents__leaf_index")),
        sa.UniqueConstraint(
            "verification_id", "position", name=op.f("uq__identity_documents__verification_id_position")
        ),
    )
    kept = "destroyed_at IS NULL"
    _index("identity_documents", "verification_id", name="ix__identity_documents__kept", where=kept)
    for column in ("storage_key", "vault_key"):
        _index("identity_documents", column)
    op.create_table(
        "looks",
        sa.Column("id", sa.Integer(), nullable=False),
        _reference("looks", "verification_id", "verifications", "CASCADE", nullable=False),
        _reference("looks", "moderator_id", "members", "SET NULL"),
        _moment("at", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__looks")),
    )
    _index("looks", "verification_id", "id")
    _index("looks", "moderator_id")


def _allow_deeds(*deeds: str) -> None:
    """Rebuilding a table loses its triggers on SQLite: they are made again."""
    _allow("audit_entries", "ck__audit_entries__auditdeed", "deed", deeds)
    if op.get_bind().dialect.name == "sqlite":
        for name in ("update", "delete"):
            op.execute(ON_SQLITE.format(name=name, deed=name.upper()))


def _allow(table: str, constraint: str, column: str, words: tuple[str, ...]) -> None:
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(constraint), type_="check")
        batch.create_check_constraint(op.f(constraint), sa.column(column).in_(words))


def _index(table: str, *columns: str, name: str | None = None, where: str | None = None) -> None:
    called = name or f"ix__{table}__" + "_".join(columns)
    condition = sa.text(where) if where else None
    is_unique = called.startswith("uq__")
    op.create_index(
        op.f(called), table, list(columns), unique=is_unique, sqlite_where=condition, postgresql_where=condition
    )


def _reference(table: str, column: str, target: str, ondelete: str, nullable: bool = True) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk__{table}__{column}"), ondelete=ondelete)
    return sa.Column(column, sa.Integer(), key, nullable=nullable)


def _moment(name: str, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck__{table}__{name}"))


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)
