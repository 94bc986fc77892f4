"""What leaves the house: an email over TLS, a GOV.UK Notify request; who waits and what to do, and never a secret."""

import json
import logging
import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtpd.smtp import AuthResult

from relationkit.dates_in_words import moment_in_words
from relationkit.errors import DeliveryError, InvalidRecordError, MissingSecretError
from relationkit.plugins import OutboxRow, OutboxState, Receipt, create_plugin_manager, open_notifier
from relationkit.plugins.notifiers.email import EmailNotifier
from relationkit.plugins.notifiers.govuk_notify import GovukNotifyNotifier
from relationkit.plugins.notifiers.wording import FIELDS, TEMPLATES, Template, compose
from relationkit.sla import Escalation

AnEscalation = Callable[..., Escalation]
NOW = datetime(2025, 3, 6, 15, 5, tzinfo=UTC)
PASSWORD = "hunter2-of-the-mail-server"
KEY = "council-7e4ed5b2-2a6f-4f0e-8f52-7c64d6d5a111-1f1d6a3c-9c1b-4d3e-8a55-0f5b7f3e9c22"
TEMPLATE = "5b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d"
ADDRESSES = {"workers": {"SW9": "manager@example.org"}, "roles": {"duty": "duty@example.org"}}


def a_row(escalation: Escalation, attempts: int = 1) -> OutboxRow:
    return OutboxRow(escalation, "email", OutboxState.CLAIMED, attempts, NOW, NOW)


# What a message says.


def test_a_message_says_who_waits_since_when_and_what_to_do(an_escalation: AnEscalation) -> None:
    notice = compose(an_escalation(), link="https://cases.example.org/child/{child}")

    assert notice.subject == "No reply in time: C1"
    assert notice.body == (
        "The young person with the reference C1 has been waiting for a reply since Monday 3 March 2025 at 3:05pm.\n\n"
        "They should have had an answer by Thursday 6 March 2025 at 3:05pm, and none is on record. "
        "Please make sure that somebody replies to them.\n\n"
        "https://cases.example.org/child/C1\n"
    )


def test_a_child_who_asked_to_talk_is_told_of_as_such_and_with_nothing_they_wrote(an_escalation: AnEscalation) -> None:
    notice = compose(an_escalation(policy="talk soon", to="duty", due_at=NOW - timedelta(hours=72)))

    assert notice.subject == "Wants to talk to someone soon: C1"
    assert 'ticked "I need to talk to someone soon" on Monday 3 March 2025 at 3:05pm.' in notice.body


def test_before_the_due_time_it_is_a_reminder(an_escalation: AnEscalation) -> None:
    reminder = an_escalation(to="worker", due_at=NOW - timedelta(hours=24))

    assert compose(reminder).subject == "Waiting for your reply: C1"
    assert "They should have an answer by Thursday 6 March" in compose(reminder).body
    assert "Please reply to them" in compose(reminder).body
    assert compose(an_escalation(due_at=NOW)).subject.startswith("No reply in time")


def test_a_late_message_says_when_it_should_have_come(an_escalation: AnEscalation) -> None:
    notice = compose(an_escalation(is_late=True))

    assert notice.body.endswith(
        "\n\nThis message is late: it should have been sent at Thursday 6 March 2025 at 3:05pm.\n"
    )


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2025, 3, 30, 0, 59, tzinfo=UTC), "Sunday 30 March 2025 at 12:59am"),
        (datetime(2025, 3, 30, 1, 0, tzinfo=UTC), "Sunday 30 March 2025 at 2:00am"),
        (datetime(2025, 7, 1, 11, 0, tzinfo=UTC), "Tuesday 1 July 2025 at 12:00pm"),
    ],
)
def test_moments_are_told_in_london_time(at: datetime, words: str) -> None:
    assert moment_in_words(at) == words


