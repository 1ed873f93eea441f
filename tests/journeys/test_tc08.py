"""TC-08: four letters about 玉溪幻铜, four outcomes, four replies; a corrected list is shown anew for its full time."""

from __future__ import annotations

import pytest

from tests.journeys.reviewing import LETTER, Plan, province_on, refused

PLAN = Plan("玉溪幻铜股份有限公司", "530400", 81, "NONFERROUS_PRECIOUS")
SOMEBODY = {"name": "幻直言", "organisation": "", "phone": "0877-0000888", "address": "玉溪市虚构街 8 号"}


class Story:
    """One case, its two notices and four letters."""

    def __init__(self, province):
        self.province = province
        [self.track] = province.recommended(PLAN)
        self.outcomes, self.receipts, self.states = {}, {}, []
        self.first, self.second = {}, {}

    def lodge(self, name, notice, day, objector, *, evidence=True):
        """A letter as the desk registers it on the day that it comes."""
        self.province.world.on(day)
        letter = {"case_id": self.track.case_id, "channel": "division", "objector": objector}
        letter |= {"substance": f"反映情况：{name}", "received_on": day}
        desk = self.province.officer
        lodged = desk.act("review", f"/notices/{notice['id']}/lodge-objection", letter)
        path = f"/objections/{lodged['id']}"
        if evidence:
            desk.upload("review", f"{path}/attach-evidence", LETTER, "application/pdf", name="1.pdf")
        self.receipts[name] = lodged["receipt_code"]
        return path

    def look_into(self, path, result):
        """From the admission to a drafted conclusion."""
        desk = self.province.officer
        desk.act("review", f"{path}/admit")
        self.note()
        desk.act("review", f"{path}/investigate")
        desk.act("review", f"{path}/seek-response", {"question": "请说明。"})
        self.province.applicant(self.track).act("review", f"{path}/respond", {"text": "说明如下。"})
        form = {"result": result, "findings": "已核查", "reasons": [], "clauses": []}
        desk.act("review", f"{path}/draft-conclusion", form)

    def reply(self, name, path):
        desk = self.province.officer
        self.outcomes[name] = desk.get("review", path)["state"]
        desk.act("review", f"{path}/reply", {"text": f"答复：{name}"})

    def note(self):
        self.states.append(self.province.state(self.track))


@pytest.fixture(scope="module")
def story(module_database_url, amqp_uri, tmp_path_factory):
    home = tmp_path_factory.mktemp("tc08")
    services = ("intake", "screening", "review", "registry")
    with province_on(module_database_url, amqp_uri, home, *services) as province:
        told = Story(province)
        province.through("assessment", told.track)
        told.first = province.posted("2026-02-25", "云工信公示〔2026〕2号", told.track)
        anonymous(told)
        unfounded(told)
        clerical(told)
        told.second = again(told)
        late(told)
        yield told


def anonymous(story):
    """Not admitted, logged, passed to the discipline committee; the case goes on."""
    path = story.lodge("anonymous", story.first, "2026-02-25", None)
    desk = story.province.officer
    assert refused(desk, f"{path}/admit") == (422, ["objection-anonymous"])
    assert refused(desk, f"{path}/not-admit", {"ground": "no-evidence", "explanation": "无"})[1] == ["ground-not-so"]
    desk.act("review", f"{path}/not-admit", {"ground": "anonymous", "explanation": "未署真实姓名"})
    desk.act("review", f"{path}/transfer", {"to": "机关纪委"})
    story.note()
    story.reply("anonymous", path)


def unfounded(story):
    """Admitted, looked into, not sustained: the case is held and resumed."""
    path = story.lodge("unfounded", story.first, "2026-02-26", SOMEBODY)
    story.look_into(path, "not-sustained")
    story.province.head.act("review", f"{path}/dismiss")
    story.note()
    story.reply("unfounded", path)


def clerical(story):
    """On day 4 somebody points at a wrong character in the lead unit's name: the list is corrected."""
    path = story.lodge("clerical", story.first, "2026-02-28", SOMEBODY)
    story.look_into(path, "partly-sustained")
    name = story.province.officer.get("review", f"/notices/{story.first['id']}")["entries"][0]["centre_name"]
    form = {"centre_name": name, "lead_unit_name": "玉溪幻铜集团股份有限公司", "reason": "牵头单位名称笔误"}
    story.province.head.act("review", f"{path}/sustain-partly", form)
    story.note()
    story.reply("clerical", path)


def again(story):
    """The first notice runs out without the case; the second is shown for its full period."""
    story.province.run_out(story.first)
    story.note()
    second = story.province.posted("2026-03-04", "云工信公示〔2026〕3号", story.track)
    story.note()
    story.province.run_out(second)
    story.note()
    return second


def late(story):
    """After the end a letter under a real name becomes a complaint; the cleared case is not held."""
    path = story.lodge("late", story.second, "2026-03-11", SOMEBODY)
    desk = story.province.officer
    assert refused(desk, f"{path}/admit") == (422, ["objection-late"])
    desk.act("review", f"{path}/turn-into-complaint")
    story.note()
    story.reply("late", path)


def test_tc08_has_four_outcomes(story):
    assert story.outcomes == {
        "anonymous": "transferred",
        "unfounded": "concluded",
        "clerical": "concluded",
        "late": "late-to-complaint",
    }


def test_tc08_has_four_replies_each_under_its_own_receipt(story):
    progress = {
        name: story.province.auditor.get("review", f"/objection-progress/{receipt}")
        for name, receipt in story.receipts.items()
    }
    assert {name: seen["reply"] for name, seen in progress.items()} == {name: f"答复：{name}" for name in progress}
    assert [seen["result"] for seen in progress.values()] == ["", "not-sustained", "partly-sustained", ""]


def test_tc08_the_case_is_held_resumed_corrected_shown_anew_and_cleared_last(story):
    assert story.states == ["A75", "A77", "A75", "A77", "A70", "A70", "A75", "A78", "A78"]


def test_tc08_has_two_notices_the_second_for_a_full_period_with_the_right_name(story):
    officer = story.province.officer
    first, second = (officer.get("review", f"/notices/{notice['id']}") for notice in (story.first, story.second))
    assert (first["ends_at"][:10], second["ends_at"][:10]) == ("2026-03-02", "2026-03-10")
    assert first["struck"] == {story.track.case_id: "牵头单位名称笔误"}
    assert first["entries"][0]["lead_unit_name"] == "玉溪幻铜股份有限公司"
    assert second["entries"][0]["lead_unit_name"] == "玉溪幻铜集团股份有限公司"
    assert first["text"]["sha256"] != second["text"]["sha256"]


def test_tc08_the_others_are_told_of_the_case_by_the_second_notice_alone(story):
    [told] = story.province.told("case.cleared.v1")
    assert (told["lead_unit_name"], told["notice_id"]) == ("玉溪幻铜集团股份有限公司", story.second["id"])
    path = f"/centres/{story.track.case_id}"
    story.province.officer.until("registry", path, lambda centre: centre["qualification"] == "cleared")
