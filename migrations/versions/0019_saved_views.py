"""Filters of lists that organisers keep under a name

Revision ID: 0019_views
Revises: 0018_mail_review
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_views"
down_revision = "0018_mail_review"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_saved_view_programme_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_saved_view_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_view_public_id")),
        sa.UniqueConstraint(
            "programme_id",
            "user_id",
            "page",
            "name",
            name=op.f("uq_saved_view_programme_id_user_id_page_name"),
        ),
    )


def downgrade() -> None:
    op.drop_table("saved_view")
