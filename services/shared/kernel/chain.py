"""A service's log checked by its own chain: every row is linked to the one before by SHA-256.

`link = sha256(previous link ‖ number ‖ originator id ‖ originator version ‖ topic ‖ NUL ‖ state)`, integers as eight
bytes, big-endian; the link before number 1 is sha256 of nothing. The database writes it (`append` in
`kernel/schema.py`); here it is computed apart from that.

What a chain cannot show: a tail cut off, and links recomputed to the end. `comparison.py` shows these by the ledger.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from services.shared.kernel.breaks import Break, Kind, numbers

START_LINK = sha256(b"").digest()
"""The link before the first row."""

REACH = 32
"""How many rows ahead, and how many numbers up or down, are searched to name a break. Beyond it: `changed`."""


class LogRow(NamedTuple):
    """One row of a log, as stored."""

    position: int
    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes
    link: bytes


def link_of(previous: bytes, number: int, row: LogRow) -> bytes:
    """The link of `row` when it is written as `number` after the link `previous`."""
    _, originator_id, version, topic, state, _ = row
    head = _NUMBER.pack(number & _MASK)
    return sha256(
        b"".join((previous, head, originator_id.bytes, _NUMBER.pack(version & _MASK), topic.encode(), b"\0", state))
    ).digest()


def verify_chain(
    rows: Iterable[LogRow], start_link: bytes = START_LINK, start_position: int = 1, *, service: str = ""
) -> tuple[list[Break], bytes]:
    """Every break in the rows, which come by position, and the last link, with which the next rows go on.

    `start_position` is the number that the first row must have, `start_link` the link before it. The list holds one
    entry for each break; for a log that may be wholly wrecked, iterate over a `ChainWalk` instead.
    """
    walk = ChainWalk(rows, start_link, start_position, service=service)
    return list(walk), walk.link


class ChainWalk:
    """One walk along a chain, yielding each break as it is met; reads at most `REACH` rows ahead.

    `link` is the last link taken, `number` the one that the next row was written as, `shift` how far rows now stand
    below the number that they were written as (after a deletion that was covered up by renumbering).

    A row whose content and link do not fit is `changed`; when the forger also recomputed its link, the row after it
    is the first that shows.
    """

    def __init__(self, rows: Iterable[LogRow], link: bytes, number: int, *, service: str = "") -> None:
        self.link, self.number, self.shift = link, number, 0
        self._rows = iter(rows)
        self._ahead: deque[LogRow] = deque()
        self._service = service

    def __iter__(self) -> Iterator[Break]:
        while self._comes_to_a_break():
            yield from self._explain()

    def _comes_to_a_break(self) -> bool:
        """Take the rows that follow; whether there is one then that does not, which is put ahead."""
        link, number, shift, ahead, rows = self.link, self.number, self.shift, self._ahead, self._rows
        while (row := ahead.popleft() if ahead else next(rows, None)) is not None:
            if row[0] + shift != number or link_of(link, number, row) != row[5]:
                ahead.appendleft(row)
                break
            link = row[5]
            number += 1
        self.link, self.number = link, number
        return row is not None

    def _take(self, link: bytes) -> None:
        self.link = link
        self.number += 1

    def _break(self, position: int, kind: Kind, detail: str = "") -> Break:
        return Break(self._service, position, kind, detail)

    def _explain(self) -> Iterator[Break]:
        """Name what is wrong with the row ahead, and step past it."""
        self._ahead.extend(islice(self._rows, REACH - len(self._ahead)))
        followers = self._followers()
        if not followers:
            yield from self._without_follower()
        elif max(followers) == len(followers) - 1:
            yield from self._moved(followers)
        elif 0 not in followers:
            yield self._break(self._ahead.popleft().position, Kind.INSERTED)
        else:
            yield from self._pulled_forward(followers[0])

    def _followers(self) -> list[int]:
        """Which rows ahead, in which order, truly continue the chain; ends when they make up the first rows ahead."""
        links = {row.link for row in self._ahead}
        left, order = list(range(len(self._ahead))), list[int]()
        link, number = self.link, self.number
        while True:
            computed = ((place, link_of(link, number, self._ahead[place])) for place in left)
            found = next((hit for hit in computed if hit[1] in links), None)
            if found is None:
                return order
            place, link = found
            order.append(place)
            left.remove(place)
            number += 1
            if max(order) == len(order) - 1:
                return order

    def _moved(self, order: list[int]) -> Iterator[Break]:
        """All rows are there, but not in their places: numbers or links were exchanged."""
        rows = [self._ahead.popleft() for _ in order]
        found: list[Break] = []
        for rank, place in enumerate(order):
            row, link = rows[place], link_of(self.link, self.number, rows[place])
            if place != rank:
                found.append(self._break(row.position, Kind.REORDERED, str(self.number)))
            else:
                found.extend(self._wrong_in_place(row, link))
            self._take(link)
        yield from sorted(found)

    def _wrong_in_place(self, row: LogRow, link: bytes) -> Iterator[Break]:
        if row.position + self.shift != self.number:
            self.shift = self.number - row.position
            yield self._break(row.position, Kind.RENUMBERED, str(self.number))
        if row.link != link:
            yield self._break(row.position, Kind.CHANGED, "link")

    def _pulled_forward(self, place: int) -> Iterator[Break]:
        """The row that belongs here stands further on, among rows that do not belong."""
        row = self._ahead[place]
        del self._ahead[place]
        yield self._break(row.position, Kind.REORDERED, str(self.number))
        self._take(link_of(self.link, self.number, row))

    def _without_follower(self) -> Iterator[Break]:
        """No row ahead continues the chain: rows are gone, or this one was changed or put in."""
        row = self._ahead.popleft()
        content = link_of(self.link, self.number, row)
        gap = row.position + self.shift - self.number
        if gap < 0:
            yield self._break(row.position, Kind.INSERTED)
            return
        if gap > 0:
            yield self._break(self.number, Kind.MISSING, numbers(self.number, self.number + gap - 1))
        else:
            yield from self._changed_or_renumbered(row)
        self.number = row.position + self.shift
        self._take(content if self._fits_next(content) else row.link)

    def _fits_next(self, link: bytes) -> bool:
        """Whether the row ahead follows `link`: then only the link column of the row before it was changed."""
        return bool(self._ahead) and link_of(link, self.number + 1, self._ahead[0]) == self._ahead[0].link

    def _changed_or_renumbered(self, row: LogRow) -> Iterator[Break]:
        slip = self._slip_after(row)
        if slip == 0:
            yield self._break(row.position, Kind.CHANGED, "link")
            return
        if slip > 0:
            yield self._break(self.number, Kind.MISSING, numbers(self.number, self.number + slip - 1))
        for position in range(row.position + slip, row.position):
            yield self._break(position, Kind.INSERTED)
        self.shift += slip
        yield self._break(row.position, Kind.RENUMBERED, str(row.position + self.shift))

    def _slip_after(self, row: LogRow) -> int:
        """By how much the row after this one was written under another number; 0 when it follows, or nothing fits."""
        if not self._ahead:
            return 0
        after = self._ahead[0]
        number = after.position + self.shift
        slips = (sign * size for size in range(REACH + 1) for sign in (1, -1))
        return next((slip for slip in slips if link_of(row.link, number + slip, after) == after.link), 0)


_NUMBER = struct.Struct(">Q")
_MASK = (1 << 64) - 1  # two's complement, as int8send; a forged number must not stop the walk
