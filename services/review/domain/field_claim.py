"""One industry, one centre, in principle (原则上一行业一中心): conflicts of a case's field, and how they are resolved.

The policy says "in principle", so nothing is refused by itself: a conflict is flagged, and the collective body either
grants an exception with reasons, has both parties hand in a joint dossier, or lists the case for cultivation (S1.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.review.domain import rules
from services.review.domain.standing import Standing, refuse
from services.review.domain.states import State
from services.review.domain.values import Proposal
from services.shared.aggregate import event
from services.shared.policy import Edition
from services.shared.vocabulary import Finding, Track


class Ground(StrEnum):
    """Why two fields are in each other's way."""

    SAME_FIELD = "same-field"  # 同一领域
    OVERLAP = "overlap"  # 领域交叉
    SAME_TECHNOLOGY = "same-technology"  # 核心技术雷同


class Way(StrEnum):
    """How a conflict is resolved."""

    EXCEPTION = "exception"  # 例外
    JOINT = "joint"  # 联合申报
    OTHER_TRACK = "other-track"  # 转为培育


@dataclass(frozen=True)
class FieldClaimant:
    """A centre on the roll, or another case in review, with its field and its technologies as it words them."""

    case_id: UUID
    name: str
    field_domain: str
    technologies: tuple[str, ...]
    is_listed: bool


@dataclass(frozen=True)
class FieldConflict:
    """Another claimant of the field, and all that speaks of a conflict with it."""

    case_id: UUID
    name: str
    is_listed: bool
    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class FieldResolution:
    """How the collective body resolved the conflicts that it knew of: reasons, day and minutes of the meeting."""

    way: Way
    reasons: tuple[str, ...]
    meeting_date: date
    minute_no: str
    about: tuple[UUID, ...]


class FieldClaim(Standing):
    """The part of a review that claims a field."""

    conflicts: tuple[FieldConflict, ...]
    resolution: FieldResolution | None
    proposal: Proposal | None

    def flag_field_conflicts(self, conflicts: tuple[FieldConflict, ...]) -> None:
        """Flag the conflicts that were not known before. None that is new changes nothing. S1.4"""
        self._require(State.COMPREHENSIVE, State.PROPOSED)
        known = {conflict.case_id for conflict in self.conflicts}
        if fresh := tuple(conflict for conflict in conflicts if conflict.case_id not in known):
            self._field_conflict_flagged(conflicts=fresh)

    @event("FieldConflictFlagged", topic="review.review.field-conflict-flagged")
    def _field_conflict_flagged(self, conflicts: tuple[FieldConflict, ...]) -> None:
        self.conflicts = (*self.conflicts, *conflicts)

    def resolve_field_conflicts(
        self, *, way: Way, reasons: tuple[str, ...], meeting_date: date, minute_no: str, edition: Edition
    ) -> None:
        """Record how the collective body resolves every conflict flagged so far. S1.4

        Raises Invalid without a conflict, without reasons, or for an exception where the edition has none.
        """
        self._require(State.COMPREHENSIVE, State.PROPOSED)
        refuse(
            _conflicts_can_be_resolved_so(self.conflicts, way, reasons, edition)
            + rules.day_is_not_in_the_future(meeting_date, "/meeting_date")
        )
        about = tuple(conflict.case_id for conflict in self.conflicts)
        resolution = FieldResolution(way, reasons, meeting_date, minute_no, about)
        if way is Way.EXCEPTION:
            self._field_exception_granted(resolution=resolution)
        else:
            self._field_conflict_resolved(resolution=resolution)

    @event("FieldExceptionGranted", topic="review.review.field-exception-granted")
    def _field_exception_granted(self, resolution: FieldResolution) -> None:
        self.resolution = resolution

    @event("FieldConflictResolved", topic="review.review.field-conflict-resolved")
    def _field_conflict_resolved(self, resolution: FieldResolution) -> None:
        self.resolution = resolution

    def require_field_resolved(self, claimed: tuple[FieldConflict, ...], edition: Edition) -> None:
        """Raises Invalid for a case that may not go on notice for its field: flagged since its proposal. S1.4

        `claimed` are the conflicts at this moment: one that has fallen meanwhile is in nobody's way.
        """
        flagged = {conflict.case_id for conflict in self.conflicts}
        standing = tuple(conflict for conflict in claimed if conflict.case_id in flagged)
        if self.proposal is not None:
            refuse(self.unresolved(standing, self.proposal.track, edition))

    def unresolved(self, conflicts: tuple[FieldConflict, ...], track: Track, edition: Edition) -> tuple[Finding, ...]:
        """What keeps the case from being proposed on this track for its field. S1.4"""
        if edition["fields.one_per_field"] not in ("exception", "block"):
            return ()
        about = self.resolution.about if self.resolution else ()
        open_ = [conflict for conflict in conflicts if conflict.case_id not in about]
        way = self.resolution.way if self.resolution and conflicts else None
        found = [_unresolved(conflict) for conflict in open_]
        if way is Way.JOINT:
            zh, en = "已定为联合申报，本案不再单独列入", "a joint dossier was decided on; this case is not listed"
            found.append(Finding("joint-dossier-decided", zh, en, "/track", "S1.4"))
        if way is Way.OTHER_TRACK and track is not Track.CULTIVATION:
            zh, en = "已定为转为培育，不得拟认定", "cultivation was decided on"
            found.append(Finding("other-track-decided", zh, en, "/track", "S1.4"))
        return tuple(found)


