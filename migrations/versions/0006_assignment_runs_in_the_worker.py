"""Assignment runs that wait for the worker, jurors on standby, the reason of another need

Revision ID: assignment_runs
Revises: certificate_looks
Create Date: 2026-11-25 08:30:00.000000

"""

from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = "assignment_runs"
down_revision = "certificate_looks"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("assignment_run") as batch_op:
        batch_op.add_column(
            sa.Column("state", sa.String(24), nullable=False, server_default="ready")
        )
        batch_op.add_column(sa.Column("stage", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("error", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("options", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(
            sa.Column("certificate", sa.JSON(), nullable=False, server_default="{}")
        )
    with op.batch_alter_table("juror") as batch_op:
        batch_op.add_column(
            sa.Column("standby", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("round_entry") as batch_op:
        batch_op.add_column(
            sa.Column("need_reason", sa.String(), nullable=False, server_default="")
        )


def downgrade():
    with op.batch_alter_table("round_entry") as batch_op:
        batch_op.drop_column("need_reason")
    with op.batch_alter_table("juror") as batch_op:
        batch_op.drop_column("standby")
    with op.batch_alter_table("assignment_run") as batch_op:
        for name in ("certificate", "options", "error", "stage", "state"):
            batch_op.drop_column(name)
