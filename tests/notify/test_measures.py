"""What whoever runs the system sees of deliveries, on a real broker."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.notify.outlets import measures
from services.shared.kernel.clock import FixedClock
from tests.given import NOON
from tests.notify import test_queues
from tests.notify.messages import DESIGNATED, SUBMITTED
from tests.notify.systems import opening

desk, prefix = test_queues.desk, test_queues.prefix


@pytest.mark.usefixtures("prefix")
def test_an_event_that_a_subscriber_was_not_told_grows_old(desk):
    desk.act("open_subscription", **opening())
    desk.notify.deliver_due()
    assert measures.oldest_undelivered(desk.database, FixedClock(NOON)) == {"tax": 0.0}
    desk.listening.hear(SUBMITTED, DESIGNATED)
    [(told_at,)] = desk.database.rows("select min(at) from journal where name like 'centre.%%'")
    later = FixedClock(told_at + timedelta(minutes=20))
    assert measures.oldest_undelivered(desk.database, later) == {"tax": 1200.0}
    desk.notify.deliver_due()
    assert measures.oldest_undelivered(desk.database, later) == {"tax": 0.0}
    assert measures.undeliverable(desk.database) == {"tax": 0.0}
    assert measures.failed_deliveries(desk.database) == {}
