"""Moderators and the audit trail; cases with decisions and appeals in the place of bare reports; what is hidden."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0017_moderation"
down_revision = "0016_second_thoughts"
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
)
NEW_KINDS = ("member.reported", "team.reported", "decision.made", "report.settled", "appeal.filed", "appeal.decided")
MATTERS = ("invitations", "messages", "teams", "follows")
SUBJECTS = ("member", "team", "message", "picture")
REASONS = ("spam", "harassment", "fraud", "privacy", "other")
MEASURES = ("none", "warn", "hide", "suspend", "restore")
DEEDS = (
    *("moderator.added", "moderator.removed", "case.opened", "case.decided", "appeal.decided", "audit.exported"),
    *("company.merged", "number.confirmed"),
)
COLUMNS = (
    *(("members", "moderator_since"), ("members", "hidden_at"), ("teams", "hidden_at")),
    *(("messages", "hidden_at"), ("sessions", "proved_at")),
)
HIDDEN = "hidden_at IS NOT NULL"
KEEPING = {"update": "UPDATE", "delete": "DELETE"}
ON_SQLITE = """
    CREATE TRIGGER audit_entries_refuse_{name} BEFORE {deed} ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END
"""
ON_POSTGRESQL = """
    CREATE FUNCTION keep_the_audit_trail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit trail is only appended to' USING ERRCODE = 'check_violation'; END $$
