"""The strict fields: what each takes, what it makes of it, and which code it answers with."""

from __future__ import annotations

import time
from typing import Any

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.kernel.fields import (
    MAX_FINDINGS,
    Block,
    Code,
    Codes,
    Day,
    Email,
    Flag,
    Form,
    Integer,
    Items,
    Mobile,
    Moment,
    Money,
    Percent,
    Phone,
    Postcode,
    Sha256,
    Text,
    Uscc,
    Uuid,
    YearMonth,
    load,
)
from services.shared.vocabulary import Invalid

COLOURS = {"red": "红", "blue": "蓝"}


def taken(field: Any, value: Any, **options: Any) -> Any:
    return load(Form.from_dict({"value": field})(), {"value": value}, **options)["value"]


def refused(field: Any, value: Any) -> str:
    with pytest.raises(Invalid) as refusal:
        taken(field, value)
    (finding,) = refusal.value.findings
    assert finding.pointer == "/value"
    assert finding.zh
    assert finding.en
    return finding.code


@pytest.mark.parametrize(
    ("field", "value", "comes_out"),
    [
        (Text(10), "  创新中心  ", "创新中心"),
        (Text(10), "e\u0301", "é"),
        (Text(5, multiline=True), "a\r\nb\tc", "a\nb\tc"),
        (Text(10), "𠮷野·阿幻", "𠮷野·阿幻"),  # a letter beyond the basic plane
        (Text(3), "幻幻幻", "幻幻幻"),
        (Text(3, 0), "", ""),
        (Integer(), 7, 7),
        (Money(), "1000", "1000.00"),
        (Money(), 1000, "1000.00"),
        (Money(), "999.9", "999.90"),
        (Money(), "-0.00", "0.00"),
        (Percent(), "100", "100.00"),
        (Day(), "2026-02-28", "2026-02-28"),
        (Moment(), "2026-05-18T09:30:00+08:00", "2026-05-18T09:30:00+08:00"),
        (Moment(), "2026-05-18T01:30:00Z", "2026-05-18T01:30:00+00:00"),
        (YearMonth(), "2026-05", "2026-05"),
        (Code(COLOURS), "red", "red"),
        (Codes(COLOURS), ["blue", "red"], ["red", "blue"]),
        (Flag(), True, True),
        (Uscc(), "91530100MAFAKE019M", "91530100MAFAKE019M"),
        (Uscc(), "N2530100NAFAKE219U", "N2530100NAFAKE219U"),
        (Uscc(), " ９１５３０１００-ｍａｆａｋｅ０１９ｍ ", "91530100MAFAKE019M"),
        (Mobile(), "138 0000-0101", "13800000101"),
        (Mobile(), "１３８００００００１０１"[:11], "13800000010"),
        (Phone(), "0871-65330001-802", "0871-65330001-802"),
        (Phone(), "13800000101", "13800000101"),
        (Email(), "a.b+c@huancai.example", "a.b+c@huancai.example"),
        (Postcode(), "650200", "650200"),
        (Sha256(), "ab" * 32, "ab" * 32),
        (Uuid(), "0190F6A0-0000-7000-8000-00000000000A", "0190f6a0-0000-7000-8000-00000000000a"),
    ],
)
def test_takes_and_normalises(field, value, comes_out):
    assert taken(field, value) == comes_out


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (Text(3), "幻幻幻幻", "too-long"),
        (Text(3), "x" * 1_000_000, "too-long"),
        (Text(9, 3), "ab", "too-short"),
        (Text(9, required=True), "   ", "required"),
        (Text(9), "a\x00b", "not-allowed-text"),
        (Text(9), "a\nb", "not-allowed-text"),
        (Text(9, multiline=True), "a\x1bb", "not-allowed-text"),
        (Text(9), "a\u202eb", "not-allowed-text"),  # right-to-left override
        (Text(9), "a\u2066b", "not-allowed-text"),
        (Text(9), "a\u200bb", "not-allowed-text"),  # invisible: two names that look the same
        (Text(9), "\ud800", "not-allowed-text"),  # half a letter
        (Text(9), 7, "wrong-type"),
        (Text(9), None, "required"),
        (Integer(), True, "wrong-type"),
        (Integer(), "1", "wrong-type"),
        (Integer(), 1.0, "wrong-type"),
        (Integer(1, 5), 0, "out-of-range"),
        (Integer(), 10**400, "out-of-range"),
        (Money(), 1.5, "wrong-type"),
        (Money(), False, "wrong-type"),
        (Money(), "1.005", "too-many-decimals"),
        (Money(), "1e400", "not-a-number"),
        (Money(), "NaN", "not-a-number"),
        (Money(), "１０", "not-a-number"),
        (Money(), "1,000", "not-a-number"),
        (Money(), "-0.01", "out-of-range"),
        (Money(), "1000000000000.00", "out-of-range"),
        (Money(), 10**400, "out-of-range"),
        (Percent(), "100.01", "out-of-range"),
        (Day(), "2026-02-30", "not-a-date"),
        (Day(), "20260228", "not-a-date"),
        (Day(), "2026-2-3", "not-a-date"),
        (Moment(), "2026-05-18T09:30:00", "not-a-moment"),
        (Moment(), "2026-05-18T25:30:00+08:00", "not-a-moment"),
        (Moment(), "2026-05-18T09:30:00+99:00", "not-a-moment"),
        (YearMonth(), "2026-13", "not-a-month"),
        (Code(COLOURS), "green", "not-in-list"),
        (Code(COLOURS), ["red"], "wrong-type"),
        (Codes(COLOURS), ["red", "red"], "duplicate"),
        (Codes(COLOURS, 1), [], "too-few"),
        (Codes(COLOURS), "red", "wrong-type"),
        (Flag(), "yes", "wrong-type"),
        (Flag(), 1, "wrong-type"),
        (Uscc(), "91530300MAFAKE051C", "uscc-check-character"),
        (Uscc(), "91350100M000100Y4Z", "not-a-uscc"),
        (Uscc(), "9153010", "not-a-uscc"),
        (Mobile(), "12800000101", "not-a-mobile-number"),
        (Phone(), "65330001", "not-a-phone-number"),
        (Email(), "a@b", "not-an-email"),
        (Email(), "a b@huancai.example", "not-an-email"),
        (Postcode(), "65020", "not-a-postcode"),
        (Sha256(), "AB" * 32, "not-a-digest"),
        (Uuid(), "0190f6a0000070008000000000000000", "not-a-uuid"),
        (Items(Integer(), 0, 2), [1, 2, 3], "too-many"),
        (Items(Integer(), 1), [], "too-few"),
        (Items(Integer()), {"0": 1}, "wrong-type"),
    ],
)
def test_refuses_with_its_code(field, value, code):
    assert refused(field, value) == code


