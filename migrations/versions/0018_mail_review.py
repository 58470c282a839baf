"""Who has read the mails of an announcement before they leave

Revision ID: 0018_mail_review
Revises: 0017_published
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_mail_review"
down_revision = "0017_published"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_mail_review_round_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"],
            ["user.id"],
            name=op.f("fk_mail_review_reviewed_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_review")),
        sa.UniqueConstraint("round_id", name=op.f("uq_mail_review_round_id")),
    )


def downgrade() -> None:
    op.drop_table("mail_review")