def test_a_reference_cannot_break_the_subject_or_the_link(an_escalation: AnEscalation) -> None:
    notice = compose(an_escalation(child_id="C1\r\nBcc: x/../y"), link="https://cases.example.org/{child}")

    assert "\n" not in notice.subject
    assert "\r" not in notice.body
    assert "https://cases.example.org/C1%20%20Bcc%3A%20x%2F..%2Fy" in notice.body


@pytest.mark.parametrize("text", ["{name}", "{child.__class__}", "{child!r}", "{child:>9}", "{0}", "{", "{}"])
def test_a_template_reaches_nothing_but_its_fields(text: str) -> None:
    with pytest.raises(InvalidRecordError):
        Template(subject="x", body=text)


def test_a_template_may_use_every_field(an_escalation: AnEscalation) -> None:
    own = Template(subject="{child}", body=" | ".join(f"{{{name}}}" for name in FIELDS))

    assert compose(an_escalation(), templates={"overdue": own}).body.count("|") == len(FIELDS) - 1
    assert (
        compose(an_escalation(due_at=NOW - timedelta(1)), templates={"overdue": own}).subject
        == "Waiting for your reply: C1"
    )


def test_a_subject_is_one_line() -> None:
    with pytest.raises(InvalidRecordError, match="one line"):
        Template(subject="a\nBcc: b", body="c")


# Email.


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Mailbox(MessageHandler):
    """Keeps what arrives; refuses with the answer it is told to give."""

    def __init__(self) -> None:
        super().__init__(EmailMessage)
        self.messages: list[Any] = []
        self.answer = ""

    def handle_message(self, message: Any) -> None:
        self.messages.append(message)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802 - aiosmtpd's name
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"


class Server:
    def __init__(self, controller: Controller, mailbox: Mailbox, ca_file: str) -> None:
        self.mailbox, self.port, self.ca_file = mailbox, controller.port, ca_file

    def settings(self, **changes: object) -> dict[str, object]:
        return {
            "host": "localhost",
            "port": self.port,
            "security": "starttls",
            "username": "house",
            "ca_file": self.ca_file,
            "sender": "relationkit@example.org",
            "addresses": ADDRESSES,
            "timeout_seconds": 5,
            **changes,
        }

    def notifier(self, secret: str = PASSWORD, **changes: object) -> EmailNotifier:
        return EmailNotifier(self.settings(**changes), environment={"RELATIONKIT_SMTP_PASSWORD": secret})


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return context, str(path)


@pytest.fixture
def server(certificates: tuple[ssl.SSLContext, str]) -> Iterator[Server]:
    context, ca_file = certificates
    mailbox = Mailbox()

    def check(_server: object, _session: object, _envelope: object, _mechanism: str, given: Any) -> AuthResult:
        is_right = (given.login, given.password) == (b"house", PASSWORD.encode())
        return AuthResult(success=is_right, handled=is_right)

    controller = Controller(
        mailbox,
        hostname="localhost",
        port=a_free_port(),
        tls_context=context,
        require_starttls=True,
        authenticator=check,
        auth_required=True,
    )
    controller.start()
    yield Server(controller, mailbox, ca_file)
    controller.stop()


def test_an_email_arrives_over_tls(server: Server, an_escalation: AnEscalation) -> None:
    row = a_row(an_escalation())

    assert server.notifier().notify(row, now=NOW) is Receipt.DELIVERED

    (message,) = server.mailbox.messages
    assert (message["From"], message["To"]) == ("relationkit@example.org", "manager@example.org")
    assert message["Subject"] == "No reply in time: C1"
    assert message["Message-ID"] == f"<{row.key}@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Thu, 06 Mar 2025 15:05:00 +0000"
    assert "waiting for a reply since Monday 3 March 2025 at 3:05pm" in " ".join(
        message.get_payload(decode=True).decode().split()
    )


