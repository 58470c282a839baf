"""The education phase: workshops, participants, attendance

Revision ID: 0020_education
Revises: 0019_views
"""

import sqlalchemy as sa
from alembic import op

revision = "0020_education"
down_revision = "0019_views"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def upgrade() -> None:
    op.create_table(
        "workshop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        _key("workshop", "season_id", "season.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop")),
        sa.UniqueConstraint("public_id", name=op.f("uq_workshop_public_id")),
    )
    op.create_index(op.f("ix_workshop_season_id"), "workshop", ["season_id"])
    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _key("participant", "season_id", "season.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("public_id", name=op.f("uq_participant_public_id")),
        sa.UniqueConstraint("season_id", "key", name=op.f("uq_participant_season_id_key")),
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        _key("attendance", "workshop_id", "workshop.id", "CASCADE"),
        _key("attendance", "participant_id", "participant.id", "CASCADE"),
        _key("attendance", "marked_by_id", "user.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "workshop_id", "participant_id", name=op.f("uq_attendance_workshop_id_participant_id")
        ),
    )
    op.create_index(op.f("ix_attendance_participant_id"), "attendance", ["participant_id"])


def downgrade() -> None:
    op.drop_table("attendance")
    op.drop_table("participant")
    op.drop_table("workshop")
