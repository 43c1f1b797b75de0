"""Companies that are reported and hidden, what names look like, and spellings of skills that moderators add."""

import re
import unicodedata
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0024_moderation_in_full"
down_revision = "0023_leaving"
branch_labels = ()
depends_on = None

NEW_KINDS = ("company.reported",)
NEW_DEEDS = ("alias.added", "alias.removed")
NEW_SUBJECTS = ("company",)
SUBJECTS = ("member", "picture", "team", "company", "message")
LENGTH = 120
NAMES = {"members": "nickname", "teams": "name", "companies": "name"}
FORM_IN_FRONT = re.compile(
    r"^(?:(?:[一-龠]{2,8}法人|(?:株式|有限|合同|合資|合名)会社|[(（][一-龠]+[)）]|[㈱㈲㈳-㉃])\s*)+"
)
FORMER = "fk__skill_aliases__former_id"
KEEPING = {"update": "UPDATE", "delete": "DELETE"}
ON_SQLITE = """
    CREATE TRIGGER audit_entries_refuse_{name} BEFORE {deed} ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END
"""


def upgrade() -> None:
    """Apply."""
    _allow("events", "kind", "eventkind", adding=NEW_KINDS)
    _allow_deeds(adding=NEW_DEEDS)
    _allow("cases", "subject", "subjectkind", adding=NEW_SUBJECTS)
    op.add_column("companies", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    for table, name in NAMES.items():
        skeleton = sa.Column("name_skeleton", sa.String(length=LENGTH), server_default=sa.text("''"), nullable=False)
        op.add_column(table, skeleton)
        op.create_index(op.f(f"ix__{table}__name_skeleton"), table, ["name_skeleton"])
        _fill_in(table, name)
    with op.batch_alter_table("reports") as batch:
        batch.alter_column("reporter_id", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("skill_aliases") as batch:
        batch.add_column(sa.Column("former_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f(FORMER), "skills", ["former_id"], ["id"], ondelete="SET NULL")
    op.create_index(op.f("ix__skill_aliases__former_id"), "skill_aliases", ["former_id"])
    op.create_table(
        "settled_names",
        sa.Column("subject", _words("subjectkind", *SUBJECTS), nullable=False),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("skeleton", sa.String(length=LENGTH), nullable=False),
        sa.Column(
            "moderator_id",
            sa.Integer(),
            sa.ForeignKey("members.id", name=op.f("fk__settled_names__moderator_id"), ondelete="SET NULL"),
            nullable=True,
        ),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", "subject_id", "skeleton", name=op.f("pk__settled_names")),
    )
    op.create_index(op.f("ix__settled_names__moderator_id"), "settled_names", ["moderator_id"])


def downgrade() -> None:
    """Take back; cases about companies are lost, and those that nobody reported.

    Refused while the audit trail tells of what would not be allowed.
    """
    events = sa.table("events", sa.column("id"), sa.column("kind"))
    notifications = sa.table("notifications", sa.column("event_id"))
    cases = sa.table("cases", sa.column("id"), sa.column("subject"))
    decisions = sa.table("decisions", sa.column("id"), sa.column("case_id"))
    reports = sa.table("reports", sa.column("case_id"), sa.column("reporter_id"))
    appeals = sa.table("appeals", sa.column("decision_id"))
    told = sa.table("events", sa.column("id"), sa.column("decision_id"))
    nobodys = sa.select(reports.c.case_id).where(reports.c.reporter_id.is_(None))
    gone = sa.select(cases.c.id).where(sa.or_(cases.c.subject.in_(NEW_SUBJECTS), cases.c.id.in_(nobodys)))
    made = sa.select(decisions.c.id).where(decisions.c.case_id.in_(gone))
    lost = sa.select(events.c.id).where(
        sa.or_(events.c.kind.in_(NEW_KINDS), events.c.id.in_(sa.select(told.c.id).where(told.c.decision_id.in_(made))))
    )
    # Foreign keys are off while tables are rebuilt on SQLite: what hangs on a row goes first.
    op.execute(notifications.delete().where(notifications.c.event_id.in_(lost)))
    op.execute(events.delete().where(events.c.id.in_(lost)))
    op.execute(appeals.delete().where(appeals.c.decision_id.in_(made)))
    ids = op.get_bind().scalars(gone).all()
    op.execute(decisions.delete().where(decisions.c.case_id.in_(ids)))
    op.execute(reports.delete().where(reports.c.case_id.in_(ids)))
    op.execute(cases.delete().where(cases.c.id.in_(ids)))
    op.drop_table("settled_names")
    op.drop_index(op.f("ix__skill_aliases__former_id"), table_name="skill_aliases")
    with op.batch_alter_table("skill_aliases") as batch:
        batch.drop_constraint(op.f(FORMER), type_="foreignkey")
        batch.drop_column("former_id")
    with op.batch_alter_table("reports") as batch:
        batch.alter_column("reporter_id", existing_type=sa.Integer(), nullable=False)
    for table in NAMES:
        op.drop_index(op.f(f"ix__{table}__name_skeleton"), table_name=table)
        op.execute(f"ALTER TABLE {table} DROP COLUMN name_skeleton")
    op.execute("ALTER TABLE companies DROP COLUMN hidden_at")
    _allow("cases", "subject", "subjectkind", removing=NEW_SUBJECTS)
    _allow_deeds(removing=NEW_DEEDS)
    _allow("events", "kind", "eventkind", removing=NEW_KINDS)


def _allow_deeds(adding: tuple[str, ...] = (), removing: tuple[str, ...] = ()) -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name in KEEPING:
        op.execute(f"DROP TRIGGER audit_entries_refuse_{name}" + (" ON audit_entries" if is_postgresql else ""))
    _allow("audit_entries", "deed", "auditdeed", adding=adding, removing=removing)
    for name, deed in KEEPING.items():
        if is_postgresql:
            what = "FOR EACH STATEMENT EXECUTE FUNCTION keep_the_audit_trail()"
            either = f"{deed} OR TRUNCATE" if deed == "DELETE" else deed
            op.execute(f"CREATE TRIGGER audit_entries_refuse_{name} BEFORE {either} ON audit_entries {what}")
        else:
            op.execute(ON_SQLITE.format(name=name, deed=deed))


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


def _fill_in(table: str, column: str) -> None:
    bind = op.get_bind()
    rows = sa.table(table, sa.column("id"), sa.column(column), sa.column("name_skeleton"))
    skeleton_of = _skeletons()
    found = bind.execute(sa.select(rows.c.id, rows.c[column])).all()
    values = [
        {"key": key, "looks": skeleton_of(FORM_IN_FRONT.sub("", name) or name if table == "companies" else name)}
        for key, name in found
    ]
    if values:
        written = sa.update(rows).where(rows.c.id == sa.bindparam("key")).values(name_skeleton=sa.bindparam("looks"))
        bind.execute(written, values)


def _skeletons() -> Callable[[str], str]:
    """Return what names look like, as it was found when this revision was written."""
    from confusable_homoglyphs.confusables import confusables_data

    ours = str.maketrans("りミチオセ○髙﨑𠮷", "リ三千才七〇高崎吉")
    blanks = frozenset("\u115f\u1160\u2800\u3164\uffa0")

    def plain(text: str) -> str:
        return unicodedata.normalize("NFKD", text).translate(ours)

    def is_seen(character: str) -> bool:
        if character in blanks or unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Zs"}:
            return False
        return not (0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF)

    def prototype(character: str) -> str:
        alike = confusables_data.get(character, ())
        if len(alike) != 1:
            return character
        other: str = alike[0]["c"]
        return other if len(confusables_data.get(other, ())) > 1 else min(character, other)

    def skeleton_of(name: str) -> str:
        looks = "".join(map(prototype, filter(is_seen, plain(name)))).casefold()
        return "".join(map(prototype, plain(looks)))[:LENGTH]

    return skeleton_of


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)
