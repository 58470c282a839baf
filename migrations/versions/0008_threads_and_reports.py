"""What teams and organisers write to each other, and what jurors report about an entry

Revision ID: 0008_threads
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_threads"
down_revision = "0007"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def upgrade() -> None:
    op.create_table(
        "thread_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("from_staff", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        _key("thread_message", "entry_id", "entry.id", "CASCADE"),
        _key("thread_message", "author_id", "user.id", "SET NULL"),
        _key("thread_message", "settled_by_id", "user.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_message")),
        sa.UniqueConstraint("key", name=op.f("uq_thread_message_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_thread_message_public_id")),
    )
    op.create_index(op.f("ix_thread_message_entry_id"), "thread_message", ["entry_id"])
    op.create_table(
        "trouble_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("juror_id", sa.Integer(), nullable=True),
        sa.Column("trouble", sa.String(length=24), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settlement", sa.String(), nullable=False),
        _key("trouble_report", "entry_id", "entry.id", "CASCADE"),
        _key("trouble_report", "juror_id", "juror.id", "SET NULL"),
        _key("trouble_report", "settled_by_id", "user.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trouble_report")),
        sa.UniqueConstraint("key", name=op.f("uq_trouble_report_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_trouble_report_public_id")),
    )
    op.create_index(op.f("ix_trouble_report_entry_id"), "trouble_report", ["entry_id"])
    op.create_table(
        "thread_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("last_message_id", sa.Integer(), nullable=False),
        _key("thread_reading", "entry_id", "entry.id", "CASCADE"),
        _key("thread_reading", "user_id", "user.id", "CASCADE"),
        _key("thread_reading", "last_message_id", "thread_message.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_reading")),
        sa.UniqueConstraint("entry_id", "user_id", name=op.f("uq_thread_reading_entry_id_user_id")),
    )


def downgrade() -> None:
    op.drop_table("thread_reading")
    op.drop_table("trouble_report")
    op.drop_table("thread_message")
