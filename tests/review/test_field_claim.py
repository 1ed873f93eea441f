"""One industry, one centre, in principle: a conflict is flagged and resolved on record, and refuses nothing."""

from datetime import date
from uuid import uuid5

import pytest

from services.review.domain.field_claim import FieldClaimant, FieldConflict, Ground, Way, conflicts_between
from services.review.domain.review import Review
from services.review.domain.values import Proposal
from services.shared.policy import edition
from services.shared.vocabulary import Track
from tests.given import done, given
from tests.review.examples import CASE, EDITION, PROPOSAL, TODAY, in_assessment

RIVAL, CENTRE = uuid5(CASE, "rival"), uuid5(CASE, "centre")
MINE = FieldClaimant(CASE, "本案", "TITANIUM", ("钛合金连铸连轧技术",), is_listed=False)
CONFLICT = FieldConflict(RIVAL, "竞争方", False, (Ground.SAME_FIELD,))
LATER = FieldConflict(CENTRE, "已列入中心", True, (Ground.OVERLAP,))


def other(field, *technologies, case_id=RIVAL, is_listed=False):
    return FieldClaimant(case_id, "对方", field, technologies, is_listed)


def flagged():
    return done(in_assessment(), lambda r: r.flag_field_conflicts((CONFLICT,)))


def resolving(way, *reasons, minute="纪要〔2026〕11号", meeting_date=TODAY):
    return lambda r: r.resolve_field_conflicts(
        way=way, reasons=reasons, meeting_date=meeting_date, minute_no=minute, edition=EDITION
    )


def resolved(way):
    return done(flagged(), resolving(way, "技术路线不同"))


def proposing(*conflicts, track=Track.DESIGNATION):
    proposal = Proposal(track, PROPOSAL.meeting_date, PROPOSAL.minute_no, PROPOSAL.text)
    return lambda r: r.propose(proposal, EDITION, conflicts)


@pytest.mark.parametrize(
    ("claimant", "grounds"),
    [
        (other("TITANIUM"), (Ground.SAME_FIELD,)),
        (other("NEW_MAT"), (Ground.OVERLAP,)),
        (other("NEW_MAT", "钛合金 连铸连轧技术"), (Ground.OVERLAP, Ground.SAME_TECHNOLOGY)),
        (other("INFO", "钛合金连铸连轧技术"), (Ground.SAME_TECHNOLOGY,)),
    ],
)
def test_a_conflict_is_the_same_field_an_overlap_or_the_same_technology(claimant, grounds):
    [found] = conflicts_between(MINE, (claimant,), EDITION)
    assert found.grounds == grounds


def test_fields_that_have_nothing_in_common_do_not_conflict():
    assert conflicts_between(MINE, (other("GREEN_FOOD", "茶叶加工"),), EDITION) == ()


def test_a_centre_on_the_roll_comes_first():
    both = (other("TITANIUM"), other("NEW_MAT", case_id=CENTRE, is_listed=True))
    assert [found.case_id for found in conflicts_between(MINE, both, EDITION)] == [CENTRE, RIVAL]


def test_is_flagged_once():
    given(in_assessment()).when(lambda r: r.flag_field_conflicts((CONFLICT,))).then(Review.FieldConflictFlagged)
    given(flagged()).when(lambda r: r.flag_field_conflicts((CONFLICT,))).then()
    [event] = (
        given(flagged()).when(lambda r: r.flag_field_conflicts((CONFLICT, LATER))).then(Review.FieldConflictFlagged)
    )
    assert event.conflicts == (LATER,)


def test_a_case_is_not_proposed_while_a_conflict_is_open():
    given(flagged()).when(proposing(CONFLICT)).then_refused("field-conflict-unresolved")
    given(resolved(Way.EXCEPTION)).when(proposing(CONFLICT)).then(Review.Proposed)
    given(resolved(Way.EXCEPTION)).when(proposing(CONFLICT, LATER)).then_refused("field-conflict-unresolved")
    given(flagged()).when(proposing()).then(Review.Proposed)


def test_the_other_track_and_a_joint_dossier_bind_the_proposal():
    given(resolved(Way.OTHER_TRACK)).when(proposing(CONFLICT)).then_refused("other-track-decided")
    given(resolved(Way.OTHER_TRACK)).when(proposing(CONFLICT, track=Track.CULTIVATION)).then(Review.Proposed)
    given(resolved(Way.JOINT)).when(proposing(CONFLICT)).then_refused("joint-dossier-decided")


def test_an_exception_has_reasons_and_something_to_except():
    given(flagged()).when(resolving(Way.EXCEPTION, "技术路线不同")).then(Review.FieldExceptionGranted)
    given(flagged()).when(resolving(Way.EXCEPTION)).then_refused("reasons-missing")
    given(in_assessment()).when(resolving(Way.JOINT, "技术路线不同")).then_refused("no-field-conflict")
    given(flagged()).when(resolving(Way.JOINT, "合并", meeting_date=date(2026, 6, 2))).then_refused("day-in-the-future")


def test_every_edition_says_how_strict_it_is():
    assert edition("2019-05-06")["fields.one_per_field"] == "exception"
