"""A season's own words for the mails that the system writes

Revision ID: 0014_wordings
Revises: 0013_stage
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_wordings"
down_revision = "0013_stage"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["season_id"], ["season.id"], name=op.f("fk_wording_season_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint(
            "season_id", "kind", "language", name=op.f("uq_wording_season_id_kind_language")
        ),
    )


def downgrade() -> None:
    op.drop_table("wording")
