"""What an edition of the policy is: dated parameters, each with its clause and wording, and the clauses themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.shared.vocabulary import Track


class UnknownEdition(KeyError):
    """There is no edition under this id."""


class UnknownParameter(KeyError):
    """The edition has no parameter of this key."""


class UnknownClause(KeyError):
    """The policy has no clause under this id."""


class NoEditionInForce(LookupError):
    """The day lies before the first edition came into force."""


class BadEdition(ValueError):
    """A file of the policy data is not in order."""


@dataclass(frozen=True)
class Clause:
    """A clause under our stable id: its printed place, one key sentence exactly as printed, and the English gist."""

    id: str
    place: str
    zh: str
    en: str


@dataclass(frozen=True)
class Parameter:
    """One number or list that the policy, or the house, sets.

    `value` is a Decimal (written with a decimal point), int, bool, str, tuple or read-only mapping; `zh` is the exact
    wording of the policy or, when `ours`, why we chose so.
    """

    key: str
    value: Any
    clause: str
    zh: str
    ours: bool
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Edition:
    """One edition of the policy together with what the house chose where it is silent. Nothing in it can change."""

    id: str
    title: str
    document_no: str
    in_force_from: date
    is_draft: bool
    parameters: Mapping[str, Parameter]

    def __getitem__(self, key: str) -> Any:
        """The value of a parameter, e.g. `edition["capital.min_wan"]`. Raises UnknownParameter."""
        return self.parameter(key).value

    def __contains__(self, key: object) -> bool:
        return key in self.parameters

    def __iter__(self) -> Iterator[str]:
        return iter(self.parameters)

    def parameter(self, key: str) -> Parameter:
        """The value with its clause and wording. Raises UnknownParameter."""
        try:
            return self.parameters[key]
        except KeyError:
            raise UnknownParameter(f"{key} in edition {self.id}") from None

    def on_track(self, key: str, track: Track) -> Any:
        """The value for one track: that of `<key>.<track>` where there is one, else that of `key`."""
        special = f"{key}.{track.value}"
        return self[special if special in self else key]
