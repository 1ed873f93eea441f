"""An aggregate that is told in parts: each part, in a file of its own, holds some of its verbs with their events.

The library finds `@event` methods in the body of an aggregate class alone; `WholeOfParts` gives it those of the parts.
A part is a plain class. The events belong to the whole: `Review.CorrectionRequested`.
"""

from __future__ import annotations

from typing import Any, get_type_hints

from eventsourcing.domain import CommandMethodDecorator

from services.shared.aggregate import Aggregate


class WholeOfParts(Aggregate):
    """The base of an aggregate whose other bases are its parts."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        for part in cls.__mro__[1:]:
            if not issubclass(part, Aggregate):
                cls._take_events_of(part)
        super().__init_subclass__(**kwargs)

    @classmethod
    def _take_events_of(cls, part: type) -> None:
        for name, member in vars(part).items():
            if isinstance(member, CommandMethodDecorator):
                # Types, not their names: the events are made in the module of the whole, which may not know these.
                member.decorated_func.__annotations__ = get_type_hints(member.decorated_func)
                setattr(cls, name, member)
