"""Searches that members keep, and what was published since that they find."""

import sqlalchemy as sa
from alembic import op

revision = "0030_saved_searches"
down_revision = "0029_doing"
branch_labels = ()
depends_on = None


def _mailing() -> sa.Enum:
    return sa.Enum(
        "at_once",
        "daily",
        "never",
        name="searchmailing",
        native_enum=False,
        create_constraint=True,
        length=20,
    )


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "jobs",
                "workers",
                name="searchkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("mailing", _mailing(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name=op.f("ck__saved_searches__named")),
        sa.CheckConstraint("length(query) <= 1000", name=op.f("ck__saved_searches__query_length")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk__saved_searches__member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__saved_searches")),
        sa.UniqueConstraint("member_id", "kind", "query", name=op.f("uq__saved_searches__member_id_kind_query")),
    )
    op.create_index(op.f("ix__saved_searches__kind_id"), "saved_searches", ["kind", "id"], unique=False)
    op.create_table(
        "saved_search_hits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("worker_id", sa.Integer(), nullable=True),
        sa.Column("mailing", _mailing(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(job_id IS NULL) <> (worker_id IS NULL)", name=op.f("ck__saved_search_hits__one_thing")),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk__saved_search_hits__job_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["search_id"], ["saved_searches.id"], name=op.f("fk__saved_search_hits__search_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["members.id"], name=op.f("fk__saved_search_hits__worker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__saved_search_hits")),
        sa.UniqueConstraint("search_id", "job_id", name=op.f("uq__saved_search_hits__search_id_job_id")),
        sa.UniqueConstraint("search_id", "worker_id", name=op.f("uq__saved_search_hits__search_id_worker_id")),
    )
    op.create_index(op.f("ix__saved_search_hits__job_id"), "saved_search_hits", ["job_id"], unique=False)
    op.create_index(
        op.f("ix__saved_search_hits__search_id_found_at"), "saved_search_hits", ["search_id", "found_at"], unique=False
    )
    op.create_index(
        "ix__saved_search_hits__unmailed",
        "saved_search_hits",
        ["search_id"],
        unique=False,
        sqlite_where=sa.text("mailing <> 'never'"),
        postgresql_where=sa.text("mailing <> 'never'"),
    )
    op.create_index(op.f("ix__saved_search_hits__worker_id"), "saved_search_hits", ["worker_id"], unique=False)


def downgrade() -> None:
    """Take back; what was saved is lost."""
    op.drop_table("saved_search_hits")
    op.drop_table("saved_searches")
