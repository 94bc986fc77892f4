"""``govuk-notify``: an email or a text message through GOV.UK Notify, with its official client.

GOV.UK Notify does not drop a second request with the same ``reference``. Before a message is sent again it is
therefore asked whether it has one already; what is left is the moment between two requests that cross.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from relationkit.errors import DeliveryError, MissingExtraError, MissingSecretError
from relationkit.plugins.notifiers.addresses import AddressBook
from relationkit.plugins.notifiers.wording import TEMPLATES, Link, Template, compose
from relationkit.plugins.outbox import OutboxRow, Receipt
from relationkit.records import FrozenModel

try:
    from notifications_python_client.errors import APIError
    from notifications_python_client.notifications import NotificationsAPIClient
except ModuleNotFoundError as error:
    raise MissingExtraError("the notifier 'govuk-notify'", extra="notify") from error

__all__ = ["KEY_VARIABLE", "GovukNotifyNotifier", "GovukNotifySettings"]

#: Where the API key is read from.
KEY_VARIABLE: Final = "RELATIONKIT_NOTIFY_API_KEY"

_NAME: Final = "govuk-notify"
_UUID: Final = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
#: Name, service id and secret, as GOV.UK Notify's documentation describes an API key.
_KEY: Final = re.compile(rf".+-{_UUID}-{_UUID}")
#: Answers after which the same request would be refused again (GOV.UK Notify REST API, error codes). A refused key
#: (403) or a full quota (429) may be mended without touching the message.
_FINAL: Final = frozenset({400, 404, 413})
#: Notifications in these states have not arrived and are not under way (GOV.UK Notify REST API, status codes).
_FAILED: Final = frozenset({"permanent-failure", "temporary-failure", "technical-failure"})


def _service(value: str) -> str:
    parts = urlsplit(value)
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost")):
        raise ValueError("is no https address; leave it out for GOV.UK Notify's own")
    return value


class GovukNotifySettings(FrozenModel):
    """What is sent through GOV.UK Notify. The API key is not among them.

    Attributes:
        template_id: The template there. It may hold ``((subject))`` and ``((message))``, our words, or any of
            ``((child))``, ``((since))``, ``((due))``, ``((what_to_do))``, ``((late))``, ``((link))``, ``((step))``.
        channel: ``email`` or ``text``.
        addresses: Where it goes: email addresses, or mobile numbers.
        link: Where the reader finds the case, such as ``"https://cases.example/child/{child}"``.
        templates: Words of the council's own: ``before_due``, ``overdue`` and ``talk_soon``; for notices to children
            ``leave``, ``leave_without_cover``, ``leave_without_end``, ``session_changed``, ``session_cancelled``,
            ``offer_changed``, ``policy_changed``, ``visits_changed`` and ``worker_change``.
        base_url: The service; for a stub in tests.
        timeout_seconds: How long to wait for each answer.
    """

    template_id: str = Field(pattern=f"^{_UUID}$")
    channel: Literal["email", "text"] = "email"
    addresses: AddressBook
    link: Link | None = None
    templates: Mapping[str, Template] = Field(default_factory=lambda: dict(TEMPLATES))
    base_url: Annotated[str, AfterValidator(_service)] = "https://api.notifications.service.gov.uk"
    timeout_seconds: float = Field(default=15, gt=0, le=60)


class GovukNotifyNotifier:
    """Sends each message as one notification to one address or number.

    Args:
        settings: As :class:`GovukNotifySettings`.
        environment: Holds the API key.

    Raises:
        InvalidRecordError: The settings cannot be.
        MissingSecretError: There is no key, or what is there is none.
    """

    name = _NAME

    def __init__(self, settings: Mapping[str, object], *, environment: Mapping[str, str]) -> None:
        self._settings = GovukNotifySettings.model_validate(dict(settings))
        self._key = SecretStr(environment.get(KEY_VARIABLE, ""))
        if not self._key.get_secret_value():
            raise MissingSecretError(f"the notifier {_NAME!r}", KEY_VARIABLE)
        if not _KEY.fullmatch(self._key.get_secret_value()):
            raise MissingSecretError(f"the notifier {_NAME!r}", KEY_VARIABLE, "holds no key of GOV.UK Notify")

    def __repr__(self) -> str:
        return f"GovukNotifyNotifier({self._settings.template_id!r})"

    def notify(self, row: OutboxRow, *, now: datetime) -> Receipt:
        """Hand the notification to GOV.UK Notify; it has accepted it when this returns.

        Raises:
            DeliveryError: It has not, or nobody knows. Final when it refuses the address or the template.
        """
        del now
        address = self._settings.addresses.find(row.escalation, notifier=_NAME)
        notice = compose(row.escalation, link=self._settings.link, templates=self._settings.templates)
        words = {**notice.fields, "subject": notice.subject, "message": notice.body}
        failure = self._sent(row, address, words)
        if failure is not None:  # raised out here, so that no request, with its token, hangs on it
            raise failure
        return Receipt.DELIVERED

    def _sent(self, row: OutboxRow, address: str, words: Mapping[str, str]) -> DeliveryError | None:
        # A client for each message: it is not made for several threads, and its session would keep the token.
        client = NotificationsAPIClient(  # type: ignore[no-untyped-call]  # the client has no annotations here
            self._key.get_secret_value(), base_url=self._settings.base_url, timeout=self._settings.timeout_seconds
        )
        try:
            if row.attempts > 1 and _is_there(client, row.key):
                return None
            self._send(client, row.key, address, words)
        except APIError as error:
            return _failure(error.status_code)
        finally:
            client.request_session.close()
        return None

    def _send(self, client: Any, key: str, address: str, words: Mapping[str, str]) -> None:
        template_id, said = self._settings.template_id, dict(words)
        if self._settings.channel == "email":
            client.send_email_notification(address, template_id, personalisation=said, reference=key)
        else:
            client.send_sms_notification(address, template_id, personalisation=said, reference=key)


def _is_there(client: Any, key: str) -> bool:
    """Return whether GOV.UK Notify has a notification of that reference that arrived or is under way."""
    found = client.get_all_notifications(reference=key).get("notifications", [])
    return any(each.get("reference") == key and each.get("status") not in _FAILED for each in found)


def _failure(status: int) -> DeliveryError:
    remedies = {
        400: "Check the address, and that the template's fields are those of the settings' documentation",
        403: f"Check {KEY_VARIABLE}, and this machine's clock",
        404: "Check the template_id",
        429: "Wait, or ask GOV.UK Notify to raise the limit",
    }
    remedy = remedies.get(status, "See whether GOV.UK Notify reports trouble")
    or_nothing = ", or did not answer" if status == 503 else ""  # the client says 503 for both
    return DeliveryError(_NAME, f"GOV.UK Notify said {status}{or_nothing}", remedy, is_final=status in _FINAL)
