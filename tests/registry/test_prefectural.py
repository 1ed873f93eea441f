"""Centres that prefectures cultivate or recognise themselves: on file at the province, never on its roll."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.registry import queries
from services.registry.authority import AUTHORITY
from services.registry.domain.prefectural import (
    PrefecturalCentre,
    PrefecturalFacts,
    Standing,
    State,
    prefectural_centre_id,
)
from services.registry.queries import boards
from services.shared.kernel.authority import Admission
from services.shared.kernel.identity import Identity
from services.shared.kernel.request import Page
from services.shared.vocabulary import Denied, Invalid, NotInThisState, Role, VersionConflict
from tests.given import done, given, made
from tests.registry.examples import EDITION, FACTS
from tests.registry.test_publishing import by_name

YUXI = "530400"
REPORTED = PrefecturalFacts(
    centre_name="玉溪幻铜创新中心有限公司",
    centre_uscc="91530400MAFAKE115E",
    lead_uscc="91530400MAFAKE115E",
    lead_unit_name="玉溪幻铜有限公司",
    field_domain="NONFERROUS_PRECIOUS",
    standing=Standing.CULTIVATED,
    standing_since=date(2026, 3, 1),
    document_no="玉工信〔2026〕3号",
)
RECOGNISED = replace(REPORTED, standing=Standing.RECOGNISED, standing_since=date(2026, 6, 1))


def centre(*steps):
    id_ = prefectural_centre_id(REPORTED.centre_uscc)
    return done(made(lambda: PrefecturalCentre(id_, YUXI, REPORTED, EDITION.id)), *steps)


def put_on_file(centre):
    centre.file(filing_no="云工信技创备〔2026〕1号")


def strike(centre):
    centre.strike(reason="州市撤销", document_no="玉工信〔2026〕9号")


def test_is_put_on_file_once_and_reported_again_when_it_changed():
    given(centre()).when(put_on_file).then(PrefecturalCentre.PrefecturalCentreFiled)
    given(centre(put_on_file)).when(put_on_file).then_refused("not-in-this-state")
    given(centre(put_on_file)).when(lambda c: c.report_again(REPORTED)).then()
    again = lambda c: c.report_again(RECOGNISED)  # noqa: E731
    given(centre(put_on_file)).when(again).then(PrefecturalCentre.PrefecturalCentreReportedAgain)
    assert centre(put_on_file, again).state is State.REPORTED


def test_is_struck_once_and_may_be_taken_up_again():
    given(centre(put_on_file)).when(strike).then(PrefecturalCentre.PrefecturalCentreStruck)
    given(centre(strike)).when(strike).then_refused("not-in-this-state")
    given(centre(strike)).when(put_on_file).then_refused("not-in-this-state")
    taken_up = lambda c: c.report_again(REPORTED)  # noqa: E731
    given(centre(strike)).when(taken_up).then(PrefecturalCentre.PrefecturalCentreReportedAgain)


def report(life, prefecture=YUXI, facts=REPORTED, **command):
    with life.as_(f"head-{prefecture}", **command) as registry:
        return registry.register_prefectural_centre(prefecture=prefecture, facts=facts)


def listed(life, role, prefecture=""):
    may = AUTHORITY["list_prefectural_centres"]
    person = Identity("p", "某人", frozenset({role}), "", prefecture)
    admission = Admission(person, role, may.roles[role], may.basis)
    found = queries.listed(life.wired.database, "prefectural_centres", admission, Page(10, None))
    return [(row["centre_name"], row["standing"], row["state"]) for row in found["items"]]


def test_is_listed_to_its_own_prefecture_and_the_province(life):
    filed = report(life)
    with life.as_("officer") as registry:
        registry.file_prefectural_centre(filed.id, filing_no="云工信技创备〔2026〕1号")
    row = (REPORTED.centre_name, "cultivated", "filed")
    assert listed(life, Role.PREFECTURE_OFFICER, YUXI) == listed(life, Role.PROVINCE_OFFICER) == [row]
    assert listed(life, Role.PREFECTURE_OFFICER, "530100") == []
    assert by_name(life)["prefectural-centre.filed.v1"].data["standing"] == "cultivated"
    report(life, facts=RECOGNISED)
    assert listed(life, Role.PROVINCE_OFFICER) == [(REPORTED.centre_name, "recognised", "reported")]


def test_stands_on_no_provincial_list_and_counts_for_no_target(life):
    life.designate()
    report(life, facts=replace(RECOGNISED, field_domain=FACTS.field_domain))
    moment = life.as_at(date(2026, 6, 10), date(2026, 6, 10))
    roll = queries.roll(life.wired.database, moment, Page(10, None))["items"]
    assert [row["centre_name"] for row in roll] == [FACTS.centre_name]
    assert boards.targets(life.wired.database, moment, EDITION)["both_tracks"] == 1
    fields = boards.field_map(life.wired.database, moment, EDITION)["fields"]
    assert [row["numbers"] for row in fields if row["field"] == FACTS.field_domain] == [["YNMIC-2026-001"]]


def test_the_same_told_again_changes_nothing_and_a_lost_race_is_noticed(life):
    first = report(life)
    assert report(life).version == first.version
    with pytest.raises(VersionConflict), life.as_("officer", target=first.id, expected_version=7) as registry:
        registry.file_prefectural_centre(first.id, filing_no="1号")
    with life.as_("head") as registry:
        registry.strike_prefectural_centre(first.id, reason="撤销", document_no="9号")
    with life.as_("officer") as registry, pytest.raises(NotInThisState):
        registry.file_prefectural_centre(first.id, filing_no="1号")


def test_nobody_reports_for_another_prefecture_or_takes_its_centre(life):
    with pytest.raises(Denied, match="other-prefecture"):
        report(life, sees=lambda thing: thing.prefecture == "530100")
    report(life)
    with pytest.raises(NotInThisState, match="registered-elsewhere"):
        report(life, "530100")


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"standing_since": date(2026, 6, 11)}, "effective-in-future"), ({"field_domain": "TEA"}, "unknown-field")],
)
def test_what_cannot_be_reported_is_refused_with_its_clause(life, changes, code):
    with pytest.raises(Invalid, match=code) as refused:
        report(life, facts=replace(REPORTED, **changes))
    assert all(finding.clause for finding in refused.value.findings)
    assert life.rows("select id from prefectural_centres") == []
