"""Users of subscribed systems on a real RabbitMQ with its management API: let in, kept to their own, taken away."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from amqp.exceptions import AccessRefused
from kombu.connection import Connection

from services.notify.domain.subscription import Subscription
from services.notify.outlets.broker_users import Access, definitions
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.wiring import Wired
from tests.given import NOON
from tests.notify.conftest import Listening
from tests.notify.messages import DESIGNATED
from tests.notify.systems import Desk, opening
from tests.notify.test_examples import EXAMPLES, lines_of, node_example, rows_of  # noqa: F401  # one is a fixture
from tests.notify.test_queues import Tax
from tests.private_broker import SERVER, PrivateBroker


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateBroker]:
    if not SERVER.exists():
        pytest.skip(f"{SERVER} is not here, so there is no management API")
    broker = PrivateBroker(tmp_path_factory.mktemp("broker"), management=True)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def desk(wire: Callable[..., Wired], broker: PrivateBroker, tmp_path: Path) -> Iterator[Desk]:
    settings = {"amqp_uri": broker.uri, "broker_management": broker.management, "webhook_key": tmp_path / "webhook"}
    listening = Listening(wire("notify", **settings))
    listening.notify.clock = FixedClock(NOON)
    desk = Desk(listening)
    yield desk
    for known, state in desk.database.rows("select id, state from subscriptions"):
        if state != "ended":
            desk.act("end_subscription", known, reason="x")
    desk.later(minutes=1)
    desk.notify.deliver_due()


class System:
    """A subscribed system, with the password that notify tells it."""

    def __init__(self, desk: Desk, broker: PrivateBroker, subscription: Subscription) -> None:
        self._desk, self._broker, self.user = desk, broker, f"subscriber.{subscription.name}"
        self._id = subscription.id
        self.uri = self.uri_with(self.password)

    @property
    def password(self) -> str:
        [secret] = self._desk.notify.secrets_of(self._desk.notify.load(Subscription, self._id))
        return str(secret)

    def uri_with(self, password: str) -> str:
        return self._broker.uri.replace("guest:guest", f"{self.user}:{password}")

    def may(self, work: Callable[[Any], Any], uri: str = "") -> bool:
        """Whether the broker lets it do this."""
        with Connection(uri or self.uri) as connection:
            try:
                work(connection.default_channel)
                connection.default_channel.basic_qos(0, 1, False)  # a publish is answered by what comes after it
            except AccessRefused:
                return False
            return True


@pytest.fixture
def tax(desk: Desk, broker: PrivateBroker) -> System:
    desk.listening.hear(DESIGNATED)
    subscription = desk.act("open_subscription", **opening())
    desk.notify.deliver_due()
    return System(desk, broker, subscription)


def test_a_system_reads_its_own_queue_and_may_do_nothing_else(desk: Desk, tax: System):
    desk.act("open_subscription", **opening(name="science"))
    desk.notify.deliver_due()
    assert [position for _, position in Tax(tax.uri, tax.user).take()] == [1]
    for forbidden in (
        lambda channel: channel.basic_get("subscriber.science"),
        lambda channel: channel.queue_declare("mine"),
        lambda channel: channel.queue_delete("subscriber.tax"),
        lambda channel: channel.queue_bind("subscriber.tax", "amq.topic", "#"),
        lambda channel: channel.basic_publish(channel.prepare_message(b"x"), "", tax.user),
    ):
        assert not tax.may(forbidden)


@pytest.mark.parametrize("language", ["python", "node"])
def test_an_example_signs_in_as_its_system_and_survives_a_connection_that_breaks(
    desk: Desk, tax: System, broker: PrivateBroker, tmp_path: Path, language: str, request: pytest.FixtureRequest
):
    if language == "python":
        command, taken = [sys.executable, str(EXAMPLES / "python" / "subscriber.py")], rows_of
    else:
        command, taken = ["node", str(request.getfixturevalue("node_example"))], lines_of
    path = tmp_path / "events"
    process = subprocess.Popen([*command, tax.uri, tax.user, str(path)])
    try:
        _until(lambda: path.exists() and len(taken(path)) == 1)
        _until(lambda: break_connections(broker, tax.user) > 0)
        desk.listening.hear(DESIGNATED)
        desk.notify.deliver_due()
        _until(lambda: len(taken(path)) == 2)
    finally:
        process.kill()
        process.wait()


def break_connections(broker: PrivateBroker, user: str) -> int:
    """Close every connection of a user; the management API knows of a new one after some seconds."""
    names = [each["name"] for each in ask(broker, "GET", "/api/connections") if each.get("user") == user]
    for name in names:
        ask(broker, "DELETE", f"/api/connections/{quote(name)}")
    return len(names)


def test_a_new_password_replaces_the_old_one(desk: Desk, tax: System):
    old = tax.uri
    desk.act("rotate_secret", desk.place("id"))
    desk.notify.deliver_due()
    assert not _lets_in(old)
    assert _lets_in(tax.uri_with(tax.password))


def test_a_broker_that_lost_its_users_as_well_gets_them_again(desk: Desk, tax: System, broker: PrivateBroker):
    ask(broker, "DELETE", f"/api/users/{tax.user}")
    with Connection(broker.uri) as connection:
        for queue in (tax.user, f"{tax.user}.dead"):
            connection.default_channel.queue_delete(queue)
    desk.listening.hear(DESIGNATED)
    while desk.notify.deliver_due() == 0:
        pass
    assert [position for _, position in Tax(tax.uri, tax.user).take()] == [1, 2]


def test_a_system_that_has_ended_finds_nothing_any_more(desk: Desk, tax: System, broker: PrivateBroker):
    desk.act("end_subscription", desk.place("id"), reason="系统下线")
    desk.notify.deliver_due()
    assert not _lets_in(tax.uri)
    assert not [queue["name"] for queue in ask(broker, "GET", "/api/queues") if queue["name"].startswith(tax.user)]
    assert desk.place("admitted") == -1


def test_a_management_that_does_not_answer_is_tried_again(desk: Desk, tax: System, broker: PrivateBroker):
    management = desk.notify._dispatcher._carriers["queue"]._management
    base, management._base = management._base, "http://127.0.0.1:1"
    desk.act("rotate_secret", desk.place("id"))
    desk.notify.deliver_due()
    assert desk.place("last_error") == "broker's management: URLError"
    management._base = base
    desk.later(seconds=2)
    desk.notify.deliver_due()
    assert (_lets_in(tax.uri_with(tax.password)), desk.place("last_error")) == (True, "")


def test_without_the_api_an_administrator_imports_the_same_users(broker: PrivateBroker):
    access = Access("subscriber.reform", "a-password-nobody-guesses")
    ask(broker, "POST", "/api/definitions", definitions("/", [access]))
    assert _lets_in(broker.uri.replace("guest:guest", f"{access.name}:{access.password}"))
    assert not _lets_in(broker.uri.replace("guest:guest", f"{access.name}:another"))
    [rights] = ask(broker, "GET", f"/api/users/{access.name}/permissions")
    assert {name: rights[name] for name in access.rights} == access.rights
    ask(broker, "DELETE", f"/api/users/{access.name}")


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def _lets_in(uri: str) -> bool:
    try:
        with Connection(uri) as connection:
            connection.connect()
    except AccessRefused:
        return False
    return True


def ask(broker: PrivateBroker, method: str, path: str, body: Any = None) -> Any:
    """One request of the administrator to the management API."""
    answer = httpx.request(method, broker.management + path, json=body).raise_for_status()
    return answer.json() if answer.content else None
