"""Every name that outlives the code, held fixed: topics, tables, messages, exchanges, queues.

A name may be added here. One that vanishes or changes makes stored history unreadable or queues orphaned: keep the old
name working and say so in an ADR. `python -m tests.architecture.test_stored_names` writes the list anew.
"""

from services.shared.kernel.broker import Names
from services.shared.kernel.mapper import Mapper
from tests.architecture.services import ROOT, SERVICES, contracts_of, definition_of

GOLDEN = ROOT / "tests" / "architecture" / "stored_names.txt"


def stored_names():
    """One line for each name, sorted."""
    names = Names()
    lines = [f"exchange {name}" for name in (names.events, names.logs, names.resend, names.dead)]
    lines.append(f"stream {names.history}")
    for service in SERVICES:
        definition = definition_of(service)
        mapper = Mapper(definition.application.aggregates)
        lines += [f"aggregate {topic}" for topic in mapper.aggregates]
        lines += [f"event {topic}" for topic in mapper.events]
        lines += [f"message {service}.{name}" for name in contracts_of(service)]
        lines += [f"queue {names.inbox_of(service)}", f"queue {names.resend_of(service)}"]
        lines += [
            f"table {service}_read.{table}"
            for projection in definition.application.projections.by_name.values()
            for table in projection.tables
        ]
    return sorted(set(lines))


def test_no_name_that_outlives_the_code_has_changed():
    assert stored_names() == GOLDEN.read_text("utf-8").splitlines()


def test_topics_begin_with_their_service_and_never_with_a_module_path():
    for line in stored_names():
        kind, name = line.split(" ", 1)
        if kind in {"event", "aggregate"}:
            assert name.split(".")[0] in SERVICES
            assert ":" not in name


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(stored_names()) + "\n", "utf-8")
