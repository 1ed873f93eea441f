"""Who may do what in screening."""

from __future__ import annotations

from services.shared.kernel.authority import EVERYTHING, OWN_PREFECTURE, Authority, May
from services.shared.kernel.feed import FEED
from services.shared.vocabulary import Role

_OFFICER = {Role.PREFECTURE_OFFICER: OWN_PREFECTURE}
_HEAD = {Role.PREFECTURE_HEAD: OWN_PREFECTURE}
_READERS = {
    Role.PREFECTURE_OFFICER: OWN_PREFECTURE,
    Role.PREFECTURE_HEAD: OWN_PREFECTURE,
    Role.PROVINCE_OFFICER: EVERYTHING,
    Role.DIVISION_HEAD: EVERYTHING,
    Role.AUDITOR: EVERYTHING,
}

AUTHORITY: Authority = {
    "recuse": May({**_OFFICER, **_HEAD}, ("S4.1.2",)),
    "record_paper_arrival": May(_OFFICER, ("S4.1.1",)),
    "record_paper_mismatch": May(_OFFICER, ("S4.1.1",)),
    "settle_paper_mismatches": May(_OFFICER, ("S4.1.1",)),
    "challenge_jurisdiction": May(_OFFICER, ("S4.1.1",)),
    "decide_jurisdiction": May({**_HEAD, Role.DIVISION_HEAD: EVERYTHING}, ("S4.1.1",)),
    "start_intake": May(_OFFICER, ("S4.1.1", "S4.1.2")),
    "accept_dossier": May(_OFFICER, ("S4.1.2",)),
    "request_correction": May(_OFFICER, ("S4.1.2",)),
    "extend_correction": May(_OFFICER, ("S4.1.2",)),
    "draft_opinion": May(_OFFICER, ("S4.1.2",)),
    "sign_opinion": May(_HEAD, ("S4.1.2",)),
    "sign_not_recommended": May(_HEAD, ("S4.1.2",)),
    "rescind_recommendation": May(_HEAD, ("S4.1.2",)),
    "reopen_by_remedy": May(_HEAD, ("S4.0", "S4.1.2")),
    "record_service": May(_OFFICER, ("S4.1.2",)),
    "suspend_case": May({**_HEAD, Role.DIVISION_HEAD: EVERYTHING}, ("S4.1.2",)),
    "resume_case": May({**_HEAD, Role.DIVISION_HEAD: EVERYTHING}, ("S4.1.2",)),
    "assemble_batch": May(_OFFICER, ("S4.1.2", "A3")),
    "name_filler": May(_OFFICER, ("A3",)),
    "sign_batch": May(_HEAD, ("S4.1.2",)),
    "keep_letter": May(_OFFICER, ("S4.1.2",)),
    "submit_batch": May({**_OFFICER, **_HEAD}, ("S4.1.2",)),
    "cancel_batch": May({**_OFFICER, **_HEAD}, ("S4.1.2",)),
    "reassemble_batch": May(_OFFICER, ("S4.1.2", "A3")),
    "draft_supplement": May(_OFFICER, ("S4.1.2", "A3")),
    "sign_supplement": May(_HEAD, ("S4.1.2",)),
    "list_screenings": May(_READERS),
    "read_screening": May(_READERS),
    "list_rivals": May(_READERS),
    "read_screening_document": May(_READERS),
    "list_batches": May(_READERS),
    "read_batch": May(_READERS),
    "read_batch_document": May(_READERS),
    "print_annex_3": May({role: scope for role, scope in _READERS.items() if role is not Role.AUDITOR}, ("A3",)),
    "list_quotas": May(_READERS),
    "list_events": FEED,
}
