"""Profiles."""

import sqlalchemy as sa
from alembic import op

revision = "0003_profiles"
down_revision = "0002_accounts"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "personal_details",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_kana", sa.String(length=60), nullable=False),
        sa.Column(
            "gender",
            sa.Enum(
                "male",
                "female",
                "other",
                "undisclosed",
                name="gender",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("postal_code", sa.String(length=7), nullable=True),
        sa.Column("prefecture", sa.String(length=2), nullable=True),
        sa.Column("city", sa.String(length=40), nullable=False),
        sa.Column("street", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("shows_age_band", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk__personal_details__member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk__personal_details")),
    )
    op.create_table(
        "profiles",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("headline", sa.String(length=60), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "available", "depends", "busy", name="status", native_enum=False, create_constraint=True, length=20
            ),
            nullable=True,
        ),
        sa.Column("status_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "weekly_hours",
            sa.Enum(
                "up_to_3",
                "3_to_10",
                "10_to_20",
                "20_to_30",
                "30_to_40",
                name="weeklyhours",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("hourly_rate_yen", sa.Integer(), nullable=True),
        sa.Column("accepts_online", sa.Boolean(), nullable=False),
        sa.Column("hometown", sa.String(length=2), nullable=True),
        sa.Column("schools", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("hourly_rate_yen BETWEEN 1 AND 1000000", name=op.f("ck__profiles__hourly_rate_yen_range")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk__profiles__member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk__profiles")),
    )
    op.create_table(
        "wanted_places",
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("prefecture", sa.String(length=2), nullable=False),
        sa.Column("city", sa.String(length=5), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profiles.member_id"], name=op.f("fk__wanted_places__profile_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("profile_id", "prefecture", "city", name=op.f("pk__wanted_places")),
    )
    op.create_index(op.f("ix__wanted_places__prefecture_city"), "wanted_places", ["prefecture", "city"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix__wanted_places__prefecture_city"), table_name="wanted_places")
    op.drop_table("wanted_places")
    op.drop_table("profiles")
    op.drop_table("personal_details")
