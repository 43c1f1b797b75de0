"""Contracts, versions of their terms, and each member's share."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0028_contracts"
down_revision = "0027_applications"
branch_labels = ()
depends_on = None

NEW_KINDS = (
    "contract.proposed",
    "contract.refused",
    "contract.withdrawn",
    "terms.proposed",
    "terms.agreed",
    "terms.refused",
    "contract.noticed",
    "contract.written",
    "contract.late",
    "contract.delivered",
    "contract.revised",
    "contract.accepted",
    "contract.paid",
    "contract.completed",
    "contract.ending",
    "contract.ended",
    "contract.reminded",
    "review.written",
    "review.revealed",
    "review.replied",
    "secrecy.proposed",
    "secrecy.signed",
    "secrecy.refused",
)
KEEPING = {"update": "UPDATE", "delete": "DELETE"}
NEW_LEAVES = ("contract.noticed", "secrecy.signed")
AGREED = "OLD.state = 'agreed'"
OF_AGREED = "EXISTS (SELECT 1 FROM contract_terms WHERE id = {row}.terms_id AND state = 'agreed')"
KEPT = (
    ("contract_terms", "UPDATE", AGREED),
    ("contract_terms", "DELETE", AGREED),
    ("contract_shares", "UPDATE", OF_AGREED.format(row="OLD")),
    ("contract_shares", "DELETE", OF_AGREED.format(row="OLD")),
    ("contract_shares", "INSERT", OF_AGREED.format(row="NEW")),
)
"""What both agreed to is never changed."""
ON_SQLITE = """
    CREATE TRIGGER {table}_refuse_{name} BEFORE {deed} ON {table} WHEN {condition}
    BEGIN SELECT RAISE(ABORT, 'agreed terms are never changed'); END
