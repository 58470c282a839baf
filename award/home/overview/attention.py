"""What needs an organiser now, most urgent first, each with the page that mends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from award.home.overview.dashboard import Overview, RoundProgress
from award.i18n import format_points
from award.languages import current_language
from award.models.seasons import Season, SeasonState
from award.results.tabulation.warning_queries import FarJuror
from award.results.tabulation.watching import Watched

MOST_ONE_BY_ONE = 2
"""Jurors, and entries, of a round that are named; more of them are one line that leads to all."""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to do: what was found, the verb of its link, where it leads."""

    finding: str
    verb: str
    url: str


def needs_of(
    season: Season,
    figures: Overview,
    watched: Sequence[Watched] = (),
    *,
    now: datetime,
    stands_still: bool = False,
) -> list[Need]:
    """Return what needs somebody; empty where all goes on by itself.

    watched: what stands out in the scores of the rounds that are judged, as far as the reader may
    know it. stands_still: whether nobody carries out the background work. What breaks a ranking
    comes before who is late, who is late before who strays.
    """
    return [
        *(_standing_still(season) if stands_still else ()),
        *_broken(season, figures),
        *_of_inbox(season, figures),
        *_of_appeals(season, figures),
        *_of_season(season, figures, now),
        *(need for one in figures.rounds for need in _of_round(one, now)),
        *(need for one in watched for need in _of_ranking(one, _name(figures, one))),
        *_of_jury(season, figures),
        *(need for one in watched for need in _of_far(one, _name(figures, one))),
        *(need for one in watched for need in _of_split(one, _name(figures, one))),
    ]


def _standing_still(season: Season) -> Iterator[Need]:
    finding = _("Mails and background work have waited for more than ten minutes")
    yield Need(finding, _("See what to do"), url_for("home.background", public_id=season.public_id))


def _broken(season: Season, figures: Overview) -> Iterator[Need]:
    key = season.public_id
    if found := figures.mails_failed:
        yield Need(
            ngettext(
                "One mail could not be delivered", "%(num)s mails could not be delivered", found
            ),
            _("Look at the mails"),
            url_for("messages.outbox", public_id=key, state="dead"),
        )
    if found := figures.mails_stuck:
        yield Need(
            ngettext(
                "One mail has not got through for half an hour",
                "%(num)s mails have not got through for half an hour",
                found,
            ),
            _("Look at the mails"),
            url_for("messages.outbox", public_id=key, state="queued"),
        )
    if found := figures.jobs_dead:
        yield Need(
            ngettext(
                "One piece of background work failed",
                "%(num)s pieces of background work failed",
                found,
            ),
            _("Look at it"),
            url_for("home.background", public_id=key),
        )


def _of_inbox(season: Season, figures: Overview) -> Iterator[Need]:
    inbox = url_for("entries.inbox", public_id=season.public_id)
    if found := figures.threads_waiting:
        finding = ngettext(
            "One team waits for an answer", "%(num)s teams wait for an answer", found
        )
        yield Need(finding, _("Answer"), f"{inbox}?what=thread")
    if found := figures.reports_waiting:
        finding = ngettext(
            "A juror reported a problem with an entry",
            "Jurors reported %(num)s problems with entries",
            found,
        )
        yield Need(finding, _("Look at it"), f"{inbox}?what=report")


def _of_appeals(season: Season, figures: Overview) -> Iterator[Need]:
    if found := figures.appeals_waiting:
        finding = ngettext(
            "One appeal waits for an answer", "%(num)s appeals wait for an answer", found
        )
        yield Need(finding, _("Answer"), url_for("results.appeals", public_id=season.public_id))


def _of_season(season: Season, figures: Overview, now: datetime) -> Iterator[Need]:
    set_up = url_for("seasons.set_up", public_id=season.public_id)
    steps = url_for("home.set_up_steps", public_id=season.public_id)
    if season.state is SeasonState.DRAFT and figures.missing:
        finding = ngettext(
            "One thing is missing before the season can open",
            "%(num)s things are missing before the season can open",
            figures.missing,
        )
        yield Need(finding, _("Go on with the set-up"), steps)
    elif season.state is SeasonState.DRAFT:
        yield Need(_("Everything is there: the season can open"), _("To the set-up"), set_up)
    if season.state is SeasonState.OPEN and _past(season.closes_at, now):
        finding = _("The deadline has passed, and the season is still open")
        yield Need(finding, _("Close or extend it"), set_up)
    if (found := figures.unscreened) and season.state is not SeasonState.OPEN:
        yield Need(
            ngettext(
                "One entry is not screened yet", "%(num)s entries are not screened yet", found
            ),
            _("Screen them"),
            url_for("entries.entry_list", public_id=season.public_id, state="submitted"),
        )