class Unit(Form):
    name = Text(5, required=True)
    uscc = Uscc(required=True)


class Paper(Form):
    title = Text(5, required=True, label="标题", personal=True)
    units = Items(Block(Unit), 0, 3)


def test_tells_every_failure_at_once_each_with_its_pointer():
    paper = {"units": [{"name": "a"}, {"name": "abcdef", "uscc": "91530300MAFAKE051C", "x/y~z": 1}]}
    with pytest.raises(Invalid) as refusal:
        load(Paper(), paper, at="/paper")
    assert {(f.pointer, f.code) for f in refusal.value.findings} == {
        ("/paper/title", "required"),
        ("/paper/units/0/uscc", "required"),
        ("/paper/units/1/name", "too-long"),
        ("/paper/units/1/uscc", "uscc-check-character"),
        ("/paper/units/1/x~1y~0z", "unknown-field"),
    }


@pytest.mark.parametrize("data", [None, [], "text", 7, 1.5, True, [{}]])
def test_gives_one_finding_when_it_is_not_an_object(data):
    with pytest.raises(Invalid) as refusal:
        load(Paper(), data)
    assert [(f.code, f.pointer) for f in refusal.value.findings] == [("wrong-type", "")]


@pytest.mark.parametrize("data", [None, {}, "text", [7], [[]]])
def test_gives_one_finding_when_it_is_not_a_list_of_objects(data):
    with pytest.raises(Invalid) as refusal:
        load(Unit(many=True), data)
    assert [f.code for f in refusal.value.findings] == ["wrong-type"]


def test_lets_a_draft_leave_out_required_fields_but_nothing_else():
    assert load(Paper(), {"units": [{"name": "a"}]}, draft=True) == {"units": [{"name": "a"}]}
    with pytest.raises(Invalid):
        load(Paper(), {"units": [{"name": ""}]}, draft=True)


def test_takes_a_code_with_a_wrong_check_character_only_when_an_officer_accepted_it():
    mistyped = "91530300MAFAKE051C"
    assert taken(Uscc(), mistyped, accepted_usccs={mistyped}) == mistyped
    assert refused(Uscc(), mistyped) == "uscc-check-character"


def test_stays_fast_and_short_when_there_are_far_too_many_items():
    bomb = {"title": "a", "units": [{"name": "x" * 100}] * 5000, **{f"x{n}": n for n in range(5000)}}
    began = time.perf_counter()
    with pytest.raises(Invalid) as refusal:
        load(Paper(), bomb)
    assert time.perf_counter() - began < 1
    assert len(refusal.value.findings) == MAX_FINDINGS
    with pytest.raises(Invalid) as refusal:
        load(Unit(many=True), [{}] * 5000)
    assert [f.code for f in refusal.value.findings] == ["too-many"]


def test_can_say_its_findings_in_utf8_whatever_the_unknown_field_is_called():
    with pytest.raises(Invalid) as refusal:
        load(Paper(), {"title": "a", "\ud800": 1})
    assert refusal.value.findings[0].pointer.encode()


def test_reports_the_failures_of_marshmallows_own_validators_too():
    assert refused(Integer(validate=ma.validate.Equal(3)), 4) == "not-valid"


def test_carries_label_and_mark_in_its_metadata():
    metadata = Paper().fields["title"].metadata
    assert (metadata["label"], metadata["personal"], metadata["maxLength"]) == ("标题", True, 5)


@given(st.text())
def test_text_that_comes_out_is_clean_and_comes_out_the_same_again(text):
    try:
        out = taken(Text(50), text)
    except Invalid:
        return
    assert 1 <= len(out) <= 50
    assert out.isprintable() or not any(ord(c) < 32 for c in out)
    assert taken(Text(50), out) == out


@given(st.decimals(min_value=0, max_value=999_999_999_999, places=2))
def test_money_keeps_its_value(amount):
    assert taken(Money(), str(amount)) == f"{amount:.2f}"


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
    )
)
def test_answers_any_json_with_findings(data):
    with pytest.raises(Invalid) as refusal:
        load(Paper(), data)  # hypothesis will not guess a title
    assert refusal.value.findings
