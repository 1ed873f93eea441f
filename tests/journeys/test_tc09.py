"""TC-09: 曲靖幻钛 and 楚雄幻钛 in one round, in fields that overlap, beside a centre that is designated already."""

from __future__ import annotations

import pytest

from tests.journeys.reviewing import Plan, province_on, refused

TITANIUM = ("海绵钛短流程熔炼技术", "钛合金增材制造技术")
REASONS = ["上下游分工不同，互为补充"]
PLANS = {
    "standing": Plan("昆明幻材股份有限公司", "530100", 91, "NEW_MAT"),
    "qujing": Plan("曲靖幻钛股份有限公司", "530300", 92, "TITANIUM", TITANIUM),
    "chuxiong": Plan("楚雄幻钛股份有限公司", "532300", 93, "NEW_MAT", TITANIUM),
    "honghe": Plan("红河虚钛股份有限公司", "532500", 94, "TITANIUM"),
}
MEETING = {"meeting_date": "2026-03-10", "minute_no": "厅党组会议纪要〔2026〕9号"}


@pytest.fixture(scope="module")
def province(module_database_url, amqp_uri, tmp_path_factory):
    home = tmp_path_factory.mktemp("tc09")
    services = ("intake", "screening", "review", "registry", "audit")
    with province_on(module_database_url, amqp_uri, home, *services) as province:
        yield province


@pytest.fixture(scope="module")
def tracks(province):
    """Four cases after their site visits; one of them is on the roll by then."""
    tracks = dict(zip(PLANS, province.recommended(*PLANS.values()), strict=True))
    province.through("site", *tracks.values())
    province.world.on("2026-02-03")
    settle(province, tracks["standing"], "exception", "2026-02-03")
    propose(province, tracks["standing"], "designation", "2026-02-03")
    province.run_out(province.posted("2026-02-04", "云工信公示〔2026〕1号", tracks["standing"]))
    province.designated(tracks["standing"], "云工信技创〔2026〕40号", "2026-02-12")
    province.world.on("2026-03-10")
    return tracks


def settle(province, track, way, day="2026-03-10"):
    path = f"/reviews/{track.case_id}"
    province.officer.act("review", f"{path}/flag-field-conflicts")
    form = {"way": way, "reasons": REASONS, "meeting_date": day, "minute_no": MEETING["minute_no"]}
    return province.body.act("review", f"{path}/resolve-field-conflicts", form)


def proposal(track, day):
    return {"track": track, "meeting_date": day, "minute_no": MEETING["minute_no"], "text": "会议研究同意。"}


def propose(province, track, kind, day):
    province.world.on(day)
    return province.body.act("review", f"/reviews/{track.case_id}/propose", proposal(kind, day))


def conflicts(province, track):
    path = f"/reviews/{track.case_id}"
    province.officer.act("review", f"{path}/flag-field-conflicts")
    return {each["case_id"]: each for each in province.officer.get("review", path)["conflicts"]}


@pytest.fixture(scope="module")
def flagged(province, tracks):
    return {name: conflicts(province, tracks[name]) for name in ("qujing", "chuxiong", "honghe")}


@pytest.fixture(scope="module")
def resolved(province, tracks, flagged):
    """Nothing is proposed before it is resolved; then one goes each way."""
    for name in flagged:
        found = refused(
            province.body, f"/reviews/{tracks[name].case_id}/propose", proposal("designation", "2026-03-10")
        )
        assert (found[0], set(found[1])) == (422, {"field-conflict-unresolved"})
    for name, way in (("qujing", "exception"), ("chuxiong", "other-track"), ("honghe", "joint")):
        settle(province, tracks[name], way)
    return tracks


def test_tc09_flags_the_overlap_and_the_identical_technology(tracks, flagged):
    qujing, chuxiong = flagged["qujing"], flagged["chuxiong"]
    ids = {name: track.case_id for name, track in tracks.items()}
    assert qujing[ids["standing"]]["grounds"] == ["overlap"]
    assert qujing[ids["standing"]]["is_listed"]
    assert set(qujing[ids["chuxiong"]]["grounds"]) == {"overlap", "same-technology"}
    assert set(chuxiong[ids["qujing"]]["grounds"]) == {"overlap", "same-technology"}
    assert chuxiong[ids["standing"]]["grounds"] == ["same-field"]
    assert flagged["honghe"][ids["qujing"]]["grounds"] == ["same-field"]


def test_tc09_nothing_is_refused_by_itself(province, tracks, flagged):
    assert {province.state(tracks[name]) for name in flagged} == {"A60"}


def test_tc09_an_exception_lets_the_case_be_designated(province, resolved):
    propose(province, resolved["qujing"], "designation", "2026-03-10")
    review = province.auditor.get("review", f"/reviews/{resolved['qujing'].case_id}")
    assert review["code"] == "A70"
    assert (review["resolution"]["way"], review["resolution"]["reasons"]) == ("exception", REASONS)
    assert review["resolution"]["minute_no"] == MEETING["minute_no"]


def test_tc09_another_track_leaves_cultivation_alone(province, resolved):
    path = f"/reviews/{resolved['chuxiong'].case_id}/propose"
    designation = refused(province.body, path, proposal("designation", "2026-03-10"))
    assert designation == (422, ["other-track-decided"])
    assert province.body.act("review", path, proposal("cultivation", "2026-03-10"))["code"] == "A70"


def test_tc09_a_joint_dossier_takes_the_place_of_this_one(province, resolved):
    track = resolved["honghe"]
    path = f"/reviews/{track.case_id}/propose"
    assert refused(province.body, path, proposal("designation", "2026-03-10")) == (422, ["joint-dossier-decided"])
    province.applicant(track).act("intake", f"/dossiers/{track.case_id}/withdraw", {"reason": "改为联合申报"})
    province.officer.until("review", f"/reviews/{track.case_id}", lambda review: review["code"] == "A90")


def test_tc09_exceptions_are_counted_for_the_leader_and_seen_by_the_auditor(province, resolved):
    assert province.body.get("review", "/field-conflicts")["exceptions"] == 2
    case = resolved["qujing"].case_id
    province.auditor.until(
        "audit",
        f"/cases/{case}/timeline",
        lambda told: "review.review.field-exception-granted" in {each["topic"] for each in told["items"]},
    )
