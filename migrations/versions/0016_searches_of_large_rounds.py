"""What the optimiser found for a large round, kept for questions about its pairs

Revision ID: 0016_searches_of_large_rounds
Revises: 0015_forms
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_searches_of_large_rounds"
down_revision = "0015_forms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assignment_search",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("found", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["round.id"],
            name=op.f("fk_assignment_search_round_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_assignment_search")),
    )


def downgrade() -> None:
    op.drop_table("assignment_search")
