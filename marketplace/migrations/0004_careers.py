"""Careers."""

import sqlalchemy as sa
from alembic import op

revision = "0004_careers"
down_revision = "0003_profiles"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "skills",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__skills")),
        sa.UniqueConstraint("name", name=op.f("uq__skills__name")),
    )
    op.create_table(
        "skill_aliases",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name=op.f("fk__skill_aliases__skill_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk__skill_aliases")),
    )
    op.create_index(op.f("ix__skill_aliases__skill_id"), "skill_aliases", ["skill_id"], unique=False)
    op.create_table(
        "careers",
        sa.Column(
            "category",
            sa.Enum(
                "employee",
                "contract",
                "freelance",
                "part_time",
                "study",
                "other",
                name="careercategory",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("company", sa.String(length=80), nullable=False),
        sa.Column("duties", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("environment", sa.String(length=300), nullable=False),
        sa.Column("team_size", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name=op.f("ck__careers__ends_after_start")),
        sa.CheckConstraint(
            "team_size IS NULL OR team_size BETWEEN 1 AND 100000", name=op.f("ck__careers__team_size_range")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk__careers__member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__careers")),
    )
    op.create_index(op.f("ix__careers__member_id"), "careers", ["member_id"], unique=False)
    op.create_table(
        "hobbies",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "sports",
                "music",
                "art",
                "outdoors",
                "games",
                "reading",
                "cooking",
                "travel",
                "craft",
                "learning",
                "other",
                name="hobbycategory",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("since_year", sa.Integer(), nullable=True),
        sa.Column(
            "frequency",
            sa.Enum(
                "daily",
                "weekly",
                "monthly",
                "yearly",
                name="hobbyfrequency",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("keywords", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "public",
                "friends",
                "private",
                name="hobbyvisibility",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("allows_surveys", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk__hobbies__member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__hobbies")),
    )
    op.create_index(op.f("ix__hobbies__member_id"), "hobbies", ["member_id"], unique=False)
    op.create_table(
        "member_skills",
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "learning",
                "assisted",
                "working",
                "teaching",
                name="skilllevel",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("notes", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk__member_skills__member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name=op.f("fk__member_skills__skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__member_skills")),
        sa.UniqueConstraint("member_id", "skill_id", name=op.f("uq__member_skills__member_id_skill_id")),
    )
    op.create_index(op.f("ix__member_skills__member_id"), "member_skills", ["member_id"], unique=False)
    op.create_index(op.f("ix__member_skills__skill_id"), "member_skills", ["skill_id"], unique=False)
    op.create_table(
        "qualifications",
        sa.Column(
            "category",
            sa.Enum(
                "it",
                "language",
                "accounting_law",
                "medical_welfare",
                "craft",
                "driving",
                "other",
                name="qualificationcategory",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("common_name", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("grade_number", sa.Integer(), nullable=True),
        sa.Column("issuer", sa.String(length=80), nullable=False),
        sa.Column("acquired_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("registration_number", sa.String(length=60), nullable=False),
        sa.Column("notes", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk__qualifications__member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__qualifications")),
    )
    op.create_index(op.f("ix__qualifications__member_id"), "qualifications", ["member_id"], unique=False)
    op.create_table(
        "career_attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("career_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=100), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["career_id"], ["careers.id"], name=op.f("fk__career_attachments__career_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__career_attachments")),
        sa.UniqueConstraint("storage_key", name=op.f("uq__career_attachments__storage_key")),
    )
    op.create_index(op.f("ix__career_attachments__career_id"), "career_attachments", ["career_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix__career_attachments__career_id"), table_name="career_attachments")
    op.drop_table("career_attachments")
    op.drop_index(op.f("ix__qualifications__member_id"), table_name="qualifications")
    op.drop_table("qualifications")
    op.drop_index(op.f("ix__member_skills__skill_id"), table_name="member_skills")
    op.drop_index(op.f("ix__member_skills__member_id"), table_name="member_skills")
    op.drop_table("member_skills")
    op.drop_index(op.f("ix__hobbies__member_id"), table_name="hobbies")
    op.drop_table("hobbies")
    op.drop_index(op.f("ix__careers__member_id"), table_name="careers")
    op.drop_table("careers")
    op.drop_index(op.f("ix__skill_aliases__skill_id"), table_name="skill_aliases")
    op.drop_table("skill_aliases")
    op.drop_table("skills")
