"""A service's log compared with the ledger's witness copy of it, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.shared.kernel.breaks import Break, Kind, numbers
from services.shared.kernel.chain import LogRow


def compare(log: Iterable[LogRow], ledger: Iterable[LogRow], *, service: str = "") -> Iterator[Break]:
    """Every difference, in one pass; both come by position, and neither is held in memory.

    Rows of the log beyond the last of the ledger are not differences: the ledger has yet to hear of them. A tail that
    only the ledger has is one break, which names all its numbers.
    """
    log_rows, ledger_rows = iter(log), iter(ledger)
    stored, witnessed = next(log_rows, None), next(ledger_rows, None)
    last = 0
    while stored is not None and (witnessed is not None or stored.position <= last):
        if witnessed is None or stored.position < witnessed.position:
            yield Break(service, stored.position, Kind.INSERTED)
            stored = next(log_rows, None)
            continue
        last = witnessed.position
        if stored.position > last:
            yield Break(service, last, Kind.DELETED)
        else:
            if stored != witnessed:
                yield Break(service, last, Kind.CHANGED, _differing_fields(stored, witnessed))
            stored = next(log_rows, None)
        witnessed = next(ledger_rows, None)
    if witnessed is not None:
        yield _cut_off(witnessed, ledger_rows, service)


def _differing_fields(stored: LogRow, witnessed: LogRow) -> str:
    pairs = zip(LogRow._fields, stored, witnessed, strict=True)
    return ", ".join(name for name, here, there in pairs if here != there)


def _cut_off(first: LogRow, rest: Iterator[LogRow], service: str) -> Break:
    last = first
    for last in rest:  # noqa: B007  only the last one counts
        pass
    return Break(service, first.position, Kind.TRUNCATED, numbers(first.position, last.position))
