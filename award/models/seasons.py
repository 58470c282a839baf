"""Programme and season: what the organiser sets up before the first entry."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from award.db import Base, Choice, new_public_id, pick_text


class SeasonState(StrEnum):
    """The life of a season, in this order."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    JUDGING = "judging"
    DECIDED = "decided"
    ANNOUNCED = "announced"
    ARCHIVED = "archived"


class RoundState(StrEnum):
    """The life of a round, in this order."""

    SET_UP = "set_up"
    OPEN = "open"
    CLOSED = "closed"
    TABULATED = "tabulated"
    DECIDED = "decided"
    ANNOUNCED = "announced"


class QuestionKind(StrEnum):
    """How a question is asked and what an answer looks like."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    ONE_CHOICE = "one_choice"
    MANY_CHOICES = "many_choices"
    NUMBER = "number"
    DATE = "date"
    LINK = "link"
    FILE = "file"
    AGREEMENT = "agreement"


class Visibility(StrEnum):
    """Who reads the answer besides the team: jurors and staff, only staff, or hidden from jurors.

    HIDDEN_FROM_JURORS and STAFF differ after the announcement: STAFF answers are never published.
    """

    JURORS = "jurors"
    HIDDEN_FROM_JURORS = "hidden_from_jurors"
    STAFF = "staff"


class RankBy(StrEnum):
    """Which view orders the standings."""

    PLAIN = "plain"
    CALIBRATED = "calibrated"


class ConsentScope(StrEnum):
    """Whether each member of a team agrees for herself or the lead agrees once for the entry."""

    MEMBER = "member"
    ENTRY = "entry"


class PrizeKind(StrEnum):
    """A prize of the ranking, a partner's prize outside it, or the public's."""

    MAIN = "main"
    SPECIAL = "special"
    COMMUNITY = "community"


class Programme(Base):
    """The award as an institution: brand, languages, zone, staff."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, str]]
    colour: Mapped[str] = mapped_column(default="#0b6650")
    logo_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL", use_alter=True)
    )
    time_zone: Mapped[str] = mapped_column(default="Europe/Moscow")
    languages: Mapped[list[str]] = mapped_column(default=lambda: ["ru"])
    contact_email: Mapped[str] = mapped_column(default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()

    seasons: Mapped[list[Season]] = relationship(back_populates="programme")

    __mapper_args__ = {"version_id_col": version}


class Season(Base):
    """One run of a programme. The moments are UTC; people see them in the programme's zone.

    min_age and max_age count on ``age_on``; min_student_share is 0 to 1 of the team. With the
    results, publishes_bundle puts the result bundles on the public page, tells_places every team
    its own place. shows_jury names those who accepted to judge on the season's page, at any time.
    set_up_step is the furthest step of ``set_up.steps`` that the set-up has come to, "" before.
    """

    __tablename__ = "season"
    __table_args__ = (UniqueConstraint("programme_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    slug: Mapped[str]
    name: Mapped[dict[str, str]]
    about: Mapped[dict[str, str]]
    state: Mapped[SeasonState] = mapped_column(Choice(SeasonState), default=SeasonState.DRAFT)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    min_age: Mapped[int | None]
    max_age: Mapped[int | None]
    age_on: Mapped[date | None]
    min_student_share: Mapped[Decimal | None] = mapped_column(sa.Numeric(3, 2))
    min_team: Mapped[int] = mapped_column(default=1)
    max_team: Mapped[int | None]
    guardian_below_age: Mapped[int] = mapped_column(default=18)
    code_prefix: Mapped[str] = mapped_column(default="")
    publishes_bundle: Mapped[bool] = mapped_column(default=False)
    tells_places: Mapped[bool] = mapped_column(default=False)
    shows_jury: Mapped[bool] = mapped_column(default=False)
    set_up_step: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    programme: Mapped[Programme] = relationship(back_populates="seasons")
    categories: Mapped[list[Category]] = relationship(
        back_populates="season", order_by="Category.position"
    )
    questions: Mapped[list[Question]] = relationship(
        back_populates="season", order_by="Question.position"
    )
    consents: Mapped[list[Consent]] = relationship(
        back_populates="season", order_by="Consent.position"
    )
    rounds: Mapped[list[Round]] = relationship(back_populates="season", order_by="Round.position")
    prizes: Mapped[list[Prize]] = relationship(back_populates="season", order_by="Prize.position")
    faq: Mapped[list[Faq]] = relationship(back_populates="season", order_by="Faq.position")

    __mapper_args__ = {"version_id_col": version}

    def full_name(self, language: str) -> str:
        """Return it with its programme's, for who knows neither: "Impulse Award, Season 2027"."""
        names = (self.programme.name, self.name)
        return ", ".join(filter(None, (pick_text(one, language) for one in names)))


class Category(Base):
    """What an entry enters for."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("season_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"))
    key: Mapped[str]
    name: Mapped[dict[str, str]]
    about: Mapped[dict[str, str]]
    position: Mapped[int] = mapped_column(default=0)

    season: Mapped[Season] = relationship(back_populates="categories")


class Question(Base):
    """One field of the entry form.

    ``key`` names it in answers, exports and imports and never changes. options is a list of
    {"key", "label": {language: text}}, one that is no longer offered with "withdrawn": moment;
    limits holds what the kind knows of: min_words, max_words, max_characters, minimum, maximum,
    extensions, max_megabytes, max_files. withdrawn_at: since when nobody is asked any more, the
    answers stay; required_since: when it became required while entries were already being written.
    published: the public reads the answer of a finalist; never where visibility is STAFF.
    """

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("season_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"))
    key: Mapped[str]
    kind: Mapped[QuestionKind] = mapped_column(Choice(QuestionKind))
    label: Mapped[dict[str, str]]
    help: Mapped[dict[str, str]]
    required: Mapped[bool] = mapped_column(default=False)
    visibility: Mapped[Visibility] = mapped_column(Choice(Visibility), default=Visibility.JURORS)
    published: Mapped[bool] = mapped_column(default=False)
    options: Mapped[list[Any]] = mapped_column(default=list)
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    position: Mapped[int] = mapped_column(default=0)
    required_since: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    season: Mapped[Season] = relationship(back_populates="questions")


class Consent(Base):
    """One separate agreement with its text; a changed text is a new version to agree to again.

    withdrawn_at: since when nobody is asked for it any more; what was given stays on record.
    publishes: names, and for the scope ENTRY works too, appear in public only with it.
    """

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("season_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"))
    key: Mapped[str]
    title: Mapped[dict[str, str]]
    text: Mapped[dict[str, str]]
    scope: Mapped[ConsentScope] = mapped_column(Choice(ConsentScope), default=ConsentScope.MEMBER)
    required: Mapped[bool] = mapped_column(default=True)
    by_guardian: Mapped[bool] = mapped_column(default=True)
    publishes: Mapped[bool] = mapped_column(default=False)
    text_version: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)
    withdrawn_at: Mapped[datetime | None]

    season: Mapped[Season] = relationship(back_populates="consents")


class Round(Base):
    """One stage of judging. View, weights, cut and tie cascade freeze when it opens.

    ties is the declared cascade: [{"rule": "criterion", "criterion": key}, {"rule": "median"}, …].
    A round with ``ranks`` false is a calibration round, a live one has a stage. announces_at ends
    the embargo by itself; from then until appeals_until teams may appeal, not at all where it is
    None.
    """

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("season_id", "position"),
        CheckConstraint("jurors_per_entry > 0", name="jurors_per_entry_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[dict[str, str]]
    state: Mapped[RoundState] = mapped_column(Choice(RoundState), default=RoundState.SET_UP)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    announces_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    appeals_until: Mapped[datetime | None]
    jurors_per_entry: Mapped[int] = mapped_column(default=3)
    blind: Mapped[bool] = mapped_column(default=True)
    ranks: Mapped[bool] = mapped_column(default=True)
    live: Mapped[bool] = mapped_column(default=False)
    rank_by: Mapped[RankBy] = mapped_column(Choice(RankBy), default=RankBy.CALIBRATED)
    juror_weights: Mapped[bool] = mapped_column(default=False)
    robust: Mapped[bool] = mapped_column(default=False)
    cut: Mapped[int | None]
    ties: Mapped[list[Any]] = mapped_column(default=list)
    seed: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column()

    season: Mapped[Season] = relationship(back_populates="rounds")
    criteria: Mapped[list[Criterion]] = relationship(
        back_populates="round", order_by="Criterion.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class Criterion(Base):
    """One line of a rubric. weight > 0; points run from minimum to maximum in steps of ``step``."""

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("round_id", "key"),
        CheckConstraint("weight > 0", name="weight_positive"),
        CheckConstraint("maximum > minimum", name="scale_grows"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    key: Mapped[str]
    title: Mapped[dict[str, str]]
    help: Mapped[dict[str, str]]
    weight: Mapped[Decimal] = mapped_column(sa.Numeric(8, 3), default=Decimal(1))
    minimum: Mapped[Decimal] = mapped_column(sa.Numeric(8, 3), default=Decimal(1))
    maximum: Mapped[Decimal] = mapped_column(sa.Numeric(8, 3), default=Decimal(10))
    step: Mapped[Decimal] = mapped_column(sa.Numeric(8, 3), default=Decimal(1))
    required: Mapped[bool] = mapped_column(default=True)
    comment_required: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)

    round: Mapped[Round] = relationship(back_populates="criteria")
    levels: Mapped[list[Level]] = relationship(
        back_populates="criterion", order_by="Level.points", cascade="all, delete-orphan"
    )


class Level(Base):
    """A text that anchors a point on a criterion's scale, and those up to the next anchor."""

    __tablename__ = "level"
    __table_args__ = (UniqueConstraint("criterion_id", "points"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id", ondelete="CASCADE"))
    points: Mapped[Decimal] = mapped_column(sa.Numeric(8, 3))
    text: Mapped[dict[str, str]]

    criterion: Mapped[Criterion] = relationship(back_populates="levels")


class Prize(Base):
    """What a winner gets. place orders the main prizes; a special prize names its partner."""

    __tablename__ = "prize"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"), index=True)
    kind: Mapped[PrizeKind] = mapped_column(Choice(PrizeKind), default=PrizeKind.MAIN)
    title: Mapped[dict[str, str]]
    about: Mapped[dict[str, str]]
    partner: Mapped[str] = mapped_column(default="")
    place: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)

    season: Mapped[Season] = relationship(back_populates="prizes")


class Faq(Base):
    """A frequent question of visitors (title) with its answer (text), on the season's page."""

    __tablename__ = "faq"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"), index=True)
    title: Mapped[dict[str, str]]
    text: Mapped[dict[str, str]]
    position: Mapped[int] = mapped_column(default=0)

    season: Mapped[Season] = relationship(back_populates="faq")


class Extension(Base):
    """A later deadline with its reason: for the whole season, or for one entry."""

    __tablename__ = "extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id", ondelete="CASCADE"), index=True)
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("entry.id", ondelete="CASCADE"), index=True
    )
    closes_at: Mapped[datetime]
    reason: Mapped[str]
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
