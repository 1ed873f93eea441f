"""SiteVisit (现场考核): inspectors compare the dossier's claims with what is there, and sign one report (S4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.review.domain import errors, rules
from services.review.domain.values import SiteFinding, SiteReport
from services.shared.aggregate import Aggregate, acting_now, event
from services.shared.policy import Edition
from services.shared.vocabulary import DocumentRef, Finding

PHOTO_TYPES = ("image/jpeg", "image/png")


class State(StrEnum):
    """Where a visit stands: scheduled 已安排, its report drafted 已拟报告, signed 已签署, aborted 中止."""

    SCHEDULED = "scheduled"
    REPORTED = "reported"
    SIGNED = "signed"
    ABORTED = "aborted"


@dataclass(frozen=True)
class Claim:
    """What the frozen snapshot says at `pointer` (JSON Pointer into its sections) of an item of the checklist."""

    item: str
    pointer: str
    value: str


class SiteVisit(Aggregate):
    """One visit to the site of a case. `people` are its inspectors."""

    TOPIC = "review.site-visit"

    @event("Scheduled", topic="review.site-visit.scheduled")
    def __init__(
        self,
        case_id: UUID,
        policy_edition: str,
        number: str,
        centre_name: str,
        papers: tuple[DocumentRef, ...],
        visit_on: date,
        inspectors: tuple[str, ...],
    ) -> None:
        self.case_id = case_id
        self.policy_edition = policy_edition
        self.number = number
        self.centre_name = centre_name
        self.papers = papers
        self.visit_on = visit_on
        self.people = inspectors
        self.claims: tuple[Claim, ...] = ()
        self.discrepancies: frozenset[str] = frozenset()
        self.photos: tuple[DocumentRef, ...] = ()
        self.findings: dict[str, SiteFinding] = {}
        self.conclusion = ""
        self.signed_by: tuple[str, ...] = ()
        self.state = State.SCHEDULED

    @classmethod
    def schedule(
        cls,
        *,
        case_id: UUID,
        number: str,
        centre_name: str,
        papers: tuple[DocumentRef, ...],
        visit_on: date,
        inspectors: tuple[str, ...],
        edition: Edition,
        claims: tuple[Claim, ...] = (),
    ) -> SiteVisit:
        """Plan a visit. Raises Invalid for too few different inspectors. S4.2

        `claims` are what the frozen snapshot says of the items of the checklist; the findings are bound to them.
        """
        if found := rules.inspectors_are_enough(inspectors, edition):
            raise errors.invalid(found)
        visit = cls(
            case_id=case_id,
            policy_edition=edition.id,
            number=number,
            centre_name=centre_name,
            papers=papers,
            visit_on=visit_on,
            inspectors=tuple(dict.fromkeys(inspectors)),
        )
        if claims:
            visit._claims_bound(claims=claims)
        return visit

    @event("ClaimsBound", topic="review.site-visit.claims-bound")
    def _claims_bound(self, claims: tuple[Claim, ...]) -> None:
        self.claims = claims

    def attach_photo(self, photo: DocumentRef) -> None:
        """Add a photo that findings can refer to. The same photo twice changes nothing. S4.2"""
        self._acting_inspector()
        self._require(State.SCHEDULED)
        if photo.media_type not in PHOTO_TYPES:
            raise errors.invalid((Finding("not-a-photo", "照片应为 JPEG 或 PNG", "a photo is a JPEG or PNG"),))
        if photo not in self.photos:
            self._photo_attached(photo=photo)

    @event("PhotoAttached", topic="review.site-visit.photo-attached")
    def _photo_attached(self, photo: DocumentRef) -> None:
        self.photos = (*self.photos, photo)

    def record_finding(
        self,
        *,
        item: str,
        claim: str,
        confirmed: bool,
        note: str,
        photo_sha256: str,
        edition: Edition,
        more_photos: tuple[str, ...] = (),
    ) -> None:
        """Record one item of the edition's checklist; a newer finding takes the older one's place until the report.

        Raises Invalid for an unknown item or photo, a claim that is not the snapshot's, or a discrepancy that is not
        described. S4.2
        """
        by = self._acting_inspector()
        self._require(State.SCHEDULED)
        found = []
        if item not in edition["site.checklist"]:
            found.append(Finding("unknown-item", "清单没有此项", "the checklist has no such item", "/item", "S4.2"))
        if not confirmed and not note:
            found.append(Finding("discrepancy-not-described", "不符的须说明", "describe what differs", "/note", "S4.2"))
        bound = self.claim_on(item)
        if bound and claim not in ("", bound):
            zh, en = "申报内容应与冻结的申报材料一致", "the claim is not that of the frozen snapshot"
            found.append(Finding("claim-not-of-the-snapshot", zh, en, "/claim", "S4.2"))
        if found:
            raise errors.invalid(tuple(found))
        photo = self._photo(photo_sha256) if photo_sha256 else None
        more = tuple(map(self._photo, more_photos))
        finding = SiteFinding(item, bound or claim, confirmed, note, photo, by, more)
        self._finding_recorded(finding=finding)
        if not confirmed:
            self._discrepancy_raised(item=item, claim=finding.claim, note=note)

    @event("FindingRecorded", topic="review.site-visit.finding-recorded")
    def _finding_recorded(self, finding: SiteFinding) -> None:
        self.findings = {**self.findings, finding.item: finding}
        self.discrepancies = self.discrepancies - {finding.item}

    @event("DiscrepancyRaised", topic="review.site-visit.discrepancy-raised")
    def _discrepancy_raised(self, item: str, claim: str, note: str) -> None:
        self.discrepancies = self.discrepancies | {item}

    def draft_report(self, *, conclusion: str, edition: Edition) -> None:
        """Draft the report once every item has a finding; nothing is recorded after it. S4.2"""
        self._acting_inspector()
        self._require(State.SCHEDULED)
        found = rules.day_is_not_in_the_future(self.visit_on, "/visit_on")
        if missing := [item for item in edition["site.checklist"] if item not in self.findings]:
            names = "、".join(edition["site.checklist"][item] for item in missing)
            found += (Finding("findings-missing", f"尚未核对：{names}", f"no finding on {', '.join(missing)}"),)
        if found:
            raise errors.invalid(found)
        self._report_drafted(conclusion=conclusion)

    @event("ReportDrafted", topic="review.site-visit.report-drafted")
    def _report_drafted(self, conclusion: str) -> None:
        self.conclusion = conclusion
        self.state = State.REPORTED

    def sign_report(self, edition: Edition) -> None:
        """The acting inspector signs; enough different signers make it a report. A repeat changes nothing. S4.2"""
        by = self._acting_inspector()
        self._require(State.REPORTED)
        if by in self.signed_by:
            return
        enough = len(self.signed_by) + 1 >= edition["site.min_inspectors"]
        self._report_signed(by=by, enough=enough)

    @event("ReportSigned", topic="review.site-visit.report-signed")
    def _report_signed(self, by: str, enough: bool) -> None:
        self.signed_by = (*self.signed_by, by)
        self.state = State.SIGNED if enough else State.REPORTED

    def abort(self, *, reason: str) -> None:
        """Break the visit off (中止), e.g. when the site refuses entry. S4.2"""
        self._require(State.SCHEDULED, State.REPORTED)
        self._aborted(reason=reason)

    @event("Aborted", topic="review.site-visit.aborted")
    def _aborted(self, reason: str) -> None:
        self.state = State.ABORTED

    def claim_on(self, item: str) -> str:
        """What the frozen snapshot claims of an item of the checklist; "" when it says nothing."""
        return "；".join(f"{claim.pointer} {claim.value}" for claim in self.claims if claim.item == item)

    @property
    def report(self) -> SiteReport | None:
        """The signed report."""
        if self.state is not State.SIGNED:
            return None
        differing = tuple(item for item, finding in self.findings.items() if not finding.confirmed)
        return SiteReport(self.id, self.conclusion, differing)

    def _photo(self, sha256: str) -> DocumentRef:
        for photo in self.photos:
            if photo.sha256 == sha256:
                return photo
        raise errors.unknown_photo()

    def _acting_inspector(self) -> str:
        subject = acting_now().actor
        if subject not in self.people:
            raise errors.not_an_inspector(subject)
        return subject

    def _require(self, *allowed: State) -> None:
        if self.state not in allowed:
            raise errors.not_in(self.state, *allowed)


def claims_in(sections: Mapping[str, Any], edition: Edition) -> tuple[Claim, ...]:
    """What the sections of a snapshot claim of the items of the checklist, by `site.claims` of the edition. S4.2"""
    found = []
    for item, pointers in edition["site.claims"].items():
        for pointer in pointers:
            value = _at(sections, pointer)
            if value is not None:
                found.append(Claim(item, pointer, str(value)))
    return tuple(found)


def _at(value: Any, pointer: str) -> Any:
    for name in pointer.removeprefix("/").split("/"):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
