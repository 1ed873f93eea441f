"""Who may do what in review."""

from __future__ import annotations

from services.shared.kernel.authority import (
    EVERYTHING,
    OWN_MEMBERSHIP,
    OWN_ORGANISATION,
    OWN_PERSON,
    OWN_PREFECTURE,
    Authority,
    May,
)
from services.shared.kernel.feed import FEED
from services.shared.vocabulary import Role

_DEPARTMENT = {
    Role.PROVINCE_OFFICER: EVERYTHING,
    Role.DIVISION_HEAD: EVERYTHING,
    Role.COLLECTIVE_BODY: EVERYTHING,
    Role.AUDITOR: EVERYTHING,
}

_STATE_READERS = {
    **_DEPARTMENT,
    Role.APPLICANT: OWN_ORGANISATION,
    Role.MEMBER_UNIT: OWN_MEMBERSHIP,
    Role.PREFECTURE_OFFICER: OWN_PREFECTURE,
    Role.PREFECTURE_HEAD: OWN_PREFECTURE,
}

_OFFICER = {Role.PROVINCE_OFFICER: EVERYTHING}
_HEAD = {Role.DIVISION_HEAD: EVERYTHING}
_BODY = {Role.COLLECTIVE_BODY: EVERYTHING}
_EXPERT = {Role.EXPERT: OWN_PERSON}
_INSPECTOR = {Role.INSPECTOR: OWN_PERSON}
_INTAKE_OF_OBJECTIONS = {Role.DISCIPLINE: EVERYTHING, Role.PROVINCE_OFFICER: EVERYTHING}
_OBJECTION_DESK = {Role.DISCIPLINE: EVERYTHING, Role.PROVINCE_OFFICER: OWN_PERSON}
_OBJECTION_READERS = {
    **_OBJECTION_DESK,
    Role.DIVISION_HEAD: EVERYTHING,
    Role.AUDITOR: EVERYTHING,
    Role.APPLICANT: OWN_ORGANISATION,
}
"""A province officer handles the objections that came to that desk, or were assigned to it, and knows of no other."""