def test_the_same_message_has_the_same_id_at_every_try(server: Server, an_escalation: AnEscalation) -> None:
    for attempts in (1, 2):
        server.notifier().notify(a_row(an_escalation(), attempts), now=NOW + timedelta(hours=attempts))

    assert len({message["Message-ID"] for message in server.mailbox.messages}) == 1


def test_a_message_to_a_role_goes_to_the_roles_address(server: Server, an_escalation: AnEscalation) -> None:
    server.notifier().notify(a_row(an_escalation(to="duty", recipient_id=None)), now=NOW)

    assert [message["To"] for message in server.mailbox.messages] == ["duty@example.org"]


def test_somebody_without_an_address_is_named_by_id(server: Server, an_escalation: AnEscalation) -> None:
    row = a_row(an_escalation(recipient_id="SW404"))

    with pytest.raises(DeliveryError, match="no address for the worker 'SW404'") as refusal:
        server.notifier().notify(row, now=NOW)
    assert refusal.value.is_final
    book = {**ADDRESSES, "otherwise": "anybody@example.org"}
    assert server.notifier(addresses=book).notify(row, now=NOW) is Receipt.DELIVERED


@pytest.mark.parametrize(
    "address",
    ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "A <a@example.org>", "nobody", "a@b c"],
)
def test_an_address_that_is_more_than_one_address_is_refused(
    server: Server, an_escalation: AnEscalation, address: str
) -> None:
    notifier = server.notifier(addresses={"workers": {"SW9": address}})

    with pytest.raises(DeliveryError) as refusal:
        notifier.notify(a_row(an_escalation()), now=NOW)
    assert refusal.value.is_final
    assert address not in str(refusal.value)
    assert server.mailbox.messages == []


@pytest.mark.parametrize(
    ("answer", "is_final"), [("550 no such mailbox", True), ("450 try later", False)], ids=["for good", "for now"]
)
def test_what_the_server_refuses_for_good_is_final(
    server: Server, an_escalation: AnEscalation, answer: str, is_final: bool
) -> None:
    server.mailbox.answer = answer

    with pytest.raises(DeliveryError, match=answer[:3]) as refusal:
        server.notifier().notify(a_row(an_escalation()), now=NOW)
    assert refusal.value.is_final is is_final


def test_a_refused_password_is_said_without_it(
    server: Server, an_escalation: AnEscalation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    notifier = server.notifier(secret="hunter2-is-wrong")

    with pytest.raises(DeliveryError, match="refused the user or the password") as refusal:
        notifier.notify(a_row(an_escalation()), now=NOW)

    assert not refusal.value.is_final
    assert refusal.value.__cause__ is refusal.value.__context__ is None
    shown = f"{''.join(traceback.format_exception(refusal.value))}{notifier!r}{vars(notifier)}"
    assert "hunter2" not in shown
    assert not any(
        "hunter2" in record.getMessage() for record in caplog.records if record.name.startswith("relationkit")
    )


def test_a_server_whose_certificate_is_not_trusted_gets_nothing(server: Server, an_escalation: AnEscalation) -> None:
    with pytest.raises(DeliveryError, match="no TLS that can be trusted"):
        server.notifier(ca_file=None).notify(a_row(an_escalation()), now=NOW)
    assert server.mailbox.messages == []


def test_a_server_that_is_not_there_may_be_later(an_escalation: AnEscalation, server: Server) -> None:
    with pytest.raises(DeliveryError, match="did not answer before the message was sent") as refusal:
        server.notifier(host="127.0.0.1", port=1).notify(a_row(an_escalation()), now=NOW)
    assert not refusal.value.is_final


def test_a_broken_good_bye_changes_nothing(an_escalation: AnEscalation) -> None:
    class Rude(Mailbox):
        async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
            return "421 no time for that"

    mailbox = Rude()
    port = a_free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings = {
        "host": "127.0.0.1", "port": port, "security": "none", "sender": "a@example.org", "addresses": ADDRESSES,
    }  # fmt: skip
    try:
        assert EmailNotifier(settings, environment={}).notify(a_row(an_escalation()), now=NOW) is Receipt.DELIVERED
    finally:
        controller.stop()
    assert len(mailbox.messages) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": PASSWORD}, "password"),
        ({"sender": "a@example.org\nBcc: b@example.org"}, "sender"),
        ({"host": "mail.example.org", "security": "none", "username": None}, "security"),
        ({"security": "none"}, "security"),
        ({"link": "http://cases.example.org"}, "link"),
        ({"link": "https://cases.example.org/{name}"}, "link"),
        ({"port": 0}, "port"),
        ({"templates": {"weather": {"subject": "a", "body": "b"}}}, "template"),
    ],
)
def test_settings_that_cannot_be_are_refused_without_their_values(
    server: Server, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidRecordError) as refusal:
        server.notifier(**changes)
    assert field in str(refusal.value)
    assert PASSWORD not in str(refusal.value)


