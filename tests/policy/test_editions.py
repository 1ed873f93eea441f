"""Which edition is in force, what it sets, and that nothing can change it."""

import dataclasses
import re
from datetime import date
from decimal import Decimal

import pytest

from services.shared.policy import (
    BadEdition,
    NoEditionInForce,
    UnknownEdition,
    UnknownParameter,
    edition,
    edition_in_force,
    editions,
)
from services.shared.policy.reading import read_editions
from services.shared.vocabulary import Track

OF_2019 = edition("2019-05-06")
DRAFT = edition("2028-01-01-draft")

EXPECTED = {
    "capital.min_wan": Decimal(1000),
    "founders.min_count": 3,
    "core_tech.min_count": 1,
    "plaque.tracks": ("designation",),
    "tracks": ("designation", "cultivation"),
    "site.min_inspectors": 2,
    "notice.length": 5,
    "notice.day_type": "working_days",
    "notice.count_start_day": True,
    "rectification.enabled": True,
    "rectification.months": 12,
    "revocation.statement_days": 5,
    "annual.due": "01-31",
    "assessment.cycle": 36,
    "deadline.close_time": "17:30",
}

# the keys of the design that others rely on
KEYS = re.findall(
    r"\S+",
    """
capital.min_wan capital.by_region capital.basis founders.min_count founders.lead_counts centre.must_exist_at
core_tech.min_count rd_staff.min_full_time rd_share.min_pct fields.taxonomy fields.one_per_field fields.overlap_matrix
tracks tracks.order plaque.tracks prefecture.quota direct_submission_allowed_for prefecture.site_check_required
paper.required paper.copies correction.max_rounds correction.officer_days correction.applicant_days correction.day_type
review.stages expert.min expert.odd expert.finance_min expert.outside_min expert.recusal_rules expert.aggregation
expert.min_score site.min_inspectors site.checklist notice.length notice.day_type notice.count_start_day notice.channels
notice.real_name_required notice.on_objection notice.renotice_on annual.due annual.via_prefecture annual.grace
annual.miss_consequence assessment.cycle assessment.min_running_months assessment.skip_annual_in_year assessment.scheme
assessment.grades assessment.result_notice rectification.enabled rectification.months rectification.max
revocation.causes revocation.statement_days revocation.hearing ban.months_by_cause cultivation.months
cultivation.extension cultivation.upgrade_path change.classes national.min_grade targets calendar.id
deadline.close_time remedy.text remedy.body remedy.limits text.limits
""",
)


@pytest.mark.parametrize(("key", "value"), EXPECTED.items())
def test_the_2019_edition_sets_what_the_policy_and_the_house_say(key, value):
    assert OF_2019[key] == value


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_the_design_is_set(key):
    assert key in OF_2019


def test_every_check_has_a_severity():
    for number in range(1, 28):
        assert OF_2019[f"checks.K{number:02}.severity"] in {"BLOCK", "WARN", "MANUAL"}


def test_grades_are_90_75_60_best_first():
    assert [(grade["zh"], grade["min"]) for grade in OF_2019["assessment.grades"]] == [
        ("优秀", 90),
        ("良好", 75),
        ("合格", 60),
        ("不合格", 0),
    ]


@pytest.mark.parametrize("key", ["expert.items", "assessment.scheme"])
def test_score_sheets_add_up_to_100(key):
    assert sum(item["max"] for item in OF_2019[key]) == 100


def test_what_the_lists_name_exists():
    fields, subjects = OF_2019["fields.taxonomy"], OF_2019["assessment.subjects"]
    assert len(fields) == 17
    assert all(code in fields for pair in OF_2019["fields.overlap_matrix"] for code in pair)
    assert {item["subject"] for item in OF_2019["assessment.scheme"]} == set(subjects)
    assert {cause["code"] for cause in OF_2019["revocation.causes"]} <= set(OF_2019["ban.months_by_cause"])
    assert OF_2019["national.min_grade"] in {grade["code"] for grade in OF_2019["assessment.grades"]}
    assert set(OF_2019["tracks"]) == {track.value for track in Track}


def test_money_and_scores_are_decimals():
    assert isinstance(OF_2019["capital.min_wan"], Decimal)
    assert isinstance(OF_2019["expert.min_score"], Decimal)


