"""Scoring primitives: every kind of item of a scheme, its points, its range, and the formula that the sheet prints."""

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from services.review.domain.panel import Panel
from services.review.domain.primitives import item_of
from services.review.domain.scheme import scheme_for
from services.shared.policy import Edition
from services.shared.vocabulary import Track
from tests.given import done, given
from tests.review.examples import EDITION, EXPERTS, FACTS, POINTS, approved_panel, declared_panel, submitting

D = Decimal
RATIO = {"kind": "ratio", "max": D(7), "steps": [[D(10), D(0)], [D(50), D(7)]]}
KINDS = [
    {"code": "judged", "zh": "方向", "max": D(20), "reason": True},
    {"code": "fixed", "zh": "高层次人才", "kind": "fixed", "max": D(5)},
    {"code": "checklist", "zh": "联盟各类齐全", "kind": "checklist", "max": D(12), "of": 4},
    {
        "code": "bands",
        "zh": "首台套",
        "kind": "bands",
        "max": D(4),
        "steps": [[D(4), D(4)], [D(3), D(3)], [D(1), D(2)]],
    },
    {"code": "count", "zh": "省级平台", "kind": "count", "max": D(4), "unit": D("1.5")},
    {"code": "ratio", "zh": "研发人员占比", **RATIO},
    {"code": "weighted", "zh": "机制", "max": D(10), "weight": D("0.5")},
    {"code": "bonus", "zh": "加分", "kind": "bonus", "max": D(5)},
    {"code": "deduction", "zh": "减分", "kind": "deduction", "max": D(10)},
    {"code": "veto", "zh": "弄虚作假", "kind": "veto", "max": D(0)},
]
ITEMS = {data["code"]: item_of({"zh": data["zh"], **data}) for data in KINDS}
FULL = {"judged": D(18), "fixed": D(1), "checklist": D(3), "bands": D(3), "count": D(2), "ratio": D(30)}
FULL |= {"weighted": D(8), "bonus": D(2), "deduction": D("1.5"), "veto": D(0)}
WHY = {"judged": "路线清楚。"}


def with_scheme(items, *, groups=(), **of_tracks):
    """The edition of the tests with another score scheme, and others for some tracks."""
    tables = {"expert.items": items, "expert.groups": groups}
    tables |= {f"expert.items.{track}": table for track, table in of_tracks.items()}
    origin = EDITION.parameter("expert.items")
    changed = {
        key: replace(origin, value=tuple(MappingProxyType(row) for row in table)) for key, table in tables.items()
    }
    return Edition(**{**vars(EDITION), "parameters": {**EDITION.parameters, **changed}})


RICH = with_scheme(KINDS)
SCHEME = scheme_for(RICH, Track.DESIGNATION, FACTS.field_domain)


@pytest.mark.parametrize(
    ("code", "entered", "points"),
    [
        ("judged", "18.5", "18.5"),
        ("fixed", "0", "0"),
        ("fixed", "1", "5"),
        ("checklist", "3", "9"),
        ("bands", "5", "4"),
        ("bands", "3", "3"),
        ("bands", "2", "2"),
        ("bands", "0", "0"),
        ("count", "2", "3.0"),
        ("count", "9", "4"),
        ("ratio", "9", "0"),
        ("ratio", "30", "3.5"),
        ("ratio", "80", "7"),
        ("weighted", "8", "4"),
        ("bonus", "2", "2"),
        ("deduction", "2", "-2"),
        ("veto", "1", "0"),
    ],
)
def test_every_kind_has_its_points(code, entered, points):
    item = ITEMS[code]
    assert item.takes(D(entered))
    assert item.points(D(entered)) == D(points)


@pytest.mark.parametrize(
    ("code", "entered"),
    [
        ("judged", "20.01"),
        ("judged", "-1"),
        ("judged", "NaN"),
        ("fixed", "0.5"),
        ("checklist", "5"),
        ("checklist", "1.5"),
        ("count", "1.5"),
        ("ratio", "-0.1"),
        ("bonus", "5.1"),
        ("deduction", "11"),
        ("veto", "2"),
    ],
)
def test_every_kind_has_its_range(code, entered):
    assert not ITEMS[code].takes(D(entered))