"""
ON_POSTGRESQL = """
    CREATE FUNCTION {table}_refuse_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {condition} THEN
            RAISE EXCEPTION 'agreed terms are never changed' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER {table}_refuse_{name} BEFORE {deed} ON {table} FOR EACH ROW
    EXECUTE FUNCTION {table}_refuse_{name}()
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "contracts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("proposer_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "active",
                "delivered",
                "accepted",
                "paid",
                "completed",
                "ended",
                "refused",
                "withdrawn",
                name="contractstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("terms_number", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_yen", sa.Integer(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ending_cause",
            sa.Enum(
                "mutual",
                "worker",
                "client",
                "force_majeure",
                name="endingcause",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("ending_reason", sa.String(length=1000), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ended') = (ending_cause IS NOT NULL)", name=op.f("ck__contracts__ended_for_a_cause")
        ),
        sa.CheckConstraint(
            "(state IN ('proposed', 'active', 'delivered', 'accepted', 'paid')) = (ended_at IS NULL)",
            name=op.f("ck__contracts__ended_with_time"),
        ),
        sa.CheckConstraint(
            "(state IN ('proposed', 'refused', 'withdrawn')) = (started_at IS NULL)",
            name=op.f("ck__contracts__started_once_agreed"),
        ),
        sa.CheckConstraint(
            "(state IN ('proposed', 'refused', 'withdrawn')) = (terms_number IS NULL)",
            name=op.f("ck__contracts__agreed_terms"),
        ),
        sa.CheckConstraint("client_id <> worker_id", name=op.f("ck__contracts__two_parties")),
        sa.CheckConstraint(
            "proposer_id = client_id OR proposer_id = worker_id", name=op.f("ck__contracts__proposed_by_a_party")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk__contracts__application_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["members.id"], name=op.f("fk__contracts__client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk__contracts__company_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk__contracts__job_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["proposer_id"], ["members.id"], name=op.f("fk__contracts__proposer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk__contracts__team_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["members.id"], name=op.f("fk__contracts__worker_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__contracts")),
        sa.UniqueConstraint("application_id", name=op.f("uq__contracts__application_id")),
        sa.UniqueConstraint("proposer_id", "once", name=op.f("uq__contracts__proposer_id_once")),
    )
    op.create_index(op.f("ix__contracts__client_id_id"), "contracts", ["client_id", "id"], unique=False)
    op.create_index(op.f("ix__contracts__company_id"), "contracts", ["company_id"], unique=False)
    op.create_index(op.f("ix__contracts__job_id"), "contracts", ["job_id"], unique=False)
    op.create_index(op.f("ix__contracts__team_id"), "contracts", ["team_id"], unique=False)
    op.create_index(op.f("ix__contracts__worker_id_id"), "contracts", ["worker_id", "id"], unique=False)
    op.create_table(
        "contract_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("proposer_id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "refused",
                "replaced",
                "withdrawn",
                name="termsstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("change_reason", sa.String(length=1000), nullable=False),
        sa.Column("client_name", sa.String(length=120), nullable=False),
        sa.Column("worker_name", sa.String(length=120), nullable=False),
        sa.Column("client_is_business", sa.Boolean(), nullable=False),
        sa.Column("client_has_employees", sa.Boolean(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column(
            "rights",
            sa.Enum("none", "licence", "transfer", name="rights", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("rights_note", sa.String(length=1000), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("is_remote", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("inspection_days", sa.Integer(), nullable=False),
        sa.Column(
            "reward_kind",
            sa.Enum(
                "fixed", "hourly", "piece", name="rewardkind", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("amount_yen", sa.Integer(), nullable=False),
        sa.Column("formula", sa.String(length=1000), nullable=False),
        sa.Column("is_tax_included", sa.Boolean(), nullable=False),
        sa.Column(
            "withholding",
            sa.Enum(
                "subject",
                "scrivener",
                "not_subject",
                name="withholding",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "pay_rule",
            sa.Enum(
                "on_a_day",
                "after_receipt",
                "monthly",
                name="payrule",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("pay_on", sa.Date(), nullable=True),
        sa.Column("pay_days", sa.Integer(), nullable=True),
        sa.Column("pay_closing_day", sa.Integer(), nullable=True),
        sa.Column("pay_months", sa.Integer(), nullable=True),
        sa.Column("pay_day", sa.Integer(), nullable=True),
        sa.Column("pay_method", sa.String(length=200), nullable=False),
        sa.Column("is_re_entrusted", sa.Boolean(), nullable=False),
        sa.Column("upstream_client", sa.String(length=120), nullable=False),
        sa.Column("upstream_due_on", sa.Date(), nullable=True),
        sa.Column("undecided", sa.JSON(), nullable=False),
        sa.Column("revision_limit", sa.Integer(), nullable=False),
        sa.Column("ending_note", sa.String(length=1000), nullable=False),
        sa.Column("milestones", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(pay_rule = 'on_a_day' AND pay_on IS NOT NULL) OR (pay_rule = 'after_receipt' AND pay_days IS NOT NULL AND pay_days BETWEEN 1 AND 60) OR (pay_rule = 'monthly' AND pay_closing_day IS NOT NULL AND pay_months IS NOT NULL AND pay_day IS NOT NULL AND pay_closing_day BETWEEN 1 AND 31 AND pay_months BETWEEN 0 AND 2 AND pay_day BETWEEN 1 AND 31 AND (pay_months > 0 OR pay_day >= pay_closing_day))",
            name=op.f("ck__contract_terms__pay_rule_is_whole"),
        ),
        sa.CheckConstraint(
            "(state = 'agreed') = (agreed_at IS NOT NULL)", name=op.f("ck__contract_terms__agreed_with_time")
        ),
        sa.CheckConstraint(
            "NOT is_re_entrusted OR (upstream_client <> '' AND upstream_due_on IS NOT NULL)",
            name=op.f("ck__contract_terms__upstream"),
        ),
        sa.CheckConstraint("is_remote OR place <> ''", name=op.f("ck__contract_terms__place")),
        sa.CheckConstraint("reward_kind = 'fixed' OR formula <> ''", name=op.f("ck__contract_terms__formula")),
        sa.CheckConstraint(
            "scope <> '' AND client_name <> '' AND worker_name <> ''", name=op.f("ck__contract_terms__named")
        ),
        sa.CheckConstraint(
            "state <> 'agreed' OR (client_agreed_at IS NOT NULL AND worker_agreed_at IS NOT NULL)",
            name=op.f("ck__contract_terms__agreed_by_both"),
        ),
        sa.CheckConstraint("amount_yen BETWEEN 1 AND 1000000000", name=op.f("ck__contract_terms__amount")),
        sa.CheckConstraint(
            "due_on IS NOT NULL OR (starts_on IS NOT NULL AND ends_on IS NOT NULL)",
            name=op.f("ck__contract_terms__when"),
        ),
        sa.CheckConstraint("inspection_days BETWEEN 0 AND 60", name=op.f("ck__contract_terms__inspection")),
        sa.CheckConstraint("revision_limit BETWEEN 0 AND 10", name=op.f("ck__contract_terms__revision_limit")),
        sa.CheckConstraint(
            "starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck__contract_terms__period")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk__contract_terms__contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposer_id"], ["members.id"], name=op.f("fk__contract_terms__proposer_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__contract_terms")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq__contract_terms__contract_id_number")),
        sa.UniqueConstraint("proposer_id", "once", name=op.f("uq__contract_terms__proposer_id_once")),
    )
    op.create_index(
        "uq__contract_terms__one_proposed",
        "contract_terms",
        ["contract_id"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_table(
        "contract_shares",
        sa.Column("terms_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=200), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck__contract_shares__percent")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk__contract_shares__member_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["terms_id"], ["contract_terms.id"], name=op.f("fk__contract_shares__terms_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("terms_id", "member_id", name=op.f("pk__contract_shares")),
    )
    op.create_index(op.f("ix__contract_shares__member_id"), "contract_shares", ["member_id"], unique=False)
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, deed, condition in KEPT:
        statement = ON_POSTGRESQL if is_postgresql else ON_SQLITE
        op.execute(statement.format(table=table, name=deed.lower(), deed=deed, condition=condition))
    _allow("events", "kind", "eventkind", adding=NEW_KINDS)
    _allow_leaves(adding=NEW_LEAVES)
    reference = sa.ForeignKey("contracts.id", name=op.f("fk__events__contract_id"), ondelete="CASCADE")
    with op.batch_alter_table("events") as batch:
        batch.add_column(sa.Column("contract_id", sa.Integer(), reference, nullable=True))
    op.create_index(op.f("ix__events__contract_id"), "events", ["contract_id"])


def downgrade() -> None:
    """Take back; what was written is lost."""
    events = sa.table("events", sa.column("id"), sa.column("kind"), sa.column("contract_id"))
    notifications = sa.table("notifications", sa.column("event_id"))
    lost = sa.or_(events.c.kind.in_(NEW_KINDS), events.c.contract_id.is_not(None))
    op.execute(notifications.delete().where(notifications.c.event_id.in_(sa.select(events.c.id).where(lost))))
    op.execute(events.delete().where(lost))
    op.drop_index(op.f("ix__events__contract_id"), table_name="events")
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(op.f("fk__events__contract_id"), type_="foreignkey")
        batch.drop_column("contract_id")
    _allow("events", "kind", "eventkind", removing=NEW_KINDS)
    _allow_leaves(removing=NEW_LEAVES)
    if op.get_bind().dialect.name == "postgresql":
        for table, deed, _condition in KEPT:
            op.execute(f"DROP TRIGGER {table}_refuse_{deed.lower()} ON {table}")
            op.execute(f"DROP FUNCTION {table}_refuse_{deed.lower()}()")
    op.drop_table("contract_shares")
    op.drop_table("contract_terms")
    op.drop_table("contracts")


def _allow_leaves(*, adding: tuple[str, ...] = (), removing: tuple[str, ...] = ()) -> None:
    """Change what is put into the public log, and let it be appended to only, as before.

    Leaves of removed kinds stay where the log has any: then this cannot be taken back.
    """
    if op.get_bind().dialect.name == "postgresql":
        _allow("transparency_leaves", "kind", "leafkind", adding=adding, removing=removing)
        return
    for name in KEEPING:
        op.execute(f"DROP TRIGGER transparency_leaves_refuse_{name}")
    _allow("transparency_leaves", "kind", "leafkind", adding=adding, removing=removing)
    for name, deed in KEEPING.items():
        op.execute(
            f"CREATE TRIGGER transparency_leaves_refuse_{name} BEFORE {deed} ON transparency_leaves"
            " BEGIN SELECT RAISE(ABORT, 'the log is only appended to'); END"
        )


def _allow(
    table: str, column: str, enumeration: str, *, adding: tuple[str, ...] = (), removing: tuple[str, ...] = ()
) -> None:
    """Change the words of a closed list, whatever revisions before this one have added to it."""
    name = op.f(f"ck__{table}__{enumeration}")
    checks = sa.inspect(op.get_bind()).get_check_constraints(table)
    present = next(re.findall(r"'([^']+)'", each["sqltext"]) for each in checks if each["name"] == name)
    words = [word for word in dict.fromkeys((*present, *adding)) if word not in removing]
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column(column).in_(words))