def conflicts_between(
    mine: FieldClaimant, others: tuple[FieldClaimant, ...], edition: Edition
) -> tuple[FieldConflict, ...]:
    """Who else claims the field: the same, one that overlaps by the edition's table, or the same technology. S1.4"""
    if edition["fields.one_per_field"] == "off":
        return ()
    found = []
    for other in others:
        if grounds := _grounds(mine, other, edition):
            found.append(FieldConflict(other.case_id, other.name, other.is_listed, grounds))
    return tuple(sorted(found, key=lambda conflict: (not conflict.is_listed, str(conflict.case_id))))


def _grounds(mine: FieldClaimant, other: FieldClaimant, edition: Edition) -> tuple[Ground, ...]:
    grounds = []
    if mine.field_domain == other.field_domain:
        grounds.append(Ground.SAME_FIELD)
    if {mine.field_domain, other.field_domain} in [set(pair) for pair in edition["fields.overlap_matrix"]]:
        grounds.append(Ground.OVERLAP)
    if {_wording(text) for text in mine.technologies} & {_wording(text) for text in other.technologies}:
        grounds.append(Ground.SAME_TECHNOLOGY)
    return tuple(grounds)


def _wording(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _conflicts_can_be_resolved_so(
    conflicts: tuple[FieldConflict, ...], way: Way, reasons: tuple[str, ...], edition: Edition
) -> tuple[Finding, ...]:
    found = []
    if not conflicts:
        zh, en = "没有领域冲突", "no conflict of fields was flagged"
        found.append(Finding("no-field-conflict", zh, en, clause="S1.4"))
    if not reasons or not all(reason.strip() for reason in reasons):
        found.append(Finding("reasons-missing", "须写明理由", "reasons are required", "/reasons", "S1.4"))
    if way is Way.EXCEPTION and edition["fields.one_per_field"] == "block":
        zh, en = "适用的政策版本不允许例外", "the edition knows no exception"
        found.append(Finding("no-exceptions", zh, en, "/way", "S1.4"))
    return tuple(found)


def _unresolved(conflict: FieldConflict) -> Finding:
    zh = f"与“{conflict.name}”领域冲突尚未处理"
    en = f"the conflict of fields with {conflict.case_id} is not resolved"
    return Finding("field-conflict-unresolved", zh, en, "/track", "S1.4")
