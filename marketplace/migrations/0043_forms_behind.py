"""What a company's name looks like leaves out the form of company behind it, too."""

import sqlalchemy as sa
from alembic import op

revision = "0043_forms_behind"
down_revision = "0042_reported_reviews"
branch_labels = ()
depends_on = None

FORMS = (
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "合名会社",
    *(f"({each})" for each in "株有同資名社財医学宗福独"),
)
"""As names look: ㈱ and （株） look like (株), ㍿ like 株式会社."""


def upgrade() -> None:
    """Apply; what was found about a name goes on counting."""
    bind = op.get_bind()
    companies = sa.table("companies", sa.column("id"), sa.column("name_skeleton"))
    settled = sa.table("settled_names", sa.column("subject"), sa.column("subject_id"), sa.column("skeleton"))
    rows = bind.execute(sa.select(companies.c.id, companies.c.name_skeleton)).all()
    for key, looks in rows:
        bare = _bare(looks)
        if bare == looks:
            continue
        bind.execute(companies.update().where(companies.c.id == key).values(name_skeleton=bare))
        of_it = sa.and_(settled.c.subject == "company", settled.c.subject_id == key)
        if bind.scalar(sa.select(settled.c.subject_id).where(of_it, settled.c.skeleton == bare)) is None:
            bind.execute(settled.update().where(of_it, settled.c.skeleton == looks).values(skeleton=bare))


def downgrade() -> None:
    """Take back nothing: the names stay as they are, and what they look like follows them again when they change."""


def _bare(looks: str) -> str:
    bare, before = looks, ""
    while bare != before:
        before = bare
        for form in FORMS:
            bare = bare.removesuffix(form)
    # What is ㍿ in front was left by the revision before.
    return bare.removeprefix("株式会社") or looks
