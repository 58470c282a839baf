"""Who is on the jury: inviting, accepting, what each juror offers, removing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit, mail
from award.accounts.emails import check_email, email_key
from award.accounts.secrets import hash_secret
from award.accounts.tokens import issue_token
from award.db import locked
from award.errors import InputError, RuleError
from award.i18n import LANGUAGE_CODES
from award.jury.people.invitation_mail import invitation_values, language_for
from award.models.accounts import TokenPurpose, User
from award.models.jury import Juror, JurorState, Panel
from award.models.seasons import Season

INVITATION_LIVES = timedelta(days=30)
MAX_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class JurorOffer:
    """What a juror is and offers; 0 <= minimum <= maximum, in entries a round."""

    name: str
    email: str
    organisation: str = ""
    region: str = ""
    panel: str = ""
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int = 20
    is_chair: bool = False
    standby: bool = False


def invite_juror(
    session: Session,
    season_id: int,
    offer: JurorOffer,
    *,
    base_url: str,
    language: str,
    actor_id: int | None,
    now: datetime,
) -> Juror:
    """Put somebody on the jury and mail her an invitation that lives for thirty days.

    panel is the key of one of the season's panels or "". Raises InputError juror_invited_already,
    email_invalid, juror_name_missing, panel_unknown, juror_language_unknown or limits_crossed.
    """
    juror = add_juror(session, season_id, offer, actor_id=actor_id, now=now)
    send_invitation(
        session, juror.id, base_url=base_url, language=language, actor_id=actor_id, now=now
    )
    return juror


def add_juror(
    session: Session, season_id: int, offer: JurorOffer, *, actor_id: int | None, now: datetime
) -> Juror:
    """Put somebody on the jury as invited, without a mail yet; raises what invite_juror raises."""
    season = locked(session, Season, season_id)
    checked = check_offer(offer)
    key = email_key(checked.email)
    if session.scalar(select(Juror.id).where(Juror.season_id == season_id, Juror.email_key == key)):
        raise InputError("juror_invited_already", field="email", email=checked.email)
    juror = Juror(season_id=season_id, email=checked.email, email_key=key)
    _write_offer(session, juror, checked)
    session.add(juror)
    session.flush()
    audit.record_in(
        session,
        season,
        "juror.invited",
        juror,
        actor_id=actor_id,
        now=now,
        after={"panel": checked.panel},
    )
    return juror


def invite_jurors(
    session: Session,
    season_id: int,
    offers: Sequence[JurorOffer],
    *,
    base_url: str,
    language: str,
    actor_id: int | None,
    now: datetime,
) -> list[Juror]:
    """Invite all or none, in the order given; raises what invite_juror raises."""
    return [
        invite_juror(
            session,
            season_id,
            one,
            base_url=base_url,
            language=language,
            actor_id=actor_id,
            now=now,
        )
        for one in offers
    ]


def send_invitation(
    session: Session,
    juror_id: int,
    *,
    base_url: str,
    language: str,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Mail the invitation (again); RuleError("juror_answered_already") once she has answered.

    language: the programme's first; ``language_for`` says when hers is another.
    """
    juror = locked(session, Juror, juror_id)
    if juror.state is not JurorState.INVITED:
        raise RuleError("juror_answered_already")
    own = language_for(session, juror, language)
    secret = issue_token(
        session,
        TokenPurpose.JUROR_INVITATION,
        now=now,
        lives=INVITATION_LIVES,
        email=juror.email,
        juror_id=juror.id,
        created_by_id=actor_id,
    )
    juror.invited_at = now
    mail.queue(
        session,
        "juror_invitation",
        to=juror.email,
        name=juror.name,
        season_id=juror.season_id,
        key=f"juror-invitation:{hash_secret(secret)[:24]}",
        now=now,
        language=own,
        context=invitation_values(
            session,
            juror,
            f"{base_url}/{own}/invitations/{secret}",
            own,
            until=now + INVITATION_LIVES,
            now=now,
        ),
    )


