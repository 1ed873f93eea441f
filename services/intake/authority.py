"""Who may do what in intake."""

from __future__ import annotations

from services.shared.kernel.authority import (
    EVERYTHING,
    OWN_MEMBERSHIP,
    OWN_ORGANISATION,
    OWN_PREFECTURE,
    Authority,
    May,
)
from services.shared.kernel.feed import FEED
from services.shared.vocabulary import Role

_READERS = {
    Role.APPLICANT: OWN_ORGANISATION,
    Role.MEMBER_UNIT: OWN_MEMBERSHIP,
    Role.PREFECTURE_OFFICER: OWN_PREFECTURE,
    Role.PREFECTURE_HEAD: OWN_PREFECTURE,
    Role.PROVINCE_OFFICER: EVERYTHING,
    Role.DIVISION_HEAD: EVERYTHING,
    Role.AUDITOR: EVERYTHING,
}

_NO_PERSONS = (Role.MEMBER_UNIT, Role.AUDITOR)
"""Who reads dossiers, but not the persons of a whole section: a member unit sees its own, the auditor who read what."""

AUTHORITY: Authority = {
    "plan_round": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.0",)),
    "open_round": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.0",)),
    "extend_round": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.0",)),
    "publish_conditions": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.0",)),
    "cancel_round": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.0",)),
    "begin_review": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.2",)),
    "announce_round": May({Role.DIVISION_HEAD: EVERYTHING}, ("S4.2",)),
    "archive_round": May({Role.PROVINCE_OFFICER: EVERYTHING}, ("S4.0",)),
    "open_dossier": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.1.1",)),
    "copy_dossier": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.1.1",)),
    "save_section": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.1.1", "A1", "A2")),
    "import_tables": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.1.1", "A1")),
    "export_tables": May({Role.APPLICANT: OWN_ORGANISATION, Role.PREFECTURE_OFFICER: OWN_PREFECTURE}),
    "attach_document": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.1.1",)),
    "remove_attachment": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.1.1",)),
    "confirm_membership": May({Role.MEMBER_UNIT: OWN_MEMBERSHIP}, ("S4.1.0",)),
    "decline_membership": May({Role.MEMBER_UNIT: OWN_MEMBERSHIP}, ("S4.1.0",)),
    "accept_uscc": May({Role.PREFECTURE_OFFICER: OWN_PREFECTURE, Role.PROVINCE_OFFICER: EVERYTHING}, ("A1",)),
    "submit_dossier": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.1.1",)),
    "recall_dossier": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.1.1",)),
    "resubmit_dossier": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.1.2",)),
    "withdraw_dossier": May({Role.APPLICANT: OWN_ORGANISATION}, ("S4.1.1",)),
    "list_rounds": May({}, public=True),
    "read_round": May({}, public=True),
    "list_dossiers": May(_READERS),
    "read_dossier": May(_READERS),
    "read_section": May({role: scope for role, scope in _READERS.items() if role not in _NO_PERSONS}, ("S4.1.1",)),
    "read_membership": May({Role.MEMBER_UNIT: OWN_MEMBERSHIP}, ("S4.1.0",)),
    "read_checks": May({role: scope for role, scope in _READERS.items() if role is not Role.MEMBER_UNIT}),
    "compare_snapshots": May(_READERS),
    "read_document": May(_READERS),
    "list_events": FEED,
}
