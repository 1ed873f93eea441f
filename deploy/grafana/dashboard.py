"""The one Grafana dashboard, a row for each question of the night, as data from which its JSON is written.

`python -m deploy.grafana.dashboard >deploy/grafana/dashboards/zhichuang.json` writes it anew; a test holds the
file to it and its queries to the metrics that running services really export.
"""

from __future__ import annotations

import json
import sys
from typing import Any, NamedTuple


class Panel(NamedTuple):
    """One picture: its title, its query, the text of a line, and the unit (Grafana's names: s, short, none, reqps)."""

    title: str
    query: str
    legend: str
    unit: str = "short"


def _each(gauge: str, *labels: str) -> str:
    """The worst of a gauge over the instances that show it."""
    return f"max by ({', '.join(('service', *labels))}) (zhichuang_{gauge})"


ROWS: dict[str, tuple[Panel, ...]] = {
    "能用吗 / Does it answer?": (
        Panel("实例在线 / instances up", 'sum by (job) (up{job=~".*zhichuang.*"})', "{{job}}"),
        Panel(
            "请求结果 / requests by outcome",
            "sum by (service, outcome) (rate(zhichuang_commands_total[5m]))",
            "{{service}} {{outcome}}",
            "reqps",
        ),
        Panel(
            "95% 请求耗时 / seconds, one in twenty takes longer",
            "histogram_quantile(0.95, sum by (service, le) (rate(zhichuang_command_seconds_bucket[10m])))",
            "{{service}}",
            "s",
        ),
        Panel(
            "版本冲突 / lost races for a version",
            "sum by (service) (rate(zhichuang_concurrency_conflicts_total[5m]))",
            "{{service}}",
            "reqps",
        ),
    ),
    "彼此听见了吗 / Do the services hear each other?": (
        Panel("待发布事件 / events not yet published", _each("relay_lag_events"), "{{service}}"),
        Panel("待发布时长 / age of the oldest of them", _each("relay_lag_seconds"), "{{service}}", "s"),
        Panel("待接收事件 / events not yet taken in", _each("inbox_lag_events", "sender"), "{{service}} ← {{sender}}"),
        Panel("搁置事件 / parked events", _each("parked_events", "sender"), "{{service}} ← {{sender}}"),
        Panel("死信 / messages nobody could take", "max(zhichuang_dead_letters)", ""),
    ),
    "告知到了吗 / Are others told?": (
        Panel(
            "最久未送达 / age of the oldest event a subscriber was not told",
            _each("oldest_undelivered_seconds", "subscriber"),
            "{{subscriber}}",
            "s",
        ),
        Panel("订户搁置 / events a subscriber refused", _each("undeliverable_events", "subscriber"), "{{subscriber}}"),
        Panel("未送达通知 / notices that were given up", _each("failed_deliveries", "channel"), "{{channel}}"),
    ),
    "期限执行了吗 / Are deadlines carried out?": (
        Panel(
            "计时器停顿 / seconds since the timer ran",
            'time() - max by (service) (zhichuang_timer_heartbeat_timestamp_seconds{component!="relay"})',
            "{{service}}",
            "s",
        ),
        Panel("最久到期未办 / oldest deadline that is due", _each("oldest_due_deadline_seconds"), "{{service}}", "s"),
        Panel("逾期案件 / overdue cases by step", _each("overdue_cases", "step"), "{{service}} {{step}}"),
        Panel("日历末年 / last year with known working days", "min(zhichuang_calendar_last_known_year)", "", "none"),
    ),
    "记录完好吗 / Is the record whole?": (
        Panel(
            "封印时长 / age of the last checkpoint while something waits for the next",
            _each("seal_age_seconds"),
            "{{service}}",
            "s",
        ),
        Panel(
            "链校验失败 / links that did not hold",
            "sum by (service) (increase(zhichuang_chain_check_failures_total[1h]))",
            "{{service}}",
        ),
        Panel(
            "写入事件 / events written",
            "max by (service) (rate(zhichuang_log_events_total[5m]))",
            "{{service}}",
            "reqps",
        ),
        Panel(
            "重复请求 / repeats answered from history",
            "sum by (service) (rate(zhichuang_idempotent_replays_total[5m]))",
            "{{service}}",
            "reqps",
        ),
    ),
    "资源够吗 / Are there means enough?": (
        Panel("等待数据库连接 / callers who wait for the database", _each("database_pool_waiting"), "{{service}}"),
        Panel(
            "等待数据库时长 / seconds waited for it, each second",
            "sum by (service) (rate(zhichuang_database_pool_wait_seconds_total[5m]))",
            "{{service}}",
            "s",
        ),
        Panel("进程停顿 / longest pause of a process", _each("process_pause_seconds"), "{{service}}", "s"),
        Panel(
            "读不到的指标 / gauges that could not be read",
            "sum by (service, gauge) (increase(zhichuang_gauge_failures_total[10m]))",
            "{{service}} {{gauge}}",
        ),
    ),
}
_DATASOURCE = {"type": "prometheus", "uid": "prometheus"}
_HEIGHT = 7


def dashboard() -> dict[str, Any]:
    """The document that Grafana provisions."""
    panels: list[dict[str, Any]] = []
    top = 0
    for title, row in ROWS.items():
        place = {"x": 0, "y": top, "w": 24, "h": 1}
        panels.append({"id": len(panels) + 1, "type": "row", "title": title, "gridPos": place, "panels": []})
        width = 24 // len(row)
        for column, panel in enumerate(row):
            place = {"x": column * width, "y": top + 1, "w": width, "h": _HEIGHT}
            panels.append({"id": len(panels) + 1, "gridPos": place} | _picture(panel))
        top += 1 + _HEIGHT
    return {
        "uid": "zhichuang",
        "title": "制创 Zhichuang",
        "editable": False,
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "Asia/Shanghai",
        "panels": panels,
    }


def _picture(panel: Panel) -> dict[str, Any]:
    return {
        "type": "timeseries",
        "title": panel.title,
        "datasource": _DATASOURCE,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [{"refId": "A", "datasource": _DATASOURCE, "expr": panel.query, "legendFormat": panel.legend}],
    }


if __name__ == "__main__":
    json.dump(dashboard(), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
