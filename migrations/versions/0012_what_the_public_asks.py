"""Frequent questions on a season's page, and whether it names the jury

Revision ID: 0012_public
Revises: 0011_appeals
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_public"
down_revision = "0011_appeals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "faq",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["season_id"], ["season.id"], name="fk_faq_season_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_faq"),
        sa.UniqueConstraint("public_id", name="uq_faq_public_id"),
    )
    op.create_index("ix_faq_season_id", "faq", ["season_id"])
    with op.batch_alter_table("season") as table:
        table.add_column(
            sa.Column("shows_jury", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("season") as table:
        table.alter_column("shows_jury", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("season") as table:
        table.drop_column("shows_jury")
    op.drop_index("ix_faq_season_id", "faq")
    op.drop_table("faq")
