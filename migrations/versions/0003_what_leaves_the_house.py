"""What leaves the house: frozen input, protocols and their signatures, sheets on paper

Revision ID: 0003_leaves
Revises: 0001
Create Date: 2026-11-25 08:30:00

"""

from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = "0003_leaves"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("tabulation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("frozen", sa.JSON(), nullable=True))
    with op.batch_alter_table("season", schema=None) as batch_op:
        for name in ("publishes_bundle", "tells_places"):
            batch_op.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
    with op.batch_alter_table("score_sheet", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("on_paper", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_table(
        "protocol",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("tabulation_id", sa.Integer(), nullable=False),
        sa.Column("bundle_digest", sa.String(), nullable=False),
        sa.Column("audit_head", sa.String(), nullable=False),
        sa.Column("drawn_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_up_by_id", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["drawn_up_by_id"],
            ["user.id"],
            name=op.f("fk_protocol_drawn_up_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["round.id"],
            name=op.f("fk_protocol_round_id_round"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tabulation_id"],
            ["tabulation.id"],
            name=op.f("fk_protocol_tabulation_id_tabulation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol")),
        sa.UniqueConstraint("public_id", name=op.f("uq_protocol_public_id")),
    )
    with op.batch_alter_table("protocol", schema=None) as batch_op:
        for name in ("round_id", "tabulation_id"):
            batch_op.create_index(batch_op.f(f"ix_protocol_{name}"), [name], unique=False)
    op.create_table(
        "protocol_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("protocol_id", sa.Integer(), nullable=False),
        sa.Column("juror_id", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dissent", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["juror_id"],
            ["juror.id"],
            name=op.f("fk_protocol_signature_juror_id_juror"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["protocol_id"],
            ["protocol.id"],
            name=op.f("fk_protocol_signature_protocol_id_protocol"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol_signature")),
        sa.UniqueConstraint(
            "protocol_id",
            "juror_id",
            name=op.f("uq_protocol_signature_protocol_id_juror_id"),
        ),
    )
    with op.batch_alter_table("protocol_signature", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_protocol_signature_juror_id"), ["juror_id"], unique=False
        )


def downgrade():
    op.drop_table("protocol_signature")
    op.drop_table("protocol")
    with op.batch_alter_table("score_sheet", schema=None) as batch_op:
        batch_op.drop_column("on_paper")
    with op.batch_alter_table("season", schema=None) as batch_op:
        batch_op.drop_column("tells_places")
        batch_op.drop_column("publishes_bundle")
    with op.batch_alter_table("tabulation", schema=None) as batch_op:
        batch_op.drop_column("frozen")
