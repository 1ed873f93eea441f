"""TC-05: 昭通虚铝 withdraws at the moment at which Zhaotong sends its recommendation up."""

from __future__ import annotations

import io
import json
import uuid
from datetime import UTC, datetime
from threading import Barrier, Thread

import openpyxl
import psycopg
import pytest
from kombu.connection import Connection

from deploy.demo.case_file import read
from deploy.demo.client import Refused
from services.shared.envelope import MEDIA_TYPE, decode, encode
from services.shared.kernel.broker import Names
from services.shared.vocabulary import Role
from tests.deployment import Deployment
from tests.journeys.conftest import CASES, sweep, world_of
from tests.journeys.prefecture import prefecture_in

ZHAOTONG, DAY = "530600", "2026-03-23"
ROUND = {
    "number": "2026-5",
    "title": "2026 年申报",
    "year": 2026,
    "opens_on": "2026-01-12",
    "closes_on": "2026-03-31",
    "document_no": "云工信技创〔2026〕9号",
}


@pytest.fixture(scope="module")
def servers(module_database_url, amqp_uri, tmp_path_factory):
    prefix, services = f"tc05-{uuid.uuid4().hex[:8]}.", ("intake", "screening")
    home = tmp_path_factory.mktemp("tc05")
    start = datetime(2026, 1, 5, 1, tzinfo=UTC)
    deployment = Deployment(home, module_database_url, amqp_uri, prefix=prefix, start=start)
    world = None
    try:
        deployment.prepare(*services)
        for service in services:
            deployment.start(service)
        world = world_of(deployment)
        prefecture = prefecture_in(world, ZHAOTONG, ROUND)
        world.on(DAY)
        yield prefecture, deployment, prefix
    finally:
        if world is not None:
            world.close()
        deployment.close()
        sweep(amqp_uri, prefix)


@pytest.fixture(scope="module")
def zhaotong(servers):
    return servers[0]


def deliver_again(amqp_uri, prefix, event):
    """What the relay has published already comes once more, and again."""
    body, names = encode(decode(json.dumps(event).encode())), Names(prefix)
    with Connection(amqp_uri, transport_options={"confirm_publish": True}) as connection:
        channel = connection.default_channel
        for _ in range(2):
            message = channel.prepare_message(body, content_type=MEDIA_TYPE, content_encoding="utf-8")
            channel.basic_publish(message, names.events, decode(body).routing_key)


def people_in(body):
    """The contacts of the rows of a printed Annex 3."""
    rows = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].iter_rows(values_only=True)
    return [row[-2:] for row in rows if str(row[0]).isdigit()]


def withdraw(applicant, track, key=None):
    more = {"key": key} if key else {}
    return applicant.act("intake", f"/dossiers/{track.case_id}/withdraw", {"reason": "股东变更"}, **more)


def test_tc05_a_withdrawal_that_comes_first_stops_the_letter(zhaotong):
    track, applicant = zhaotong.submitted("昭通虚铝股份有限公司", 601)
    path = zhaotong.make_ready(track, DAY)
    batch = zhaotong.letter("昭工信〔2026〕1号", DAY, track)
    withdraw(applicant, track)
    zhaotong.officer.until("screening", path, lambda screening: screening["code"] == "A90")
    with pytest.raises(Refused) as lost:
        zhaotong.head.act("screening", f"/batches/{batch['id']}/submit", seen=batch["version"])
    assert (lost.value.status, lost.value.codes) == (409, ["case-not-ready"])
    assert zhaotong.officer.get("screening", f"/batches/{batch['id']}")["state"] == "signed"


