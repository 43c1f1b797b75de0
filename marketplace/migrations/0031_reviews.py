"""Reviews: only of completed contracts, and unchanged once they are revealed."""

import sqlalchemy as sa
from alembic import op

revision = "0031_reviews"
down_revision = "0030_saved_searches"
branch_labels = ()
depends_on = None

SCORES = tuple(f"score_{number}" for number in range(1, 6))
FIXED = ("id", "contract_id", "author_id", "subject_id", "side", "written_at", "reveal_on")
SAID = (*SCORES, "text", "would_again", "revealed_at")
REPLY = ("reply", "replied_at")
OF_PARTIES = """
    EXISTS (
        SELECT 1 FROM contracts
        WHERE id = NEW.contract_id AND state = 'completed' AND (
            (NEW.side = 'by_client' AND client_id = NEW.author_id AND worker_id = NEW.subject_id)
            OR (NEW.side = 'by_worker' AND worker_id = NEW.author_id AND client_id = NEW.subject_id)
        )
    )
"""


def _changed(columns: tuple[str, ...]) -> str:
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns) + ")"


CHANGED = (
    f"{_changed(FIXED)} OR (OLD.revealed_at IS NOT NULL AND {_changed(SAID)})"
    f" OR (OLD.replied_at IS NOT NULL AND {_changed(REPLY)})"
)
REFUSALS = (
    ("insert", f"NOT {OF_PARTIES}"),
    ("update", CHANGED),
    ("delete", "EXISTS (SELECT 1 FROM contracts WHERE id = OLD.contract_id)"),
)
ON_SQLITE = """
    CREATE TRIGGER reviews_refuse_{deed} BEFORE {deed} ON reviews WHEN {condition}
    BEGIN SELECT RAISE(ABORT, 'a review is of a completed contract, and stays once it is revealed'); END
"""
ON_POSTGRESQL = """
    CREATE FUNCTION reviews_refuse_{deed}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {condition} THEN
            RAISE EXCEPTION 'a review is of a completed contract, and stays once it is revealed'
            USING ERRCODE = 'check_violation';
        END IF;
        RETURN {row};
    END $$
"""


def upgrade() -> None:
    """Apply."""
    side = sa.Enum("by_client", "by_worker", name="reviewside", native_enum=False, create_constraint=True, length=20)
    numbers = " AND ".join(f"{name} BETWEEN 1 AND 5" for name in SCORES)
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        _reference("contract_id", "contracts", "CASCADE"),
        _reference("author_id", "members", "RESTRICT"),
        _reference("subject_id", "members", "RESTRICT"),
        sa.Column("side", side, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in SCORES),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("would_again", sa.Boolean(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reveal_on", sa.Date(), nullable=False),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.String(length=1000), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("author_id <> subject_id", name=op.f("ck__reviews__two_parties")),
        sa.CheckConstraint(numbers, name=op.f("ck__reviews__scores")),
        sa.CheckConstraint("text <> ''", name=op.f("ck__reviews__in_words")),
        sa.CheckConstraint("(reply = '') = (replied_at IS NULL)", name=op.f("ck__reviews__replied_with_time")),
        sa.CheckConstraint(
            "replied_at IS NULL OR revealed_at IS NOT NULL", name=op.f("ck__reviews__revealed_before_replied")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reviews")),
        sa.UniqueConstraint("contract_id", "side", name=op.f("uq__reviews__contract_id_side")),
    )
    op.create_index(op.f("ix__reviews__subject_id_side_id"), "reviews", ["subject_id", "side", "id"], unique=False)
    op.create_index(op.f("ix__reviews__author_id_id"), "reviews", ["author_id", "id"], unique=False)
    waiting = sa.text("revealed_at IS NULL")
    op.create_index(
        "ix__reviews__waiting",
        "reviews",
        ["reveal_on"],
        unique=False,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    for deed, condition in REFUSALS:
        _refuse(deed, condition)


def downgrade() -> None:
    """Take back; what was said is lost."""
    op.drop_table("reviews")
    if op.get_bind().dialect.name == "postgresql":
        for deed, _condition in REFUSALS:
            op.execute(f"DROP FUNCTION reviews_refuse_{deed}()")


def _refuse(deed: str, condition: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        row = "OLD" if deed == "delete" else "NEW"
        op.execute(ON_POSTGRESQL.format(deed=deed, condition=condition, row=row))
        what = f"FOR EACH ROW EXECUTE FUNCTION reviews_refuse_{deed}()"
        op.execute(f"CREATE TRIGGER reviews_refuse_{deed} BEFORE {deed} ON reviews {what}")
    else:
        op.execute(ON_SQLITE.format(deed=deed, condition=condition.replace("IS DISTINCT FROM", "IS NOT")))


def _reference(column: str, target: str, on_delete: str) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk__reviews__{column}"), ondelete=on_delete)
    return sa.Column(column, sa.Integer(), key, nullable=False)
