"""TC-11: failed, rectified, failed again, revoked unheard; the revocation is annulled, and a correct one follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from deploy.demo.client import Refused
from services.shared.vocabulary import Role
from tests.registry.examples import TC11

REMEDY, AGAIN = TC11["remedy"], TC11["second_procedure"]
REVOKED_ON, BETWEEN = TC11["revocation"]["effective_on"], "2030-09-01"
KNOWN_BETWEEN, KNOWN_AFTER = "2030-10-01T00:00:00+08:00", "2030-11-06T00:00:00+08:00"


class Story:
    """The people of TC-11, its centre, and what was seen on the way."""

    def __init__(self, played: Any) -> None:
        self.world, self.track = played.world, played.tracks["tc11"]
        self.officer, self.head = self.world.somebody(Role.PROVINCE_OFFICER), self.world.somebody(Role.DIVISION_HEAD)
        self.body, self.auditor = self.world.somebody(Role.COLLECTIVE_BODY), self.world.somebody(Role.AUDITOR)
        self.applicant = self.world.person("applicant-dehong", Role.APPLICANT)
        self.centre = f"/centres/{self.track.case_id}"
        self.seen: dict[str, Any] = {}

    def mine(self, path: str, **query: str) -> list[dict[str, Any]]:
        rows = self.auditor.get("registry", path, limit=200, **query)["items"]
        return [row for row in rows if row["case_id"] == self.track.case_id]

    def about(self, day: str, **known: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.auditor.get("registry", f"{self.centre}/as-at", as_of=day, **known)
        return answer

    def play(self) -> None:
        """From the revocation to the reconsideration, its decision, and the second procedure."""
        self.seen |= {"revoked": self.auditor.get("registry", self.centre), "bans": self.mine("/bans")}
        [revocation] = self.mine("/revocations")
        self.seen["first"] = revocation
        self._serve(revocation["id"], TC11["revocation"]["served_on"])
        self._extract()
        self._object(revocation["id"])
        self._annul()
        self._revoke_correctly()

    def _serve(self, revocation_id: str, day: str) -> None:
        self.world.on(day)
        form = {"served_on": day, "method": "direct", "proof": "送达回证〔2030〕5号"}
        self.officer.act("registry", f"/revocations/{revocation_id}/serve-decision", form)

    def _extract(self) -> None:
        self.world.on("2030-09-02")
        form = {"department": "TAX", "as_of": BETWEEN}
        self.seen["extract"] = self.officer.act("registry", f"{self.centre}/issue-extract", form)

    def _object(self, revocation_id: str) -> None:
        self.world.on(REMEDY["filed_on"])
        form = {name: REMEDY[name] for name in ("kind", "body", "filed_on")}
        self.remedy = self.officer.act("registry", f"/records/{revocation_id}/open-remedy-case", form)
        self.world.on(REMEDY["exported_on"])
        answered = self.officer.act("registry", f"/remedies/{self.remedy['id']}/file-answer", {"text": "答复意见。"})
        path = f"/records/{self.remedy['id']}/documents/{answered['documents'][-1]}"
        self.seen["dossier"] = self.officer.get("registry", path)

    def _annul(self) -> None:
        self.world.on(REMEDY["decided_on"])
        form = {name: REMEDY[name] for name in ("document_no", "decided_on", "text")}
        path = f"/remedies/{self.remedy['id']}/record-outcome"
        self.head.act("registry", path, {**form, "outcome": "annulled-redo"})
        self.seen |= {"restored": self.auditor.get("registry", self.centre), "bans_after": self.mine("/bans")}
        self.seen["extracts"] = self.mine("/extracts")
        self.seen["references"] = self.mine("/funding-references")

    def _revoke_correctly(self) -> None:
        self.world.on(AGAIN["notice_given_on"])
        grounds = {"cause": "failed_assessment", "grounds": [AGAIN["text"]], "clauses": ["S4.3"]}
        form = {**grounds, "document_no": "云工信告〔2030〕9号"}
        notice = self.head.act("registry", f"{self.centre}/give-revocation-notice", form)
        path = f"/revocations/{notice['id']}"
        service = {"served_on": AGAIN["notice_given_on"], "method": "direct", "proof": "送达回证〔2030〕9号"}
        self.seen["notice"] = self.officer.act("registry", f"{path}/serve-notice", service)
        decision = {"document_no": AGAIN["document_no"], "meeting": "党组会议", "minute_no": "〔2030〕31号"}
        decision |= {"effective_on": AGAIN["effective_on"]}
        with pytest.raises(Refused) as early:
            self.body.act("registry", f"{path}/revoke", {**decision, "effective_on": AGAIN["notice_given_on"]})
        self.seen["early"] = early.value
        self.world.on(AGAIN["statement"]["heard_on"])
        self.applicant.act("registry", f"{path}/hear-statement", {"text": AGAIN["statement"]["text"]})
        self.world.on(AGAIN["decided_on"])
        self.body.act("registry", f"{path}/revoke", decision)
        self._serve(notice["id"], AGAIN["decided_on"])


@pytest.fixture(scope="module")
def story(played):
    """The whole story; what was seen on the way stands in it."""
    story = Story(played)
    story.play()
    return story


def test_tc11_is_revoked_with_its_plaque_recalled_and_a_ban(story):
    centre = story.seen["revoked"]
    assert (centre["qualification"], centre["plaque"], centre["grade"]) == ("revoked", "recall-ordered", "failed")
    assert centre["banned_until"] == "2033-08-01"
    assert [(ban["lead_uscc"], ban["cause"]) for ban in story.seen["bans"]] == [
        ("91533100MAFAKE158H", "failed_assessment")
    ]


def test_tc11_skipped_statement_period_is_on_record_with_its_reason(story):
    assert story.seen["first"]["override_reason"] == TC11["revocation"]["override_reason"]


def test_tc11_objects_in_time_and_the_dossier_is_exported_in_one_command(story):
    assert story.remedy["in_time"]
    topics = [line["topic"] for line in story.seen["dossier"]["record"]]
    wanted = (
        "registry.centre.revoked",
        "registry.revocation.statement-period-overridden",
        "registry.assessment.scored",
    )
    assert set(wanted) <= set(topics)
    assert all(len(document["sha256"]) == 64 and document["sm3"] for document in story.seen["dossier"]["evidence"])


def test_tc11_everything_returns_with_the_annulment(story):
    centre = story.seen["restored"]
    assert (centre["qualification"], centre["plaque"], centre["banned_until"]) == ("designated", "issued", None)
    assert centre["supervision"] == "revocation-proposed", "the proposal is to be decided anew"
    assert story.seen["bans_after"] == []
    assert {row["state"] for row in story.seen["references"]} == {"published"}


@pytest.mark.parametrize(
    ("day", "known_at", "qualification", "field", "banned"),
    [
        ("2030-07-31", KNOWN_BETWEEN, "designated", True, False),
        (REVOKED_ON, KNOWN_BETWEEN, "revoked", False, True),
        (BETWEEN, KNOWN_BETWEEN, "revoked", False, True),
        (BETWEEN, KNOWN_AFTER, "designated", True, False),
        (REMEDY["decided_on"], KNOWN_AFTER, "designated", True, False),
        (BETWEEN, "", "designated", True, False),
        (AGAIN["decided_on"], "", "revoked", False, True),
    ],
)
def test_tc11_as_known_on_and_as_effective_on_give_different_correct_answers(
    story, day, known_at, qualification, field, banned
):
    known = story.about(day, **({"known_at": known_at} if known_at else {}))
    assert known["qualification"] == qualification
    assert bool(known["facts"]["fields"]) is field
    assert bool(known["facts"]["ban"]) is banned


@pytest.mark.parametrize(("known_at", "met"), [(KNOWN_BETWEEN, 1), (KNOWN_AFTER, 2)])
def test_tc11_the_targets_count_it_again(story, known_at, met):
    board = story.auditor.get("registry", "/targets", as_of=BETWEEN, known_at=known_at)
    assert board["designated"] == met


def test_tc11_the_tax_office_is_corrected_under_the_same_key(story):
    assert story.seen["extract"]["status"] == "revoked"
    [corrected] = story.seen["extracts"]
    assert (corrected["key"], corrected["state"], corrected["corrections"]) == (
        story.seen["extract"]["key"],
        "designated",
        1,
    )
    assert datetime.fromisoformat(corrected["known_at"]) > datetime.fromisoformat(story.seen["extract"]["known_at"])


def test_tc11_whoever_acted_on_the_revocation_is_told_that_it_fell(story):
    told, after = [], 0
    while (page := story.auditor.get("registry", "/events", after=after, limit=200))["items"]:
        told += [event for event in page["items"] if event["data"].get("case_id") == story.track.case_id]
        after = page["next"]
    names = [event["type"].removeprefix("cn.gov.yn.mic.") for event in told]
    fell = names.index("centre.revocation-annulled.v1")
    assert told[fell]["data"]["corrects"] == TC11["revocation"]["document_no"]
    assert {"ban.annulled.v1", "status-extract.corrected.v1", "funding-reference.published.v1"} <= set(names[fell:])
    assert "centre.revoked.v1" in names[:fell]
    assert "centre.revoked.v1" in names[fell:]


def test_tc11_each_funding_reference_is_told_under_one_key_and_every_message_replaces_the_one_before(story):
    told, after = [], 0
    while (page := story.auditor.get("registry", "/events", after=after, limit=200))["items"]:
        told += [event for event in page["items"] if event["data"].get("case_id") == story.track.case_id]
        after = page["next"]
    of_2029 = [
        event["data"] | {"type": event["type"]} for event in told if event["data"].get("key", "")[-5:] == "@2029"
    ]
    steps = [(data["type"].split(".")[-2], data["corrections"]) for data in of_2029]
    assert steps == [("published", 0), ("withdrawn", 1), ("published", 2), ("withdrawn", 3)]
    assert len({data["key"] for data in of_2029}) == 1


def test_tc11_the_second_procedure_waits_until_the_centre_was_heard(story):
    assert story.seen["notice"]["statement_due"][:10] == AGAIN["statement"]["due_on"]
    assert (story.seen["early"].status, story.seen["early"].codes) == (409, ["statement-period-running"])
    centre = story.auditor.get("registry", story.centre)
    assert (centre["qualification"], centre["banned_until"]) == ("revoked", "2033-12-10")
    assert [row["state"] for row in story.mine("/revocations")] == ["revoked", "revoked"]


def test_tc11_is_on_the_roll_before_and_off_it_after(story):
    def on_roll(day, **known):
        roll = story.auditor.get("registry", "/roll", as_of=day, limit=200, **known)
        return story.track.case_id in {row["id"] for row in roll["items"]}

    assert on_roll("2026-06-11")
    assert not on_roll(BETWEEN, known_at=KNOWN_BETWEEN)
    assert on_roll(BETWEEN)
    assert not on_roll(AGAIN["decided_on"])
