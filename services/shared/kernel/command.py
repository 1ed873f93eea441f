"""The command that is being carried out: who acts, what it expects, and what else its transaction must hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from services.shared.aggregate import Acting, Aggregate, acting
from services.shared.kernel.postgres import Cursor

Effect: TypeAlias = Callable[[Cursor, Aggregate], None]
"""Something to write beside the events; it is given the first aggregate of the commit."""


@dataclass
class Command:
    """One command on its way through the service.

    `target` is the aggregate that the caller named and `expected_version` the one that the caller saw; `sees` says
    whether the caller may know of an aggregate at all. One command makes one commit.
    """

    acting: Acting
    target: UUID | None = None
    expected_version: int | None = None
    sees: Callable[[Aggregate], bool] = lambda _: True
    effects: list[Effect] = field(default_factory=list)
    committed: bool = False


_command: ContextVar[Command | None] = ContextVar("command", default=None)


def command_now() -> Command | None:
    """The command that is being carried out, if any."""
    return _command.get()


@contextmanager
def carrying_out(command: Command) -> Iterator[Command]:
    """Everything inside acts under this command."""
    token = _command.set(command)
    try:
        with acting(command.acting):
            yield command
    finally:
        _command.reset(token)
