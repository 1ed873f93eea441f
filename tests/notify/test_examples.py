"""The example subscribers, run as they stand: restarted, killed, told twice; each event has its effect once."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from services.notify.domain.subscription import Subscription
from services.notify.outlets.queue import QueueCarrier, dead_of, queue_of
from services.shared.envelope import encode
from services.shared.kernel.broker import Broker
from tests.given import made
from tests.notify.messages import DESIGNATED, event_of
from tests.notify.systems import OPEN_TYPES, opening

EXAMPLES = Path(__file__).parents[2] / "examples" / "subscriber"
PATIENCE = 20.0


class Line:
    """A queue with a carrier before it and an example behind it."""

    def __init__(self, uri: str) -> None:
        self.uri, self.prefix = uri, f"test-{uuid4().hex[:8]}."
        self.carrier = QueueCarrier(Broker(uri), self.prefix)
        terms = {**opening(), "start_after": 0, "open_types": OPEN_TYPES}
        del terms["since"]
        self.subscription = made(lambda: Subscription.open(**terms))
        self.carrier.prepare(self.subscription)
        self.queue = queue_of(self.prefix, "tax")

    def tell(self, *positions: int) -> None:
        """Send the events at these positions."""
        bodies = [encode(event_of(DESIGNATED, position)) for position in positions]
        self.carrier.deliver(self.subscription, bodies)

    def close(self) -> None:
        broker = Broker(self.uri)
        connection = broker.connect()
        for queue in (self.queue, dead_of(self.prefix, "tax")):
            connection.default_channel.queue_delete(queue)
        broker.cut(connection)


@pytest.fixture
def line(amqp_uri: str) -> Iterator[Line]:
    line = Line(amqp_uri)
    yield line
    line.close()


def rows_of(path: Path) -> list[str]:
    """The ids that the Python example has seen, once its tables are there."""
    with sqlite3.connect(path) as database:
        if not database.execute("select 1 from sqlite_master where name = 'effects'").fetchall():
            return []
        assert (
            database.execute("select count(*) from effects").fetchone()
            == database.execute("select count(*) from seen").fetchone()
        )
        return [str(row[0]) for row in database.execute("select id from seen")]


def lines_of(path: Path) -> list[str]:
    """The ids that the Node example has written down."""
    return [json.loads(text)["id"] for text in path.read_text().splitlines()] if path.exists() else []


def exactly_once(line: Line, command: list[str], path: Path, taken: Callable[[Path], list[str]]) -> None:
    """Told in two parts with repeats, killed between them: every event has had its effect once."""

    def run() -> subprocess.Popen[bytes]:
        return subprocess.Popen([*command, line.uri, line.queue, str(path)])

    line.tell(1, 2, 2, 1, 3)
    process = run()
    try:
        _until(lambda: len(taken(path)) == 3)
        process.kill()
        process.wait()
        line.tell(3, 4, 1, 5)
        process = run()
        _until(lambda: len(taken(path)) == 5)
        line.tell(5, 6)
        _until(lambda: len(taken(path)) == 6)
    finally:
        process.kill()
        process.wait()
    assert sorted(taken(path)) == sorted(event_of(DESIGNATED, position).id for position in range(1, 7))


def test_the_python_example_has_each_effect_once_over_a_crash(line: Line, tmp_path: Path):
    program = EXAMPLES / "python" / "subscriber.py"
    assert len(program.read_text("utf-8").splitlines()) < 60
    exactly_once(line, [sys.executable, str(program)], tmp_path / "events.db", rows_of)


@pytest.fixture(scope="module")
def node_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Node example with its one dependency, by its lock file; skipped where node or the registry is missing."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("needs node and npm")
    home = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json", "subscriber.mjs"):
        shutil.copy(EXAMPLES / "node" / name, home)
    install = ["npm", "ci", "--no-audit", "--no-fund", "--prefer-offline"]
    if subprocess.run(install, cwd=home, capture_output=True, timeout=120, check=False).returncode:
        pytest.skip("npm cannot install amqplib here")
    return home / "subscriber.mjs"


def test_the_node_example_has_each_effect_once_over_a_crash(line: Line, node_example: Path, tmp_path: Path):
    assert len(node_example.read_text("utf-8").splitlines()) < 60
    exactly_once(line, ["node", str(node_example)], tmp_path / "events.jsonl", lines_of)


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
