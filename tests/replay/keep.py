"""`python -m tests.replay.keep DATABASE_URL NAME`: keeps the logs of a database in `logs/NAME.jsonl`, and the states.

Run it after a journey whose history must stay readable for ever. A name that is kept already is not overwritten.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import psycopg

from services.shared.kernel.chain import LogRow
from tests.architecture.services import SERVICES
from tests.replay.kept import LOGS, KeptRow, breaks_in, end_states, write_rows


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
    states = json.dumps(end_states(rows), ensure_ascii=False, indent=1, sort_keys=True)
    with (LOGS / f"{name}.jsonl").open("x", encoding="utf-8", newline="\n") as file:
        file.write(write_rows(rows))
    (LOGS / f"{name}.states.json").write_text(f"{states}\n", encoding="utf-8")
    return f"{name}: {len(rows)} events of {', '.join(sorted({row.service for row in rows}))}"


if __name__ == "__main__":
    sys.stdout.write(f"{keep(*sys.argv[1:3])}\n")
