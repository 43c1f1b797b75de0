"""Agreements of confidentiality on paper, which are never changed; those that hold already get theirs after the start."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0035_secrecy_papers"
down_revision = "0034_reported_jobs"
branch_labels = ()
depends_on = None

KEEPING = {"update": "UPDATE", "delete": "DELETE"}
NEW_LEAVES = ("secrecy.printed",)
TOPIC = "contracts.secrecy_paper"
AGREEMENT = "EXISTS (SELECT 1 FROM secrecy_agreements WHERE id = {row}.agreement_id{more})"
REFUSALS = (
    ("insert", "NOT " + AGREEMENT.format(row="NEW", more=" AND state = 'signed'")),
    ("update", "1 = 1"),
    ("delete", AGREEMENT.format(row="OLD", more="")),
)
ON_SQLITE = """
    CREATE TRIGGER secrecy_papers_refuse_{deed} BEFORE {deed} ON secrecy_papers WHEN {condition}
    BEGIN SELECT RAISE(ABORT, 'what was signed is not changed'); END
"""
ON_POSTGRESQL = """
    CREATE FUNCTION secrecy_papers_refuse_{deed}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {condition} THEN
            RAISE EXCEPTION 'what was signed is not changed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN {row};
    END $$
"""


def upgrade() -> None:
    """Apply."""
    _list_leaves(adding=NEW_LEAVES)
    key = sa.ForeignKey("secrecy_agreements.id", name=op.f("fk__secrecy_papers__agreement_id"), ondelete="CASCADE")
    op.create_table(
        "secrecy_papers",
        sa.Column("agreement_id", sa.Integer(), key, autoincrement=False, nullable=False),
        sa.Column("storage_key", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck__secrecy_papers__whole_sha256")),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk__secrecy_papers")),
        sa.UniqueConstraint("storage_key", name=op.f("uq__secrecy_papers__storage_key")),
        sa.UniqueConstraint("leaf_index", name=op.f("uq__secrecy_papers__leaf_index")),
    )
    for deed, condition in REFUSALS:
        if op.get_bind().dialect.name == "postgresql":
            row = "OLD" if deed == "delete" else "NEW"
            op.execute(ON_POSTGRESQL.format(deed=deed, condition=condition, row=row))
            what = f"FOR EACH ROW EXECUTE FUNCTION secrecy_papers_refuse_{deed}()"
            op.execute(f"CREATE TRIGGER secrecy_papers_refuse_{deed} BEFORE {deed} ON secrecy_papers {what}")
        else:
            op.execute(ON_SQLITE.format(deed=deed, condition=condition))
    _ask_for_papers()


def downgrade() -> None:
    """Take back; papers are lost. Where the log holds entries of them, this cannot be taken back."""
    errands = sa.table("errands", sa.column("topic"))
    op.execute(errands.delete().where(errands.c.topic == TOPIC))
    op.drop_table("secrecy_papers")
    if op.get_bind().dialect.name == "postgresql":
        for deed, _condition in REFUSALS:
            op.execute(f"DROP FUNCTION secrecy_papers_refuse_{deed}()")
    _list_leaves(removing=NEW_LEAVES)


def _ask_for_papers() -> None:
    """Let the papers of agreements that all have signed be made."""
    moment = sa.DateTime(timezone=True)
    agreements = sa.table("secrecy_agreements", sa.column("id"), sa.column("state"), sa.column("ended_at", moment))
    errands = sa.table(
        "errands",
        sa.column("topic"),
        sa.column("payload", sa.JSON()),
        sa.column("created_at", moment),
        sa.column("due_at", moment),
        sa.column("attempts"),
    )
    signed = sa.select(agreements.c.id, agreements.c.ended_at).where(agreements.c.state == "signed")
    rows = [
        {"topic": TOPIC, "payload": {"agreement": number}, "created_at": at, "due_at": at, "attempts": 0}
        for number, at in op.get_bind().execute(signed.order_by(agreements.c.id)).all()
    ]
    if rows:
        op.get_bind().execute(errands.insert(), rows)


def _list_leaves(*, adding: tuple[str, ...] = (), removing: tuple[str, ...] = ()) -> None:
    """Change which kinds the log takes. On SQLite that rebuilds it, and the triggers that keep it go with the old one."""
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
