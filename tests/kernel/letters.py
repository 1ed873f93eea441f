"""A made-up sender and listener: a log of plain rows, its integration events, and a listener that writes them down."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import msgspec

from services.shared.envelope import MEDIA_TYPE, IntegrationEvent, encode, source_of
from services.shared.kernel.broker import Broker
from services.shared.kernel.inbox import Inbox, Tracking
from services.shared.kernel.postgres import Cursor, Database
from services.shared.kernel.publisher import ConfirmedPublisher, Outgoing
from services.shared.kernel.relay import LogRecord

EFFECTS = """
create table if not exists effect (
    number bigint generated always as identity primary key, position bigint not null, case_id text not null
)
"""
TOLD, UNTOLD = "intake.dossier.submitted", "intake.dossier.noted"


def append(database: Database, count: int, topic: str = TOLD, case: UUID | None = None) -> None:
    """Append `count` events to the log, each of a case of its own, or all of `case`."""
    with database.transaction() as cursor:
        for number in range(count):
            row = ([case or uuid4()], [_next_version(cursor, case)], [topic], [b'{"n":%d}' % number])
            cursor.execute("select append(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[])", row)


def _next_version(cursor: Cursor, case: UUID | None) -> int:
    cursor.execute("select count(*) + 1 from log where originator_id = %s", (case,))
    row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def seal(record: LogRecord, previous: int) -> IntegrationEvent | None:
    """Every event is told, except the untold."""
    if record.topic == UNTOLD:
        return None
    return letter(record.position, previous, case=str(record.originator_id), data=msgspec.json.decode(record.state))


def letter(
    position: int, previous: int | None = None, case: str = "c1", sender: str = "intake", **more: Any
) -> IntegrationEvent:
    """An integration event of `sender` at `position`."""
    return IntegrationEvent(
        id=f"{sender}-{position}",
        source=source_of(sender),
        type="cn.gov.yn.mic.dossier.submitted.v1",
        subject=case,
        time="2025-03-03T09:00:00+08:00",
        dataschema="urn:test",
        partitionkey=case,
        sequence=1,
        position=position,
        previousposition=position - 1 if previous is None else previous,
        correlationid="",
        causationid="",
        policyedition="2019-05-06",
        data=more.get("data", {}),
    )


def post(broker: Broker, *events: IntegrationEvent) -> None:
    """Publish these events in this order."""
    publisher = ConfirmedPublisher(broker)
    publisher.publish(*(Outgoing(broker.names.events, e.routing_key, encode(e), MEDIA_TYPE) for e in events))
    publisher.close()


class Listener:
    """A screening service that writes down what it hears; `before(event)` may raise."""

    def __init__(self, database: Database, broker: Broker, before: Callable[[Any], None] = lambda event: None) -> None:
        self.database, self.before = database, before
        self.tried: list[int] = []
        self.inbox = Inbox("screening", ["intake"], database, broker, self.react)
        self.run = self.inbox.run

    def react(self, event: IntegrationEvent, tracking: Tracking) -> None:
        self.tried.append(event.position)
        self.before(event)
        with self.database.transaction() as cursor:
            cursor.execute("insert into effect (position, case_id) values (%s, %s)", (event.position, event.subject))
            tracking.write(cursor)

    def effects(self) -> list[int]:
        """The positions of the events that had an effect, in the order in which they had it."""
        return [p for (p,) in self.database.rows("select position from effect order by number")]

    def position(self) -> int:
        return sum(p for (p,) in self.database.rows("select position from inbox_position"))
