"""Mails that came back later: what a delivery-status message says, and the mail that it is about.

The format is RFC 3464's, inside the multipart/report of RFC 6522. What it says is a stranger's
word: it counts only together with the Message-ID of a mail of ours, which nobody knows but its
recipient and the mail servers on the way, and only where it names the address that it went to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, message_from_string
from email.message import Message

from sqlalchemy import select
from sqlalchemy.orm import Session

from award import audit
from award.models.operations import Mail, MailState

LONGEST = 10 * 1024 * 1024
OUR_ID = re.compile(r"<([0-9a-f]{16,40})@[^<>\s]+>")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
REPLY = re.compile(r"[45]\d\d\b.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Failure:
    """A recipient whom a mail did not reach. mail_id: public id of ours; status: as in RFC 3463.

    reason: the reply of the server that refused, else the status.
    """

    mail_id: str
    address: str
    status: str
    reason: str


def read_failures(content: bytes) -> list[Failure] | None:
    """Return whom a delivery-status message gives up; None where ``content`` is no such message.

    Empty where it only tells of a delay or a delivery, and where it names no mail of ours.
    """
    found = message_from_bytes(content[:LONGEST])
    if _parameter(found, "report-type") != "delivery-status":
        return None
    ours = next(_ids(found), "")
    return [one for block in _recipients(found) if (one := _failure(block, ours)) and ours]


def _parameter(message: Message, name: str) -> str:
    return str(message.get_param(name) or "").lower()


def _ids(report: Message) -> Iterator[str]:
    """Yield the ids of the returned mail, whole or only its head."""
    for part in report.walk():
        if part.get_content_type() == "text/rfc822-headers":
            head = message_from_string(str(part.get_payload()))
            yield from OUR_ID.findall(str(head.get("Message-ID", "")))
        elif part.get_content_type() == "message/rfc822":
            for inner in part.get_payload():
                if isinstance(inner, Message):
                    yield from OUR_ID.findall(str(inner.get("Message-ID", "")))


def _recipients(report: Message) -> Iterator[Message]:
    """Yield the block of each recipient; the first block is about the mail as a whole."""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = [one for one in part.get_payload() if isinstance(one, Message)]
            yield from blocks[1:]


def _failure(block: Message, ours: str) -> Failure | None:
    status = STATUS.search(str(block.get("Status", "")))
    if str(block.get("Action", "")).strip().lower() != "failed" or status is None:
        return None
    told = " ".join(_after_type(block, "Diagnostic-Code").split())
    reply = REPLY.match(told)
    address = _after_type(block, "Original-Recipient") or _after_type(block, "Final-Recipient")
    return Failure(ours, address, status[0], reply[0] if reply else status[0])


def _after_type(block: Message, name: str) -> str:
    """Return a field's value without its type: "rfc822; a@b.c" is "a@b.c"."""
    return str(block.get(name, "")).partition(";")[2].strip()


def mark_failure(session: Session, failure: Failure, *, now: datetime) -> bool:
    """Mark the mail as one that the server refused; return whether that is new.

    Nothing happens where there is no such mail, where it went to another address, and where it has
    not left or has failed already.
    """
    mail = session.scalar(select(Mail).where(Mail.public_id == failure.mail_id).with_for_update())
    if mail is None or mail.state is not MailState.SENT:
        return False
    if mail.to_email.casefold() != failure.address.casefold():
        return False
    mail.state, mail.error = MailState.DEAD, failure.reason[:1000]
    after = {"status": failure.status}
    audit.record(session, "mail.bounced", mail, actor_id=None, now=now, after=after)
    return True
