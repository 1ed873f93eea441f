"""The official forms take the canonical dossier as it is, and refuse each field's bad values at its own pointer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import marshmallow as ma
import pytest

from services.intake.domain.values import ATTACHMENT_KINDS, SECTION_TITLES
from services.intake.forms import (
    SECTIONS,
    load_section,
    load_sections,
    personal,
    personal_blocks,
    stray_personal,
    with_personal,
    without_personal,
)
from services.intake.forms.codes import FIELDS, MECHANISMS
from services.shared.kernel.documents import DocumentStore
from services.shared.kernel.fields import Form, Text
from services.shared.policy import edition
from services.shared.vocabulary import Finding, Invalid, NotFound
from tests.examples.dossiers import CASES, MISTYPED_USCC, UNUSUAL_USCC, changed, demo_case, good_dossier, without


def fields_of(schema: ma.Schema, value: Any, at: str) -> Iterator[tuple[str, ma.fields.Field[Any]]]:
    """Every field of a form with the pointer at which the good dossier has, or could have, it."""
    if isinstance(value, list):
        value, at = value[0], f"{at}/0"
    for name, field in schema.fields.items():
        yield f"{at}/{name}", field
        inner = field.inner if isinstance(field, ma.fields.List) else field
        if isinstance(inner, ma.fields.Nested) and name in value:
            form = inner.schema
            assert isinstance(form, ma.Schema)
            yield from fields_of(form, value[name], f"{at}/{name}")


FIELDS_OF_ALL_SECTIONS = [
    pytest.param(pointer, field, id=pointer)
    for section, schema in SECTIONS.items()
    for pointer, field in fields_of(schema, good_dossier()[section], f"/{section}")
]


def findings(dossier: dict[str, Any]) -> list[Finding]:
    try:
        load_sections(dossier)
    except Invalid as refusal:
        return list(refusal.findings)
    return []


def codes_at(pointer: str, value: Any) -> set[str]:
    found = findings(changed(pointer, value))
    return {finding.code for finding in found if finding.pointer == pointer}


@pytest.mark.parametrize("name", ["tc01", "tc11"])
def test_takes_a_demonstration_case_exactly_as_it_is_written(name):
    dossier = demo_case(name)["dossier"]
    assert load_sections(dossier) == dossier
    assert json.loads(json.dumps(dossier)) == dossier


@pytest.mark.parametrize(("pointer", "field"), FIELDS_OF_ALL_SECTIONS)
def test_refuses_a_wrong_type_at_every_field(pointer, field):
    wrong = "text" if isinstance(field, ma.fields.Nested | ma.fields.List) else {"an": "object"}
    assert codes_at(pointer, wrong) == {"wrong-type"}


@pytest.mark.parametrize(("pointer", "field"), FIELDS_OF_ALL_SECTIONS)
def test_refuses_overlong_and_control_and_direction_changing_text_at_every_text(pointer, field):
    if not isinstance(field, Text):
        assert codes_at(pointer, "\x00")  # no other field takes it for a value either
        return
    assert codes_at(pointer, "幻" * (field.max + 1)) == {"too-long"}
    for bad in ("a\x00b", "a\x07b", "a\u202eb", "a\u2028b"):
        assert codes_at(pointer, bad) == {"not-allowed-text"}


@pytest.mark.parametrize(("pointer", "field"), FIELDS_OF_ALL_SECTIONS)
def test_wants_every_required_field(pointer, field):
    if not field.required:
        return
    assert (pointer, "required") in {(f.pointer, f.code) for f in findings(without(pointer))}
    section = pointer.split("/")[1]
    assert load_section(section, without(pointer)[section], draft=True) is not None


@pytest.mark.parametrize(("pointer", "field"), FIELDS_OF_ALL_SECTIONS)
def test_every_field_carries_its_official_label(pointer, field):
    assert field.metadata.get("label"), pointer


@pytest.mark.parametrize(
    "pointer",
    [
        "/cover/state",
        "/centre/members/0/score",
        "/lead_unit/head/id_number",
        "/member_units/1/x",
        "/plan/p9",
        "/supplement/x",
    ],
)
def test_refuses_an_unknown_field(pointer):
    assert codes_at(pointer, "1") == {"unknown-field"}


def test_refuses_an_unknown_section_and_names_every_missing_one():
    with pytest.raises(NotFound):
        load_section("scores", {})
    assert [(f.pointer, f.code) for f in findings({"scores": {}})] == [
        ("/scores", "unknown-field"),
        *((f"/{name}", "required") for name in SECTIONS),
    ]
    assert list(SECTIONS) == list(SECTION_TITLES)


def test_takes_an_unusual_uscc_and_normalises_full_width_lower_case():
    dossier = changed("/member_units/0/uscc", UNUSUAL_USCC)
    assert load_sections(dossier)["member_units"][0]["uscc"] == UNUSUAL_USCC
    dossier = changed("/member_units/0/uscc", "９１５３０１００ｍａｆａｋｅ０１９ｍ")
    assert load_sections(dossier) == good_dossier()


def test_refuses_a_mistyped_uscc_until_an_officer_accepts_it():
    dossier = changed("/centre/members/1/uscc", MISTYPED_USCC)
    assert [(f.code, f.pointer) for f in findings(dossier)] == [("uscc-check-character", "/centre/members/1/uscc")]
    assert load_sections(dossier, accepted_usccs=[MISTYPED_USCC]) == dossier


def test_counts_the_main_content_in_characters_up_to_200():
    assert not codes_at("/centre/main_rd_content", "研" * 200)
    assert codes_at("/centre/main_rd_content", "研" * 201) == {"too-long"}


@pytest.mark.parametrize(
    ("pointer", "value", "wanted"),
    [
        ("/centre/expected_result_types", ["patent", "other"], "/centre/expected_result_other"),
        ("/lead_unit/ownership", "other", "/lead_unit/ownership_other"),
        ("/lead_unit/qualifications", ["other"], "/lead_unit/qualification_other"),
        ("/member_units/0/economic_type", "other", "/member_units/0/economic_type_other"),
        ("/member_units/1/economic_type", "wholly_state", "/member_units/1/company_form"),
        ("/member_units/2/rd_institution_recognitions", ["other"], "/member_units/2/recognition_other"),
        ("/lead_unit/sales/1", {"year": 2024, "amount_wan": None}, "/lead_unit/sales/1/note"),
    ],
)
def test_wants_the_text_that_a_ticked_box_asks_for(pointer, value, wanted):
    dossier = changed(pointer, value)
    assert (wanted, "required") in {(f.pointer, f.code) for f in findings(dossier)}
    section = pointer.split("/")[1]
    assert load_section(section, dossier[section], draft=True) == dossier[section]


def test_a_blank_text_does_not_answer_a_ticked_box():
    dossier = changed("/lead_unit/ownership_other", "  ", changed("/lead_unit/ownership", "other"))
    assert [(f.pointer, f.code) for f in findings(dossier)] == [("/lead_unit/ownership_other", "required")]


def test_wants_a_kind_of_standard_when_standards_are_expected():
    dossier = without("/centre/expected_standard_types")
    assert [(f.pointer, f.code) for f in findings(dossier)] == [("/centre/expected_standard_types", "required")]


def test_table_3_prints_no_box_for_innovation_demonstration_enterprises():
    ticked = ["innovation_demo_enterprise"]
    assert not codes_at("/lead_unit/qualifications", ticked)
    assert codes_at("/member_units/0/rd_institution_recognitions/0", ticked[0]) == {"not-in-list"}


def test_refuses_a_milestone_that_ends_before_it_starts():
    assert codes_at("/plan/milestones/0/ends", "2025-12") == {"ends-before-start"}


def test_offers_the_fields_and_mechanisms_of_the_policy():
    assert edition("2019-05-06")["fields.taxonomy"] == FIELDS
    assert edition("2019-05-06")["mechanisms.required"] == MECHANISMS


def test_knows_the_persons_of_each_section_and_nothing_else_as_personal():
    blocks = {name: set(personal_blocks(name, value)) for name, value in good_dossier().items()}
    assert blocks == {
        "cover": {"/responsible"},
        "centre": {"/lead_leader", "/rd_leader", "/contact"},
        "lead_unit": {"/head", "/contact"},
        "member_units": {f"/{n}/{block}" for n in range(5) for block in ("legal_rep", "contact")},
        "plan": set(),
        "supplement": set(),
    }
    assert personal("lead_unit", good_dossier()["lead_unit"]) == {
        "/head/name": "幻铭泽",
        "/head/phone": "0871-65330001",
        "/contact/name": "幻一鸣",
        "/contact/phone": "13800000103",
        "/contact/email": "yiming@huancai.example",
        "/contact/qq": "100000103",
    }


@pytest.mark.parametrize("section", list(SECTIONS))
def test_leaves_nothing_personal_behind_and_puts_it_back(section):
    value = good_dossier()[section]
    blocks = personal_blocks(section, value)
    refs = {at: f"pii_{number}" for number, at in enumerate(blocks)}
    stripped = without_personal(section, value, refs)
    written = json.dumps(stripped, ensure_ascii=False)
    assert not [text for text in personal(section, value).values() if text != "CN" and text in written]
    assert all(ref in written for ref in refs.values())
    assert with_personal(section, stripped, {refs[at]: fields for at, fields in blocks.items()}) == value
    assert with_personal(section, stripped, {}) == stripped
    assert value == good_dossier()[section]


def test_strips_a_draft_in_which_persons_are_half_filled_in_or_empty():
    draft = load_section("lead_unit", {"head": {"title": "董事长"}, "contact": {"name": "幻一鸣"}}, draft=True)
    assert personal_blocks("lead_unit", draft) == {"/contact": {"name": "幻一鸣"}}
    stripped = without_personal("lead_unit", draft, {"/contact": "pii_a"})
    assert stripped == {"head": {"title": "董事长"}, "contact": {"pii_ref": "pii_a"}}
    assert with_personal("lead_unit", stripped, {"pii_a": {"name": "幻一鸣"}}) == draft


def test_refuses_to_strip_a_person_for_whom_there_is_no_reference():
    with pytest.raises(KeyError):
        without_personal("cover", good_dossier()["cover"], {})


def test_keeps_the_title_of_a_person_whose_data_is_in_the_vault():
    stripped = without_personal("lead_unit", good_dossier()["lead_unit"], {"/head": "pii_a", "/contact": "pii_b"})
    assert stripped["head"] == {"title": "董事长", "pii_ref": "pii_a"}


def test_warns_of_what_looks_personal_in_free_text():
    plan = changed("/plan/p8/people", "首席专家联系电话 13800000999，邮箱 a.b@huancai.example")["plan"]
    found = stray_personal("plan", plan)
    assert [(f.code, f.pointer) for f in found] == [("personal-in-text", "/p8/people")] * 2
    assert not any(stray_personal(name, value) for name, value in good_dossier().items())


@pytest.mark.parametrize("name", ["tc01", "tc11"])
def test_the_attachments_of_a_case_are_documents_that_the_store_takes(name, tmp_path):
    store = DocumentStore(tmp_path)
    for attachment in demo_case(name)["attachments"]:
        assert attachment["kind"] in ATTACHMENT_KINDS
        path = CASES / attachment["file"]
        media_type = "application/pdf" if path.suffix == ".pdf" else "text/plain"
        assert store.put(path.read_bytes(), attachment["name"], media_type).size == path.stat().st_size


@pytest.mark.parametrize("schema", list(SECTIONS.values()))
def test_every_form_is_strict(schema):
    assert isinstance(schema, Form)
