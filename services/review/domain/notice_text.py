"""The wording of a public notice (公示), as it is posted and archived (S4.2)."""

from __future__ import annotations

from datetime import date

from services.review.domain.public_notice import PublicNotice
from services.review.domain.values import NoticeEntry
from services.shared.calendar import BEIJING, Deadline
from services.shared.policy import Edition
from services.shared.vocabulary import Track


def wording(notice: PublicNotice, notice_no: str, deadline: Deadline, edition: Edition) -> str:
    """The text that is posted and archived: number, basis, period, both lists, and where to object."""
    first, last = _day(deadline.start), _day(deadline.due.astimezone(BEIJING).date())
    stages = "、".join(edition["review.stages"].values())
    parts = [
        notice.title,
        notice_no,
        f"根据《{edition.title}》（{edition.document_no}），经{stages}，现将拟列入名单予以公示。",
        f"公示期：{first}至{last}，共{deadline.length}个{'工作' if deadline.unit == 'working_days' else ''}日。",
        *_list("拟认定名单", notice.entries, Track.DESIGNATION),
        *_list("拟培育试点名单", notice.entries, Track.CULTIVATION),
        f"如有异议，请在公示期内以书面形式实名向{'或'.join(edition['notice.objection_channels'].values())}反映并附证据。",
    ]
    return "\n".join(parts) + "\n"


def _list(heading: str, entries: tuple[NoticeEntry, ...], track: Track) -> list[str]:
    names = [
        f"{entry.centre_name}（牵头单位：{entry.lead_unit_name}）{_again(entry)}"
        for entry in entries
        if entry.track == track
    ]
    return [heading, *(f"{row}. {name}" for row, name in enumerate(names, 1))] if names else []


def _again(entry: NoticeEntry) -> str:
    return f"（更正后重新公示，原公示：{'、'.join(entry.shown_before)}）" if entry.shown_before else ""


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
