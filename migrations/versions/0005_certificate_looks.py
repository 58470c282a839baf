"""Looks and signatories of certificates, people named by hand, certificates issued again

Revision ID: certificate_looks
Revises: 0004
Create Date: 2026-11-25 08:40:00

"""

from alembic import op
import sqlalchemy as sa

import award.db

revision = "certificate_looks"
down_revision = "0004"
branch_labels = None
depends_on = None

ADDED = {
    "certificate": [
        sa.Column("email", sa.String(), nullable=False, server_default=""),
        sa.Column("edition", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("reissued_at", award.db.UtcDateTime(), nullable=True),
        sa.Column("reissued_reason", sa.String(), nullable=False, server_default=""),
    ],
    "certificate_batch": [
        sa.Column("tell", sa.Boolean(), nullable=False, server_default=sa.false()),
    ],
}


def upgrade():
    op.create_table(
        "certificate_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("orientation", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["season_id"],
            ["season.id"],
            name=op.f("fk_certificate_look_season_id_season"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_look")),
        sa.UniqueConstraint("season_id", "kind", name=op.f("uq_certificate_look_season_id_kind")),
    )
    op.create_table(
        "signatory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("role", sa.JSON(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["stored_file.id"],
            name=op.f("fk_signatory_file_id_stored_file"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["season_id"],
            ["season.id"],
            name=op.f("fk_signatory_season_id_season"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatory")),
        sa.UniqueConstraint("public_id", name=op.f("uq_signatory_public_id")),
    )
    op.create_index(op.f("ix_signatory_season_id"), "signatory", ["season_id"])
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)


def downgrade():
    for table, columns in ADDED.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column.name)
    op.drop_table("signatory")
    op.drop_table("certificate_look")
