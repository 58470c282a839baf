"""The stage of a live round: running order and clock

Revision ID: 0013_stage
Revises: 0012_public
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_stage"
down_revision = "0012_public"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def upgrade() -> None:
    with op.batch_alter_table("round") as batch:
        batch.add_column(sa.Column("live", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("round") as batch:
        batch.alter_column("live", server_default=None)
    op.create_table(
        "stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("pitch_seconds", sa.Integer(), nullable=False),
        sa.Column("question_seconds", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("phase", sa.String(length=24), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_seconds", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        _key("stage", "round_id", "round.id", "CASCADE"),
        _key("stage", "entry_id", "entry.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stage_public_id")),
        sa.UniqueConstraint("round_id", name=op.f("uq_stage_round_id")),
    )
    op.create_table(
        "stage_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("pitched_at", sa.DateTime(timezone=True), nullable=True),
        _key("stage_slot", "stage_id", "stage.id", "CASCADE"),
        _key("stage_slot", "entry_id", "entry.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_slot")),
        sa.UniqueConstraint("stage_id", "entry_id", name=op.f("uq_stage_slot_stage_id_entry_id")),
    )
    op.create_index(op.f("ix_stage_slot_entry_id"), "stage_slot", ["entry_id"])


def downgrade() -> None:
    op.drop_table("stage_slot")
    op.drop_table("stage")
    with op.batch_alter_table("round") as batch:
        batch.drop_column("live")
