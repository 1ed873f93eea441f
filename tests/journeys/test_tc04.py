"""TC-04, before the prefecture: 保山虚硅 is told both defects at once, and the days run over the National Day."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from deploy.demo.client import Refused
from tests.deployment import Deployment
from tests.journeys.conftest import sweep, world_of
from tests.journeys.prefecture import prefecture_in

BAOSHAN = "530500"
ROUND = {
    "number": "2026-4",
    "title": "2026 年第二次申报",
    "year": 2026,
    "opens_on": "2026-08-03",
    "closes_on": "2026-12-31",
    "document_no": "云工信技创〔2026〕20号",
}
DEFECTS = [
    {"pointer": "/attachments", "zh": "缺少创新中心独立法人资格证书复印件", "clause": "S4.1.1"},
    {"pointer": "", "zh": "共建协议缺一家成员单位盖章", "clause": "S4.1.0"},
]


@pytest.fixture(scope="module")
def baoshan(module_database_url, amqp_uri, tmp_path_factory):
    prefix, services = f"tc04-{uuid.uuid4().hex[:8]}.", ("intake", "screening")
    home = tmp_path_factory.mktemp("tc04")
    start = datetime(2026, 8, 3, 0, tzinfo=UTC)
    deployment = Deployment(home, module_database_url, amqp_uri, prefix=prefix, start=start)
    world = None
    try:
        deployment.prepare(*services)
        for service in services:
            deployment.start(service)
        world = world_of(deployment)
        yield prefecture_in(world, BAOSHAN, ROUND)
    finally:
        if world is not None:
            world.close()
        deployment.close()
        sweep(amqp_uri, prefix)


def served(prefecture, number, day):
    """A dossier that was taken in and sent back on this day, with five working days to answer."""
    prefecture.world.on(day)
    track, _ = prefecture.submitted("保山虚硅股份有限公司", number)
    path = prefecture.take_in(track, day)
    form = {"items": DEFECTS, "days": 5, "served_on": day, "method": "electronic", "proof": f"回执 {day}"}
    prefecture.officer.act("screening", f"{path}/request-correction", form)
    return path, prefecture.officer.get("screening", path)


def test_tc04_the_notice_lists_both_defects_and_is_due_after_the_holidays_and_the_make_up_saturday(baoshan):
    path, screening = served(baoshan, 501, "2026-09-29")
    [correction] = screening["corrections"]
    assert screening["code"] == "A12"
    assert [item["zh"] for item in correction["items"]] == [defect["zh"] for defect in DEFECTS]
    assert datetime.fromisoformat(correction["due"]) == datetime.fromisoformat("2026-10-12T17:30:00+08:00")
    assert not correction["provisional"]
    [deadline] = screening["deadlines"]
    assert "10月12日17:30" in deadline["explanation"]["zh"]
    form = {"items": DEFECTS, "served_on": "2026-09-29", "method": "electronic", "proof": "回执"}
    with pytest.raises(Refused) as again:
        baoshan.officer.act("screening", f"{path}/request-correction", form)
    assert again.value.status == 409


def test_tc04_the_due_moment_is_provisional_when_next_years_holidays_are_unknown(baoshan):
    _, screening = served(baoshan, 502, "2026-12-28")
    [correction] = screening["corrections"]
    assert correction["provisional"]
    [deadline] = screening["deadlines"]
    assert "暂定" in deadline["explanation"]["zh"]
