"""Who recommends: the sixteen prefectures, and whom an edition names beside them."""

from services.shared.policy import edition
from services.shared.policy.bodies import OTHER, PREFECTURE, known_bodies, recommending_bodies
from services.shared.vocabulary import PREFECTURES

ADOPTED, DRAFT = edition("2019-05-06"), edition("2028-01-01-draft")


def test_the_policy_knows_the_prefectures_alone_each_with_its_names():
    bodies = recommending_bodies(ADOPTED)
    assert {code: body.zh for code, body in bodies.items()} == PREFECTURES
    assert {body.kind for body in bodies.values()} == {PREFECTURE}
    assert bodies["530100"][2:] == ("Kunming", PREFECTURE, "昆明市工业和信息化主管部门")
    assert set(ADOPTED["recommending.prefectures"]) == set(PREFECTURES)


def test_an_edition_may_name_a_body_that_is_no_prefecture():
    [other] = [body for body in recommending_bodies(DRAFT).values() if body.kind == OTHER]
    assert (other.zh, other.en) == ("云南滇中新区", "Dianzhong New Area")
    assert other.code not in PREFECTURES
    assert known_bodies() == {**PREFECTURES, other.code: other.zh}
