"""The draw is balanced and anyone can repeat it; conflicts are computed against the lead and every member."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from services.review.domain.conflicts import conflicts_of, parties_of
from services.review.domain.draw import Candidate, Draw, drawn, least_size, seats_for
from services.review.domain.expert_profile import ExpertProfile, Relation, profile_id
from services.review.domain.rules import panel_is_well_composed
from services.review.domain.values import Expert
from services.shared.vocabulary import Refusal, Track
from tests.given import done, given, made
from tests.review.examples import CASE, EDITION, FACTS, TODAY

SIZE = least_size(EDITION, Track.DESIGNATION)
SEATS = seats_for(SIZE, FACTS.field_domain, EDITION)
PARTIES = parties_of(FACTS, frozenset({"91530300MAFAKE051B"}))


def expert(number, speciality="technology", outside=True, employer="", fields=()):
    return Expert(f"expert-{number}", speciality, employer or f"单位{number}", "", fields, outside)


def pool(*more):
    base = [expert(1, "finance"), expert(2, "management"), *(expert(number) for number in range(3, 12))]
    return tuple(Candidate(each) for each in (*base, *more))


def names(candidates, seed="a seed"):
    return [each.subject for each in drawn(candidates, SEATS, seed)]


experts = st.builds(
    expert,
    st.integers(20, 400),
    st.sampled_from(["technology", "finance", "management"]),
    st.booleans(),
    st.sampled_from(["甲校", "乙院", "丙所"]),
    st.sampled_from([(), ("LIQUID_METAL",), ("NEW_MAT",)]),
)


@settings(max_examples=60, deadline=None)
@for_all(st.lists(experts, max_size=20, unique_by=lambda each: each.subject), st.text(min_size=1, max_size=8))
def test_any_pool_gives_a_well_composed_panel_and_the_same_one_again(more, seed):
    candidates = pool(*more)
    first = drawn(candidates, SEATS, seed)
    assert drawn(tuple(reversed(candidates)), SEATS, seed) == first
    assert panel_is_well_composed(first, EDITION, Track.DESIGNATION) == ()
    assert len({each.subject for each in first}) == SIZE


def test_another_seed_gives_another_panel():
    assert len({tuple(names(pool(), f"seed {number}")) for number in range(10)}) > 1


def test_who_knows_the_field_goes_before_who_does_not():
    knowing = [expert(number, fields=(FACTS.field_domain,)) for number in range(20, 20 + SEATS.technology)]
    assert {each.subject for each in knowing} <= set(names(pool(*knowing)))


def test_nobody_with_a_conflict_is_drawn_and_a_pool_can_be_too_small():
    tied = tuple(
        replace(each, conflicts=("near_kin",)) if each.expert.subject == "expert-3" else each for each in pool()
    )
    assert all("expert-3" not in names(tied, f"seed {number}") for number in range(5))
    with pytest.raises(Refusal):
        drawn([each for each in pool() if each.expert.speciality != "finance"], SEATS, "a seed")
    at_home = tuple(replace(each, expert=replace(each.expert, outside_province=False)) for each in pool())
    with pytest.raises(Refusal):
        drawn(at_home, SEATS, "a seed")


def test_a_recorded_draw_can_be_repeated_from_its_event():
    draw = made(lambda: Draw.hold(case_id=CASE, seats=SEATS, candidates=pool(), seed="a seed", edition=EDITION))
    again = given(draw).aggregate
    repeated = drawn(again.candidates, again.seats, again.seed)
    assert tuple(each.subject for each in repeated) == again.drawn
    assert again.experts == repeated


MEMBER = FACTS.member_usccs[-1]


@pytest.mark.parametrize(
    ("relation", "found"),
    [
        (Relation("financial_interest", MEMBER, "成员单位"), ("financial_interest",)),
        (Relation("financial_interest", FACTS.lead_uscc, "牵头单位", date(2023, 6, 1)), ("financial_interest",)),
        (Relation("financial_interest", FACTS.lead_uscc, "牵头单位", date(2023, 5, 31)), ()),
        (Relation("same_employer", "", FACTS.member_names[-1]), ("same_employer",)),
        (Relation("financial_interest", "91530300MAFAKE051B", "竞争单位"), ("rival_bidder",)),
        (Relation("financial_interest", "91530900MAFAKE1901", "无关单位"), ()),
    ],
)
def test_a_relation_counts_against_every_party_for_three_years(relation, found):
    assert conflicts_of(expert(1), (relation,), PARTIES, TODAY, EDITION) == found


EVERY_PARTY = (FACTS.lead_uscc, FACTS.centre_uscc, *FACTS.member_usccs)
EVERY_NAME = (FACTS.lead_unit_name, FACTS.centre_name, *FACTS.member_names)
DECLARED = [kind for kind in EDITION["expert.recusal_rules"] if kind not in ("rival_bidder", "own_request")]


@pytest.mark.parametrize("kind", DECLARED)
def test_every_ground_counts_against_the_lead_the_centre_and_every_member_by_code_and_by_name(kind):
    assert {"same_employer", "shareholding", "paid_advice", "near_kin"} <= set(DECLARED)
    assert len(EVERY_PARTY) == 2 + len(FACTS.member_usccs) > 4
    for uscc in filter(None, EVERY_PARTY):
        assert conflicts_of(expert(1), (Relation(kind, uscc, "某单位"),), PARTIES, TODAY, EDITION) == (kind,)
    for name in EVERY_NAME:
        assert conflicts_of(expert(1), (Relation(kind, "", name),), PARTIES, TODAY, EDITION) == (kind,)


def test_a_name_is_the_same_whatever_the_width_of_its_letters():
    parties = parties_of(replace(FACTS, lead_unit_name="昆明幻彩（集团） 公司"))
    assert conflicts_of(expert(1, employer="昆明幻彩(集团)公司"), (), parties, TODAY, EDITION) == ("same_employer",)
    assert parties_of(replace(FACTS, centre_name=" ")).names == parties_of(replace(FACTS, centre_name="")).names


@pytest.mark.parametrize(("kind", "found"), [("near_kin", ("near_kin",)), ("co_author", ())])
def test_kinship_does_not_lapse(kind, found):
    long_ago = Relation(kind, MEMBER, "成员单位", date(1999, 6, 1))
    assert conflicts_of(expert(1), (long_ago,), PARTIES, TODAY, EDITION) == found


def test_an_employer_who_is_a_party_is_a_conflict():
    employed = replace(expert(1), employer_uscc=MEMBER)
    assert conflicts_of(employed, (), PARTIES, TODAY, EDITION) == ("same_employer",)


def test_relations_are_declared_by_kinds_of_the_edition():
    def profile():
        return made(lambda: ExpertProfile(id=profile_id("expert-1"), expert=expert(1), relations=()))

    def declaring(*relations):
        return lambda p: p.declare_relations(relations=relations, edition=EDITION)

    near = Relation("near_kin", MEMBER, "成员单位")
    given(profile()).when(declaring(near)).then(ExpertProfile.RelationsDeclared)
    given(profile()).when(declaring()).then()
    given(profile()).when(declaring(replace(near, kind="friend"))).then_refused("unknown-relation")
    given(done(profile(), ExpertProfile.retire)).when(ExpertProfile.retire).then()
