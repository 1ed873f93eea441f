"""Deadlines that cases have to keep: reminders before, escalation after, both by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.notify.application.telling import Telling
from services.notify.domain.values import Audience, watch_id
from services.notify.domain.watch import Watch, reminders_before
from services.shared.aggregate import Aggregate, acting_now
from services.shared.calendar import calendar


class Reminds(Telling):
    """Watches over matters of cases."""

    def watched(
        self,
        case_id: UUID,
        matter: str,
        *,
        about: str,
        occasion: str,
        facts: Mapping[str, str],
        actor: Audience,
        superiors: tuple[Audience, ...],
        due: datetime,
    ) -> Watch:
        """The watch over this matter of a case, begun or begun again, to be saved.

        A known occasion changes nothing but the moment, while it is waited for.
        """
        days = tuple(self._edition()["notification.reminder_days"])
        reminders = reminders_before(due, days, acting_now().at, calendar())
        watch = self.find(Watch, watch_id(case_id, matter))
        if watch is not None:
            watch.begin_again(occasion=occasion, facts=dict(facts), due=due, reminders=reminders)
            return watch
        return Watch(
            id=watch_id(case_id, matter),
            about=about,
            occasion=occasion,
            facts=dict(facts),
            actor=actor,
            superiors=superiors,
            due=due,
            reminders=reminders,
        )

    def unwatched(self, case_id: UUID, matter: str, *, occasion: str = "") -> list[Aggregate]:
        """The watch over this matter, ended; not yet saved. None when there is none."""
        watch = self.find(Watch, watch_id(case_id, matter))
        if watch is None:
            return []
        watch.end(occasion=occasion)
        return [watch]

    def held(self, case_id: UUID, matter: str) -> list[Aggregate]:
        """The watch over this matter, held while the case stands still; not yet saved. None when there is none."""
        watch = self.find(Watch, watch_id(case_id, matter))
        if watch is None:
            return []
        watch.hold()
        return [watch]

    def let_go(self, case_id: UUID, matter: str, *, due: datetime, due_words: str) -> list[Aggregate]:
        """The watch over this matter, running again until another moment; not yet saved. None when none is held."""
        watch = self.find(Watch, watch_id(case_id, matter))
        if watch is None or not watch.is_held:
            return []
        days = tuple(self._edition()["notification.reminder_days"])
        reminders = reminders_before(due, days, acting_now().at, calendar())
        facts = {**watch.facts, "due": due_words}
        watch.begin_again(occasion=watch.occasions[-1], facts=facts, due=due, reminders=reminders)
        return [watch]

    def remind(self, watch_id: UUID) -> Watch:
        """Remind those who have to act: the clock's act (S4.0; ours)."""
        watch = self.load(Watch, watch_id)
        cause = f"watch:{watch.id}:{watch.occasions[-1]}:{len(watch.reminders)}"
        watch.remind()
        told = {"deadline.near": [watch.actor]}
        self.save(watch, *self._prepared(watch.about, watch.facts, told, cause=cause))
        return watch

    def escalate(self, watch_id: UUID) -> Watch:
        """Tell those who have to act and those above them that the day is past: the clock's act (S4.0; ours)."""
        watch = self.load(Watch, watch_id)
        cause = f"watch:{watch.id}:{watch.occasions[-1]}:passed"
        watch.escalate()
        told = {"deadline.passed": [watch.actor, *watch.superiors]}
        self.save(watch, *self._prepared(watch.about, watch.facts, told, cause=cause))
        return watch
