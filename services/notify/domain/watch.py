"""Watch (期限关注) over what somebody has to do by a day: reminded before it, told to their superiors after it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from services.notify.domain.values import Audience
from services.shared.aggregate import Aggregate, acting_now, event
from services.shared.calendar import Calendar
from services.shared.calendar.deadlines import BEIJING

REMIND, ESCALATE = "reminder", "escalation"
"""The kinds of deadline of a watch, which the timer of the kernel carries out."""


class Watch(Aggregate):
    """One matter of one case. `reminders` are the moments still to come; after `due` it is escalated once."""

    TOPIC = "notify.watch"

    @event("Begun", topic="notify.watch.begun")
    def __init__(
        self,
        id: UUID,
        about: str,
        occasion: str,
        facts: dict[str, str],
        actor: Audience,
        superiors: tuple[Audience, ...],
        due: datetime,
        reminders: tuple[datetime, ...],
    ) -> None:
        self.about = about
        self.occasions: tuple[str, ...] = (occasion,)
        self.facts = facts
        self.actor = actor
        self.superiors = superiors
        self.due = due
        self.reminders = reminders
        self.is_open = True
        self.is_held = False

    def begin_again(
        self, *, occasion: str, facts: dict[str, str], due: datetime, reminders: tuple[datetime, ...]
    ) -> None:
        """The same matter is asked for on another occasion, or is due at another moment. Else nothing changes."""
        if occasion not in self.occasions:
            self._begun_again(occasion=occasion, facts=facts, due=due, reminders=reminders)
        elif self.is_open and occasion == self.occasions[-1] and (self.is_held or due != self.due):
            self._due_moved(facts=facts, due=due, reminders=reminders)

    @event("BegunAgain", topic="notify.watch.begun-again")
    def _begun_again(
        self, occasion: str, facts: dict[str, str], due: datetime, reminders: tuple[datetime, ...]
    ) -> None:
        self.occasions = (*self.occasions, occasion)
        self.facts = facts
        self.due = due
        self.reminders = reminders
        self.is_open = True
        self.is_held = False

    @event("DueMoved", topic="notify.watch.due-moved")
    def _due_moved(self, facts: dict[str, str], due: datetime, reminders: tuple[datetime, ...]) -> None:
        self.facts = facts
        self.due = due
        self.reminders = reminders
        self.is_held = False

    def hold(self) -> None:
        """The case stands still (中止办理): nobody is reminded until the matter has a due moment again."""
        if self.is_open and not self.is_held:
            self._held()

    @event("Held", topic="notify.watch.held")
    def _held(self) -> None:
        self.is_held = True

    def remind(self) -> None:
        """Those who have to act are reminded: the reminders that are past count as one."""
        if self.is_open and not self.is_held and self.reminders:
            now = acting_now().at
            self._reminded(left=tuple(moment for moment in self.reminders if moment > now))

    @event("Reminded", topic="notify.watch.reminded")
    def _reminded(self, left: tuple[datetime, ...]) -> None:
        self.reminders = left

    def escalate(self) -> None:
        """The day is past: those above are told, and the watch is over."""
        if self.is_open and not self.is_held:
            self._escalated()

    @event("Escalated", topic="notify.watch.escalated")
    def _escalated(self) -> None:
        self.is_open = False

    def end(self, *, occasion: str = "") -> None:
        """What was waited for has happened; on which occasion, where that is known. Again changes nothing."""
        if self.is_open and occasion in ("", self.occasions[-1]):
            self._ended()

    @event("Ended", topic="notify.watch.ended")
    def _ended(self) -> None:
        self.is_open = False


REMINDED_AT = time(9, 0, tzinfo=BEIJING)
"""When in the morning of its day a reminder is due."""


def reminders_before(due: datetime, days: tuple[int, ...], after: datetime, calendar: Calendar) -> tuple[datetime, ...]:
    """The mornings so many working days before `due`, the earliest first, without those that are not `after`."""
    last = due.astimezone(BEIJING).date()
    moments = {datetime.combine(working_days_before(last, count, calendar), REMINDED_AT) for count in days}
    return tuple(sorted(moment for moment in moments if after < moment < due))


def working_days_before(day: date, count: int, calendar: Calendar) -> date:
    """The day so many working days before; years that the calendar does not know go by weekdays."""
    while count:
        day -= timedelta(days=1)
        count -= is_worked(day, calendar)
    return day


def next_working_morning(after: datetime, at: time, calendar: Calendar) -> datetime:
    """The first moment after `after` that is `at` this local time on a working day."""
    moment = datetime.combine(after.astimezone(BEIJING).date(), at.replace(tzinfo=BEIJING))
    while moment <= after or not is_worked(moment.date(), calendar):
        moment += timedelta(days=1)
    return moment


def is_worked(day: date, calendar: Calendar) -> bool:
    """Whether the day is worked; years that the calendar does not know go by weekdays."""
    if calendar.first_known_year <= day.year <= calendar.last_known_year:
        return calendar.is_working_day(day)
    return day.weekday() < 5
