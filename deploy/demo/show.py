"""What the demonstration shows: a line for each step, the timeline across services, the roll, the ledger's verdict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.demo.client import Person, Refused
from deploy.demo.world import Track, World
from services.shared.kernel.clock import SHANGHAI
from services.shared.vocabulary import Role

QUALIFICATIONS = {"designated": "认定", "cultivation": "培育", "revoked": "已取消资格", "cleared": "待发文"}


def step(console: Console, at: datetime, who: str, what: str, result: str) -> None:
    """One line: when, who, what, and what came of it."""
    console.print(
        f"[green]✓[/] [dim]{at:%Y-%m-%d %H:%M}[/]  {who:<12} [bold]{what}[/]  [cyan]{result}[/]", highlight=False
    )


def problem(console: Console, refused: Refused) -> None:
    """A refusal of the API with every finding."""
    console.print(f"[red]✗ {refused.status} {refused.problem.get('title', '')}[/]", highlight=False)
    table = Table("编号 code", "位置 pointer", "内容", "条款 clause")
    for finding in refused.problem.get("errors", []):
        text = f"{finding.get('zh', '')}\n{finding.get('en', '')}"
        table.add_row(finding["code"], finding.get("pointer", ""), text, finding.get("clause", ""))
    console.print(table)


def timeline(console: Console, world: World, track: Track) -> None:
    """What audit's ledger says of a case, across all services, in causal order."""
    auditor = world.somebody(Role.AUDITOR)
    settled(auditor)
    happenings = auditor.get("audit", f"/cases/{track.case_id}/timeline")["items"]
    table = Table(
        "时间", "服务", "事项 topic", "身份", "依据", title=f"{track.number} {track.name}：{len(happenings)} 个事件"
    )
    for each in happenings:
        at = datetime.fromisoformat(each["recorded_at"]).astimezone(SHANGHAI)
        table.add_row(
            f"{at:%Y-%m-%d %H:%M}",
            each["service"],
            each["topic"],
            each.get("capacity", ""),
            "、".join(each.get("legal_basis", ())),
        )
    console.print(table)


def roll(console: Console, world: World, days: Sequence[date]) -> None:
    """The public list as at these days."""
    reader = world.somebody(Role.AUDITOR)
    for day in days:
        page = reader.get("registry", "/roll", as_of=day.isoformat(), limit=200)
        table = Table("编号", "名称", "牵头单位", "领域", "状态", title=f"名录，截至 {day}")
        for row in page["items"]:
            table.add_row(
                row["number"],
                row["centre_name"],
                row["lead_unit_name"],
                row["field_domain"],
                QUALIFICATIONS.get(row["qualification"], row["qualification"]),
            )
        console.print(table if page["items"] else f"名录，截至 {day}：尚无")


def days_worth_seeing(tracks: Sequence[Track]) -> list[date]:
    """The day after the first listing, and the day after the last thing that the stories tell of a listing."""
    told = [track.story for track in tracks]
    listed = [story["decision"]["effective_on"] for story in told if "decision" in story]
    revoked = [story["revocation"]["effective_on"] for story in told if "revocation" in story]
    days = sorted({min(listed), max(listed + revoked)}) if listed else []
    shown = [date.fromisoformat(day) + timedelta(days=1) for day in days]
    return [shown[0] - timedelta(days=2), *shown] if len(shown) == 1 else shown


def verdict(console: Console, world: World) -> bool:
    """Whether every log and the ledger are what was once written; shown with the counts."""
    auditor = world.somebody(Role.AUDITOR)
    settled(auditor)
    auditor.act("audit", "/checkpoints")
    report = settled(auditor)
    table = Table("服务", "事件", "断点", title="账本核验")
    for log in report["logs"]:
        table.add_row(log["service"], str(log["events"]), str(len(log["found"])))
    console.print(table)
    ledger = report["ledger"]
    console.print(
        f"账本 {ledger['size']} 条，根 {ledger['root'][:32]}…，检查点 {ledger['checkpoint']['number']} 已签名"
    )
    console.print("[green]✓ 核验通过 verified[/]" if report["intact"] else "[red]✗ 核验未通过 not intact[/]")
    intact: bool = report["intact"]
    return intact


def settled(auditor: Person) -> Any:
    """The verification once the ledger has taken in everything that the logs hold."""
    return auditor.until("audit", "/verification", lambda report: not any(log["pending"] for log in report["logs"]))
