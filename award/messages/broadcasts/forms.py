"""Forms of a broadcast: to whom, and what it says in each language of the programme."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from award.forms import LocalizedField, TextInSomeLanguage
from award.messages.people.queries import Part
from award.models.broadcasts import Audience
from award.models.entries import EntryState
from award.models.jury import JurorState


class TextForm(FlaskForm):
    """What every broadcast has. only: the rows that were ticked, else the filters say whom."""

    only = HiddenField()
    subject = LocalizedField(_l("Subject"), [TextInSomeLanguage()])
    text = LocalizedField(_l("Text"), [TextInSomeLanguage()], rows=10)


class TeamsForm(TextForm):
    """A broadcast to teams, with the filters of the list of entries."""

    audience = RadioField(
        _l("Whom of a team"),
        [InputRequired()],
        choices=[
            (Audience.LEADS.value, _l("the team lead")),
            (Audience.TEAMS.value, _l("everybody")),
        ],
        default=Audience.LEADS.value,
    )
    state = SelectField(
        _l("Entries in the state"),
        default="",
        choices=[
            ("", _l("all")),
            (EntryState.DRAFT.value, _l("Draft")),
            (EntryState.SUBMITTED.value, _l("Handed in")),
            (EntryState.ELIGIBLE.value, _l("Eligible")),
            (EntryState.INELIGIBLE.value, _l("Not eligible")),
            (EntryState.FINALIST.value, _l("Finalist")),
            (EntryState.WINNER.value, _l("Winner")),
            (EntryState.WITHDRAWN.value, _l("Withdrawn")),
        ],
    )
    category = SelectField(_l("Category"), default="")
    q = StringField(_l("Search as in the list of entries"), [Length(max=100)], id="broadcast_q")


class JurorsForm(TextForm):
    """A broadcast to jurors."""

    state = SelectField(
        _l("Jurors"),
        default=JurorState.ACTIVE.value,
        choices=[
            (JurorState.ACTIVE.value, _l("who accepted")),
            (JurorState.INVITED.value, _l("who have not answered yet")),
            ("", _l("both")),
        ],
    )
    panel = SelectField(_l("Panel"), default="")
    q = StringField(_l("Search as in the list of jurors"), [Length(max=100)], id="broadcast_q")
    left = BooleanField(_l("Only those who have score sheets left in an open round"))


class PeopleForm(TextForm):
    """A broadcast to whoever has to do with the season."""

    part = SelectField(
        _l("People"),
        default="",
        choices=[
            ("", _l("all")),
            (Part.LEAD.value, _l("Team leads")),
            (Part.MEMBER.value, _l("Team members")),
            (Part.JUROR.value, _l("Jurors")),
            (Part.PARTICIPANT.value, _l("Workshop participants")),
        ],
    )
    q = StringField(_l("Search as in the list of people"), [Length(max=100)], id="broadcast_q")


class WordingForm(FlaskForm):
    """The words of one kind of mail; an empty language goes back to the original."""

    subject = LocalizedField(_l("Subject"))
    body = LocalizedField(_l("Text"), rows=12)
