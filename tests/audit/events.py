"""A made-up sender of logs: events as any service stores them, and the pages that bring them to audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from services.audit.application import Audit
from services.shared.kernel.logpages import LogPage, LogRecord, page_of
from services.shared.kernel.postgres import conninfo_as
from services.shared.kernel.verifying import log_rows
from tests.given import NOON, circumstances

CASE, OTHER_CASE = UUID(int=0xC1), UUID(int=0xC2)
SUBMITTED = "intake.dossier.submitted"


class Sender:
    """The log of one service in the test's database."""

    def __init__(self, service: str, audit: Audit, database_url: str) -> None:
        self.service, self._audit, self._url = service, audit, database_url

    def record(self, originator: UUID = CASE, topic: str = SUBMITTED, at: datetime = NOON, **more: Any) -> None:
        """Append one event, as the service's own role; `about` changes its circumstances, the rest is its content."""
        about = circumstances(**more.pop("about", {"at": at})).metadata("2019-05-06")
        with psycopg.connect(conninfo_as(self._url, f"zc_{self.service}", self.service)) as connection:
            query = "select count(*) + 1 from log where originator_id = %s"
            [version] = connection.execute(query, (originator,)).fetchone() or (1,)
            head = {"originator_id": originator, "originator_version": version, "timestamp": at, "metadata": about}
            state = msgspec.json.encode({**head, **more})
            append = "select append(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[])"
            connection.execute(append, ([originator], [version], [topic], [state]))

    def record_many(self, count: int, size: int = 700) -> None:
        """Append many events of cases of their own, each with about `size` bytes of content."""
        for n in range(count):
            self.record(UUID(int=0xF0000 + n), text="文" * (size // 3))

    def page(self, first: int = 1, last: int = 10**6) -> LogPage:
        """The page of these positions of the log."""
        rows = log_rows(self._audit.logs, f"{self.service}.log", first - 1)
        return page_of(self.service, [LogRecord(*row) for row in rows if row.position <= last])

    def ship(self) -> int:
        """Bring audit everything that it has not had; the position that it expects next."""
        return self._audit.take_in(self.page(self._audit.expected(self.service)))
