"""What a read model said at any time is what a replay from nothing says of that time, by position and by moment."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.shared.aggregate import new_id
from services.shared.kernel.as_at import When, as_at, difference
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.wiring import Wired
from services.shared.vocabulary import Refusal
from tests.given import NOON, circumstances
from tests.kernel.test_application import ROUND

DAY = timedelta(days=1)
STEPS = ("plan", "open", "extend", "close", "cancel")


@pytest.fixture
def wired(wire):
    return wire("intake")


class Seen(NamedTuple):
    """What the live read models said, and when."""

    position: int
    at: datetime
    rows: dict[str, list[dict[str, Any]]]


class Desk:
    """Does steps to rounds, a minute apart, and looks at the read models after each."""

    def __init__(self, wired: Wired) -> None:
        self.wired, self.at = wired, NOON
        self.rounds: list[Any] = []
        self.seen = [self.look()]

    def do(self, step: str, which: int) -> None:
        self.at += timedelta(minutes=1)
        intake: Any = self.wired.application
        with carrying_out(Command(circumstances(at=self.at))):
            try:
                if step == "plan" or not self.rounds:
                    self.rounds.append(intake.plan_round(**{**ROUND, "number": str(new_id())}).id)
                else:
                    self._change(intake, step, self.rounds[which % len(self.rounds)])
            except Refusal:
                return
        self.seen.append(self.look())

    def _change(self, intake: Any, step: str, round_id: Any) -> None:
        match step:
            case "open":
                intake.open_round(round_id, document_no="一")
            case "extend":
                closes_on = date(2099, 7, 1) + len(self.seen) * DAY
                if any(row["id"] == round_id and row["state"] == "open" for row in self.seen[-1].rows["rounds"]):
                    intake.extend_round(round_id, closes_on=closes_on, reason="延长")
            case "close":
                intake.close_round(round_id)
            case "cancel":
                intake.cancel_round(round_id, document_no="二", reason="取消")

    def look(self) -> Seen:
        position = self.wired.application.event_log.max_notification_id() or 0
        return Seen(position, self.at, {table: self.live(table) for table in self.tables()})

    def tables(self) -> list[str]:
        return [table for each in self.wired.application.projections.by_name.values() for table in each.tables]

    def live(self, table: str) -> list[dict[str, Any]]:
        return sorted(self.wired.database.dicts(f"select * from {table}"), key=str)

    def replayed(self, when: When) -> dict[str, list[dict[str, Any]]]:
        with as_at(self.wired.application, "intake", self.wired.settings.database_url, when) as models:
            return {table: sorted(models.rows(table), key=str) for table in models.tables}


def test_today_and_every_earlier_time_are_told_as_they_were_told_then(wired):
    desk = Desk(wired)

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 9)), min_size=2, max_size=6), st.integers(0, 99))
    def the_same(steps: list[tuple[str, int]], place: int) -> None:
        for step, which in steps:
            desk.do(step, which)
        seen = desk.seen[place % len(desk.seen)]
        assert desk.replayed(When(position=seen.position)) == seen.rows
        assert desk.replayed(When(at=seen.at)) == seen.rows
        assert desk.replayed(When()) == desk.seen[-1].rows == desk.look().rows

    the_same()
    assert len({len(seen.rows["rounds"]) for seen in desk.seen}) > 2
    assert any(row["state"] == "open" for seen in desk.seen for row in seen.rows["rounds"])


def test_what_was_recorded_later_about_an_earlier_day_is_told_by_two_times(wired):
    desk = Desk(wired)
    desk.do("plan", 0)
    late = NOON + 30 * DAY
    with carrying_out(Command(circumstances(at=late, effective_at=NOON + 10 * DAY))):
        wired.application.open_round(desk.rounds[0], document_no="一")

    def state(when: When) -> str:
        [row] = desk.replayed(when)["rounds"]
        return str(row["state"])

    day = NOON + 20 * DAY
    assert state(When(at=day)) == "planned"
    assert state(When(at=day, known_at=day)) == "planned"
    assert state(When(at=day, known_at=late)) == "open"
    assert state(When(at=NOON + 5 * DAY, known_at=late)) == "planned"


def test_the_difference_of_two_times_names_the_rows_and_what_each_said(wired):
    desk = Desk(wired)
    desk.do("plan", 0)
    desk.do("plan", 0)
    before = desk.at
    desk.do("open", 1)
    asked = wired.application, "intake", wired.settings.database_url, "rounds"
    [changed] = difference(*asked, When(at=before), When(at=desk.at))
    assert changed["key"] == {"id": desk.rounds[1]}
    assert (changed["before"]["state"], changed["after"]["state"]) == ("planned", "open")
    assert "title" not in changed["before"]
    fresh = difference(*asked, When(at=NOON), When(at=before))
    assert [(each["before"], each["after"]["state"]) for each in fresh] == [(None, "planned")] * 2
    assert difference(*asked, When(at=before), When(at=before)) == []


def test_nothing_is_left_behind_and_nothing_live_is_touched(wired):
    desk = Desk(wired)
    desk.do("plan", 0)
    live = desk.look().rows
    desk.replayed(When(position=0))
    assert desk.look().rows == live
    with as_at(wired.application, "intake", wired.settings.database_url, When()) as models, pytest.raises(KeyError):
        models.rows("pg_class")
