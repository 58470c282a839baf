"""The mail server of the settings: one connection carries many mails, one after the other."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from typing import Any, Self

PER_CONNECTION = 50
"""After so many mails a new connection is opened: many servers take no more over one."""
TIMEOUT = 20.0
PATIENCE = 120.0
"""Seconds for an answer, and for the last one of a mail: servers look through it before that."""
WRAPPED_PORT = 465
"""The port on which TLS comes before the first word."""


class UnreachableError(Exception):
    """No connection, no sign-in, no leave to send: nothing that one mail is to blame for."""


class _Noted:
    """A connection that counts its mails and knows whether the present one may have been taken."""

    carried = 0
    handed_over = False
    sock: Any

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.handed_over = True
        self.sock.settimeout(PATIENCE)
        answer: tuple[int, bytes] = super().data(msg)  # type: ignore[misc]
        self.sock.settimeout(TIMEOUT)
        return answer


class _Server(_Noted, smtplib.SMTP):
    pass


class _WrappedServer(_Noted, smtplib.SMTP_SSL):
    pass


class Smtp:
    """A mail server, connected to when the first mail leaves and left at the end of the block."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self._server: _Server | _WrappedServer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._leave()

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over; raises UnreachableError or smtplib.SMTPException.

        A connection that the server gave up since the last mail is replaced by a new one at once,
        where it is certain that this mail was not taken.
        """
        if self._server is not None and self._server.carried >= PER_CONNECTION:
            self._leave()
        used = self._server
        try:
            self._hand_over(message)
        except smtplib.SMTPException as failure:
            if used is None or used.handed_over or _is_refused(failure):
                raise
            self._hand_over(message)

    def _hand_over(self, message: EmailMessage) -> None:
        server = self._server or self._connect()
        self._server, server.handed_over = None, False
        try:
            server.send_message(message)
            server.carried += 1
        except smtplib.SMTPRecipientsRefused:
            self._keep(server)
            raise
        except smtplib.SMTPException:
            server.close()
            raise
        self._keep(server)

    def _keep(self, server: _Server | _WrappedServer) -> None:
        """Go on with a connection, unless the server has said goodbye."""
        self._server = server if server.sock is not None else None

    def _connect(self) -> _Server | _WrappedServer:
        try:
            return self._open()
        except (smtplib.SMTPException, OSError) as failure:
            raise UnreachableError(str(failure) or type(failure).__name__) from failure

    def _open(self) -> _Server | _WrappedServer:
        settings, place = self.settings, (self.settings.smtp_host, self.settings.smtp_port)
        checked = ssl.create_default_context() if settings.smtp_tls else None
        server: _Server | _WrappedServer
        if checked and settings.smtp_port == WRAPPED_PORT:
            server = _WrappedServer(*place, timeout=TIMEOUT, context=checked)
        else:
            server = _Server(*place, timeout=TIMEOUT)
        try:
            if checked and settings.smtp_port != WRAPPED_PORT:
                server.starttls(context=checked)
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
        except BaseException:
            server.close()
            raise
        return server

    def _leave(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()


def _is_refused(failure: smtplib.SMTPException) -> bool:
    """Whether it is the recipient whom the server refuses; 421 ends the connection instead."""
    return isinstance(failure, smtplib.SMTPRecipientsRefused) and all(
        code != 421 for code, _said in failure.recipients.values()
    )