def _of_round(one: RoundProgress, now: datetime) -> Iterator[Need]:
    key = one.public_id
    if one.holes and one.state in {"set_up", "open"}:
        finding = ngettext(
            "%(round)s: %(num)s place of a juror is empty",
            "%(round)s: %(num)s places of jurors are empty",
            one.holes,
            round=one.name,
        )
        yield Need(finding, _("Fill them"), url_for("jury.assignment", public_id=key, show="holes"))
    if one.state == "set_up" and _past(one.opens_at, now):
        finding = _("%(round)s: the jury was to begin, and the round is not open", round=one.name)
        yield Need(finding, _("Open the round"), url_for("seasons.round_set_up", public_id=key))
    if one.state == "open" and one.assigned and one.submitted == one.assigned:
        finding = _("%(round)s: every sheet is in", round=one.name)
        yield Need(finding, _("Close the round"), url_for("seasons.round_set_up", public_id=key))
    elif one.state == "open" and _past(one.closes_at, now):
        finding = _("%(round)s: time is up, sheets are missing", round=one.name)
        yield Need(
            finding, _("See the progress"), url_for("jury.progress", public_id=key, state="left")
        )
    if one.state == "closed":
        finding = _("%(round)s is closed and not tabulated", round=one.name)
        yield Need(finding, _("To the results"), url_for("results.results", public_id=key))
    if one.state == "tabulated":
        yield _to_decide(one)
    if one.state == "decided" and one.announces_at is None:
        finding = _("%(round)s is decided, and no minute is set for it", round=one.name)
        yield Need(finding, _("Set the minute"), url_for("results.decisions", public_id=key))


def _to_decide(one: RoundProgress) -> Need:
    finding = (
        ngettext(
            "%(round)s: %(num)s entry is undecided",
            "%(round)s: %(num)s entries are undecided",
            one.undecided,
            round=one.name,
        )
        if one.undecided
        else _("%(round)s: all is decided, close the decisions", round=one.name)
    )
    return Need(
        finding, _("To the decisions"), url_for("results.decisions", public_id=one.public_id)
    )


def _of_jury(season: Season, figures: Overview) -> Iterator[Need]:
    jury = url_for("jury.jurors", public_id=season.public_id, state="invited")
    if found := figures.jurors_silent:
        yield Need(
            ngettext(
                "One juror has not answered the invitation",
                "%(num)s jurors have not answered the invitation",
                found,
            ),
            _("Look at the jury"),
            jury,
        )
    open_round = next((one for one in figures.rounds if one.state == "open"), None)
    if (found := figures.jurors_not_started) and open_round:
        yield Need(
            ngettext("One juror has not begun", "%(num)s jurors have not begun", found),
            _("See the progress"),
            url_for("jury.progress", public_id=open_round.public_id, state="idle"),
        )


def _name(figures: Overview, watched: Watched) -> str:
    return next((one.name for one in figures.rounds if one.public_id == watched.round), "")


def _of_ranking(one: Watched, name: str) -> Iterator[Need]:
    """What makes all places of a round doubtful."""
    if apart := one.found.apart:
        finding = ngettext(
            "%(round)s: the assignment falls into %(num)s part",
            "%(round)s: the assignment falls into %(num)s parts that share no juror",
            len(apart.parts),
            round=name,
        )
        yield Need(finding, _("Join them"), _warnings_page(one))
    if weak := one.found.unreliable:
        finding = _(
            "%(round)s: the ranking will hang on who read what, reliability %(share)s %%",
            round=name,
            share=round(100 * weak.g),
        )
        if weak.needed is None:
            yield Need(finding, _("See what helps"), _warnings_page(one))
        else:
            page = url_for("jury.assignment", public_id=one.round)
            yield Need(finding, _("Assign more jurors"), page)


def _of_far(one: Watched, name: str) -> Iterator[Need]:
    """Jurors who stray: each with her page, many in one line."""
    rows = one.found.jurors
    if len(rows) > MOST_ONE_BY_ONE:
        finding = ngettext(
            "%(round)s: %(num)s juror scores far from the colleagues",
            "%(round)s: %(num)s jurors score far from the colleagues",
            len(rows),
            round=name,
        )
        yield Need(finding, _("Look at them"), _warnings_page(one))
        return
    for row in rows:
        finding = _far(row, one.jurors[row.juror])
        yield Need(finding, _("To the juror"), url_for("jury.juror", public_id=row.juror))


def _far(row: FarJuror, juror: str) -> str:
    if row.erratic:
        return _("%(juror)s strays from the colleagues", juror=juror)
    if row.points > 0:
        return _("%(juror)s scores far below the colleagues", juror=juror)
    return _("%(juror)s scores far above the colleagues", juror=juror)


def _of_split(one: Watched, name: str) -> Iterator[Need]:
    """Entries that split the jury: each with a further juror, many in one line."""
    rows = one.found.entries
    if len(rows) > MOST_ONE_BY_ONE:
        finding = ngettext(
            "%(round)s: %(num)s entry splits the jury",
            "%(round)s: %(num)s entries split the jury",
            len(rows),
            round=name,
        )
        yield Need(finding, _("Look at them"), _warnings_page(one))
        return
    for row in rows:
        title, entry_id = one.entries[row.entry]
        finding = _(
            "“%(title)s” splits the jury by %(gap)s points",
            title=title,
            gap=format_points(row.gap, current_language(), 1),
        )
        page = url_for("jury.entry", public_id=one.round, entry_id=entry_id)
        yield Need(finding, _("Assign a further juror"), page)


def _warnings_page(one: Watched) -> str:
    return url_for("results.round_warnings", public_id=one.round)


def _past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
