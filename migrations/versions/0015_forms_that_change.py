"""Forms that change while they are answered: versions, withdrawn questions and consents

Revision ID: 0015_forms
Revises: 0014_wordings
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0015_forms"
down_revision = "0014_wordings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["season_id"], ["season.id"], name=op.f("fk_form_version_season_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_version")),
        sa.UniqueConstraint("season_id", "number", name=op.f("uq_form_version_season_id_number")),
    )
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("question") as batch:
        batch.add_column(sa.Column("required_since", moment, nullable=True))
        batch.add_column(sa.Column("withdrawn_at", moment, nullable=True))
    with op.batch_alter_table("consent") as batch:
        batch.add_column(sa.Column("withdrawn_at", moment, nullable=True))
    with op.batch_alter_table("entry_version") as batch:
        batch.add_column(sa.Column("form_version_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            "fk_entry_version_form_version_id",
            "form_version",
            ["form_version_id"],
            ["id"],
            ondelete="SET NULL",
        )
    _note_present_forms()


def _note_present_forms() -> None:
    """Keep each season's form as version 1: until now an answered question could not change."""
    store = op.get_bind()
    meta = sa.MetaData()
    names = ("question", "entry", "entry_version", "form_version")
    question, entry, version, form = (sa.Table(n, meta, autoload_with=store) for n in names)
    first = (
        sa.select(entry.c.season_id, sa.func.min(version.c.submitted_at))
        .join(version, version.c.entry_id == entry.c.id)
        .group_by(entry.c.season_id)
    )
    for season_id, made_at in store.execute(first).all():
        asked = _questions(store, question, season_id)
        text = json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        values = {
            "season_id": season_id,
            "number": 1,
            "questions": asked,
            "digest": hashlib.sha256(text.encode()).hexdigest(),
            "made_at": made_at,
        }
        made = store.execute(sa.insert(form).values(values)).inserted_primary_key[0]
        entries = sa.select(entry.c.id).where(entry.c.season_id == season_id)
        store.execute(
            sa.update(version).where(version.c.entry_id.in_(entries)).values(form_version_id=made)
        )


def _questions(store: sa.Connection, question: sa.Table, season_id: int) -> list[dict[str, object]]:
    kept = ("key", "label", "help", "required", "options", "limits", "kind", "visibility")
    rows = store.execute(
        sa.select(*(question.c[name] for name in kept))
        .where(question.c.season_id == season_id)
        .order_by(question.c.position, question.c.id)
    )
    return [dict(zip(kept, row, strict=True)) for row in rows]


def downgrade() -> None:
    with op.batch_alter_table("entry_version") as batch:
        batch.drop_constraint("fk_entry_version_form_version_id", type_="foreignkey")
        batch.drop_column("form_version_id")
    with op.batch_alter_table("consent") as batch:
        batch.drop_column("withdrawn_at")
    with op.batch_alter_table("question") as batch:
        batch.drop_column("withdrawn_at")
        batch.drop_column("required_since")
    op.drop_table("form_version")
