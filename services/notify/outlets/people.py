"""The ways to people: mail by SMTP (邮件), SMS through a gate (短信), and the directory of the bodies' addresses.

Addresses are personal data. They stand in the operator's directory file alone: no event, row, queue or log has them.
"""

from __future__ import annotations

import smtplib
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from services.notify.domain.values import Audience, Channel, Wording
from services.notify.outlets.in_app import Undeliverable

PATIENCE = 10.0
"""Seconds for each answer of the mail server."""


@dataclass(frozen=True)
class Letter:
    """What goes out: under which reference, and the texts of one notification or of a day's."""

    reference: str
    wordings: tuple[Wording, ...]

    @property
    def subject(self) -> str:
        """The title, or for a digest how many there are."""
        first = self.wordings[0]
        if len(self.wordings) == 1:
            return f"{first.title_zh} | {first.title_en}"
        return f"今日通知 {len(self.wordings)} 条 | {len(self.wordings)} notifications"

    @property
    def text(self) -> str:
        """Every notification, Chinese first."""
        return "\n\n".join(f"{w.title_zh}\n{w.body_zh}\n\n{w.title_en}\n{w.body_en}" for w in self.wordings)


class ToPeople(Protocol):
    """One way. The reference is the same when a letter is handed over again, so a repeat can be recognised."""

    def deliver(self, address: str, letter: Letter) -> str:
        """Hand it over; returns the reference under which the outside knows it. Raises Undeliverable."""
        ...


class Mail:
    """Mail by SMTP: `smtp://host:25`, `smtps://user:password@host`, or `smtp+tls://…` for STARTTLS."""

    def __init__(self, url: str, sender: str) -> None:
        self._server, self._sender = urlsplit(url), sender

    def deliver(self, address: str, letter: Letter) -> str:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, address, letter.subject
        message["Message-ID"] = f"<{letter.reference}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = sorted({code for code, _ in error.recipients.values()})
            raise Undeliverable(f"the mail server refused the address: {codes}") from None
        except smtplib.SMTPResponseException as error:
            raise Undeliverable(f"the mail server answered {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Undeliverable(f"the mail server did not take it: {type(error).__name__}") from None
        return str(message["Message-ID"])

    def _connected(self) -> smtplib.SMTP:
        kind = smtplib.SMTP_SSL if self._server.scheme == "smtps" else smtplib.SMTP
        server = kind(self._server.hostname or "", self._server.port or 0, timeout=PATIENCE)
        if self._server.scheme == "smtp+tls":
            server.starttls()
        if self._server.username:
            server.login(unquote(self._server.username), unquote(self._server.password or ""))
        return server


class SmsGate(Protocol):
    """The port to whoever sends short messages for the department (短信网关). Raises OSError when it does not take."""

    def send(self, number: str, text: str, reference: str) -> None: ...


@dataclass
class RecordingGate:
    """A gate that sends nothing and remembers in memory what it was given: for tests and demonstrations."""

    taken: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, number: str, text: str, reference: str) -> None:
        if reference not in {known for _, _, known in self.taken}:
            self.taken.append((number, text, reference))


class Sms:
    """Short messages: the titles only, Chinese only; what there is to read is in the system."""

    def __init__(self, gate: SmsGate) -> None:
        self._gate = gate

    def deliver(self, address: str, letter: Letter) -> str:
        text = "【制创】" + "；".join(wording.title_zh for wording in letter.wordings)
        try:
            self._gate.send(address, text, letter.reference)
        except OSError as error:
            raise Undeliverable(f"the SMS gate did not take it: {type(error).__name__}") from None
        return letter.reference


class Directory:
    """The addresses of bodies: a TOML file with a table for each audience, such as `["prefecture:530100"]`.

    It is read anew when it changes, so an address that was taken out is gone at once. A file that cannot be read
    leaves the last one that could. Raises ValueError at the start.
    """

    def __init__(self, path: str) -> None:
        self._path, self._stamp, self._entries = Path(path) if path else None, 0, dict[str, dict[str, Any]]()
        if self._path is not None:
            self._read(self._path)

    def address_of(self, audience: Audience, channel: Channel) -> str:
        """The body's address for this channel; empty when it has none."""
        if self._path is not None:
            with suppress(ValueError):
                self._read(self._path)
        return str(self._entries.get(str(audience), {}).get(channel, ""))

    def _read(self, path: Path) -> None:
        try:
            stamp = path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._entries = tomllib.loads(path.read_text("utf-8"))
                self._stamp = stamp
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ValueError(f"the directory of addresses cannot be read: {type(error).__name__}") from None
