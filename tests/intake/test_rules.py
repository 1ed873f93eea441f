"""Each check of a dossier: silent on the canonical one, heard when its one thing is wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.intake.domain.rules import ELSEWHERE, RULES, Check, Neighbours, Severity, check
from services.intake.domain.values import ATTACHMENT_KINDS, SECTION_TITLES, Content
from services.intake.forms import load_sections
from services.shared.policy import clause, edition
from tests.examples.dossiers import (
    MISTYPED_USCC,
    UNUSUAL_USCC,
    changed,
    demo_case,
    good_attachments,
    good_dossier,
    with_funds,
    with_units,
    without,
)

EDITION = edition("2019-05-06")
LEAD, UNIVERSITY = "91530100MAFAKE019M", "12530000FAKE0003XC"
NO_ENTERPRISE = "12530000FAKE01040T"


def checks(dossier: dict[str, Any], **changes: Any) -> tuple[Check, ...]:
    terms: dict[str, Any] = {"round_year": 2026, "today": date(2026, 3, 20), "attachments": good_attachments()}
    terms |= changes
    return check(Content(dossier), terms.pop("edition", EDITION), **terms)


def found(dossier: dict[str, Any], **changes: Any) -> set[tuple[str, str]]:
    return {(one.id, one.finding.pointer) for one in checks(dossier, **changes)}


def ids(dossier: dict[str, Any], **changes: Any) -> set[str]:
    return {one.id for one in checks(dossier, **changes)}


@pytest.mark.parametrize("name", ["tc01", "tc11"])
def test_finds_nothing_in_a_demonstration_case(name):
    case = demo_case(name)
    kinds = {attachment["kind"] for attachment in case["attachments"]}
    found = {one.id for one in checks(load_sections(case["dossier"]), attachments=kinds)}
    assert found == ({"K12"} if name == "tc11" else set())  # 德宏幻药 attaches no proof of its projects


@pytest.mark.parametrize(
    ("pointer", "value", "check_id", "at"),
    [
        ("/centre/initial_investment_wan", "999.99", "K03", "/centre/initial_investment_wan"),
        ("/supplement/contributions/0/pledged_wan", "1200.01", "K04", "/supplement/contributions"),
        ("/supplement/of_which_equipment_wan", "3200.01", "K04", "/supplement/of_which_equipment_wan"),
        ("/supplement/centre_uscc", NO_ENTERPRISE, "K05", "/supplement/centre_uscc"),
        ("/supplement/centre_uscc", LEAD, "K05", "/supplement/centre_uscc"),
        ("/supplement/contributions/0/pct", "100.00", "K06", "/supplement/contributions"),
        ("/supplement/core_technologies", [], "K08", "/supplement/core_technologies"),
        ("/supplement/full_time_rd_staff", 0, "K09", "/supplement/full_time_rd_staff"),
        ("/plan/mechanisms", ["management"], "K10", "/plan/mechanisms"),
        ("/plan/p5/operating_mechanisms", "管理、决策、经营、创新、协同机制健全。", "K10", "/plan/mechanisms"),
        ("/plan/p3", {}, "K11", "/plan/p3"),
        ("/plan/p4", {}, "K11", "/plan/p4"),
        ("/member_units/0/rd_spend/1/amount_wan", "0.00", "K13", "/member_units/0/rd_spend"),
        ("/member_units/0/rd_spend/0/amount_wan", "9000.00", None, ""),
        ("/member_units/0/rd_spend/2/amount_wan", "2000.00", None, ""),
        ("/centre/member_count_university", 2, "K14", "/centre/member_count_university"),
        ("/centre/members/2/seq", 4, "K14", "/centre/members"),
        ("/centre/members/1/role", "lead", "K14", "/centre/members"),
        ("/cover/centre_name", "云南幻彩液态金属有限公司", "K15", "/cover/centre_name"),
        ("/cover/field_domain", "NEW_MAT", "K15", "/cover/field_domain"),
        ("/cover/lead_unit_name", "昆明幻彩", "K15", "/cover/lead_unit_name"),
        ("/supplement/lead_uscc", UNIVERSITY, "K15", "/centre/members/0/uscc"),
        ("/centre/staff_degree_doctor", 15, "K16", "/centre/staff_total"),
        ("/centre/staff_title_senior", 15, "K16", "/centre/staff_total"),
        ("/centre/staff_total", 59, "K16", "/centre/staff_total"),
        ("/lead_unit/staff_senior_title_up", 215, "K17", "/lead_unit"),
        ("/member_units/3/staff_mid_title_up", 421, "K17", "/member_units/3"),
        ("/member_units/3/rd_staff", 421, "K17", "/member_units/3/rd_staff"),
        ("/supplement/full_time_rd_staff", 59, "K17", "/supplement/full_time_rd_staff"),
        ("/member_units/3/fixed_assets_wan", "41800.01", "K18", "/member_units/3/fixed_assets_wan"),
        ("/member_units/3/economic_type", "wholly_state", "K18", "/member_units/3/foreign_share_pct"),
        ("/member_units/3/established_on", "2026-03-21", "K18", "/member_units/3/established_on"),
        ("/member_units/3/rd_spend/0/amount_wan", "26400.01", "K18", "/member_units/3/rd_spend"),
        ("/member_units/3/rd_spend/0/amount_wan", "26400.00", None, ""),
        ("/lead_unit/sales/0/year", 2022, "K19", "/lead_unit/sales"),
        ("/member_units/3/rd_spend", [], "K19", "/member_units/3/rd_spend"),
        ("/cover/filled_ym", "2026-04", "K19", "/cover/filled_ym"),
        ("/cover/filled_ym", "2025-12", "K19", "/cover/filled_ym"),
        ("/cover/filled_ym", "2026-01", None, ""),
        ("/centre/members/1/uscc", MISTYPED_USCC, "K23", "/centre/members/1/uscc"),
        ("/supplement/contributions/6/uscc", MISTYPED_USCC, "K23", "/supplement/contributions/6/uscc"),
        ("/centre/members/1/name", "云岭虚构大学", "K23", "/member_units/1/uscc"),
        ("/supplement/prefecture_code", "530300", "K24", "/supplement/prefecture_code"),
        ("/centre/main_rd_content", "研" * 201, "K25", "/centre/main_rd_content"),
        ("/plan/fund_plan/0/amount_wan", "1.00", "K28", "/plan/fund_plan"),
        ("/plan/milestones/1/starts", "2027-02", "K29", "/plan/milestones"),
        ("/plan/milestones/0/ends", "2027-06", None, ""),
        ("/centre/centre_postcode", "200120", "K31", "/centre/centre_postcode"),
        ("/supplement/contributions/1/pct", "0.01", "K32", "/supplement/contributions"),
        ("/supplement/contributions/2/paid_in_wan", "300.01", "K32", "/supplement/contributions/2/paid_in_wan"),
    ],
)
def test_hears_the_one_thing_that_is_wrong(pointer, value, check_id, at):
    result = found(changed(pointer, value))
    assert (check_id, at) in result if check_id else result == set()


def test_hears_patents_that_are_expected_and_not_counted():
    none = changed("/centre/expected_foreign_patents", 0, changed("/centre/expected_domestic_patents", 0))
    assert found(none) == {("K30", "/centre/expected_domestic_patents")}


def test_asks_a_person_to_look_for_projects_that_nothing_proves():
    [only] = checks(good_dossier(), attachments=good_attachments() - {"project_proof"})
    assert (only.id, only.severity, only.finding.clause) == ("K12", Severity.MANUAL, "S3.3.1")


def test_hears_a_contact_that_a_rival_has_as_well():
    known = Neighbours(shared_contacts=("/centre/contact",))
    assert found(good_dossier(), neighbours=known) == {("K27", "/centre/contact")}


@pytest.mark.parametrize(("fields", "stops"), [((), False), (("LIQUID_METAL",), False), (("AI", "INFO"), True)])
def test_a_round_that_is_limited_to_fields_takes_no_other(fields, stops):
    assert found(good_dossier(), fields_open=fields) == (
        {("field-not-open", "/cover/field_domain")} if stops else set()
    )


@pytest.mark.parametrize("word", ["董事会", "管理团队"])
def test_hears_a_plan_that_names_no_board_or_no_management(word):
    dossier = changed("/plan/p5/internal_assessment", "每年考核。")
    for pointer in ("/plan/p4/structure", "/plan/p5/operating_mechanisms"):
        section, chapter, passage = pointer.strip("/").split("/")
        text = dossier[section][chapter][passage].replace(word, "有关方面").replace("总经理", "负责人")
        dossier = changed(pointer, text, dossier)
    result = checks(dossier)
    assert [(one.id, one.severity, one.finding.pointer) for one in result] == [("K07", Severity.MANUAL, "/plan/p4")]


def test_hears_research_spending_that_falls_every_year():
    falling = changed("/member_units/0/rd_spend/0/amount_wan", "4000.00")
    falling = changed("/member_units/0/rd_spend/1/amount_wan", "3900.00", falling)
    assert found(falling) == {("K13", "/member_units/0/rd_spend")}


@pytest.mark.parametrize(("total", "fails"), [("999.99", True), ("1000.00", False), ("1000.01", False)])
def test_formation_funds_pass_at_exactly_the_floor(total, fails):
    assert ids(with_funds(total)) == ({"K02"} if fails else set())


@pytest.mark.parametrize(("share", "fails"), [("99.99", False), ("100.00", True)])
def test_one_owner_may_hold_much_but_not_all(share, fails):
    assert ("K06" in ids(changed("/supplement/contributions/0/pct", share, with_funds("3200.00")))) is fails


@pytest.mark.parametrize(("count", "fails"), [(2, True), (3, False)])
def test_three_founding_units_are_enough_and_two_are_not(count, fails):
    assert ids(with_units(count)) == ({"K01"} if fails else set())


def test_counts_two_names_with_one_code_as_one_founding_unit():
    dossier = changed("/centre/members/2/uscc", UNIVERSITY, with_units(3))
    dossier = changed("/member_units/2/uscc", UNIVERSITY, dossier)
    assert {"K01", "K23"} <= ids(dossier)


def test_a_unit_that_is_listed_twice_with_two_tables_stops_the_dossier():
    dossier = good_dossier()
    members, forms = dossier["centre"]["members"], dossier["member_units"]
    again = {**members[1], "seq": len(members) + 1}
    members.append(again)
    forms.append(next(form for form in forms if form["uscc"] == again["uscc"]))
    dossier["centre"][f"member_count_{again['kind']}"] += 1
    [only] = checks(dossier)
    pointer = f"/centre/members/{len(members) - 1}/uscc"
    assert (only.id, only.severity, only.finding.pointer) == ("K14", Severity.BLOCK, pointer)


def test_more_research_than_sales_is_asked_of_enterprises_alone():
    dossier = changed("/member_units/1/rd_spend/0/amount_wan", "9999999.00")  # a university
    assert "K18" not in ids(dossier)


def test_a_unit_is_its_code_even_when_its_name_is_written_with_other_spaces_and_widths():
    assert ids(changed("/centre/members/1/name", "云岭 虚构理工大学")) == set()
    assert ids(changed("/cover/lead_unit_name", "昆明幻彩合金 股份有限公司")) == set()


def test_hears_a_table_3_too_few():
    assert ("K15", "/member_units") in found(without("/member_units/4"))


def test_does_not_confuse_the_initial_input_with_the_formation_funds():
    result = checks(changed("/centre/initial_investment_wan", "600.00"))
    assert [(one.id, one.severity) for one in result] == [("K03", Severity.WARN)]


def test_takes_a_year_without_an_amount_when_it_says_why():
    assert ids(changed("/lead_unit/sales/0", {"year": 2023, "amount_wan": None, "note": "尚未投产"})) == set()
    assert ids(changed("/lead_unit/sales/0", {"year": 2023, "amount_wan": None})) == {"K19"}


def test_takes_an_unusual_code_and_one_that_an_officer_accepted():
    for code in (UNUSUAL_USCC, MISTYPED_USCC):
        dossier = changed("/centre/members/4/uscc", code)
        dossier = changed("/member_units/4/uscc", code, dossier)
        assert ids(dossier, accepted_usccs=[MISTYPED_USCC]) == set()


def test_a_lead_unit_registered_elsewhere_is_at_home_by_its_address():
    assert (
        ids(changed("/lead_unit/address", "云南省曲靖市虚构路 1 号", changed("/supplement/prefecture_code", "530300")))
        == set()
    )


@pytest.mark.parametrize("kind", ["legal_person_certificate", "cooperation_agreement", "capital_plan", "rules"])
def test_wants_every_attachment_that_the_policy_names(kind):
    result = checks(good_dossier(), attachments=good_attachments() - {kind})
    assert [(one.id, one.severity, one.finding.pointer) for one in result] == [("K25", Severity.BLOCK, "/attachments")]
    assert set(EDITION["attachments.required"]) <= set(ATTACHMENT_KINDS)


def test_wants_proof_only_when_a_qualification_is_ticked():
    kinds = good_attachments() - {"qualification_proof"}
    assert ids(good_dossier(), attachments=kinds) == {"K25"}
    plain = without("/lead_unit/qualifications")
    for index in range(4):
        plain = without(f"/member_units/{index}/rd_institution_recognitions", plain)
    assert ids(plain, attachments=kinds) == set()


def test_asks_less_of_a_centre_that_is_to_be_cultivated():
    dossier = changed("/supplement/centre_uscc", NO_ENTERPRISE)
    assert [one.severity for one in checks(dossier)] == [Severity.BLOCK]
    for track in ("cultivation", "either"):
        softer = changed("/supplement/track_requested", track, dossier)
        assert [one.severity for one in checks(softer)] == [Severity.WARN]
        unborn = without("/supplement/centre_uscc", softer)
        assert ids(unborn, attachments=good_attachments() - {"legal_person_certificate"}) == set()
    assert ids(without("/supplement/centre_uscc")) == {"K05"}


def test_judges_by_the_edition_that_binds_the_round():
    draft = edition("2028-01-01-draft")
    assert ids(with_funds("2999.99"), edition=draft) == {"K02", "K03"}
    assert "K02" not in ids(with_funds("3000.00"), edition=draft)
    cultivation = changed("/supplement/track_requested", "cultivation", with_funds("1000.00"))
    assert "K02" not in ids(cultivation, edition=draft)


@pytest.mark.parametrize("section", list(SECTION_TITLES))
def test_a_missing_section_blocks_and_does_not_drag_other_checks_along(section):
    for absent in (without(f"/{section}"), changed(f"/{section}", {})):
        result = checks(absent)
        blocks = [one.finding.pointer for one in result if one.severity is Severity.BLOCK]
        assert blocks == [f"/{section}"]
        assert result[0].id == "section-missing"


def test_an_empty_dossier_lacks_every_section_and_every_attachment():
    result = checks({}, attachments=())
    assert [one.id for one in result] == ["section-missing"] * 6 + ["K12"] + ["K25"] * 3


@pytest.mark.parametrize("section", list(SECTION_TITLES))
def test_reads_half_filled_sections_without_falling_over(section):
    value = good_dossier()[section]
    fields = value[0] if isinstance(value, list) else value
    for field in fields:
        pointer = f"/{section}/0/{field}" if isinstance(value, list) else f"/{section}/{field}"
        checks(without(pointer))


def test_every_check_of_the_policy_is_either_computed_or_said_to_be_elsewhere():
    weighed = {key.split(".")[1] for key in EDITION if key.startswith("checks.")}
    assert {rule.id for rule in RULES} | set(ELSEWHERE) == weighed
    assert not {rule.id for rule in RULES} & set(ELSEWHERE)


def test_every_rule_cites_a_clause_that_exists_and_has_a_readable_name():
    for rule in RULES:
        assert clause(rule.clause).zh
        assert "_" in rule.name
        assert rule.judge.__doc__


def test_reads_the_money_of_a_dossier_exactly():
    content = Content(good_dossier())
    assert content.money("supplement", "total_formation_funds_wan") == Decimal("3200.00")
    assert content.money("supplement", "no_such_field") is None
