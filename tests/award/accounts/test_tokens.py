"""Links that work once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from award.accounts import tokens
from award.errors import RuleError
from award.models.accounts import OneTimeToken, TokenPurpose
from tests import factories as make

CONFIRM, RESET = TokenPurpose.CONFIRM_EMAIL, TokenPurpose.RESET_PASSWORD


def test_a_token_is_kept_as_a_hash_only(session, now):
    user = make.make_user(session)
    secret = tokens.issue_token(session, RESET, now=now, user_id=user.id)
    row = session.scalar(select(OneTimeToken))
    assert len(secret) == 32
    assert secret not in str(vars(row))


def test_a_token_is_used_once(session, now):
    user = make.make_user(session)
    secret = tokens.issue_token(session, RESET, now=now, user_id=user.id)
    assert tokens.use_token(session, secret, RESET, now=now).user_id == user.id
    with pytest.raises(RuleError, match="link_dead"):
        tokens.use_token(session, secret, RESET, now=now)


def test_a_token_opens_nothing_but_its_purpose(session, now):
    secret = tokens.issue_token(session, CONFIRM, now=now)
    with pytest.raises(RuleError, match="link_dead"):
        tokens.find_token(session, secret, RESET, now=now)
    assert tokens.find_token(session, secret, CONFIRM, RESET, now=now).purpose is CONFIRM


def test_a_token_dies_at_its_minute(session, now):
    secret = tokens.issue_token(session, RESET, now=now, lives=timedelta(hours=2))
    almost = now + timedelta(hours=2, seconds=-1)
    assert tokens.find_token(session, secret, RESET, now=almost)
    with pytest.raises(RuleError, match="link_dead"):
        tokens.find_token(session, secret, RESET, now=now + timedelta(hours=2))
