"""A centre's life after its notice: listing, plaque, summaries, assessment, and what follows from it (S4.2, S4.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeAlias

from deploy.demo.client import Person
from deploy.demo.world import Track, World
from services.shared.vocabulary import Role

Moment: TypeAlias = tuple[str, Callable[[], None]]
"""A day (ISO 8601) of a centre's life, and what happens on it."""


def live(world: World, tracks: list[Track]) -> None:
    """Everything that the stories tell of the centres, in the order of the days, whichever centre it is about."""
    moments = sorted((moment for track in tracks for moment in Life(world, track).moments()), key=lambda m: m[0])
    for day, happens in moments:
        world.on(day)
        happens()


class Life:
    """The life of one centre, as its story tells it."""

    def __init__(self, world: World, track: Track) -> None:
        self.world, self.track, self.story = world, track, track.story
        self.officer = world.somebody(Role.PROVINCE_OFFICER)
        self.head = world.somebody(Role.DIVISION_HEAD)
        self.body = world.somebody(Role.COLLECTIVE_BODY)
        self.centre = f"/centres/{track.case_id}"
        self._assessment: dict[str, Any] = {}
        self._rectification: dict[str, Any] = {}

    def moments(self) -> Iterator[Moment]:
        """What happens, each with its day; the story may end anywhere."""
        days: tuple[tuple[str, str, Callable[[], None]], ...] = (
            ("decision", "effective_on", self._list),
            ("plaque", "issued_on", self._award_plaque),
            ("three_year", "assessed_on", self._assess),
            ("rectification", "ordered_on", self._order_rectification),
            ("recheck", "assessed_on", self._recheck),
            ("revocation", "decided_on", self._revoke),
            ("national", "sent_on", self._recommend),
        )
        for part, day, happens in days:
            if not self.track.goes_on(part):
                continue
            yield self.story[part][day], happens
        for summary in [*([self.story["summary"]] if "summary" in self.story else []), *self._later_summaries()]:
            yield summary["filed_on"], lambda summary=summary: self._summarise(summary)  # type: ignore[misc]
        if self.track.goes_on("rectification"):
            yield self.story["rectification"]["report"]["filed_on"], self._report_rectification

    def _later_summaries(self) -> list[dict[str, Any]]:
        return list(self.story.get("later_summaries") or [])

    def _list(self) -> None:
        terms = self.story["decision"]
        self.officer.until("registry", self.centre, lambda centre: centre["qualification"] == "cleared")
        act = "designate" if self.story["assessment"]["track"] == "designation" else "list-for-cultivation"
        form = {"document_no": terms["document_no"], "effective_on": terms["effective_on"]}
        centre = self.body.act("registry", f"{self.centre}/{act}", form)
        self.world.did(
            self.body, f"{'认定' if act == 'designate' else '列入培育'} {terms['document_no']}", centre["number"]
        )

    def _award_plaque(self) -> None:
        terms = self.story["plaque"]
        self.officer.act("registry", f"{self.centre}/issue-plaque", {"plaque_no": terms["number"]})
        self.world.did(self.officer, f"授牌 {terms['number']} 号", self.track.name)

    def _summarise(self, terms: dict[str, Any]) -> None:
        applicant = self._applicant()
        summary = self._record(applicant, "summaries", lambda row: row["year"] == terms["year"])
        form = {"text": terms["text"], "figures": terms.get("figures", {})}
        applicant.act("registry", f"/summaries/{summary['id']}/submit", form)
        opinion = {"agrees": True, "text": "情况属实，同意转报。"}
        self._prefecture_head().act("registry", f"/summaries/{summary['id']}/forward", opinion)
        self.officer.act("registry", f"/summaries/{summary['id']}/accept")
        self.world.did(applicant, f"报送 {terms['year']} 年度工作总结", self.track.name)

    def _assess(self) -> None:
        terms = self.story["three_year"]
        applicant = self._applicant()
        year = int(terms["assessed_on"][:4])
        assessment = self.officer.act("registry", f"{self.centre}/schedule-assessment", {"year": year})
        path = f"/assessments/{assessment['id']}"
        applicant.act("registry", f"{path}/submit-materials", {"text": terms["text"]})
        visit = {
            "visited_on": terms["assessed_on"],
            "inspectors": [self.officer.claims["sub"], self.head.claims["sub"]],
        }
        self.officer.act("registry", f"{path}/record-visit", {**visit, "text": "现场考察情况与所报材料一致。"})
        minutes = {"held_on": terms["assessed_on"], "minute_no": f"考核评议纪要〔{year}〕{self.track.number[-7:]}"}
        self.body.act("registry", f"{path}/record-deliberation", {**minutes, "text": "综合评议，同意按细项评分。"})
        form = {name: terms[name] for name in ("items", "score", "text")}
        scored = self.officer.act("registry", f"{path}/score", form)
        document_no = terms.get("document_no", f"考核结果〔{year}〕{self.track.number[-7:]}")
        self.head.act("registry", f"{path}/finalise", {"document_no": document_no})
        self.world.did(self.head, f"{year} 年考核评估", f"{scored['score']} 分，{GRADES[scored['grade']]}")

    def _order_rectification(self) -> None:
        terms = self.story["rectification"]
        form = {"demands": terms["demands"], "document_no": terms["document_no"]}
        self._rectification = self.head.act("registry", f"{self.centre}/order-rectification", form)
        self.world.did(self.head, f"责令限期整改 {terms['document_no']}", f"至 {self._rectification['due'][:10]}")

    def _report_rectification(self) -> None:
        applicant = self._applicant()
        text = self.story["rectification"]["report"]["text"]
        applicant.act("registry", f"/rectifications/{self._rectification['id']}/report", {"text": text})
        self.world.did(applicant, "报送整改报告", self.track.name)

    def _recheck(self) -> None:
        terms = self.story["recheck"]
        form = {name: terms[name] for name in ("items", "score", "text")}
        outcome = self.officer.act("registry", f"/rectifications/{self._rectification['id']}/recheck", form)
        self.world.did(self.officer, "整改复核", f"{outcome['score']} 分，{GRADES[outcome['grade']]}")

    def _revoke(self) -> None:
        terms = self.story["revocation"]
        notice = {
            "cause": terms["cause"],
            "grounds": [terms["text"]],
            "clauses": terms.get("clauses", ["S4.3"]),
            "document_no": terms.get("notice_no", f"告知〔{terms['decided_on'][:4]}〕{self.track.number[-7:]}"),
        }
        told = self.head.act("registry", f"{self.centre}/give-revocation-notice", notice)
        self.world.did(self.head, "告知拟取消资格及陈述申辩权利", f"至 {told['statement_due'][:10]}")
        path = f"/revocations/{told['id']}"
        if terms.get("statement_period") == "skipped":
            self.head.act("registry", f"{path}/override-statement-period", {"reason": terms["override_reason"]})
            self.world.did(self.head, "[警示] 未待陈述申辩期满，记录理由", terms["override_reason"])
        else:
            form = {"served_on": terms.get("notice_served_on", terms["decided_on"]), "method": "direct"}
            told = self.officer.act("registry", f"{path}/serve-notice", {**form, "proof": "送达回证"})
            self.world.after(datetime.fromisoformat(told["statement_due"]))
        form = {name: terms[name] for name in ("document_no", "meeting", "minute_no", "effective_on")}
        self.body.act("registry", f"{path}/revoke", form)
        centre = self.officer.get("registry", self.centre)
        self.world.did(self.body, f"取消资格 {terms['document_no']}", f"限制申报至 {str(centre['banned_until'])[:10]}")

    def _recommend(self) -> None:
        terms = self.story["national"]
        self.head.act("registry", f"{self.centre}/recommend-to-ministry", {"letter_no": terms["letter_no"]})
        self.world.did(self.head, f"推荐申报国家级 {terms['letter_no']}", self.track.name)

    def _record(self, reader: Person, kind: str, wanted: Callable[[Any], bool]) -> Any:
        """The record of this centre that is wanted, once it is there."""

        def of_this_centre(page: Any) -> Any:
            return [row for row in page["items"] if row["case_id"] == self.track.case_id and wanted(row)]

        return of_this_centre(reader.until("registry", f"/{kind}", of_this_centre, limit=200))[0]

    def _applicant(self) -> Person:
        subject = self.track.file.applicant.get("user", f"applicant-{self.track.file.lead_uscc}")
        return self.world.person(subject, Role.APPLICANT, organisation=self.track.file.lead_uscc)

    def _prefecture_head(self) -> Person:
        subject, prefecture = self.story["screening"]["head"], self.track.file.prefecture
        return self.world.person(subject, Role.PREFECTURE_HEAD, prefecture=prefecture)


GRADES = {"excellent": "优秀", "good": "良好", "qualified": "合格", "failed": "不合格"}