def accept_invitation(session: Session, juror_id: int, user_id: int, now: datetime) -> Juror:
    """Make an invited person a juror. Twice by the same person is no error.

    Raises RuleError invitation_withdrawn, invitation_taken (by another account) or
    juror_twice (she is on this season's jury under another address).
    """
    juror = locked(session, Juror, juror_id)
    if juror.state is JurorState.ACTIVE:
        if juror.user_id == user_id:
            return juror
        raise RuleError("invitation_taken")
    if juror.state is not JurorState.INVITED:
        raise RuleError("invitation_withdrawn")
    twice = select(Juror.id).where(Juror.season_id == juror.season_id, Juror.user_id == user_id)
    if session.scalar(twice):
        raise RuleError("juror_twice")
    user = session.get_one(User, user_id)
    juror.user_id, juror.state, juror.answered_at = user_id, JurorState.ACTIVE, now
    juror.name = juror.name or user.name
    session.flush()
    audit.record_in(session, juror.season, "juror.accepted", juror, actor_id=user_id, now=now)
    return juror


def decline_invitation(session: Session, juror_id: int, *, now: datetime) -> None:
    """Note that an invited person does not want to judge; RuleError unless she is still invited."""
    juror = locked(session, Juror, juror_id)
    if juror.state is not JurorState.INVITED:
        raise RuleError("juror_answered_already")
    juror.state, juror.answered_at = JurorState.DECLINED, now
    session.flush()
    audit.record_in(session, juror.season, "juror.declined", juror, actor_id=None, now=now)


def edit_juror(
    session: Session, juror_id: int, offer: JurorOffer, *, actor_id: int | None, now: datetime
) -> Juror:
    """Change what a juror offers; her address stays. Raises InputErrors as invite_juror."""
    juror = locked(session, Juror, juror_id)
    before = _plain(juror)
    _write_offer(session, juror, check_offer(offer, address=False))
    session.flush()
    after = _plain(juror)
    if any(before[name] != after[name] for name in ("topics", "languages", "maximum")):
        juror.stated_at = None
    if before != after:
        audit.record_in(
            session,
            juror.season,
            "juror.edited",
            juror,
            actor_id=actor_id,
            now=now,
            before=before,
            after=after,
        )
    return juror


def add_panel(
    session: Session,
    season_id: int,
    key: str,
    name: dict[str, str],
    *,
    actor_id: int | None,
    now: datetime,
) -> Panel:
    """Add a panel; InputError panel_exists or panel_key_invalid (letters, digits, - and _ only)."""
    season = locked(session, Season, season_id)
    key = key.strip().casefold()
    if not key or not all(letter.isalnum() or letter in "-_" for letter in key):
        raise InputError("panel_key_invalid", field="key")
    taken = select(Panel.id).where(Panel.season_id == season_id, Panel.key == key)
    if session.scalar(taken):
        raise InputError("panel_exists", field="key", key=key)
    panel = Panel(season_id=season_id, key=key, name=name)
    session.add(panel)
    session.flush()
    audit.record_in(
        session, season, "panel.added", panel, actor_id=actor_id, now=now, after={"key": key}
    )
    return panel


def check_offer(offer: JurorOffer, *, address: bool = True) -> JurorOffer:
    """Return the offer with its address in the usual form; InputErrors as invite_juror."""
    if not offer.name.strip():
        raise InputError("juror_name_missing", field="name")
    if not 0 <= offer.minimum <= offer.maximum <= MAX_ENTRIES:
        raise InputError("limits_crossed", field="maximum", limit=MAX_ENTRIES)
    for code in offer.languages:
        if code not in LANGUAGE_CODES:
            raise InputError("juror_language_unknown", field="languages", value=code[:40])
    email = check_email(offer.email) if address else offer.email
    values = {name: getattr(offer, name) for name in JurorOffer.__slots__}
    return JurorOffer(**{**values, "name": offer.name.strip(), "email": email})


def _write_offer(session: Session, juror: Juror, offer: JurorOffer) -> None:
    panel_id = None
    if offer.panel:
        panel_id = session.scalar(
            select(Panel.id).where(Panel.season_id == juror.season_id, Panel.key == offer.panel)
        )
        if panel_id is None:
            raise InputError("panel_unknown", field="panel", panel=offer.panel)
    juror.panel_id = panel_id
    juror.name, juror.organisation, juror.region = offer.name, offer.organisation, offer.region
    juror.topics, juror.languages = list(offer.topics), list(offer.languages)
    juror.minimum, juror.maximum = offer.minimum, offer.maximum
    juror.is_chair, juror.standby = offer.is_chair, offer.standby


def _plain(juror: Juror) -> dict[str, object]:
    names = (
        "panel_id",
        "topics",
        "languages",
        "region",
        "minimum",
        "maximum",
        "is_chair",
        "standby",
    )
    return {name: getattr(juror, name) for name in names}
