"""A steady load of commands from several people at once, who keep a ledger of their own of what was accepted."""

from __future__ import annotations

import threading
import uuid
from typing import Any

from tests.deployment import Deployment

PACE = 0.5
"""Seconds that each person rests between two rounds: each that is opened is told to every prefecture."""


class Load:
    """Rounds that are planned and opened one after the other until told to stop.

    Who gets no answer sends the same again, with the same key.
    """

    def __init__(self, deployment: Deployment, people: int = 2) -> None:
        self.accepted: list[str] = []
        self.failures: list[BaseException] = []
        self._deployment, self._stop = deployment, threading.Event()
        self._threads = [threading.Thread(target=self._guarded, daemon=True) for _ in range(people)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def _guarded(self) -> None:
        try:
            self._work()
        except BaseException as error:
            self.failures.append(error)

    def _work(self) -> None:
        officer = self._deployment.person("officer-province-1")
        head = self._deployment.person("division-head")
        while not self._stop.wait(PACE):
            planned = officer.act("intake", "/rounds", form(), key=uuid.uuid4().hex)
            self.accepted.append(planned["id"])
            path, call = f"/rounds/{planned['id']}/open", {"document_no": "申报通知"}
            head.act("intake", path, call, seen=planned["version"], key=uuid.uuid4().hex)
            self.accepted.append(planned["id"])


def form() -> dict[str, Any]:
    plain = {"number": uuid.uuid4().hex[:16], "title": "批次", "year": 2026}
    return plain | {"opens_on": "2026-01-05", "closes_on": "2026-06-30"}
