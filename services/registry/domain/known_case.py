"""Case (案件) in the registry: whether it is the upgrade of a centre; no other case of it is taken for one (S4.2)."""

from __future__ import annotations

from uuid import UUID, uuid5

from services.shared.aggregate import Aggregate, event

UPGRADE = "upgrade"
"""The origin (来源) of a dossier by which a centre in cultivation asks to be designated."""


def known_case_id(case_id: UUID) -> UUID:
    """The id of what the registry knows of a case; a centre keeps the id of the case itself."""
    return uuid5(case_id, "known-case")


class KnownCase(Aggregate):
    """A dossier that was handed in to intake, and where it said that it comes from."""

    TOPIC = "registry.known-case"

    @event("Filed", topic="registry.known-case.filed")
    def __init__(self, id: UUID, case_id: UUID, number: str, origin: str, policy_edition: str) -> None:
        self.case_id = case_id
        self.number = number
        self.origin = origin
        self.policy_edition = policy_edition

    def come_from(self, origin: str) -> None:
        """Take in that the dossier was handed in again, and says now that it comes from elsewhere."""
        if origin != self.origin:
            self._origin_changed(origin=origin)

    @event("OriginChanged", topic="registry.known-case.origin-changed")
    def _origin_changed(self, origin: str) -> None:
        self.origin = origin

    @property
    def is_upgrade(self) -> bool:
        """Whether it is the case of an upgrade."""
        return self.origin == UPGRADE
