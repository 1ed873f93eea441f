"""Who may do what in the registry."""

from __future__ import annotations

from services.shared.kernel.authority import (
    EVERYTHING,
    OWN_MEMBERSHIP,
    OWN_ORGANISATION,
    OWN_PREFECTURE,
    Authority,
    May,
    Scope,
)
from services.shared.kernel.feed import FEED
from services.shared.vocabulary import Role

_READERS: dict[Role, Scope] = {
    Role.APPLICANT: OWN_ORGANISATION,
    Role.MEMBER_UNIT: OWN_MEMBERSHIP,
    Role.PREFECTURE_OFFICER: OWN_PREFECTURE,
    Role.PREFECTURE_HEAD: OWN_PREFECTURE,
    Role.PROVINCE_OFFICER: EVERYTHING,
    Role.DIVISION_HEAD: EVERYTHING,
    Role.COLLECTIVE_BODY: EVERYTHING,
    Role.AUDITOR: EVERYTHING,
}
_PROCEDURE_READERS: dict[Role, Scope] = {
    role: scope for role, scope in _READERS.items() if role is not Role.MEMBER_UNIT
}
_BAN_READERS: dict[Role, Scope] = {
    role: scope for role, scope in _PROCEDURE_READERS.items() if scope is not OWN_PREFECTURE
} | {
    Role.PREFECTURE_OFFICER: EVERYTHING,  # a ban holds wherever the next dossier is handed in
    Role.PREFECTURE_HEAD: EVERYTHING,
}

_CONCERNED_PREFECTURE = Scope(
    lambda who, thing: who.prefecture in getattr(thing, "prefectures", ()),
    "%s = any(prefectures)",
    lambda who: (who.prefecture,),
)
"""Of a change: the prefecture that the centre leaves, and the one where it goes."""

_OTHER_PARTY = Scope(
    lambda who, thing: bool(who.organisation) and who.organisation == getattr(thing, "other_lead_uscc", ""),
    "other_lead_uscc = %s",
    lambda who: (who.organisation or "-",),
)
"""Of a merger: the lead unit of the centre that is taken in."""

_PARTY = Scope(
    lambda who, thing: who.organisation in (thing.lead_uscc, getattr(thing, "other_lead_uscc", "") or thing.lead_uscc),
    "(lead_uscc = %s or other_lead_uscc = %s)",
    lambda who: (who.organisation or "-",) * 2,
)
"""Of a change: the lead unit that asked for it, and the other one of a merger."""

_CONTRIBUTOR = Scope(
    lambda who, thing: bool(who.organisation) and who.organisation == getattr(thing, "unit_uscc", ""),
    "unit_uscc = %s",
    lambda who: (who.organisation or "-",),
)
"""Of a contribution: the unit whose it is."""

_CHANGE_READERS: dict[Role, Scope] = {
    role: {OWN_PREFECTURE: _CONCERNED_PREFECTURE, OWN_ORGANISATION: _PARTY}.get(scope, scope)
    for role, scope in _PROCEDURE_READERS.items()
}
_PROVINCE: dict[Role, Scope] = {Role.PROVINCE_OFFICER: EVERYTHING, Role.DIVISION_HEAD: EVERYTHING}
_BOARD_READERS: dict[Role, Scope] = {**_PROVINCE, Role.COLLECTIVE_BODY: EVERYTHING, Role.AUDITOR: EVERYTHING}

