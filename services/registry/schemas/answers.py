"""What goes out over HTTP after a command."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import marshmallow as ma

from services.registry.domain.phrase import phrase_of
from services.registry.domain.values import Service


class CentreAnswer(ma.Schema):
    """A centre after a command, region by region."""

    number = ma.fields.Function(lambda centre: centre.listing and centre.listing.number)
    case_number = ma.fields.Function(lambda centre: centre.facts.case_number)
    centre_name = ma.fields.Function(lambda centre: centre.facts.centre_name)
    lead_uscc = ma.fields.String()
    prefecture = ma.fields.String()
    occupied_fields = ma.fields.Function(lambda centre: list(centre.fields))
    phrase = ma.fields.Function(lambda centre: dict(zip(("zh", "en"), phrase_of(centre), strict=True)))
    track = ma.fields.Function(lambda centre: centre.facts.track)
    qualification = ma.fields.String()
    supervision = ma.fields.String()
    plaque = ma.fields.String()
    plaque_no = ma.fields.String()
    national = ma.fields.String()
    grade = ma.fields.String()
    listed_on = ma.fields.Function(lambda centre: centre.listing and centre.listing.effective_on)
    banned_until = ma.fields.Raw()
    policy_edition = ma.fields.String()


class RecordAnswer(ma.Schema):
    """A record of a centre after a command."""

    case_id = ma.fields.Function(lambda record: record.centre.case_id)
    number = ma.fields.Function(lambda record: record.centre.number)
    state = ma.fields.String()
    policy_edition = ma.fields.String()
    documents = ma.fields.Function(lambda record: [document.sha256 for document in record.documents])


class SummaryAnswer(RecordAnswer):
    """A yearly summary after a command."""

    year = ma.fields.Integer()
    late = ma.fields.Boolean()
    due = ma.fields.Function(lambda summary: summary.deadline.due)
    forward_due = ma.fields.Function(lambda summary: summary.forward and summary.forward.due)


class AssessmentAnswer(RecordAnswer):
    """An assessment after a command; score and grade once there are any."""

    year = ma.fields.Integer()
    score = ma.fields.Function(lambda assessment: assessment.score_sheet and str(assessment.score_sheet.total))
    grade = ma.fields.Function(lambda assessment: assessment.score_sheet and assessment.score_sheet.grade)


class RectificationAnswer(RecordAnswer):
    """A rectification after a command."""

    demands = ma.fields.Raw()
    due = ma.fields.Function(lambda rectification: rectification.deadline.due)
    score = ma.fields.Function(lambda rectification: rectification.outcome and str(rectification.outcome.total))
    grade = ma.fields.Function(lambda rectification: rectification.outcome and rectification.outcome.grade)


class RevocationAnswer(RecordAnswer):
    """A revocation procedure after a command."""

    cause = ma.fields.Function(lambda revocation: revocation.grounds.cause)
    statement_due = ma.fields.Function(lambda revocation: revocation.deadline.due)
    override_reason = ma.fields.String()
    hearing_wanted = ma.fields.Boolean()
    notice_served = ma.fields.Function(lambda revocation: _served(revocation.notice_served))
    decision_served = ma.fields.Function(lambda revocation: _served(revocation.decision_served))
    remedy = ma.fields.Function(lambda revocation: revocation.grounds.remedy)


class ChangeAnswer(RecordAnswer):
    """A change after a command."""

    subject = ma.fields.String()
    change_class = ma.fields.String()
    effective_on = ma.fields.Raw()
    prefectures = ma.fields.Raw()
    opinions = ma.fields.Raw()


class UpgradeAnswer(RecordAnswer):
    """An upgrade after a command; its edition judges it."""

    requested_on = ma.fields.Raw()
    notice_no = ma.fields.String()
    source = ma.fields.String()


class RemedyAnswer(RecordAnswer):
    """A remedy case after a command."""

    kind = ma.fields.String()
    body = ma.fields.String()
    in_time = ma.fields.Boolean()
    suspended = ma.fields.Boolean()
    outcome = ma.fields.Raw()
    due = ma.fields.Function(lambda remedy: remedy.deadline.due)
    outcome_served = ma.fields.Function(lambda remedy: _served(remedy.outcome_served))
    appeal_due = ma.fields.Function(lambda remedy: remedy.appeal and remedy.appeal.due)


class ContributionAnswer(RecordAnswer):
    """A contribution after a command; sums in 万元."""

    unit_uscc = ma.fields.String()
    kind = ma.fields.String()
    pledged_wan = ma.fields.String()
    paid_wan = ma.fields.String()
    outstanding_wan = ma.fields.String()
    due_on = ma.fields.Raw()


class PrefecturalAnswer(ma.Schema):
    """A centre of a prefecture after a command."""

    prefecture = ma.fields.String()
    centre_name = ma.fields.Function(lambda centre: centre.facts.centre_name)
    centre_uscc = ma.fields.Function(lambda centre: centre.facts.centre_uscc)
    standing = ma.fields.Function(lambda centre: centre.facts.standing)
    state = ma.fields.String()
    filing_no = ma.fields.String()
    policy_edition = ma.fields.String()


class ExtractAnswer(ma.Schema):
    """A status extract, with its key and its as-of mark."""

    case_id = ma.fields.Function(lambda extract: extract.centre.case_id)
    status = ma.fields.String()
    key = ma.fields.String()
    department = ma.fields.String()
    as_of = ma.fields.Raw()
    known_at = ma.fields.Raw()
    corrections = ma.fields.Integer()


class BanAnswer(ma.Schema):
    """A ban after a command."""

    case_id = ma.fields.UUID()
    number = ma.fields.String()
    lead_uscc = ma.fields.String()
    centre_uscc = ma.fields.String()
    cause = ma.fields.String()
    state = ma.fields.String()
    banned_from = ma.fields.Raw()
    banned_until = ma.fields.Raw()
    policy_edition = ma.fields.String()


def _served(served: Service | None) -> dict[str, Any] | None:
    return asdict(served) if served else None
