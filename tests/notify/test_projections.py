"""The read model can be made again from the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.notify.domain.values import organisation
from services.notify.projections import NOTIFICATIONS
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.projections import rebuild
from tests.given import circumstances
from tests.notify.conftest import Listening
from tests.notify.messages import ALLOY, COPPER, MESSAGES, UNIT, resubmitted


def test_a_rebuild_from_the_log_equals_the_live_rows(listening: Listening):
    notify = listening.notify
    listening.hear(*MESSAGES, resubmitted(prefecture="999999"))
    held = listening.rows("id", "state = 'held'")[0][0]
    notify.send_due(limit=500)
    _act(notify.release_notification, held)
    _act(notify.read_notification, listening.rows("id", "state = 'sent'")[0][0])
    _act(notify.retry_notification, listening.rows("id", "state = 'failed'")[0][0])
    live = listening.rows("*")
    assert {state for (state,) in listening.rows("state")} == {"held", "queued", "sent"}
    rebuild(listening.wired.settings.database_url, "notify", NOTIFICATIONS, notify.event_mapper)
    assert listening.rows("*") == live


def test_an_inbox_is_addressed_to_one_kind_of_audience(listening: Listening):
    listening.hear(*MESSAGES)
    rows = set(listening.rows("audience, lead_uscc is null, prefecture is null"))
    assert rows == {
        ("organisation", False, True),
        ("prefecture", True, False),
        ("province", True, True),
    }
    units = {uscc for (uscc,) in listening.rows("lead_uscc", "lead_uscc is not null")}
    assert units == {organisation(uscc).code for uscc in (ALLOY, UNIT, COPPER)}


def _act(method: Callable[..., Any], *arguments: Any) -> None:
    with carrying_out(Command(circumstances())):
        method(*arguments)