"""


def upgrade() -> None:
    """Apply."""
    for table, column in COLUMNS:
        op.add_column(table, _moment(column, nullable=True))
    where = sa.text(HIDDEN)
    op.create_index("ix__members__hidden", "members", ["id"], sqlite_where=where, postgresql_where=where)
    _create_audit_trail()
    _create_cases()
    _renew_reports()
    _change_events()
    _allow_matters(*MATTERS, "moderation")


def downgrade() -> None:
    """Take back; what was decided is lost, reports of other things than messages too."""
    events = sa.table("events", sa.column("id"), sa.column("kind"))
    notifications = sa.table("notifications", sa.column("event_id"))
    preferences = sa.table("notification_preferences", sa.column("matter"))
    gone = sa.select(events.c.id).where(events.c.kind.in_(NEW_KINDS))
    op.execute(notifications.delete().where(notifications.c.event_id.in_(gone)))
    op.execute(events.delete().where(events.c.kind.in_(NEW_KINDS)))
    op.execute(preferences.delete().where(preferences.c.matter == "moderation"))
    _allow_matters(*MATTERS)
    name = op.f("ck__events__eventkind")
    op.drop_index(op.f("ix__events__decision_id"), table_name="events")
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column("kind").in_(KINDS))
        batch.drop_constraint(op.f("fk__events__decision_id"), type_="foreignkey")
        batch.drop_column("decision_id")
    _bring_reports_back()
    for table in ("appeals", "decisions", "cases", "audit_entries", "audit_heads"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_the_audit_trail()")
    op.drop_index("ix__members__hidden", table_name="members")
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def _create_audit_trail() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        _moment("at"),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        _words("deed", "auditdeed", *DEEDS),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk__audit_entries")),
    )
    _index("audit_entries", "deed", "number")
    _index("audit_entries", "actor_id", "number")
    heads = op.create_table(
        "audit_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck__audit_heads__one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__audit_heads")),
    )
    op.bulk_insert(heads, [{"id": 1, "number": 0, "hash": "0" * 64}])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(ON_POSTGRESQL)
    for name, deed in KEEPING.items():
        if op.get_bind().dialect.name == "postgresql":
            what = "FOR EACH STATEMENT EXECUTE FUNCTION keep_the_audit_trail()"
            either = f"{deed} OR TRUNCATE" if deed == "DELETE" else deed
            op.execute(f"CREATE TRIGGER audit_entries_refuse_{name} BEFORE {either} ON audit_entries {what}")
        else:
            op.execute(ON_SQLITE.format(name=name, deed=deed))


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        _words("subject", "subjectkind", *SUBJECTS),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("urgency", sa.Integer(), nullable=False),
        _moment("opened_at"),
        _moment("closed_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _reference("cases", "member_id", "members", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__cases")),
    )
    where = sa.text("closed_at IS NULL")
    one, most = ["subject", "subject_id"], ["urgency", "id"]
    op.create_index("uq__cases__one_open", "cases", one, unique=True, sqlite_where=where, postgresql_where=where)
    op.create_index("ix__cases__open", "cases", most, sqlite_where=where, postgresql_where=where)
    for others in (("member_id",), ("subject", "subject_id"), ("closed_at",)):
        _index("cases", *others)
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        _words("measure", "measure", *MEASURES),
        _words("ground", "reportreason", *REASONS),
        sa.Column("statement", sa.Text(), nullable=False),
        _moment("made_at"),
        _reference("decisions", "case_id", "cases", "CASCADE"),
        _reference("decisions", "moderator_id", "members", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__decisions")),
    )
    for column in ("case_id", "moderator_id", "made_at"):
        _index("decisions", column)
    op.create_table(
        "appeals",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _moment("filed_at"),
        sa.Column("against_id", sa.Integer(), nullable=True),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        _moment("decided_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("moderator_id <> against_id", name=op.f("ck__appeals__another_moderator")),
        _reference("appeals", "decision_id", "decisions", "CASCADE"),
        _reference("appeals", "member_id", "members", "CASCADE"),
        _reference("appeals", "against_id", "members", "SET NULL"),
        _reference("appeals", "moderator_id", "members", "SET NULL"),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk__appeals")),
    )
    for columns in (("member_id",), ("against_id",), ("moderator_id",), ("decided_at", "filed_at")):
        _index("appeals", *columns)


def _renew_reports() -> None:
    connection = op.get_bind()
    old = sa.table("reports", *(sa.column(each) for each in _OLD))
    rows = connection.execute(sa.select(*(old.c[each] for each in _OLD)).order_by(old.c.id)).all()
    op.drop_table("reports")
    reports = op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        _words("reason", "reportreason", *REASONS),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("picture_key", sa.String(length=100), nullable=True),
        _moment("created_at"),
        _reference("reports", "case_id", "cases", "CASCADE"),
        _reference("reports", "reporter_id", "members", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reports")),
        sa.UniqueConstraint("case_id", "reporter_id", name=op.f("uq__reports__case_id_reporter_id")),
    )
    _index("reports", "reporter_id", "created_at")
    _index("reports", "created_at")
    cases = sa.table("cases", *(sa.column(each) for each in _CASE))
    numbers: dict[int, int] = {}
    for row in rows:
        if row.message_id is None:
            continue
        if row.message_id not in numbers:
            numbers[row.message_id] = len(numbers) + 1
            told = {"subject": "message", "subject_id": row.message_id, "member_id": row.member_id}
            first = {"id": numbers[row.message_id], "urgency": 10, "opened_at": row.created_at, "version": 1}
            connection.execute(cases.insert().values(**told, **first))
        kept = {"reporter_id": row.reporter_id, "reason": row.reason, "comment": row.comment}
        evidence = {"body": row.text}
        connection.execute(
            reports.insert().values(
                case_id=numbers[row.message_id], evidence=evidence, created_at=row.created_at, **kept
            )
        )
    if numbers and connection.dialect.name == "postgresql":
        op.execute("SELECT setval('cases_id_seq', (SELECT max(id) FROM cases))")


_OLD = ("id", "reporter_id", "member_id", "message_id", "text", "reason", "comment", "created_at")
_CASE = ("id", "subject", "subject_id", "member_id", "urgency", "opened_at", "version")


def _bring_reports_back() -> None:
    connection = op.get_bind()
    question = sa.text(
        "SELECT reports.reporter_id, cases.member_id, cases.subject_id AS message_id, reports.evidence, reports.reason,"
        " reports.comment, reports.created_at FROM reports JOIN cases ON cases.id = reports.case_id"
        " WHERE cases.subject = 'message' AND cases.member_id IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM messages WHERE messages.id = cases.subject_id)"
    )
    rows = connection.execute(question).mappings().all()
    op.drop_table("reports")
    table = op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        _words("reason", "reportreason", *REASONS),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        _moment("created_at"),
        _reference("reports", "reporter_id", "members", "CASCADE"),
        _reference("reports", "member_id", "members", "CASCADE"),
        _reference("reports", "message_id", "messages", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reports")),
        sa.UniqueConstraint("reporter_id", "message_id", name=op.f("uq__reports__reporter_id_message_id")),
    )
    for column in ("member_id", "message_id", "created_at"):
        _index("reports", column)
    untyped = sa.table("reports", *(sa.column(each.name) for each in table.columns))
    for row in rows:
        evidence = row["evidence"] if isinstance(row["evidence"], dict) else json.loads(row["evidence"])
        values = {name: row[name] for name in row if name != "evidence"}
        connection.execute(untyped.insert().values(text=evidence["body"], **values))


def _change_events() -> None:
    name = op.f("ck__events__eventkind")
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column("kind").in_((*KINDS, *NEW_KINDS)))
        batch.add_column(sa.Column("decision_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk__events__decision_id"), "decisions", ["decision_id"], ["id"], ondelete="CASCADE"
        )
    _index("events", "decision_id")


def _allow_matters(*matters: str) -> None:
    name = op.f("ck__notification_preferences__matter")
    with op.batch_alter_table("notification_preferences") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column("matter").in_(matters))


def _words(column: str, name: str, *values: str) -> "sa.Column[str]":
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)
    return sa.Column(column, kind, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _reference(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk__{table}__{column}"), ondelete=ondelete)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix__{table}__" + "_".join(columns)), table, list(columns), unique=False)