def test_tc05_a_withdrawal_that_comes_later_leaves_a_slip_and_a_supplement(zhaotong):
    leaving, applicant = zhaotong.submitted("昭通虚铝股份有限公司", 602)
    staying, _ = zhaotong.submitted("昭通幻褐煤股份有限公司", 603)
    path = zhaotong.make_ready(leaving, DAY)
    zhaotong.make_ready(staying, DAY)
    batch = zhaotong.letter("昭工信〔2026〕2号", DAY, leaving, staying)
    at = f"/batches/{batch['id']}"
    zhaotong.head.act("screening", f"{at}/submit", seen=batch["version"])
    key = uuid.uuid4().hex
    assert withdraw(applicant, leaving, key) == withdraw(applicant, leaving, key)
    noted = zhaotong.officer.until("screening", at, lambda seen: seen["slips"])
    assert [(slip["case_id"], slip["cause"]) for slip in noted["slips"]] == [(leaving.case_id, "withdrawn")]
    screening = zhaotong.officer.get("screening", path)
    assert (screening["code"], screening["withdrawal_noted"]) == ("A20", True)

    contact = read(CASES / "tc01.yaml").dossier["centre"]["contact"]
    assert (
        people_in(zhaotong.officer.get("screening", f"{at}/annex-3.xlsx")) == [(contact["name"], contact["mobile"])] * 2
    )
    qujing = zhaotong.world.somebody(Role.PREFECTURE_OFFICER, prefecture="530300")
    with pytest.raises(Refused) as other:
        qujing.get("screening", f"{at}/annex-3.xlsx")
    assert other.value.status == 404

    zhaotong.officer.act("screening", f"{at}/draft-supplement")
    letter = {"letter_no": "昭工信〔2026〕3号", "letter_date": DAY}
    issued = zhaotong.head.act("screening", f"{at}/sign-supplement", letter)
    assert issued["annex_3"] == batch["annex_3"]
    auditor = zhaotong.world.somebody(Role.AUDITOR)
    first = auditor.get("screening", f"{at}/documents/{batch['annex_3']['sha256']}")
    assert len(first["rows"]) == 2
    [supplement] = auditor.get("screening", at)["supplements"]
    sheet = auditor.get("screening", f"{at}/documents/{supplement['annex_3']['sha256']}")
    assert [row["case_id"] for row in sheet["rows"]] == [staying.case_id]
    assert [left["case_id"] for left in sheet["left"]] == [leaving.case_id]


@pytest.mark.parametrize("number", [611, 612, 613])
def test_tc05_of_a_withdrawal_and_a_letter_in_the_same_second_one_is_first_and_both_ends_agree(zhaotong, number):
    track, applicant = zhaotong.submitted("昭通虚铝股份有限公司", number)
    path = zhaotong.make_ready(track, DAY)
    batch = zhaotong.letter(f"昭工信〔2026〕{number}号", DAY, track)
    start, outcome = Barrier(2), []

    def send_up():
        start.wait()
        try:
            zhaotong.head.act("screening", f"/batches/{batch['id']}/submit", seen=batch["version"])
            outcome.append(200)
        except Refused as lost:
            outcome.append(lost.status)

    thread = Thread(target=send_up)
    thread.start()
    start.wait()
    withdraw(applicant, track)
    thread.join()
    [status] = outcome
    if status == 200:
        screening = zhaotong.officer.until("screening", path, lambda seen: seen["withdrawal_noted"])
        slips = zhaotong.officer.get("screening", f"/batches/{batch['id']}")["slips"]
        assert (screening["code"], len(slips)) == ("A20", 1)
    else:
        assert status in (409, 412)
        screening = zhaotong.officer.until("screening", path, lambda seen: seen["code"] == "A90")
        assert not screening["withdrawal_noted"]


def test_tc05_a_withdrawal_that_the_broker_delivers_twice_more_is_still_one_event(servers, amqp_uri):
    zhaotong, deployment, prefix = servers
    track, applicant = zhaotong.submitted("昭通虚铝股份有限公司", 621)
    path = f"/screenings/{track.case_id}"
    withdraw(applicant, track)
    zhaotong.officer.until("screening", path, lambda screening: screening["code"] == "A90")
    auditor = zhaotong.world.somebody(Role.AUDITOR)
    [event] = [
        event
        for event in auditor.get("intake", "/events", limit=200)["items"]
        if event["type"].endswith("dossier.withdrawn.v1") and event["partitionkey"] == track.case_id
    ]
    deliver_again(amqp_uri, prefix, event)
    later, _ = zhaotong.submitted("昭通幻褐煤股份有限公司", 622)  # comes behind the two, so they have been heard
    assert later.case_id
    with psycopg.connect(deployment.database_url) as connection:
        query = "select topic from screening.log where originator_id = %s order by originator_version"
        topics = [topic for (topic,) in connection.execute(query, (track.case_id,)).fetchall()]
    assert topics == ["screening.screening.opened", "screening.screening.withdrawn"]
