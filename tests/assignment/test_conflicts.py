from __future__ import annotations

import pytest

from assignment import EntryNeed, JurorOffer, Problem, assign, find_conflicts
from assignment.names import mail_domain, organisation


def only_code(entry: EntryNeed, juror: JurorOffer) -> str | None:
    found = find_conflicts([entry], [juror])
    return next((conflict.code for conflict in found), None)


def test_the_same_organisation_is_found_whatever_its_spelling() -> None:
    entry = EntryNeed("e", 1, organisation="ФГБОУ ВО «Уральский учёный институт»")
    juror = JurorOffer("j", organisation="уральский ученый институт")
    assert only_code(entry, juror) == "same_organisation"
    assert only_code(entry, JurorOffer("j", organisation="Другой институт")) is None
    assert only_code(EntryNeed("e", 1), JurorOffer("j")) is None


def test_the_same_mail_domain_is_found_across_subdomains() -> None:
    entry = EntryNeed("e", 1, emails=("anna@stud.hse.ru",))
    assert only_code(entry, JurorOffer("j", email="prof@hse.ru")) == "same_mail_domain"
    assert only_code(entry, JurorOffer("j", mail_domain="HSE.RU")) == "same_mail_domain"
    assert only_code(entry, JurorOffer("j", email="prof@mse.ru")) is None


@pytest.mark.parametrize(
    "provider", ["gmail.com", "mail.ru", "yandex.ru", "bk.ru", "outlook.com", "web.de", "proton.me"]
)
def test_a_public_provider_makes_nobody_colleagues(provider: str) -> None:
    entry = EntryNeed("e", 1, emails=(f"anna@{provider}",))
    assert only_code(entry, JurorOffer("j", email=f"boris@{provider}")) is None


def test_a_team_member_is_found_by_address_even_at_a_public_provider() -> None:
    entry = EntryNeed("e", 1, emails=("Anna@Gmail.com",))
    assert only_code(entry, JurorOffer("j", email="anna@gmail.com ")) == "team_member"


def test_a_declared_relation_is_a_conflict_and_a_found_reason_beats_it() -> None:
    entry = EntryNeed("e", 1, organisation="Фонд")
    jurors = [JurorOffer("a"), JurorOffer("b", organisation="фонд")]
    found = find_conflicts([entry], jurors, [("e", "a"), ("e", "b")])
    assert {(c.juror, c.code) for c in found} == {("a", "declared"), ("b", "same_organisation")}


def test_a_found_conflict_is_never_assigned_however_well_it_fits() -> None:
    entries = (EntryNeed("e", 1, emails=("anna@hse.ru",)),)
    jurors = (JurorOffer("own", email="prof@hse.ru"), JurorOffer("other"))
    table = {("e", "own"): 1000, ("e", "other"): 1}
    free = assign(Problem(entries, jurors, table)).plan
    bound = assign(Problem(entries, jurors, table, find_conflicts(entries, jurors))).plan
    assert [pair.juror for pair in free.pairs] == ["own"]
    assert [pair.juror for pair in bound.pairs] == ["other"]


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("a@cs.ox.ac.uk", "ox.ac.uk"),
        ("a@mail.spbu.ru", "spbu.ru"),
        ("a@gmail.com", ""),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_a_mail_domain_is_that_of_the_organisation(address: str, domain: str) -> None:
    assert mail_domain(address) == domain


def test_a_legal_form_alone_is_still_a_name() -> None:
    assert organisation("ООО") == "ооо"
    assert organisation("АНО «Тёплый дом»") == "теплый дом"
