"""The two rules of every small machine here: a command wants certain states, a state has certain successors."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from services.registry.domain import errors

S = TypeVar("S", bound=StrEnum)


def require_state(now: S, *allowed: S) -> None:
    """Raises NotInThisState when `now` is none of the allowed states."""
    if now not in allowed:
        raise errors.not_in(now, *allowed)


def require_move(moves: Mapping[S, frozenset[S]], now: S, to: S) -> None:
    """Raises NotInThisState when the table knows no way from `now` to `to`."""
    if to not in moves[now]:
        raise errors.not_in(now, *(state for state, successors in moves.items() if to in successors))
