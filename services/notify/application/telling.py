"""What every part of notify builds on: whom a case concerns, what is prepared for whom, and the clock's own acts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from services.notify.domain import errors
from services.notify.domain.case import Case
from services.notify.domain.notification import Notification
from services.notify.domain.templates import template
from services.notify.domain.values import Audience, Parties, notification_id
from services.shared.aggregate import Acting, Aggregate, acting_now
from services.shared.kernel.application import Application
from services.shared.kernel.command import Command, carrying_out
from services.shared.policy import Edition, edition_in_force
from services.shared.vocabulary import Refusal, Role

Told: TypeAlias = Mapping[str, Iterable[Audience]]
"""Who is told, by the name of the template."""


class Telling(Application):
    """Prepares notifications, in the commit of what they are about."""

    def take_up_case(self, case_id: UUID, parties: Parties, *, facts: Mapping[str, str], told: Told) -> None:
        """Keep whom a submitted case concerns, and tell of it, in one commit. A repeat changes nothing."""
        case = self.find(Case, case_id)
        if case is None:
            case = Case(id=case_id, parties=parties)
        else:
            case.renew(parties=parties)
        self.save(case, *self._prepared(parties.number, facts, told))

    def tell(self, about: str, *, facts: Mapping[str, str], told: Told, also: Iterable[Aggregate] = ()) -> None:
        """Prepare what the event being heard asks for, and save what else it changed. What it led to is left alone."""
        if changed := [*self._prepared(about, facts, told), *also]:
            self.save(*changed)

    def parties_of(self, case_id: UUID) -> Parties:
        """Whom a case concerns. Raises NotFound while its dossier was not heard of; the inbox then tries again."""
        case = self.find(Case, case_id)
        if case is None:
            raise errors.case_not_known(case_id)
        return case.parties

    def name_of(self, case_id: UUID, *, otherwise: str) -> str:
        """The name of the centre of a case, or `otherwise` while the case is not known."""
        case = self.find(Case, case_id)
        return case.parties.centre_name if case else otherwise

    def _prepared(self, about: str, facts: Mapping[str, str], told: Told, *, cause: str = "") -> list[Notification]:
        """A notification for each template and audience, without those that are already there.

        `cause` is what names the reason for telling: the command, unless said otherwise.
        """
        cause = cause or acting_now().command_id
        return [
            Notification.prepare(cause=cause, template=template(name), audience=audience, about=about, facts=facts)
            for name, audiences in told.items()
            for audience in dict.fromkeys(audiences)
            if self.find(Notification, notification_id(cause, name, audience)) is None
        ]

    def _as_clock(self, trace: str, act: Callable[..., Any], *arguments: Any, **named: Any) -> bool:
        """Carry out an act in a command of the clock. False when it was refused or another process was first."""
        circumstances = Acting(
            at=self.clock.now(),
            actor="clock",
            capacity=Role.CLOCK,
            command=act.__name__,
            command_id=f"clock:{trace}",
            correlation_id=f"clock:{trace}",
        )
        try:
            with carrying_out(Command(circumstances)):
                act(*arguments, **named)
        except (Refusal, IntegrityError):
            return False
        return True

    def _edition(self) -> Edition:
        return edition_in_force(self.clock.now().date())
