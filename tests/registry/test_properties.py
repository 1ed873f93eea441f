"""Whatever is commanded in whatever order: no plaque without designation, one qualification, replay equals life."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from services.registry.domain.centre import Centre
from services.registry.domain.plaque import Plaque
from services.registry.domain.qualification import LISTED, Qualification
from services.registry.domain.splitting import Keeper
from services.registry.domain.supervision import Supervision
from services.shared.aggregate import acting
from services.shared.kernel.application import fold
from services.shared.kernel.mapper import Mapper
from services.shared.vocabulary import Refusal, Track
from tests.given import circumstances
from tests.registry.examples import (
    ASSESSMENT_DUE,
    LISTING,
    REVOCATION_ID,
    begin_assessment,
    cleared,
    fail,
    fail_again,
    notice,
    rectify,
    revoke,
)
from tests.registry.test_splitting import SPLIT

COMMANDS = (
    lambda c: c.designate(LISTING, assessment_due=ASSESSMENT_DUE),
    lambda c: c.list_for_cultivation(LISTING, assessment_due=ASSESSMENT_DUE),
    lambda c: c.issue_plaque(plaque_no="001"),
    Centre.order_plaque_recall,
    lambda c: c.return_plaque(received_on=date(2030, 9, 1)),
    lambda c: c.void_plaque(reason="x", document_no="x"),
    begin_assessment,
    fail,
    lambda c: c.conclude_assessment(grade="good", next_due=None),
    rectify,
    Centre.begin_recheck,
    lambda c: c.conclude_recheck(grade="failed", next_due=None),
    notice,
    lambda c: c.face_revocation(revocation_id=REVOCATION_ID, cause="fraud"),
    Centre.drop_revocation,
    revoke,
    lambda c: c.annul_revocation(document_no="x", body="x", effective_on=date(2030, 8, 1)),
    lambda c: c.recommend_to_ministry(letter_no="x"),
    lambda c: c.annul_assessment(
        assessment_id=UUID(int=8), document_no="x", body="x", effective_on=date(2029, 6, 21), next_due=ASSESSMENT_DUE
    ),
    lambda c: c.split_off(SPLIT, change_id=UUID(int=5), document_no="x", effective_on=date(2029, 1, 1)),
    lambda c: c.split_off(
        replace(SPLIT, keeper=Keeper.SUCCESSOR), change_id=UUID(int=6), document_no="x", effective_on=date(2029, 1, 1)
    ),
)
MAPPER = Mapper([Centre])


def obey(centre, commands):
    """Carry out what is lawful; nothing else leaves a trace."""
    with acting(circumstances()):
        for command in commands:
            before = dict(vars(centre), _pending_events=None)
            with suppress(Refusal):
                command(centre)
                continue
            assert dict(vars(centre), _pending_events=None) == before, "a refused command changed the centre"


def check_invariants(events):
    """Walk the history and look at every state on the way."""
    designated = cultivated = False
    for event in events:
        designated = designated or isinstance(event, Centre.Designated)
        cultivated = cultivated or isinstance(event, Centre.ListedForCultivation)
        assert not (designated and cultivated), "two qualifications"
        if isinstance(event, Centre.PlaqueIssued):
            assert designated, "a plaque without designation"


@for_all(
    st.sampled_from(Track),
    st.lists(st.sampled_from(COMMANDS), max_size=25),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_no_order_of_commands_breaks_what_must_always_hold(track, commands, from_the_middle):
    centre = cleared(track)
    usual = (*COMMANDS[:3], begin_assessment, fail, rectify, fail_again, notice) if from_the_middle else ()
    obey(centre, (*usual, *commands))
    stored = [MAPPER.to_stored_event(event) for event in centre.collect_events()]
    events = [MAPPER.to_domain_event(row) for row in stored]
    check_invariants(events)
    replayed = fold(None, events)
    assert vars(replayed) == vars(centre), "replay and life disagree"
    if centre.plaque is Plaque.ISSUED:
        assert centre.qualification is Qualification.DESIGNATED
    if centre.qualification not in LISTED:
        assert centre.supervision in (Supervision.NORMAL, Supervision.REVOCATION_PROPOSED)


def test_the_usual_beginning_reaches_the_end_of_tc11():
    centre = cleared()
    obey(centre, (*COMMANDS[:3], begin_assessment, fail, rectify, fail_again, notice, revoke))
    assert (centre.qualification, centre.plaque) == (Qualification.REVOKED, Plaque.RECALL_ORDERED)
    assert isinstance(centre.id, UUID)
