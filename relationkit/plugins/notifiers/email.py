"""``email``: one email a message, through the office's own mail server, over TLS.

Between a mail server and its client nothing is certain: when the connection breaks after the message went out and
before the server has said yes, nobody can know whether it was taken. It is then sent again, with the same
``Message-ID``, by which many mail systems drop the second.
"""

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from relationkit.errors import DeliveryError, MissingSecretError
from relationkit.plugins.notifiers.addresses import AddressBook, is_one_line
from relationkit.plugins.notifiers.wording import TEMPLATES, Link, Template, compose
from relationkit.plugins.outbox import OutboxRow, Receipt
from relationkit.records import FrozenModel

__all__ = ["PASSWORD_VARIABLE", "EmailNotifier", "EmailSettings"]

#: Where the password of the mail server is read from, when the settings name a user.
PASSWORD_VARIABLE: Final = "RELATIONKIT_SMTP_PASSWORD"  # noqa: S105 - the name of a variable, not a password

_NAME: Final = "email"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def _mailbox(value: str) -> str:
    if not _is_mailbox(value):
        raise ValueError("is not one email address; write it as duty@example.gov.uk")
    return value


def _is_mailbox(value: str) -> bool:
    if not is_one_line(value):
        return False
    try:
        address = Address(addr_spec=value)
    except (ValueError, IndexError, MessageError):
        return False
    return bool(address.username and address.domain) and not set(" ,;<>") & set(value)


class EmailSettings(FrozenModel):
    """How the mail server is reached, and what is sent. A password is not among them.

    Attributes:
        host: The mail server.
        port: 587 for ``starttls``, 465 for ``tls``.
        security: ``starttls`` or ``tls``. ``none`` is for a server on this very machine only.
        username: Who logs in; ``None`` where nobody has to.
        ca_file: A file of certificates to trust besides the system's, for a server of the office's own.
        sender: The address it comes from.
        addresses: Where it goes.
        link: Where the reader finds the case, such as ``"https://cases.example/child/{child}"``.
        templates: Words of the council's own: ``before_due``, ``overdue`` and ``talk_soon``; for notices to children
            ``leave``, ``leave_without_cover``, ``leave_without_end``, ``session_changed``, ``session_cancelled``,
            ``offer_changed``, ``policy_changed``, ``visits_changed`` and ``worker_change``.
        timeout_seconds: How long to wait for each answer of the server.
    """

    host: str = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    ca_file: str | None = None
    sender: Annotated[str, AfterValidator(_mailbox)]
    addresses: AddressBook
    link: Link | None = None
    templates: Mapping[str, Template] = Field(default_factory=lambda: dict(TEMPLATES))
    timeout_seconds: float = Field(default=15, gt=0, le=60)

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if self.security == "none" and (self.host not in _LOOPBACK or self.username is not None):
            raise ValueError(
                "messages and passwords would travel in the open; use security = 'starttls' or 'tls', "
                "or a server on this machine without a user"
            )
        if unknown := set(self.templates) - set(TEMPLATES):
            raise ValueError(f"there is no template {min(unknown)!r}; use {' and '.join(TEMPLATES)}")
        return self


class EmailNotifier:
    """Sends each message as one plain email to one address.

    Args:
        settings: As :class:`EmailSettings`.
        environment: Holds the password, when the settings name a user.

    Raises:
        InvalidRecordError: The settings cannot be.
        MissingSecretError: There is a user and no password.
    """

    name = _NAME

    def __init__(self, settings: Mapping[str, object], *, environment: Mapping[str, str]) -> None:
        self._settings = EmailSettings.model_validate(dict(settings))
        self._password = SecretStr(environment.get(PASSWORD_VARIABLE, ""))
        if self._settings.username is not None and not self._password.get_secret_value():
            raise MissingSecretError(f"the notifier {_NAME!r}", PASSWORD_VARIABLE)

    def __repr__(self) -> str:
        return f"EmailNotifier({self._settings.host!r})"

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
        """Send the email; it was taken when this returns.

        Raises:
            DeliveryError: It was not, or nobody knows. Final when the server refuses the address or the message.
        """
        message = self._message(row, now)
        failure = self._sent(message)
        if failure is not None:  # raised out here, so that no words of the server hang on it
            raise failure
        return Receipt.DELIVERED

    def _message(self, row: OutboxRow, now: datetime) -> EmailMessage:
        """Return the email; whatever cannot stand in a header is refused, not mended."""
        address = self._settings.addresses.find(row.escalation, notifier=_NAME)
        if not _is_mailbox(address):
            what = f"what stands for {row.escalation.recipient_id or row.escalation.to!r} is not one email address"
            raise DeliveryError(_NAME, what, "Mend it in the settings", is_final=True)
        notice = compose(row.escalation, link=self._settings.link, templates=self._settings.templates)
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._settings.sender, address, notice.subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{row.key}@{self._settings.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: an out-of-office reply must not answer it
        message.set_content(notice.body)
        return message

    def _sent(self, message: EmailMessage) -> DeliveryError | None:
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            return _failure(error, "before the message was sent")
        try:
            server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            server.close()
            return _failure(error, "while the message was sent")
        with suppress(OSError, smtplib.SMTPException):  # it has been taken: a broken good-bye changes nothing
            server.quit()
        return None

    def _connected(self) -> smtplib.SMTP:
        settings, seconds = self._settings, self._settings.timeout_seconds
        server: smtplib.SMTP
        if settings.security == "tls":
            server = smtplib.SMTP_SSL(settings.host, settings.port, timeout=seconds, context=self._trust())
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=seconds)
        try:
            if settings.security == "starttls":
                server.starttls(context=self._trust())
            if settings.username is not None:
                server.login(settings.username, self._password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._settings.ca_file is not None:
            context.load_verify_locations(self._settings.ca_file)
        return context


def _failure(error: OSError | smtplib.SMTPException, when: str) -> DeliveryError:
    """Return what went wrong in our own words: the server's may repeat what was sent to it."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return DeliveryError(_NAME, "the mail server refused the user or the password", f"Check {PASSWORD_VARIABLE}")
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
        what = "the mail server offers no TLS that can be trusted"
        return DeliveryError(_NAME, what, "Check host, port and security, or name its certificates in ca_file")
    code = _code(error)
    if code is None:
        return DeliveryError(_NAME, f"the mail server did not answer {when}", "Check host and port")
    is_final = code >= 500 and not isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPConnectError)
    return DeliveryError(_NAME, f"the mail server said {code} {when}", "Look it up in its log", is_final=is_final)


def _code(error: Exception) -> int | None:
    """Return the server's answer as RFC 5321 numbers them: 5xx for good, 4xx for now; ``None`` for no answer."""
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=None)
    return None