AUTHORITY: Authority = {
    "register_receipt": May(_OFFICER, ("S4.2",)),
    "accept_case": May(_OFFICER, ("S4.2",)),
    "request_correction": May(_OFFICER, ("S4.2",)),
    "return_batch": May(_OFFICER, ("S4.2",)),
    "draft_pre_review": May(_OFFICER, ("S4.2",)),
    "pass_pre_review": May(_HEAD, ("S4.2",)),
    "fail_pre_review": May(_HEAD, ("S4.2",)),
    "enrol_expert": May(_OFFICER, ("S4.2",)),
    "declare_relations": May({**_EXPERT, **_OFFICER}, ("S4.2",)),
    "retire_expert": May(_OFFICER, ("S4.2",)),
    "ask_to_avoid": May({Role.APPLICANT: OWN_ORGANISATION, **_OFFICER}, ("S4.2",)),
    "draw_panel": May(_OFFICER, ("S4.2",)),
    "constitute_panel": May(_OFFICER, ("S4.2",)),
    "replace_expert": May(_OFFICER, ("S4.2",)),
    "draw_substitute": May(_OFFICER, ("S4.2",)),
    "approve_panel": May(_HEAD, ("S4.2",)),
    "declare_no_conflict": May(_EXPERT, ("S4.2",)),
    "declare_conflict": May(_EXPERT, ("S4.2",)),
    "decline_seat": May(_EXPERT, ("S4.2",)),
    "save_score_sheet": May(_EXPERT, ("S4.2",)),
    "submit_score_sheet": May(_EXPERT, ("S4.2",)),
    "void_score_sheet": May(_OFFICER, ("S4.2",)),
    "record_dissent": May(_EXPERT, ("S4.2",)),
    "draft_opinion": May(_EXPERT, ("S4.2",)),
    "sign_opinion": May(_EXPERT, ("S4.2",)),
    "schedule_site_visit": May(_OFFICER, ("S4.2",)),
    "attach_photo": May(_INSPECTOR, ("S4.2",)),
    "record_finding": May(_INSPECTOR, ("S4.2",)),
    "draft_site_report": May(_INSPECTOR, ("S4.2",)),
    "sign_site_report": May(_INSPECTOR, ("S4.2",)),
    "abort_site_visit": May({**_INSPECTOR, **_OFFICER}, ("S4.2",)),
    "flag_field_conflicts": May(_OFFICER, ("S1.4",)),
    "resolve_field_conflicts": May(_BODY, ("S1.4",)),
    "propose_case": May(_BODY, ("S4.2",)),
    "not_select_case": May(_BODY, ("S4.2",)),
    "record_service": May(_OFFICER, ("S4.2",)),
    "reopen_by_remedy": May({**_HEAD, **_BODY}, ("S4.0", "S4.2")),
    "suspend_case": May(_HEAD, ("S4.2",)),
    "resume_case": May(_HEAD, ("S4.2",)),
    "draft_notice": May(_OFFICER, ("S4.2",)),
    "approve_notice": May(_HEAD, ("S4.2",)),
    "post_notice": May(_OFFICER, ("S4.2",)),
    "attach_proof": May(_OFFICER, ("S4.2",)),
    "amend_listing": May(_OFFICER, ("S4.2",)),
    "amend_proposal": May(_BODY, ("S4.2",)),
    "lodge_objection": May(_INTAKE_OF_OBJECTIONS, ("S4.2",)),
    "assign_objection": May({**_HEAD, Role.DISCIPLINE: EVERYTHING}, ("S4.2",)),
    "attach_evidence": May(_OBJECTION_DESK, ("S4.2",)),
    "admit_objection": May(_OBJECTION_DESK, ("S4.2",)),
    "not_admit_objection": May(_OBJECTION_DESK, ("S4.2",)),
    "turn_into_complaint": May(_OBJECTION_DESK, ("S4.2",)),
    "transfer_objection": May(_OBJECTION_DESK, ("S4.2",)),
    "investigate_objection": May(_OBJECTION_DESK, ("S4.2",)),
    "seek_response": May(_OBJECTION_DESK, ("S4.2",)),
    "respond_to_objection": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.2",)),
    "draft_conclusion": May(_OBJECTION_DESK, ("S4.2",)),
    "dismiss_objection": May(_HEAD, ("S4.2",)),
    "sustain_partly": May(_HEAD, ("S4.2",)),
    "sustain_objection": May(_HEAD, ("S4.2",)),
    "withdraw_objection": May(_OBJECTION_DESK, ("S4.2",)),
    "reply_to_objector": May(_OBJECTION_DESK, ("S4.2",)),
    "list_reviews": May(_DEPARTMENT),
    "read_review": May(_DEPARTMENT),
    "read_review_document": May(_DEPARTMENT),
    "read_avoidance": May({**_DEPARTMENT, Role.APPLICANT: OWN_ORGANISATION}),
    "list_states": May(_STATE_READERS),
    "read_state": May(_STATE_READERS),
    "list_field_conflicts": May(_DEPARTMENT),
    "list_experts": May({**_DEPARTMENT, **_EXPERT}),
    "read_expert": May({**_DEPARTMENT, **_EXPERT}),
    "list_draws": May(_DEPARTMENT),
    "read_draw": May(_DEPARTMENT),
    "list_panels": May({**_DEPARTMENT, **_EXPERT}),
    "read_panel": May({**_DEPARTMENT, **_EXPERT}),
    "read_panel_document": May(_EXPERT),
    "list_site_visits": May({**_DEPARTMENT, **_INSPECTOR}),
    "read_site_visit": May({**_DEPARTMENT, **_INSPECTOR}),
    "read_site_visit_document": May({**_DEPARTMENT, **_INSPECTOR}),
    "list_objections": May(_OBJECTION_READERS),
    "read_objection": May(_OBJECTION_READERS),
    "read_objector": May(_OBJECTION_DESK),
    "read_evidence": May({**_OBJECTION_DESK, Role.DIVISION_HEAD: EVERYTHING}),
    "read_objection_progress": May({}, public=True),
    "list_notices": May(_DEPARTMENT, public=True),
    "read_notice": May(_DEPARTMENT, public=True),
    "read_notice_text": May(_DEPARTMENT, public=True),
    "read_notice_proof": May(_DEPARTMENT, public=True),
    "list_events": FEED,
}
