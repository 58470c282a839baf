"""What the jury says in public about those it honours; appeals that are being written

Revision ID: 0022_citations
Revises: 0021_set_up_step
"""

import sqlalchemy as sa
from alembic import op

revision = "0022_citations"
down_revision = "0021_set_up_step"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def upgrade() -> None:
    op.create_table(
        "citation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        _key("citation", "round_id", "round.id", "CASCADE"),
        _key("citation", "entry_id", "entry.id", "CASCADE"),
        _key("citation", "written_by_id", "user.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citation")),
        sa.UniqueConstraint("round_id", "entry_id", name=op.f("uq_citation_round_id_entry_id")),
    )
    op.create_index(op.f("ix_citation_entry_id"), "citation", ["entry_id"])
    op.create_table(
        "appeal_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _key("appeal_draft", "round_id", "round.id", "CASCADE"),
        _key("appeal_draft", "entry_id", "entry.id", "CASCADE"),
        _key("appeal_draft", "user_id", "user.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_draft")),
        sa.UniqueConstraint(
            "round_id",
            "entry_id",
            "user_id",
            name=op.f("uq_appeal_draft_round_id_entry_id_user_id"),
        ),
    )
    op.create_index(op.f("ix_appeal_draft_entry_id"), "appeal_draft", ["entry_id"])
    op.create_index(op.f("ix_appeal_draft_user_id"), "appeal_draft", ["user_id"])


def downgrade() -> None:
    op.drop_table("appeal_draft")
    op.drop_table("citation")
