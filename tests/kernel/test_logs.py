"""Log lines: one JSON object each, known keys only, nothing personal."""

import io
import json
import logging
import warnings

import pytest
import structlog

from services.shared.aggregate import acting
from services.shared.kernel.logs import KEYS, configure_logs, get_logger, log_context
from tests.given import circumstances

CANARIES = ["罕·幻相", "13812345678", "530102199001011234", "53010219900101123X", "han.huan@example.cn", "s3cret"]


@pytest.fixture
def stream():
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    out = io.StringIO()
    configure_logs(stream=out)
    yield out
    root.handlers, root.level = handlers, level
    logging.captureWarnings(False)
    structlog.reset_defaults()


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_writes_one_json_object_a_line_with_the_fixed_keys_first(stream):
    get_logger("intake").info("dossier-submitted", case="2026-001", position=7, duration_ms=1.5)
    [line] = lines(stream)
    assert list(line)[:4] == ["time", "level", "service", "event"]
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info",
        "service": "intake",
        "event": "dossier-submitted",
        "case": "2026-001",
        "position": 7,
        "duration_ms": 1.5,
    }


def test_context_is_on_every_line_inside_and_on_none_after(stream):
    log = get_logger("intake")
    with log_context(correlation_id="c-1", actor="officer-kunming"):
        log.info("inside")
    log.info("after")
    inside, after = lines(stream)
    assert (inside["correlation_id"], inside["actor"]) == ("c-1", "officer-kunming")
    assert "correlation_id" not in after


def test_drops_unknown_keys_and_notes_their_names(stream):
    get_logger("intake").info("written", body={"a": 1}, contact_name="罕·幻相", case="2026-001", **{"odd key": 1})
    [line] = lines(stream)
    assert line["dropped"] == "body contact_name ?"
    assert set(line) == {"time", "level", "service", "event", "case", "dropped"}


def test_drops_whole_structures_under_a_known_key(stream):
    get_logger("intake").info("written", case={"name": "x"}, actor=["y"])
    [line] = lines(stream)
    assert line["dropped"] == "actor case"


def test_masks_what_looks_personal_or_secret_wherever_it_stands(stream):
    log = get_logger("intake")
    for canary in CANARIES[1:5]:
        log.warning(f"failed for {canary}", case=canary, where=f"电话{canary}。", actor=f"+86-{canary}")
    log.warning("connect", queue="amqp://guest:s3cret@broker//", count=13812345678, code="eyJhbGciOi.eyJzdWIi.c2ln")
    log.warning("送交 罕·幻相 的申报")
    text = stream.getvalue()
    assert [canary for canary in [*CANARIES, "eyJ"] if canary in text] == []
    assert lines(stream)[-1]["event"] == "? ? ?"
    assert lines(stream)[-2]["queue"] == "amqp://***@broker//"


def test_leaves_ids_and_codes_alone(stream):
    ids = {
        "correlation_id": "0197a1b2-13ab-7def-8123-a13812345678",
        "organisation": "91530100MAFAKE019M",
        "position": 10_000_000,
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    }
    get_logger("intake").info("as-is", **ids)
    [line] = lines(stream)
    assert {key: line[key] for key in ids} == ids


def test_no_value_can_break_the_line(stream):
    get_logger("intake").info("a\nb", case='x\n{"forged": 1}\r\u2028\u0085\x1b[31m')
    assert len(stream.getvalue().splitlines()) == 1
    assert stream.getvalue().isascii()
    assert len(lines(stream)) == 1


def test_long_texts_are_cut(stream):
    get_logger("intake").info("e" * 5000, case="x" * 5000)
    assert len(stream.getvalue()) < 600


def test_exception_is_told_by_type_and_place_without_its_message(stream):
    try:
        raise ValueError("Key (mobile)=(13812345678) of 罕·幻相 s3cret")
    except ValueError as error:
        get_logger("intake").exception("command-failed")
        get_logger("intake").error("command-failed", exc_info=error)
    for line in lines(stream):
        assert (line["level"], line["error"]) == ("error", "ValueError")
        assert line["where"].startswith("kernel/test_logs.py:")
        assert "dropped" not in line
    assert not [canary for canary in CANARIES if canary in stream.getvalue()]


def test_level_below_the_threshold_is_silent(stream):
    get_logger("intake").debug("detail")
    assert stream.getvalue() == ""


def test_libraries_speak_through_the_same_pipeline_from_warning_up(stream):
    library = logging.getLogger("kombu.test")
    library.info("chatter")
    library.warning("cannot decode %r", {"mobile": "13812345678"})
    library.log(35, "odd level")
    library.error(ValueError("s3cret"))
    first, second, third = lines(stream)
    assert (first["logger"], first["level"], first["event"]) == ("kombu.test", "warning", "cannot decode %r")
    assert second["level"] == "warning"
    assert third["event"] == "ValueError"
    assert "13812345678" not in stream.getvalue()
    assert "s3cret" not in stream.getvalue()


def test_exception_of_a_library_is_told_without_its_message(stream):
    try:
        raise KeyError("13812345678")
    except KeyError:
        logging.getLogger("nameko.test").exception("error handling worker %s", "罕·幻相")
    [line] = lines(stream)
    assert (line["error"], line["event"]) == ("KeyError", "error handling worker %s")
    assert "13812345678" not in stream.getvalue()


def test_libraries_own_handlers_are_taken_away(capsys, stream):
    library = logging.getLogger("noisy.test")
    library.addHandler(logging.StreamHandler())
    library.setLevel(logging.DEBUG)
    configure_logs(stream=stream)
    library.debug("s3cret")
    library.warning("once")
    assert [line["event"] for line in lines(stream)] == ["once"]
    assert capsys.readouterr().err == ""


def test_warnings_are_log_lines(stream):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        configure_logs(stream=stream)
        warnings.warn("13812345678", stacklevel=1)
    [line] = lines(stream)
    assert line["logger"] == "py.warnings"
    assert "13812345678" not in stream.getvalue()


def test_list_of_keys_names_nothing_personal():
    assert not KEYS & {"name", "mobile", "phone", "email", "address", "body", "text", "message", "args", "url"}


def test_a_line_of_whatever_a_command_calls_tells_which_command_it_was(stream):
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    told = circumstances(correlation_id="c-7", command="submit_dossier", traceparent=trace)
    with acting(told):
        get_logger("intake").warning("inside")
        logging.getLogger("some.library").warning("its own words")
    get_logger("intake").info("after")
    inside, library, after = lines(stream)
    for line in (inside, library):
        assert (line["correlation_id"], line["command"], line["traceparent"]) == ("c-7", "submit_dossier", trace)
        assert "actor" not in line
    assert not {"correlation_id", "command"} & set(after)
