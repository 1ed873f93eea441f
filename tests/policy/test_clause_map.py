"""Every parameter has a clause, every clause a parameter or a reason, and every wording stands in the printed text."""

import re
from pathlib import Path

import pytest

from services.shared.policy import UnknownClause, clause, clauses, edition

DOCS = Path(__file__).parents[2] / "docs" / "policy"
OF_2019 = edition("2019-05-06")
PARAMETERS = list(OF_2019.parameters.values())


def folded(text: str) -> str:
    return re.sub(r"\s+", "", text)


PRINTED = (DOCS / "2019-05-06.md").read_text(encoding="utf-8")
SECTIONS = dict(zip(*[iter(re.split(r'<a id="([^"]+)"></a>', PRINTED)[1:])] * 2, strict=True))
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (DOCS / "clause-map.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| [")
]
CITED = {re.findall(r"\[(.+?)\]", row[0])[0]: set(re.findall(r"`(.+?)`", row[1])) for row in ROWS}


def test_there_are_39_clauses_in_the_order_of_the_print():
    assert len(clauses()) == 39
    assert list(SECTIONS) == [known.id for known in clauses()]


@pytest.mark.parametrize("known", clauses(), ids=lambda known: known.id)
def test_the_wording_of_a_clause_stands_under_its_anchor(known):
    assert folded(known.zh) in folded(SECTIONS[known.id])


@pytest.mark.parametrize("known", clauses(), ids=lambda known: known.id)
def test_a_clause_says_where_it_is_printed_and_its_gist(known):
    assert known.place
    assert known.en
    assert clause(known.id) is known


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.key)
def test_a_parameter_cites_a_clause_that_exists(parameter):
    assert clause(parameter.clause)


@pytest.mark.parametrize("parameter", [p for p in PARAMETERS if not p.ours], ids=lambda parameter: parameter.key)
def test_the_policys_own_parameters_quote_it_exactly(parameter):
    assert folded(parameter.zh) in folded(PRINTED)


@pytest.mark.parametrize("key", ["fields.taxonomy", "plan.chapters", "mechanisms.required", "attachments.required"])
def test_the_names_in_a_list_of_the_policy_stand_in_its_clause(key):
    parameter = OF_2019.parameter(key)
    names = [name for code, name in parameter.value.items() if code != "OTHER_MAJOR"]  # that one is a paraphrase
    assert [name for name in names if folded(name) not in folded(SECTIONS[parameter.clause])] == []


def test_what_the_house_chose_is_marked_and_what_the_policy_sets_is_not():
    assert OF_2019.parameter("notice.length").ours
    assert not OF_2019.parameter("capital.min_wan").ours


def test_an_unknown_clause_is_a_key_error():
    with pytest.raises(UnknownClause):
        clause("S9.9")


def test_the_map_has_one_row_for_each_clause():
    assert [re.findall(r"\[(.+?)\]", row[0])[0] for row in ROWS] == [known.id for known in clauses()]


@pytest.mark.parametrize("known", clauses(), ids=lambda known: known.id)
def test_the_map_names_exactly_the_parameters_of_a_clause(known):
    assert CITED[known.id] == {p.key for p in PARAMETERS if p.clause == known.id}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].split("]")[0].strip("["))
def test_a_clause_without_parameter_says_why(row):
    assert row[1] != "–" or re.match("no parameter: .{10,}", row[2])


def test_every_check_of_the_forms_is_in_the_map():
    mapped = " ".join(row[2] for row in ROWS).replace("K14 to K19", "K14 K15 K16 K17 K18 K19")
    assert {f"K{n:02}" for n in range(1, 28)} - set(re.findall(r"K\d\d", mapped)) == set()
