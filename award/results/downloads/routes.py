"""Downloads for organisers: tables as CSV and XLSX, all files of a round."""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import asdict, replace
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from award.db import db, unit_of_work
from award.errors import AwardError, NotFoundError
from award.jury.lookup import run_of
from award.jury.proposals.queries import run_view
from award.languages import current_language
from award.models.education import Workshop
from award.models.seasons import Programme, Round, Season
from award.permissions import Permission, can, current_actor, public, requires
from award.results.announcement.publishing import set_publishing
from award.results.blueprint import (
    actor_id,
    bp,
    judges_before_result,
    let_go_of_store,
    season_of_round,
    send_table,
    tell,
    zone_of,
)
from award.results.downloads.archives import archive_states, rounds_with_pairs
from award.results.downloads.files import round_files
from award.results.downloads.office_tables import staff_table
from award.results.downloads.outcome_tables import proposal_table
from award.results.downloads.season_tables import REPORTS, SEASON_TABLES
from award.results.downloads.set_up_tables import workshop_people_table
from award.results.downloads.tables import ROUND_TABLES, SCORES, entries_table, own_codes
from award.results.forms import PublishingForm
from award.results.protocol.signing import current_protocol
from award.results.public.letters import mail_letters
from award.results.rounds import is_public
from award.results.tabulation.bundles import bundle_content, published_round
from award.tables import FORMATS, Table
from exports.archive import Member, safe_name, write_archive
from exports.records.bundles import write_bundle
from exports.signing.keys import installation_seal_key
from exports.tables.spreadsheets import Column, csv_bytes

FILE_COLUMNS = (
    Column("code", "entry"),
    Column("name", "file"),
    Column("size", "bytes", "number"),
    Column("sha256", "sha256"),
)


@bp.get("/seasons/<public_id>/exports")
@requires(Permission.EXPORT_READ, Season)
def exports(season: Season):
    """Everything that can be taken away, by round."""
    rounds = db.session.scalars(
        select(Round).where(Round.season_id == season.id).order_by(Round.position)
    ).all()
    form = PublishingForm(formdata=None, obj=season)
    return render_template(
        "results/exports.html",
        season=season,
        rounds=rounds,
        form=form,
        may_edit=can(Permission.SEASON_EDIT, season),
        protocols={one.id: current_protocol(db.session(), one.id) for one in rounds},
        archives=archive_states(db.session(), rounds),
        public={one.id: is_public(one, g.now) for one in rounds},
        assigned=rounds_with_pairs(db.session(), season.id),
        closed={one.id: SCORES for one in rounds if judges_before_result(one)},
        zone=zone_of(season.id),
    )


@bp.get(f"/seasons/<public_id>/entries.<{FORMATS}:kind>")
@requires(Permission.EXPORT_READ, Season)
def export_entries(season: Season, kind: str):
    """Submitted entries with their answers; as the list of entries is filtered, where it is."""
    table = entries_table(db.session(), season.id, current_language(), _, request.args)
    return send_table(table, kind, f"{season.slug}-entries")


@bp.get(f"/seasons/<public_id>/tables/<name>.<{FORMATS}:kind>")
@requires(Permission.EXPORT_READ, Season)
def export_season(season: Season, name: str, kind: str):
    """One table of the season, as its page is filtered: jurors, certificates, mails, twins.

    Who is on a team gets nothing of what jurors reported about her own entry.
    """
    make = SEASON_TABLES.get(name)
    if make is None:
        raise NotFoundError
    table = make(db.session(), season.id, current_language(), _, request.args)
    if name in REPORTS:
        table = _without(table, own_codes(db.session(), list(current_actor().teams)))
    return send_table(table, kind, f"{season.slug}-{name}")


@bp.get(f"/programmes/<public_id>/staff.<{FORMATS}:kind>")
@requires(Permission.STAFF_MANAGE, Programme)
def export_staff(programme: Programme, kind: str):
    """Who works for the programme, as its page lists them."""
    return send_table(staff_table(db.session(), programme.id, _), kind, f"{programme.slug}-staff")


