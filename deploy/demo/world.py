"""Where a story plays: the people who act, the clock that moves, and the line that is shown for each step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from deploy.demo.client import Person, TokenFor
from services.shared.kernel.clock import SHANGHAI
from services.shared.kernel.issuer import DEMO_USERS
from services.shared.vocabulary import Role

ROLES = {
    Role.APPLICANT: "申报单位",
    Role.MEMBER_UNIT: "成员单位",
    Role.PREFECTURE_OFFICER: "州市经办",
    Role.PREFECTURE_HEAD: "州市负责人",
    Role.PROVINCE_OFFICER: "省厅经办",
    Role.DIVISION_HEAD: "省厅处长",
    Role.COLLECTIVE_BODY: "集体决策",
    Role.EXPERT: "评审专家",
    Role.INSPECTOR: "现场考核",
    Role.AUDITOR: "审计",
    Role.SUBSCRIBER: "外部系统",
}


class Clock(Protocol):
    """A clock that can be moved forward."""

    def now(self) -> datetime: ...

    def move_to(self, moment: datetime) -> None: ...


class World:
    """Everybody and everything that a story needs. `tell` shows one step: when, who, what, and its result."""

    def __init__(
        self,
        addresses: Mapping[str, str],
        token_for: TokenFor,
        clock: Clock,
        tell: Callable[[datetime, str, str, str], None],
    ) -> None:
        self.addresses, self._token_for, self._clock, self._tell = addresses, token_for, clock, tell
        self._people: dict[str, Person] = {}
        self.steps = 0

    def on(self, day: str, time: str = "09:30") -> None:
        """Let it become this local day and time; the past stays past."""
        moment = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=SHANGHAI)
        if moment > self._clock.now():
            self._clock.move_to(moment)

    def after(self, moment: datetime) -> None:
        """Let a moment have passed."""
        if (later := moment + timedelta(seconds=1)) > self._clock.now():
            self._clock.move_to(later)

    def person(self, subject: str, role: Role, **claims: str) -> Person:
        """The demo user of this name, or, when there is none, somebody with this role and these claims."""
        if subject not in self._people:
            known = next((user.claims() for user in DEMO_USERS if user.subject == subject), None)
            self._people[subject] = Person(
                self.addresses, known or {"sub": subject, "name": subject, "roles": [role], **claims}, self._token_for
            )
        return self._people[subject]

    def somebody(self, role: Role, *, prefecture: str = "", unlike: str = "") -> Person:
        """A demo user with this role, of this prefecture, who is not `unlike`; invented where the demo has none."""
        for user in DEMO_USERS:
            if role in user.roles and user.subject != unlike and prefecture in ("", user.prefecture):
                return self.person(user.subject, role)
        return self.person(f"{role}-{prefecture}", role, prefecture=prefecture, organisation="")

    def did(self, person: Person, what: str, result: str = "") -> None:
        """Show that somebody did something."""
        self.steps += 1
        role = ROLES.get(Role(person.claims["roles"][0]), "")
        self._tell(self._clock.now().astimezone(SHANGHAI), f"{role} {person.claims.get('name', '')}", what, result)

    def close(self) -> None:
        for person in self._people.values():
            person.close()


class Track:
    """One case on its way: its file, and what the services have answered so far."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.story: dict[str, Any] = file.story
        self.case_id = ""
        self.number = ""
        self.name = str(file.dossier.get("cover", {}).get("centre_name", file.case["title"]))

    def goes_on(self, *keys: str) -> bool:
        """Whether the story tells what happens next."""
        told: bool = self.file.tells(*keys)
        return told
