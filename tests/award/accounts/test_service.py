"""Accounts: roles, staff; what the log keeps of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from award.accounts import queries, service
from award.accounts.emails import check_email, email_key
from award.errors import InputError, RuleError
from award.models.accounts import StaffMembership, StaffRole
from award.models.operations import AuditRow
from tests import factories as make


@pytest.mark.parametrize("address", ["", "nobody", "a@", "@b.org", "a b@c.org", "a@b", "a@b..org"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(InputError, match="email_invalid"):
        check_email(address)


def test_an_address_is_found_whatever_its_case():
    assert email_key(" Anna@Example.COM ") == email_key("anna@example.com")


def test_an_unconfirmed_address_is_told_only_to_who_knows_the_password(session, now):
    from award.accounts.passwords import hash_password

    make.make_user(
        session,
        email="a@example.com",
        email_confirmed_at=None,
        password_hash=hash_password("a long sentence"),
    )
    with pytest.raises(InputError, match="sign_in_failed"):
        queries.authenticate(session, "a@example.com", "another sentence")
    with pytest.raises(InputError, match="email_unconfirmed"):
        queries.authenticate(session, "a@example.com", "a long sentence")


def test_somebody_has_one_role_and_a_new_one_takes_its_place(session, now):
    programme = make.make_programme(session)
    owner = make.make_staff(session, programme, StaffRole.OWNER)
    user = make.make_staff(session, programme, StaffRole.AUDITOR)
    service.give_role(
        session, programme.id, user.id, StaffRole.ORGANISER, actor_id=owner.id, now=now
    )
    rows = select(StaffMembership.role).where(StaffMembership.user_id == user.id)
    assert session.scalars(rows).all() == [StaffRole.ORGANISER]
    row = session.scalar(select(AuditRow).where(AuditRow.action == "staff.role_given"))
    assert (row.before, row.after) == ("auditor", "organiser")


def test_the_last_owner_stays_an_owner(session, now):
    programme = make.make_programme(session)
    owner = make.make_staff(session, programme, StaffRole.OWNER)
    with pytest.raises(RuleError, match="last_owner"):
        service.give_role(
            session, programme.id, owner.id, StaffRole.AUDITOR, actor_id=owner.id, now=now
        )
    second = make.make_staff(session, programme, StaffRole.OWNER)
    service.remove_staff(session, programme.id, owner.id, actor_id=second.id, now=now)
    with pytest.raises(RuleError, match="last_owner"):
        service.remove_staff(session, programme.id, second.id, actor_id=second.id, now=now)


def test_an_owner_is_made_from_an_address_alone(session, now):
    programme = make.make_programme(session)
    user = service.make_owner(session, "Chief@example.com", programme_id=programme.id, now=now)
    again = service.make_owner(session, "chief@EXAMPLE.com", programme_id=programme.id, now=now)
    assert again.id == user.id
    assert user.password_hash is None


def test_who_works_for_the_programme_is_invited_to_another_role_only(session, now):
    programme = make.make_programme(session)
    clerk = make.make_staff(session, programme, email="clerk@example.com")

    def invite(role):
        service.invite_staff(
            session, programme.id, email="Clerk@Example.com", role=role, language="en",
            base_url="http://localhost", actor_id=clerk.id, now=now,
        )  # fmt: skip

    with pytest.raises(InputError, match="already_staff") as refused:
        invite(StaffRole.ORGANISER)
    assert refused.value.field == "email"
    invite(StaffRole.OWNER)


def test_the_log_of_accounts_holds_no_names_and_addresses(session, now):
    programme = make.make_programme(session)
    owner = make.make_staff(session, programme, StaffRole.OWNER, name="Olga Ownerova")
    service.sign_up(
        session,
        email="sasha@example.com",
        name="Sasha Sample",
        password_hash="x",
        language="en",
        base_url="http://localhost",
        now=now,
    )
    service.invite_staff(
        session,
        programme.id,
        email="new@example.com",
        role=StaffRole.AUDITOR,
        language="en",
        base_url="http://localhost",
        actor_id=owner.id,
        now=now,
    )
    rows = session.scalars(select(AuditRow)).all()
    assert {row.action for row in rows} == {"account.created", "staff.invited"}
    written = " ".join(f"{row.before} {row.after} {row.actor} {row.subject_id}" for row in rows)
    assert not any(word in written for word in ("Sasha", "Olga", "example.com"))
