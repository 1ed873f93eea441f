"""Keeps the logs of a database in `logs/NAME.jsonl` and the states that they fold to in `logs/NAME.states.json`.

`python -m tests.replay.keep DATABASE_URL NAME` after a journey whose history must stay readable for ever. A name that
is kept already is not overwritten. `python -m tests.replay.keep gained` when aggregates have gained fields: it adds
them to the recorded states, where a reader of the change sees their values, and refuses when anything recorded folds
otherwise.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg

from services.shared.kernel.chain import LogRow
from tests.architecture.services import SERVICES
from tests.replay.kept import LOGS, KeptRow, breaks_in, end_states, kept_names, read_rows, write_rows


def rows_of(database_url: str) -> Iterator[KeptRow]:
    """The rows of every service that has a log in this database, each log in order."""
    with psycopg.connect(database_url) as connection:
        for service in SERVICES:
            [(table,)] = connection.execute("select to_regclass(%s)::text", (f"{service}.log",)).fetchall()
            if table is None:
                continue
            columns = "position, originator_id, originator_version, topic, state, link"
            for row in connection.execute(f"select {columns} from {service}.log order by position").fetchall():
                yield KeptRow(service, LogRow._make(row))


def keep(database_url: str, name: str) -> str:
    """Write both files and say what was kept. Raises FileExistsError, and ValueError for a log that is broken."""
    rows = list(rows_of(database_url))
    if found := breaks_in(rows):
        raise ValueError(f"the log is broken: {found[0]}")
    with (LOGS / f"{name}.jsonl").open("x", encoding="utf-8", newline="\n") as file:
        file.write(write_rows(rows))
    _write_states(name, end_states(rows))
    return f"{name}: {len(rows)} events of {', '.join(sorted({row.service for row in rows}))}"


def record_gained(name: str) -> list[str]:
    """Add to the recorded states the fields that today's fold has besides; says which. Raises ValueError."""
    recorded = json.loads((LOGS / f"{name}.states.json").read_text(encoding="utf-8"))
    today = end_states(read_rows((LOGS / f"{name}.jsonl").read_text(encoding="utf-8")))
    if missing := list(_differences(recorded, today, name)):
        raise ValueError("recorded states fold otherwise today: " + "; ".join(missing))
    gained = list(_differences(today, recorded, name))
    if gained:
        _write_states(name, today)
    return gained


def _differences(one: Any, other: Any, at: str) -> Iterator[str]:
    """Where an object of `one` has a member that the object of `other` in its place lacks, or another value."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key, value in one.items():
            if key in other:
                yield from _differences(value, other[key], f"{at}/{key}")
            else:
                yield f"{at}/{key}"
    elif one != other:
        yield at


def _write_states(name: str, states: Mapping[str, Any]) -> None:
    text = json.dumps(states, ensure_ascii=False, indent=1, sort_keys=True)
    (LOGS / f"{name}.states.json").write_text(f"{text}\n", encoding="utf-8")


def main(arguments: list[str]) -> str:
    """Do what the arguments ask for; the sentence that says what was done."""
    if arguments == ["gained"]:
        return "\n".join(found for name in kept_names() for found in record_gained(name)) or "nothing was gained"
    return keep(*arguments)


if __name__ == "__main__":
    sys.stdout.write(f"{main(sys.argv[1:])}\n")
