"""A steady load of commands from several people at once, who keep a ledger of their own of what was accepted."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from deploy.demo import client
from deploy.demo.case_file import read
from deploy.demo.client import Person, Refused
from services.shared.kernel.clock import today
from services.shared.kernel.issuer import demo_user
from services.shared.vocabulary import Role
from tests.deployment import Deployment
from tests.faults.cases import Cases, round_on

PACE = 0.5
"""Seconds that each person rests between two commands: a round that is opened is told to every prefecture."""
EXTENSIONS = 6
KUNMING = "530100"
SECTIONS = dict(list(read(Path("deploy/demo/cases/tc01.yaml")).dossier.items())[:2])


class Accepted(NamedTuple):
    """One command that was answered well: who sent what, and the answer."""

    person: Person
    service: str
    path: str
    form: dict[str, Any]
    how: dict[str, Any]
    answer: dict[str, Any]

    @property
    def key(self) -> str:
        """The idempotency key, which every event of the command carries."""
        return str(self.how["key"])

    def again(self) -> Any:
        """Send the same once more; the answer."""
        return self.person.act(self.service, self.path, self.form, **self.how)


class Load:
    """People who plan, open, extend and cancel rounds, file dossiers and seal the ledger until told to stop.

    Each works at one of the instances. Who gets no answer sends the same again, with the same key. Others
    carry the cases on, through every service, from where they stand.
    """

    def __init__(self, deployment: Deployment, cases: Cases, instances: tuple[str, ...] = ("", "-2")) -> None:
        self.accepted: list[Accepted] = []
        self.failures: list[BaseException] = []
        self._deployment, self._stop, self._cases = deployment, threading.Event(), cases
        works = [self._rounds, self._dossiers, self._seals, self._carry_on]
        self._threads = [
            threading.Thread(target=self._guarded, args=(work, instances[number % len(instances)]), daemon=True)
            for number, work in enumerate([*works, self._rounds])
        ]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=client.PATIENCE)

    def _guarded(self, work: Callable[[Callable[..., Person]], None], instance: str) -> None:
        def person(subject: str) -> Person:
            known = demo_user(subject).claims() if subject != "auditor" else AUDITOR
            return self._deployment.person_at(instance, known)

        try:
            work(person)
        except BaseException as error:
            self.failures.append(error)

    def _act(self, person: Person, service: str, path: str, form: dict[str, Any], **how: Any) -> dict[str, Any]:
        how["key"] = uuid.uuid4().hex
        answer = person.act(service, path, form, **how)
        self.accepted.append(Accepted(person, service, path, form, how, answer))
        return dict(answer)

    def _open(self, officer: Person, head: Person) -> dict[str, Any]:
        terms = round_on(today(self._deployment.clock))
        planned = self._act(officer, "intake", "/rounds", terms)
        path = f"/rounds/{planned['id']}/open"
        opened = self._act(head, "intake", path, {"document_no": "申报通知"}, seen=planned["version"])
        return terms | opened

    def _rounds(self, person: Callable[..., Person]) -> None:
        """Rounds are planned, opened, moved back again and again, and every other one is cancelled."""
        officer, head, turn = person("officer-province-1"), person("division-head"), 0
        while not self._stop.wait(PACE):
            round_, turn = self._open(officer, head), turn + 1
            path, day = f"/rounds/{round_['id']}", date.fromisoformat(round_["closes_on"])
            for _ in range(EXTENSIONS):
                self._stop.wait(PACE)
                day += timedelta(days=1)
                later = {"closes_on": day.isoformat(), "reason": "延期"}
                round_ = self._act(head, "intake", f"{path}/extend", later, seen=round_["version"])
            if turn % 2:
                called_off = {"document_no": "取消通知", "reason": "试验"}
                self._act(head, "intake", f"{path}/cancel", called_off, seen=round_["version"])

    def _dossiers(self, person: Callable[..., Person]) -> None:
        """Rounds in which a dossier is opened and filled in, section by section."""
        officer, head, applicant = (person(n) for n in ("officer-province-1", "division-head", "applicant-kunming"))
        while not self._stop.wait(PACE):
            where = {
                "round_id": self._open(officer, head)["id"],
                "prefecture": applicant.claims["prefecture"] or KUNMING,
            }
            dossier = self._act(applicant, "intake", "/dossiers", where)
            for name, content in SECTIONS.items():
                self._stop.wait(PACE)
                path = f"/dossiers/{dossier['id']}/sections/{name}"
                dossier = self._act(
                    applicant, "intake", path, {"content": content}, method="PUT", seen=dossier["version"]
                )

    def _carry_on(self, person: Callable[..., Person]) -> None:
        """Cases go on, a stage at a time; the next fault finds them where this one has left them."""
        del person  # the cases have people of their own
        self._cases.told = self._take
        while not self._stop.is_set():
            self._cases.go_on()

    def _take(self, *accepted: Any) -> None:
        self.accepted.append(Accepted(*accepted))

    def _seals(self, person: Callable[..., Person]) -> None:
        """The auditor has the ledger signed now and then."""
        auditor = person("auditor")
        while not self._stop.wait(1.0):
            try:
                self._act(auditor, "audit", "/checkpoints", {})
            except Refused as refused:  # nothing has come into the ledger since
                if refused.status not in (409, 422):
                    raise


AUDITOR = {"sub": "auditor-1", "roles": [Role.AUDITOR.value], "organisation": ""}
