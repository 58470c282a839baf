"""Conflicts that the data gives away. Each carries the code of its reason.

`team_member`: the juror's address is a team member's. `same_organisation`, `same_mail_domain`
(other than public providers), `declared`: somebody said so. The first that applies, in this order,
is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assignment.model import Conflict, EntryNeed, JurorOffer, PairKey
from assignment.names import mail_domain, organisation


def find_conflicts(
    entries: Iterable[EntryNeed],
    jurors: Iterable[JurorOffer],
    declared: Iterable[PairKey] = (),
) -> frozenset[Conflict]:
    """All conflicts between `entries` and `jurors`, at most one a pair; empty where nothing is
    known.

    `declared` pairs may name entries or jurors that are not listed; `compile_problem` refuses
    those.
    """
    known = _Known(jurors)
    found: dict[PairKey, Conflict] = {pair: Conflict(*pair) for pair in declared}
    for entry in entries:
        traits = _Traits.of_entry(entry)
        for juror in known.sharing(traits):
            conflict = traits.against(juror)
            if conflict is not None:
                found[conflict.entry, conflict.juror] = conflict
    return frozenset(found.values())


class _Traits:
    def __init__(self, key: str, name: str, emails: Iterable[str], domain: str) -> None:
        self.key = key
        self.name = organisation(name)
        self.written = name.strip()
        self.emails = frozenset(email.strip().casefold() for email in emails if "@" in email)
        self.domains = frozenset(filter(None, map(mail_domain, (*self.emails, domain))))

    @staticmethod
    def of_entry(entry: EntryNeed) -> _Traits:
        return _Traits(entry.key, entry.organisation, entry.emails, entry.mail_domain)

    @staticmethod
    def of_juror(juror: JurorOffer) -> _Traits:
        return _Traits(juror.key, juror.organisation, (juror.email,), juror.mail_domain)

    def marks(self) -> Iterator[str]:
        """Whatever two sides of a conflict have in common at least one of."""
        yield from (f"mail {email}" for email in self.emails)
        yield from (f"domain {domain}" for domain in self.domains)
        if self.name:
            yield f"name {self.name}"

    def against(self, juror: _Traits) -> Conflict | None:
        if self.emails & juror.emails:
            return Conflict(self.key, juror.key, "team_member")
        if self.name and self.name == juror.name:
            params = {"organisation": self.written}
            return Conflict(self.key, juror.key, "same_organisation", params)
        if shared := sorted(self.domains & juror.domains):
            return Conflict(self.key, juror.key, "same_mail_domain", {"domain": shared[0]})
        return None


class _Known:
    """The jurors by what could make them partial, so that nobody is compared with everybody."""

    def __init__(self, jurors: Iterable[JurorOffer]) -> None:
        self._jurors = [_Traits.of_juror(juror) for juror in jurors]
        self._by_mark: dict[str, list[int]] = {}
        for at, juror in enumerate(self._jurors):
            for mark in juror.marks():
                self._by_mark.setdefault(mark, []).append(at)

    def sharing(self, traits: _Traits) -> Iterator[_Traits]:
        found = {at for mark in traits.marks() for at in self._by_mark.get(mark, ())}
        for at in sorted(found):
            yield self._jurors[at]