@bp.get(f"/rounds/<public_id>/<name>.<{FORMATS}:kind>")
@requires(Permission.EXPORT_READ, Round)
def export_round(round_: Round, name: str, kind: str):
    """One table of a round, as its page is filtered: scores, results, progress, assignment.

    Who judges in it reads no scores before its result, who is on a team never those of her entry.
    """
    make = ROUND_TABLES.get(name)
    if make is None or (name in SCORES and judges_before_result(round_)):
        raise NotFoundError
    table = make(db.session(), round_.id, current_language(), _, request.args)
    if name in SCORES:
        table = _without(table, own_codes(db.session(), list(current_actor().teams)))
    return send_table(table, kind, f"{season_of_round(round_).slug}-{round_.position}-{name}")


@bp.get(f"/workshops/<public_id>/people.<{FORMATS}:kind>")
@requires(Permission.EXPORT_READ, Workshop)
def export_workshop(workshop: Workshop, kind: str):
    """Who signed up for a workshop or was there, as its page is searched."""
    text = request.args.get("q", "").strip()
    table = workshop_people_table(db.session(), workshop.id, text, _)
    season = db.session.get_one(Season, workshop.season_id)
    return send_table(table, kind, f"{season.slug}-workshop-{workshop.public_id}")


@bp.get(f"/rounds/<public_id>/proposals/<run_id>.<{FORMATS}:kind>")
@requires(Permission.EXPORT_READ, Round)
def export_proposal(round_: Round, run_id: str, kind: str):
    """What a proposed assignment would add and remove."""
    run = run_view(db.session(), run_of(round_, run_id), current_language())
    stem = f"{season_of_round(round_).slug}-{round_.position}-proposal"
    return send_table(proposal_table(run, _), kind, stem)


def _without(table: Table, codes: Collection[str]) -> Table:
    if not codes:
        return table
    return replace(table, rows=(row for row in table.rows if row["entry"] not in codes))


@bp.get("/rounds/<public_id>/bundle.json")
@requires(Permission.EXPORT_READ, Round)
def bundle(round_: Round):
    """The result bundle, sealed by the installation: from it anybody can recompute the result."""
    return _send_bundle(round_)


@bp.get("/<programme>/<season>/rounds/<int:position>/bundle.json")
@public
def published_bundle(programme: str, season: str, position: int):
    """The same file for everybody, with the results, where the season publishes it."""
    session = db.session()
    return _send_bundle(published_round(session, programme, season, position, now=g.now))


def _send_bundle(round_: Round) -> Any:
    content = bundle_content(db.session(), round_.id)
    key = installation_seal_key(current_app.extensions["settings"].keys)
    let_go_of_store()
    stem = f"{content['programme']}-{content['season']}-{content['round']}-bundle.json"
    return send_file(
        io.BytesIO(write_bundle(content, key)),
        mimetype="application/json",
        as_attachment=True,
        download_name=safe_name(stem),
    )


@bp.post("/seasons/<public_id>/publishing")
@requires(Permission.SEASON_EDIT, Season)
def publishing(season: Season):
    """Say what goes out together with the results."""
    form = PublishingForm()
    with unit_of_work() as session:
        set_publishing(
            session,
            season.id,
            publishes_bundle=bool(form.publishes_bundle.data),
            tells_places=bool(form.tells_places.data),
            actor_id=actor_id(),
            now=g.now,
        )
    flash(_("Saved."), "success")
    return redirect(url_for(".exports", public_id=season.public_id), code=303)


@bp.post("/rounds/<public_id>/letters")
@requires(Permission.RESULTS_DECIDE, Round)
def letters(round_: Round):
    """Mail every team of an announced round its feedback letter."""
    try:
        with unit_of_work() as session:
            mail_letters(session, round_.id, actor_id=actor_id(), now=g.now)
        flash(_("The feedback letters are on their way."), "success")
    except AwardError as error:
        tell(error)
    return redirect(url_for(".exports", public_id=season_of_round(round_).public_id), code=303)


@bp.get("/rounds/<public_id>/files.zip")
@requires(Permission.EXPORT_READ, Round)
def export_files(round_: Round):
    """The submitted files of all entries of a round, a folder an entry, and a list of them."""
    storage = current_app.extensions["storage"]
    files = round_files(db.session(), round_.id)
    stem = f"{season_of_round(round_).slug}-{round_.position}-files.zip"
    let_go_of_store()
    index = csv_bytes(FILE_COLUMNS, (asdict(file) for file in files))
    archive = write_archive(
        [
            Member(("files.csv",), index),
            *(Member((file.code, file.name), storage.path(file.storage_name)) for file in files),
        ]
    )
    return send_file(
        archive, mimetype="application/zip", as_attachment=True, download_name=safe_name(stem)
    )
