"""Appeals of teams, with their deadline, answers and recalculations

Revision ID: 0011_appeals
Revises: 0010_broadcasts
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_appeals"
down_revision = "0010_broadcasts"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def upgrade() -> None:
    with op.batch_alter_table("round") as batch:
        batch.add_column(sa.Column("appeals_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=24), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by_id", sa.Integer(), nullable=True),
        sa.Column("ruling", sa.String(length=24), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        _key("appeal", "round_id", "round.id", "CASCADE"),
        _key("appeal", "entry_id", "entry.id", "CASCADE"),
        _key("appeal", "filed_by_id", "user.id", "SET NULL"),
        _key("appeal", "answered_by_id", "user.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_appeal_public_id")),
        sa.UniqueConstraint("receipt", name=op.f("uq_appeal_receipt")),
        sa.UniqueConstraint("round_id", "entry_id", name=op.f("uq_appeal_round_id_entry_id")),
    )
    op.create_index(op.f("ix_appeal_entry_id"), "appeal", ["entry_id"])
    op.create_table(
        "recalculation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("tabulation_id", sa.Integer(), nullable=False),
        sa.Column("juror_id", sa.Integer(), nullable=True),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("attached", sa.Boolean(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("computed_by_id", sa.Integer(), nullable=True),
        _key("recalculation", "appeal_id", "appeal.id", "CASCADE"),
        _key("recalculation", "tabulation_id", "tabulation.id", "CASCADE"),
        _key("recalculation", "juror_id", "juror.id", "SET NULL"),
        _key("recalculation", "computed_by_id", "user.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalculation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_recalculation_public_id")),
    )
    op.create_index(op.f("ix_recalculation_appeal_id"), "recalculation", ["appeal_id"])


def downgrade() -> None:
    op.drop_table("recalculation")
    op.drop_table("appeal")
    with op.batch_alter_table("round") as batch:
        batch.drop_column("appeals_until")
