"""The clocks: system, fixed and movable."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from services.shared.kernel.clock import FixedClock, MovableClock, SystemClock, clock_from, today

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TICK = timedelta(seconds=5)


def test_system_clock_tells_an_aware_time_in_utc():
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_fixed_clock_stands_still_until_moved():
    clock = FixedClock(NOON)
    clock.advance(timedelta(hours=1))
    assert clock.now() == clock.now() == NOON + timedelta(hours=1)


def test_refuses_a_moment_without_offset():
    with pytest.raises(ValueError, match="offset"):
        FixedClock(datetime(2026, 6, 1)).now()  # noqa: DTZ001  # the naive moment is the point


def test_today_is_the_date_in_shanghai_when_utc_is_still_yesterday():
    assert today(FixedClock(datetime(2026, 6, 1, 16, 0, tzinfo=UTC))) == date(2026, 6, 2)
    assert today(FixedClock(datetime(2026, 6, 1, 15, 59, tzinfo=UTC))) == date(2026, 6, 1)


def test_movable_clock_tells_system_time_when_its_file_is_missing(tmp_path: Path):
    assert abs(MovableClock(tmp_path / "clock").now() - datetime.now(UTC)) < TICK


def test_movable_clock_goes_on_from_where_it_was_moved(tmp_path: Path):
    clock = MovableClock(tmp_path / "new folder" / "clock")
    clock.move_to(datetime(2099, 1, 1, tzinfo=UTC))
    clock.advance(timedelta(days=2))
    assert timedelta(0) <= clock.now() - datetime(2099, 1, 3, tzinfo=UTC) < TICK


@pytest.mark.parametrize("clock", [FixedClock(NOON), None], ids=["fixed", "movable"])
def test_refuses_to_go_back(tmp_path: Path, clock):
    clock = clock or MovableClock(tmp_path / "clock")
    before = clock.now()
    with pytest.raises(ValueError, match="go back"):
        clock.move_to(before - timedelta(minutes=1))
    with pytest.raises(ValueError, match="go back"):
        clock.advance(timedelta(microseconds=-1))
    assert clock.now() >= before


def test_another_clock_on_the_same_file_sees_every_move(tmp_path: Path):
    mover, watcher = MovableClock(tmp_path / "clock"), MovableClock(tmp_path / "clock")
    for day in range(1, 200):
        mover.advance(timedelta(days=1))
        assert abs(watcher.now() - datetime.now(UTC) - timedelta(days=day)) < TICK


def test_no_move_is_lost_when_processes_advance_at_once(tmp_path: Path):
    program = (
        "import sys, pathlib, datetime; from services.shared.kernel.clock import MovableClock\n"
        "clock = MovableClock(pathlib.Path(sys.argv[1]))\n"
        "for _ in range(100): clock.advance(datetime.timedelta(hours=1))"
    )
    path = str(tmp_path / "clock")
    processes = [subprocess.Popen([sys.executable, "-c", program, path]) for _ in range(3)]
    assert [p.wait(30) for p in processes] == [0, 0, 0]
    assert abs(MovableClock(tmp_path / "clock").now() - datetime.now(UTC) - timedelta(hours=300)) < TICK


def test_refuses_a_file_that_holds_no_number(tmp_path: Path):
    (tmp_path / "clock").write_text("soon")
    with pytest.raises(ValueError, match="soon"):
        MovableClock(tmp_path / "clock").now()


def test_environment_gives_the_movable_clock_only_when_it_names_a_file(tmp_path: Path):
    assert isinstance(clock_from({}), SystemClock)
    assert isinstance(clock_from({"ZHICHUANG_CLOCK_FILE": ""}), SystemClock)
    assert isinstance(clock_from({"ZHICHUANG_CLOCK_FILE": str(tmp_path / "clock")}), MovableClock)