def test_a_user_without_a_password_is_refused_at_once(server: Server) -> None:
    with pytest.raises(MissingSecretError, match="RELATIONKIT_SMTP_PASSWORD"):
        server.notifier(secret="")


def test_the_shipped_templates_have_every_kind() -> None:
    assert set(TEMPLATES) == {
        *("before_due", "overdue", "talk_soon"),
        *(
            "leave",
            "leave_without_cover",
            "leave_without_end",
            "session_changed",
            "session_cancelled",
            "worker_change",
            "offer_changed",
            "policy_changed",
            "visits_changed",
        ),
    }


# GOV.UK Notify, by its official client, against a stub of its REST API.


class Stub(BaseHTTPRequestHandler):
    requests: ClassVar[list[dict[str, Any]]] = []
    held: ClassVar[list[dict[str, str]]] = []
    answers: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append({"path": self.path, "authorization": self.headers["Authorization"], **body})
        status = self.answers.pop(0) if self.answers else 201
        if status in (201, 599):  # 599: taken, and the answer is lost
            self.held.append({"reference": body["reference"], "status": "sending"})
        self.reply(201 if status == 201 else min(status, 503), {"id": "n1"} if status == 201 else {"errors": []})

    def do_GET(self) -> None:
        wanted = parse_qs(urlsplit(self.path).query).get("reference")
        self.reply(200, {"notifications": [each for each in self.held if [each["reference"]] == wanted], "links": {}})

    def reply(self, status: int, body: Mapping[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def service() -> Iterator[str]:
    for kept in (Stub.requests, Stub.held, Stub.answers):
        kept.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def a_notifier(service: str, key: str = KEY, **changes: object) -> GovukNotifyNotifier:
    settings = {"template_id": TEMPLATE, "addresses": ADDRESSES, "base_url": service, **changes}
    return GovukNotifyNotifier(settings, environment={"RELATIONKIT_NOTIFY_API_KEY": key})


def test_a_notification_carries_our_words_and_the_key_as_its_reference(
    service: str, an_escalation: AnEscalation
) -> None:
    row = a_row(an_escalation())

    assert a_notifier(service).notify(row, now=NOW) is Receipt.DELIVERED

    (request,) = Stub.requests
    assert (request["path"], request["email_address"]) == ("/v2/notifications/email", "manager@example.org")
    assert (request["template_id"], request["reference"]) == (TEMPLATE, row.key)
    assert set(request["personalisation"]) == {*FIELDS, "subject", "message"}
    assert "No reply in time" in request["personalisation"]["subject"]
    assert KEY not in json.dumps(request)


def test_a_text_message_goes_to_a_number(service: str, an_escalation: AnEscalation) -> None:
    book = {"workers": {"SW9": "07700900123"}}  # Ofcom keeps these numbers for fiction

    a_notifier(service, channel="text", addresses=book).notify(a_row(an_escalation()), now=NOW)

    assert [(each["path"], each["phone_number"]) for each in Stub.requests] == [
        ("/v2/notifications/sms", "07700900123")
    ]


def test_what_was_taken_although_the_answer_was_lost_is_not_sent_again(
    service: str, an_escalation: AnEscalation
) -> None:
    Stub.answers.append(599)
    notifier, escalation = a_notifier(service), an_escalation()
    with pytest.raises(DeliveryError):
        notifier.notify(a_row(escalation), now=NOW)

    assert notifier.notify(a_row(escalation, attempts=2), now=NOW) is Receipt.DELIVERED
    assert len(Stub.requests) == 1


def test_what_failed_over_there_is_sent_again(service: str, an_escalation: AnEscalation) -> None:
    row = a_row(an_escalation(), attempts=2)
    Stub.held.append({"reference": row.key, "status": "temporary-failure"})

    a_notifier(service).notify(row, now=NOW)

    assert len(Stub.requests) == 1


@pytest.mark.parametrize(("status", "is_final"), [(400, True), (404, True), (403, False), (429, False), (500, False)])
def test_which_refusals_are_final(service: str, an_escalation: AnEscalation, status: int, is_final: bool) -> None:
    Stub.answers.append(status)

    with pytest.raises(DeliveryError, match=str(status)) as refusal:
        a_notifier(service).notify(a_row(an_escalation()), now=NOW)
    assert refusal.value.is_final is is_final


def test_a_service_that_is_not_there_may_be_later(an_escalation: AnEscalation) -> None:
    with pytest.raises(DeliveryError, match="did not answer") as refusal:
        a_notifier("http://127.0.0.1:1").notify(a_row(an_escalation()), now=NOW)
    assert not refusal.value.is_final


def test_the_key_is_in_no_error_log_or_repr(
    service: str, an_escalation: AnEscalation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    Stub.answers.append(403)
    notifier = a_notifier(service)
    with pytest.raises(DeliveryError) as refusal:
        notifier.notify(a_row(an_escalation()), now=NOW)

    assert refusal.value.__cause__ is refusal.value.__context__ is None
    shown = f"{''.join(traceback.format_exception(refusal.value))}{notifier!r}{vars(notifier)}{caplog.text}"
    token = Stub.requests[0]["authorization"].removeprefix("Bearer ")
    assert not [secret for secret in (KEY, KEY[-36:], token) if secret in shown]


@pytest.mark.parametrize("key", ["", "hunter2", KEY[:-1], KEY[-73:]])
def test_what_is_no_key_is_refused_without_being_shown(service: str, key: str) -> None:
    with pytest.raises(MissingSecretError, match="RELATIONKIT_NOTIFY_API_KEY") as refusal:
        a_notifier(service, key)
    assert not key or key not in str(refusal.value)


@pytest.mark.parametrize(
    "changes", [{"template_id": "x"}, {"channel": "pigeon"}, {"base_url": "http://example.org"}, {"api_key": KEY}]
)
def test_notify_settings_that_cannot_be_are_refused(service: str, changes: dict[str, object]) -> None:
    with pytest.raises(InvalidRecordError) as refusal:
        a_notifier(service, **changes)
    assert KEY not in str(refusal.value)


# By name.


def test_the_outbox_notifier_leaves_the_message_ready(an_escalation: AnEscalation) -> None:
    notifier = open_notifier("outbox", environment={}, manager=create_plugin_manager())

    assert notifier.notify(a_row(an_escalation()), now=NOW) is Receipt.READY
    with pytest.raises(InvalidRecordError):
        open_notifier("outbox", {"file": "x"}, environment={}, manager=create_plugin_manager())


def test_an_email_notifier_is_opened_with_its_settings(server: Server) -> None:
    environment = {"RELATIONKIT_SMTP_PASSWORD": PASSWORD}

    notifier = open_notifier("email", server.settings(), environment=environment, manager=create_plugin_manager())

    assert (notifier.name, repr(notifier)) == ("email", "EmailNotifier('localhost')")
