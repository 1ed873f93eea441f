"""Mail and SMS: through a real SMTP server and a recording gate, once, as chosen, and without an address anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from services.notify.application import Notify
from services.notify.domain.notification import RETRY_AFTER
from services.notify.domain.values import Channel, Choice, Purpose, organisation
from services.notify.outlets.people import Directory
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.wiring import Wired
from services.shared.vocabulary import NotFound
from tests.given import NOON, circumstances
from tests.notify.conftest import Listening
from tests.notify.messages import ALLOY, CORRECTION, NOT_RECOMMENDED, POSTED, SUBMITTED
from tests.notify.test_reactions import _forget_positions

ADDRESS, NUMBER = "huan-yiming@alloy.invalid", "19900000000"
TO_ALLOY = f"organisation:{ALLOY}"
DIRECTORY = f'["{TO_ALLOY}"]\nmail = "{ADDRESS}"\nsms = "{NUMBER}"\n'


class Post:
    """What the SMTP server took; `refuses` makes it answer 451."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.refuses = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if self.refuses:
            return "451 try again"
        self.taken.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"

    @property
    def subjects(self) -> list[str]:
        return [message["Subject"] for _, message in self.taken]


class Loopback(Controller):
    """A real SMTP server on a port that the system chose."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()


@pytest.fixture
def post() -> Iterator[tuple[Post, str]]:
    handler = Post()
    server = Loopback(handler, hostname="127.0.0.1", port=0)
    server.start()
    yield handler, f"smtp://127.0.0.1:{server.port}"
    server.stop()


class Reaching(Listening):
    """A notify service at noon that can reach the organisation of TC-01."""

    def __init__(self, wired: Wired, post: Post) -> None:
        super().__init__(wired)
        self.post, self.application = post, wired.application
        self.notify: Notify = wired.application  # type: ignore[assignment]
        self.notify.clock = FixedClock(NOON)

    @property
    def gate(self) -> Any:
        return self.notify.people[Channel.SMS]._gate  # type: ignore[attr-defined]

    def tick(self, **later: float) -> int:
        """Let time pass and the clock act."""
        self.notify.clock.advance(timedelta(**later))  # type: ignore[attr-defined]
        self.notify.send_due()
        return self.notify.send_deliveries()

    def act(self, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with carrying_out(Command(circumstances(at=self.notify.clock.now()))):
            return method(*arguments, **named)

    def deliveries(self, columns: str) -> list[tuple[Any, ...]]:
        return self.wired.database.rows(f"select {columns} from deliveries order by channel, id")


@pytest.fixture
def reaching(wire: Callable[..., Wired], post: tuple[Post, str], tmp_path: Path) -> Reaching:
    (tmp_path / "directory.toml").write_text(DIRECTORY)
    wired = wire("notify", smtp=post[1], directory=str(tmp_path / "directory.toml"), sms="record")
    return Reaching(wired, post[0])


def test_a_reminder_goes_straight_by_mail_and_sms_in_two_languages(reaching: Reaching):
    reaching.hear(CORRECTION)
    assert reaching.tick() == 2
    [(recipients, message)] = reaching.post.taken
    assert recipients == [ADDRESS]
    assert message["Subject"].startswith("请于 2026-06-12 17:30 前补正")
    assert "needs 0 correction(s)" in message.get_content()
    [(number, text, _)] = reaching.gate.taken
    assert number == NUMBER
    assert text.startswith("【制创】请于")
    assert reaching.deliveries("channel, state, due") == [("mail", "sent", None), ("sms", "sent", None)]


def test_nothing_is_sent_twice_however_often_it_ticks_or_is_heard_again(reaching: Reaching):
    reaching.hear(CORRECTION)
    reaching.tick()
    _forget_positions(reaching)
    reaching.hear_at(1, CORRECTION)
    again = Notify(reaching.wired.database, FixedClock(NOON), reaching.notify.outlet, people=reaching.notify.people)
    assert [reaching.tick(), again.send_deliveries()] == [0, 0]
    assert (len(reaching.post.taken), len(reaching.gate.taken)) == (1, 1)


def test_a_decision_reaches_nobody_before_somebody_has_looked_at_it(reaching: Reaching):
    reaching.hear(NOT_RECOMMENDED)
    assert reaching.tick() == 0
    [(held,)] = reaching.rows("id", "state = 'held'")
    reaching.act(reaching.notify.release_notification, held)
    assert reaching.tick() == 1
    assert reaching.post.subjects[0].startswith("不予推荐决定")


def test_progress_waits_for_the_next_working_morning_and_comes_in_one_mail(reaching: Reaching):
    reaching.hear(SUBMITTED, POSTED)
    assert reaching.tick() == 0
    assert reaching.tick(hours=20) == 0  # 08:00 the next day
    assert reaching.tick(minutes=31) == 1
    assert reaching.post.subjects == ["今日通知 2 条 | 2 notifications"]
    body = reaching.post.taken[0][1].get_content()
    assert "申报材料已收到" in body
    assert "公示开始" in body
    assert {state for (state,) in reaching.deliveries("state")} == {"sent"}


def test_a_failure_is_tried_again_from_the_database_after_its_wait(reaching: Reaching):
    reaching.post.refuses = True
    reaching.hear(CORRECTION)
    reaching.tick()
    [(state, failure, due), _] = reaching.deliveries("state, failure, due")
    assert (state, failure, due) == ("failed", "the mail server answered 451", NOON + RETRY_AFTER[0])
    reaching.post.refuses = False
    assert reaching.tick() == 0
    assert reaching.tick(minutes=1) == 1
    assert len(reaching.post.taken) == 1


def test_a_body_chooses_its_own_channels(reaching: Reaching):
    choices = (Choice(Purpose.REMINDER, (Channel.SMS,)), Choice(Purpose.PROGRESS, (Channel.MAIL,)))
    reaching.act(reaching.notify.choose_channels, TO_ALLOY, choices=choices)
    reaching.hear(SUBMITTED, CORRECTION)
    reaching.tick()
    assert [(c, d) for c, d in reaching.deliveries("channel, digest")] == [("mail", False), ("sms", False)]
    assert reaching.post.subjects[0].startswith("申报材料已收到")


def test_an_unknown_body_has_no_preference(reaching: Reaching):
    for text in ("somebody:1", "province:1", "organisation"):
        with pytest.raises(NotFound):
            reaching.act(reaching.notify.choose_channels, text, choices=())


def test_no_address_is_in_the_log_a_row_or_an_output(reaching: Reaching, capfd: pytest.CaptureFixture[str]):
    reaching.post.refuses = True
    reaching.hear(CORRECTION)
    reaching.tick()
    reaching.post.refuses = False
    reaching.tick(minutes=1)
    database = reaching.wired.database
    rows = database.rows("select state::text from log_as_json union all select d::text from deliveries d")
    text = "".join(row[0] for row in rows) + "".join(capfd.readouterr())
    assert ADDRESS not in text
    assert NUMBER not in text


def test_an_address_that_is_taken_out_is_gone_at_once_and_a_broken_file_changes_nothing(tmp_path: Path):
    path = tmp_path / "directory.toml"
    path.write_text(DIRECTORY)
    directory = Directory(str(path))
    alloy = organisation(ALLOY)
    assert directory.address_of(alloy, Channel.MAIL) == ADDRESS
    path.write_text("broken")
    assert directory.address_of(alloy, Channel.MAIL) == ADDRESS
    path.write_text("")
    assert directory.address_of(alloy, Channel.MAIL) == ""
    with pytest.raises(ValueError, match="cannot be read"):
        Directory(str(tmp_path / "nowhere"))
