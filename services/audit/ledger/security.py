"""The security logs of all services and the vault's record of reads: read by the auditor, and checked link by link."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from services.audit.domain.discrepancy import Discrepancy, Fault, discrepancy
from services.audit.ledger.entries import PAGE
from services.shared.kernel.chain import START_LINK
from services.shared.kernel.postgres import Database
from services.shared.kernel.request import Page

_LOG = """
select '{name}' log, number, at, actor, capacity, organisation, act, outcome, object, detail from {name}
"""
_READS = """
select 'vault.reads', number, at, reader, capacity, '', 'read_personal_data', outcome, ref,
    jsonb_build_object('purpose', purpose, 'case_id', case_id) from vault.reads
"""


class Head(NamedTuple):
    """How far a record goes, and the link (hex) of its last row, which stands for all before it."""

    number: int
    link: str


@dataclass(frozen=True)
class Sought:
    """Which notes are wanted; what is empty asks for nothing. From `start` on and before `end`."""

    log: str = ""
    actor: str = ""
    act: str = ""
    outcome: str = ""
    start: datetime | None = None
    end: datetime | None = None


class SecurityLogs:
    """Reads `<service>.security_log` of these services and `vault.reads`, as the auditor; writes nothing."""

    def __init__(self, logs: Database, services: Sequence[str]) -> None:
        self._logs = logs
        self._names = [*(f"{service}.security_log" for service in services), "vault.reads"]

    def heads(self) -> dict[str, Head]:
        """The head of each record that has a link."""
        one = "(select '{0}', number, link from {0} order by number desc limit 1)"
        query = " union all ".join(one.format(name) for name in self._present())
        rows = self._logs.rows(query) if query else []
        return {name: Head(number, link.hex()) for name, number, link in rows if link is not None}

    def notes(self, sought: Sought, page: Page) -> list[dict[str, Any]]:
        """At most one more than a page of what is sought, newest first, behind the key (moment, record, number)."""
        parts = [_READS if name == "vault.reads" else _LOG.format(name=name) for name in self._present()]
        if not parts:
            return []
        query = f"""
            select * from ({" union all ".join(parts)}) as notes
            where %(log)s in ('', log) and %(actor)s in ('', actor) and %(act)s in ('', act)
            and %(outcome)s in ('', outcome) and (%(start)s::timestamptz is null or at >= %(start)s::timestamptz)
            and (%(end)s::timestamptz is null or at < %(end)s::timestamptz)
            and (%(b)s::timestamptz is null or (at, log, number) < (%(b)s::timestamptz, %(l)s, %(n)s::bigint))
            order by at desc, log desc, number desc limit %(limit)s"""  # noqa: S608  # names of our own
        before, log, number = page.after or (None, "", 0)
        values = {**vars(sought), "b": before, "l": log, "n": number, "limit": page.limit + 1}
        return self._logs.dicts(query, values)

    def telling(
        self, codes: Collection[str], acts: Collection[str], start: datetime, end: datetime
    ) -> list[dict[str, Any]]:
        """The notes of a period, oldest first, that name one of these codes of refusals or are of these acts."""
        parts = [_LOG.format(name=name) for name in self._present() if name != "vault.reads"]
        if not parts or not (codes or acts):
            return []
        query = f"""
            select * from ({" union all ".join(parts)}) as notes where at >= %s and at < %s
            and (act = any(%s::text[]) or detail -> 'codes' ?| %s::text[]) order by at, log, number"""  # noqa: S608  # ours
        return self._logs.dicts(query, (start, end, [*acts], [*codes]))

    def verify(self, sealed: Mapping[str, Head]) -> Iterator[Discrepancy]:
        """What differs from the links, and from the heads that were sealed into the ledger."""
        present = self._present()
        for name, head in sorted(sealed.items()):
            if name not in present:
                yield discrepancy(Fault.SECURITY_CUT, head.number, service=name)
        for name in present:
            yield from self._walk(name, sealed.get(name))

    def _walk(self, name: str, sealed: Head | None) -> Iterator[Discrepancy]:
        last, link = 0, None
        for number, stored, row in self._rows(name):
            if number != last + 1 and link is not None:
                yield discrepancy(Fault.SECURITY_MISSING, last + 1, f"{last + 1}-{number - 1}", name)
            elif stored is None and link is None:
                last = number  # written before there were links
                continue
            elif stored != sha256((link or START_LINK) + row.encode()).digest():
                yield discrepancy(Fault.SECURITY_CHANGED, number, service=name)
            if sealed and number == sealed.number and (stored or b"").hex() != sealed.link:
                yield discrepancy(Fault.SECURITY_REWRITTEN, number, service=name)
            last, link = number, stored or b""
        if sealed and last < sealed.number:
            yield discrepancy(Fault.SECURITY_CUT, sealed.number, service=name)

    def _rows(self, name: str) -> Iterator[tuple[int, bytes | None, str]]:
        row = "jsonb_strip_nulls(to_jsonb(log) - 'link')::text"
        query = f"select number, link, {row} from {name} as log where number > %s order by number limit %s"  # noqa: S608  # ours
        after = 0
        while page := self._logs.rows(query, (after, PAGE)):
            yield from page
            after = page[-1][0]

    def _present(self) -> list[str]:
        """The records that there are: a service may never have been installed."""
        query = "select name from unnest(%s::text[]) with ordinality as n (name, o) where {} order by o"
        readable = (
            "exists (select from pg_class c join pg_namespace s on s.oid = c.relnamespace"
            " where s.nspname || '.' || c.relname = name and has_table_privilege(c.oid, 'select'))"
        )
        return [name for (name,) in self._logs.rows(query.format(readable), (self._names,))]