def test_the_formula_of_a_ratio_is_printed_for_in_proportion_is_ambiguous():
    assert ITEMS["ratio"].formula == "x ≤ 10 得 0；10 < x < 50 得 0 + 7 × (x − 10) ÷ 40；x ≥ 50 得 7"
    through_zero = item_of({"code": "r", "zh": "占比", **RATIO, "steps": [[D(0), D(0)], [D(50), D(7)]]})
    assert (ITEMS["ratio"].points(D(30)), through_zero.points(D(30))) == (D("3.5"), D("4.2"))
    assert all(item.formula for item in ITEMS.values())
    assert "权重 0.5" in ITEMS["weighted"].formula


@settings(max_examples=200, deadline=None)
@for_all(st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
def test_more_of_a_ratio_or_band_is_never_fewer_points(one, other):
    less, more = sorted((one, other))
    for code in ("ratio", "bands"):
        assert 0 <= ITEMS[code].points(less) <= ITEMS[code].points(more) <= ITEMS[code].max


def test_no_scheme_has_an_unknown_kind():
    with pytest.raises(ValueError, match="no kind"):
        item_of({"code": "x", "zh": "x", "max": D(1), "kind": "guess"})


def test_a_sheet_keeps_what_was_entered_by_which_formula_and_why():
    items = SCHEME.scored(FULL, WHY)
    assert SCHEME.total_of(items) == D(18) + 5 + 9 + 3 + 3 + D("3.5") + 4 + 2 - D("1.5")
    ratio = next(item for item in items if item.code == "ratio")
    assert (ratio.given, ratio.points, ratio.formula) == (D(30), D("3.5"), ITEMS["ratio"].formula)
    assert items[0].reason == WHY["judged"]


def test_points_are_rounded_half_up_item_by_item():
    items = SCHEME.scored({**FULL, "ratio": D("10.03")}, WHY)
    assert next(item.points for item in items if item.code == "ratio") == D("0.01")


def test_a_veto_leaves_nothing_and_deductions_never_less_than_nothing():
    assert SCHEME.total_of(SCHEME.scored({**FULL, "veto": D(1)}, WHY)) == 0
    nothing = dict.fromkeys(FULL, D(0)) | {"deduction": D(10)}
    assert SCHEME.total_of(SCHEME.scored(nothing, WHY)) == 0


def test_a_judged_item_can_need_a_reason():
    assert [finding.code for finding in SCHEME.misfits(FULL, {})] == ["score-reason-missing"]
    assert SCHEME.misfits(FULL, WHY) == ()


def saving(comment="", **items):
    entered = {code: D(value) for code, value in items.items()}
    return lambda p: p.save_score_sheet(points=entered, reasons={}, comment=comment, edition=EDITION)


def test_a_draft_is_saved_in_part_and_read_by_its_expert_alone():
    panel = done(declared_panel(), saving(foundation="18"), actor="expert-1")
    draft = panel.draft_of("expert-1", "expert")
    assert draft is not None
    assert (draft.items, panel.sheets) == ({"foundation": D(18)}, {})
    assert panel.draft_of("expert-2", "expert") is None
    assert panel.draft_of("expert-1", "province_officer") is None


def test_the_same_draft_twice_changes_nothing_and_a_newer_one_takes_its_place():
    def saved():
        return done(declared_panel(), saving(foundation="18"), actor="expert-1")

    given(saved()).when(saving(foundation="18"), actor="expert-1").then()
    given(saved()).when(saving(foundation="17"), actor="expert-1").then(Panel.ScoreSheetSaved)


def test_a_draft_cannot_say_what_no_sheet_can_and_comes_after_the_declaration():
    given(declared_panel()).when(saving(foundation="20.5"), actor="expert-1").then_refused("score-out-of-range")
    given(declared_panel()).when(saving(nothing="1"), actor="expert-1").then_refused("score-item-unknown")
    given(approved_panel()).when(saving(foundation="1"), actor="expert-1").then_refused("conflict-not-declared")
    given(declared_panel()).when(saving(foundation="1"), actor="stranger").then_refused("not-of-the-panel")


def test_a_submitted_sheet_takes_the_draft_away_and_no_draft_follows():
    panel = done(declared_panel(), saving(foundation="18"), actor="expert-1")
    done(panel, submitting("expert-1"), actor="expert-1")
    assert panel.drafts == {}
    given(panel).when(saving(foundation="1"), actor="expert-1").then_refused("sheet-is-in")


def test_the_scheme_of_the_edition_scores_as_before():
    points = POINTS[EXPERTS[0].subject]
    plain = scheme_for(EDITION, Track.DESIGNATION, FACTS.field_domain)
    items = plain.scored(points, {})
    assert [item.points for item in items] == [points[item.code] for item in items]
    assert plain.total_of(items) == sum(points.values())


def test_each_track_has_its_own_table_where_the_edition_has_one():
    lighter = with_scheme(KINDS, cultivation=[{"code": "prospect", "zh": "前景", "max": D(100)}])
    assert [item.code for item in scheme_for(lighter, Track.CULTIVATION, "AI").items] == ["prospect"]
    assert len(scheme_for(lighter, Track.DESIGNATION, "AI").items) == len(KINDS)
    assert scheme_for(lighter, Track.CULTIVATION, "AI").version == f"{EDITION.id}/cultivation"


EXEMPTING = with_scheme(
    [
        {"code": "plan", "zh": "规划", "max": D(80)},
        {"code": "pilot", "zh": "中试线", "max": D(20), "exempt": ["AI", "INFO"]},
        {"code": "bonus", "zh": "加分", "kind": "bonus", "max": D(5)},
    ]
)


def test_a_field_can_be_exempted_from_an_item_and_the_others_are_raised_in_proportion():
    other, ai = (scheme_for(EXEMPTING, Track.DESIGNATION, domain) for domain in ("NEW_MAT", "AI"))
    given_for_ai = {"plan": D(60), "bonus": D(2)}
    assert [finding.code for finding in other.misfits(given_for_ai, {})] == ["score-missing"]
    assert ai.misfits(given_for_ai, {}) == ()
    assert ai.total_of(ai.scored(given_for_ai, {})) == D(77)  # 60 x 100 / 80, and the bonus as it is
    assert [finding.code for finding in ai.misfits({**given_for_ai, "pilot": D(1)}, {})] == ["score-item-exempted"]
    assert "本领域免评：中试线；其余（不含加减分）× 100.00 ÷ 80" in ai.formula
    assert "免评" not in other.formula


def test_groups_have_a_weight_and_at_most_their_points():
    grouped = with_scheme(
        [
            {"code": "team", "zh": "队伍", "max": D(60), "group": "construction"},
            {"code": "lab", "zh": "条件", "max": D(60), "group": "construction"},
            {"code": "run", "zh": "运行", "max": D(100), "group": "operation"},
        ],
        groups=[
            {"code": "construction", "zh": "建设", "weight": D("0.45"), "max": D(100)},
            {"code": "operation", "zh": "运行", "weight": D("0.55")},
        ],
    )
    scheme = scheme_for(grouped, Track.DESIGNATION, "AI")
    assert scheme.total_of(scheme.scored({"team": D(50), "lab": D(30), "run": D(80)}, {})) == D(36) + D(44)
    assert scheme.total_of(scheme.scored({"team": D(60), "lab": D(60), "run": D(100)}, {})) == 100
    assert "“建设”合计（至多 100） × 0.45" in scheme.formula


def test_a_sheet_says_by_which_scheme_and_formula_it_was_scored():
    panel = done(declared_panel(), submitting("expert-1"), actor="expert-1")
    sheet = panel.sheets["expert-1"]
    assert (sheet.scheme, sheet.formula) == ("2019-05-06/designation", "各项得分之和，满分 100.00")
