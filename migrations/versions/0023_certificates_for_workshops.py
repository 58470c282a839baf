"""How many workshops a certificate is for

Revision ID: 0023_workshops
Revises: 0022_citations
"""

import sqlalchemy as sa
from alembic import op

revision = "0023_workshops"
down_revision = "0022_citations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("certificate") as table:
        table.add_column(sa.Column("workshops", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("certificate") as table:
        table.drop_column("workshops")