AUTHORITY: Authority = {
    "designate": May({Role.COLLECTIVE_BODY: EVERYTHING}, ("S4.2",)),
    "list_for_cultivation": May({Role.COLLECTIVE_BODY: EVERYTHING}, ("S4.2",)),
    "issue_plaque": May({Role.PROVINCE_OFFICER: EVERYTHING, Role.DIVISION_HEAD: EVERYTHING}, ("S4.2",)),
    "return_plaque": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.2", "S4.3")),
    "void_plaque": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.2", "S4.3")),
    "replace_plaque": May(_PROVINCE, ("S4.2",)),
    "extend_cultivation": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.2",)),
    "request_upgrade": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.2",)),
    "upgrade": May({Role.COLLECTIVE_BODY: EVERYTHING}, ("S4.2",)),
    "fail_upgrade": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.2",)),
    "extend_summary": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "ask_for_report": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "submit_summary": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.3",)),
    "forward_summary": May({Role.PREFECTURE_HEAD: OWN_PREFECTURE}, ("S4.1.2", "S4.3")),
    "return_unforwarded_summary": May({Role.PREFECTURE_OFFICER: OWN_PREFECTURE}, ("S4.1.2", "S4.3")),
    "return_summary": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "accept_summary": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "schedule_assessment": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "submit_assessment_materials": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.3",)),
    "return_assessment_materials": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "post_assessment_result": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.3",)),
    "record_assessment_visit": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "record_assessment_deliberation": May({Role.COLLECTIVE_BODY: EVERYTHING}, ("S4.3",)),
    "score_assessment": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "finalise_assessment": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.3",)),
    "order_rectification": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.3",)),
    "file_rectification_plan": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.3",)),
    "report_rectification": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.3",)),
    "recheck_rectification": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "give_revocation_notice": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.3",)),
    "serve_revocation_notice": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "ask_for_hearing": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.3",)),
    "serve_revocation": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "hear_statement": May({Role.APPLICANT: OWN_ORGANISATION, Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "override_statement_period": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.3",)),
    "hold_hearing": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "drop_revocation": May({Role.COLLECTIVE_BODY: EVERYTHING}, ("S4.3",)),
    "revoke": May({Role.COLLECTIVE_BODY: EVERYTHING}, ("S4.3",)),
    "annul_revocation": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.3",)),
    "annul_assessment": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.3",)),
    "annul_ban": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.0", "S4.3")),
    "open_remedy_case": May(_PROVINCE, ("S4.0",)),
    "file_remedy_answer": May(_PROVINCE, ("S4.0",)),
    "suspend_execution": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.0",)),
    "begin_mediation": May(_PROVINCE, ("S4.0",)),
    "end_mediation": May(_PROVINCE, ("S4.0",)),
    "appeal_judgment": May(_PROVINCE, ("S4.0",)),
    "confirm_judgment": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.0", "S4.3")),
    "record_remedy_outcome": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.0", "S4.3")),
    "serve_remedy_outcome": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.0",)),
    "execute_remedy": May(_PROVINCE, ("S4.0",)),
    "request_change": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.3",)),
    "request_correction": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "join_change": May({Role.APPLICANT: _OTHER_PARTY}, ("S1.4", "S4.3")),
    "ask_change_correction": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.1.2", "S4.3")),
    "answer_change_correction": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.1.2", "S4.3")),
    "give_change_opinion": May({Role.PREFECTURE_HEAD: _CONCERNED_PREFECTURE}, ("S4.1.2", "S4.3")),
    "approve_change": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.3",)),
    "confirm_correction": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.3",)),
    "refuse_change": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.3",)),
    "withdraw_change": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.3",)),
    "request_exit": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.3",)),
    "approve_exit": May({Role.COLLECTIVE_BODY: EVERYTHING}, ("S4.3",)),
    "refuse_exit": May({Role.COLLECTIVE_BODY: EVERYTHING}, ("S4.3",)),
    "dissolve": May({Role.DIVISION_HEAD: EVERYTHING}, ("S3.2.1",)),
    "pledge_contribution": May({Role.APPLICANT: OWN_ORGANISATION}, ("S5.3",)),
    "pay_contribution_in": May({Role.APPLICANT: OWN_ORGANISATION}, ("S5.3",)),
    "register_prefectural_centre": May({Role.PREFECTURE_HEAD: OWN_PREFECTURE}, ("S5.4",)),
    "file_prefectural_centre": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S5.4",)),
    "strike_prefectural_centre": May({Role.PREFECTURE_HEAD: OWN_PREFECTURE}, ("S5.4",)),
    "issue_extract": May(_PROVINCE, ("S5.2",)),
    "recommend_to_ministry": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.3",)),
    "record_national_result": May(_PROVINCE, ("S4.3",)),
    "open_investigation": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.3",)),
    "close_investigation": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.3",)),
    "read_roll": May({}, public=True),
    "read_history": May({}, public=True),
    "verify_number": May({}, public=True),
    "read_roll_as_csv": May({}, public=True),
    "read_roll_as_feed": May({}, public=True),
    "list_centres": May(_READERS),
    "read_centre": May(_READERS),
    "read_status": May(_READERS),
    "read_as_at": May(_READERS),
    "read_facts": May(_READERS),
    "read_contact": May({**_PROVINCE, Role.APPLICANT: OWN_ORGANISATION}),
    "list_changes": May(_CHANGE_READERS),
    "list_shortfalls": May(_PROCEDURE_READERS),
    "list_exits": May(_PROCEDURE_READERS),
    "list_complaints": May(_BOARD_READERS),
    "list_upgrades": May(_PROCEDURE_READERS),
    "list_remedies": May(_PROCEDURE_READERS),
    "list_funding_references": May(_PROCEDURE_READERS),
    "list_contributions": May({**_PROCEDURE_READERS, Role.MEMBER_UNIT: _CONTRIBUTOR}),
    "read_contributions": May(_PROCEDURE_READERS),
    "list_prefectural_centres": May(_PROCEDURE_READERS),
    "list_extracts": May(_BOARD_READERS),
    "list_bans_as_at": May(_BAN_READERS),
    "read_targets": May(_BOARD_READERS),
    "read_field_map": May(_BOARD_READERS),
    "list_overdue": May(_PROCEDURE_READERS),
    "list_summaries": May(_READERS),
    "list_assessments": May(_READERS),
    "list_rectifications": May(_PROCEDURE_READERS),
    "list_revocations": May(_PROCEDURE_READERS),
    "list_bans": May(_BAN_READERS),
    "read_document": May(_PROCEDURE_READERS),
    "list_events": FEED,
}