def test_a_track_has_its_own_value_where_there_is_one():
    assert OF_2019.on_track("expert.min", Track.DESIGNATION) == 7
    assert OF_2019.on_track("expert.min", Track.CULTIVATION) == OF_2019["expert.min"] == 5
    assert OF_2019.on_track("checks.K05.severity", Track.CULTIVATION) == "WARN"
    assert OF_2019.on_track("checks.K05.severity", Track.DESIGNATION) == "BLOCK"


def test_the_draft_changes_only_what_it_says():
    changed = {key for key in DRAFT if key not in OF_2019 or DRAFT.parameter(key) != OF_2019.parameter(key)}
    assert changed == {"capital.min_wan.designation", "recommending.others"}
    assert DRAFT.on_track("capital.min_wan", Track.DESIGNATION) == 3000
    assert DRAFT.on_track("capital.min_wan", Track.CULTIVATION) == 1000


@pytest.mark.parametrize("day", [date(2019, 5, 6), date(2026, 11, 23), date(2028, 1, 1), date(2040, 1, 1)])
def test_the_2019_edition_is_in_force_and_a_draft_never_is(day):
    assert edition_in_force(day) is OF_2019


def test_no_edition_is_in_force_the_day_before_the_first():
    with pytest.raises(NoEditionInForce):
        edition_in_force(date(2019, 5, 5))


def test_editions_come_oldest_first_and_drafts_are_marked():
    assert [(known.id, known.is_draft) for known in editions()] == [("2019-05-06", False), ("2028-01-01-draft", True)]


def test_what_is_unknown_is_a_key_error_with_its_own_name():
    with pytest.raises(UnknownEdition):
        edition("2018-01-01")
    with pytest.raises(UnknownParameter):
        OF_2019["capital.max_wan"]
    assert issubclass(UnknownEdition, KeyError)
    assert issubclass(UnknownParameter, KeyError)


def test_nothing_in_an_edition_can_be_changed():
    assert edition("2019-05-06") is OF_2019
    with pytest.raises(TypeError):
        OF_2019.parameters["capital.min_wan"] = None  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        OF_2019.id = "2020"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        OF_2019.parameter("capital.min_wan").value = 1  # type: ignore[misc]


@pytest.mark.parametrize("key", list(OF_2019))
def test_no_value_can_be_changed_from_inside(key):
    assert not [value for value in _nested(OF_2019[key]) if isinstance(value, list | set) or type(value) is dict]


HEAD = '[edition]\ntitle = "t"\ndocument_no = "n"\nstatus = "adopted"\nin_force_from = 2030-01-01\n'


def test_a_later_adopted_edition_takes_over_on_its_day(tmp_path, monkeypatch):
    (later,) = read_editions(_write(tmp_path, HEAD + '[x]\nvalue = 1\nclause = "S1.3"\nzh = "z"\n'))
    monkeypatch.setattr("services.shared.policy.editions", lambda: (later, OF_2019))
    assert edition_in_force(date(2029, 12, 31)) is OF_2019
    assert edition_in_force(date(2030, 1, 1)) is later


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (HEAD + '[x]\nvalue = 1\nzh = "z"\n', "x lacks clause"),
        (HEAD + '[x]\nvalue = 1\nclause = "S1.3"\n', "x lacks zh"),
        (HEAD + '[x]\nvalue = 1\nclause = "S1.3"\nzh = "z"\nzhh = "z"\n', "x.zhh belongs to no parameter"),
        (HEAD + "[x]\nvalu = 1\n", "x.valu belongs to no parameter"),
        (HEAD.replace("adopted", "adoptd"), "neither adopted nor draft"),
        (HEAD.replace("2030-01-01", '"2030"'), "from which day"),
        (HEAD + 'base = "2019-05-06"\n', "no earlier edition"),
    ],
)
def test_a_file_that_is_not_in_order_does_not_load(tmp_path, body, complaint):
    with pytest.raises(BadEdition, match=complaint):
        read_editions(_write(tmp_path, body))


def _write(folder, body):
    (folder / "house.toml").write_text("[house]\nours = true\n", encoding="utf-8")
    (folder / "2030-01-01.toml").write_text(body, encoding="utf-8")
    return folder


def _nested(value):
    yield value
    if isinstance(value, tuple):
        for inner in value:
            yield from _nested(inner)
    elif hasattr(value, "values"):
        for inner in value.values():
            yield from _nested(inner)
