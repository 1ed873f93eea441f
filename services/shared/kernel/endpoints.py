"""HTTP entrypoints for a service class: `command` for acts, `query` for reads, each named after its method.

A command is admitted by the authority table, read strictly, carried out once (see `idempotency`), and answered with the
aggregate that it led to and its version as a strong ETag. A query is admitted the same way and sees only its scope.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote
from uuid import UUID

import marshmallow as ma
import msgspec
from eventsourcing.persistence import IntegrityError
from werkzeug.wrappers import Request, Response

from services.shared.aggregate import Acting, Aggregate
from services.shared.kernel import idempotency
from services.shared.kernel.application import Application
from services.shared.kernel.authority import Admission, admit
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.documents import DocumentStore
from services.shared.kernel.fields import Form, load
from services.shared.kernel.metrics import Outcome
from services.shared.kernel.problems import problem
from services.shared.kernel.request import (
    body_bytes,
    digest_of,
    expected_version,
    idempotency_key,
    json_body,
    request_id,
    trace_context,
)
from services.shared.kernel.web import Entrypoint
from services.shared.kernel.wiring import Wired
from services.shared.vocabulary import Denied, DocumentRef, Finding, NotFound, Refusal, VersionConflict

A = TypeVar("A", bound=Aggregate)

ATTEMPTS = 5
"""How often a command without an expected version is tried afresh when another writer was first."""


class Act(NamedTuple):
    """One endpoint: the name of its act, what it takes, what it answers, and where."""

    name: str
    takes: ma.Schema | None
    answers: ma.Schema | None
    creates: bool = False
    raw: int = 0
    any_json: bool = False


def command(
    method: str,
    path: str,
    takes: type[ma.Schema] | None = None,
    answers: type[ma.Schema] | None = None,
    *,
    creates: bool = False,
    raw: int = 0,
    any_json: bool = False,
) -> Callable[[Callable[..., Aggregate]], Any]:
    """A command endpoint; the decorated method returns the aggregate that changed.

    `creates`: nothing exists yet, so no `If-Match` is asked for and the answer is 201. `raw`: the body is not JSON but
    up to that many bytes, given to the method as `body`, `media_type` and (from the query) `name`. `any_json`: the body
    is `{"content": …}`, whose value the application checks.
    """

    def decorate(function: Callable[..., Aggregate]) -> Any:
        act = Act(function.__name__, takes() if takes else None, answers() if answers else None, creates, raw, any_json)

        @functools.wraps(function)
        def endpoint(service: Any, request: Request, **values: Any) -> Response:
            return _answer(service.wired, act, request, functools.partial(_command, service, function, values))

        endpoint.act = act  # type: ignore[attr-defined]  # read by what describes the interface
        return Entrypoint.decorator(method, path)(endpoint)

    return decorate


def query(path: str) -> Callable[[Callable[..., Any]], Any]:
    """A read endpoint; the decorated method is given the admission and the request, and returns plain values.

    A dictionary with a `version` becomes the answer's ETag; a Response is sent as it is.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        act = Act(function.__name__, None, None)

        @functools.wraps(function)
        def endpoint(service: Any, request: Request, **values: Any) -> Response:
            return _answer(service.wired, act, request, functools.partial(_query, service, function, values))

        endpoint.act = act  # type: ignore[attr-defined]  # read by what describes the interface
        return Entrypoint.decorator("GET", path)(endpoint)

    return decorate


def visible(application: Application, admission: Admission, cls: type[A], aggregate_id: UUID) -> A:
    """The aggregate, for a read. Raises NotFound when there is none or the caller may not know of it."""
    aggregate = application.find(cls, aggregate_id)
    if aggregate is None or not admission.sees(aggregate):
        raise NotFound(Finding("not-found", "没有这一事项", f"no such {cls.__name__.lower()}"))
    return aggregate


def document_answer(store: DocumentStore, allowed: Iterable[DocumentRef], sha256: str) -> Response:
    """The bytes of a document that one of the service's own things refers to. Raises NotFound for any other."""
    document = next((d for d in allowed if d.sha256 == sha256), None)
    if document is None:
        raise NotFound(Finding("not-found", "没有这一文件", "no such document"))
    response = Response(store.read(sha256), content_type=document.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.name)}"
    response.set_etag(sha256)
    return response


def _answer(wired: Wired, act: Act, request: Request, carry_out: Callable[[Act, Request, str], Response]) -> Response:
    """Carry out the request, turn what went wrong into a problem document, and leave a trace of both."""
    started, trace_id = time.monotonic(), request_id(request)
    request.traceparent = trace_context(request)  # type: ignore[attr-defined]  # for the command, and for the log
    error: Exception | None = None
    try:
        response = carry_out(act, request, trace_id)
    except Exception as raised:
        error = raised
        response = problem(error, request.path, trace_id)
        if response.status_code == 500:
            wired.logger.exception(
                "request failed",
                correlation_id=trace_id,
                traceparent=request.traceparent,  # type: ignore[attr-defined]  # set above
                command=act.name,
            )
        _record_refusal(wired, act, request, error)
    response.headers["X-Request-Id"] = trace_id
    _leave_trace(wired, act, request, response, _outcome(response, error), time.monotonic() - started)
    return response


def _leave_trace(
    wired: Wired, act: Act, request: Request, response: Response, outcome: Outcome, seconds: float
) -> None:
    """Count the request, and write one line of it: who it was stands in the event or in the security log."""
    wired.observe(act.name, outcome, seconds)
    wired.logger.info(
        "request",
        correlation_id=response.headers["X-Request-Id"],
        traceparent=request.traceparent,  # type: ignore[attr-defined]  # set by `_answer`
        command=act.name,
        method=request.method,
        outcome=outcome,
        status=response.status_code,
        duration_ms=round(seconds * 1000, 1),
    )


_OUTCOMES: dict[int, Outcome] = {
    401: "denied",
    403: "denied",
    404: "not-found",
    409: "wrong-state",
    412: "conflict",
    413: "invalid",
    415: "invalid",
    422: "invalid",
    428: "invalid",
}


def _outcome(response: Response, error: Exception | None) -> Outcome:
    if error is None:
        return "repeated" if response.headers.get("Idempotency-Replayed") else "done"
    return _OUTCOMES.get(response.status_code, "failed")


def _record_refusal(wired: Wired, act: Act, request: Request, error: Exception) -> None:
    """Denials, and commands refused for whatever reason, are kept: who tried what, and the codes of the refusal."""
    if not isinstance(error, Refusal) or not (isinstance(error, Denied | NotFound) or request.method != "GET"):
        return
    who = getattr(request, "identity", None)
    wired.security.record(
        wired.clock.now(),
        actor=who.subject if who else "unknown",
        act=act.name,
        outcome="denied" if isinstance(error, Denied | NotFound) else "refused",
        organisation=who.organisation if who else "",
        thing=request.path,
        detail={"codes": sorted({f.code for f in error.findings})},
    )


def _admission(wired: Wired, act: Act, request: Request) -> Admission:
    identity = wired.identity_of(request.headers.get("Authorization", ""))
    request.identity = identity  # type: ignore[attr-defined]  # for the record of refusals
    return admit(wired.authority, act.name, identity)


def _command(
    service: Any, function: Callable[..., Aggregate], values: dict[str, Any], act: Act, request: Request, trace_id: str
) -> Response:
    wired: Wired = service.wired
    admission = _admission(wired, act, request)
    key, caller = idempotency_key(request), admission.identity.subject
    arguments, digest = _arguments(act, request)
    if done := idempotency.find(wired.database, caller, key, digest):
        return _repeat(wired, act, done)
    target = next((v for v in values.values() if isinstance(v, UUID)), None)
    expected = None if act.creates or target is None else expected_version(request)
    circumstances = Acting(
        at=wired.clock.now(),
        actor=caller,
        capacity=str(admission.role),
        organisation=admission.identity.organisation,
        command=act.name,
        command_id=key,
        correlation_id=trace_id,
        legal_basis=admission.basis,
        effective_at=arguments.pop("effective_at", None),
        traceparent=request.traceparent,  # type: ignore[attr-defined]  # set by `_answer`
    )
    for attempt in range(ATTEMPTS):
        effects = [idempotency.remember(caller, key, digest, act.name)]
        command = Command(circumstances, target, expected, admission.sees, effects)
        try:
            with carrying_out(command):
                aggregate = function(service, **values, **arguments)
            return _done(act, aggregate, 201 if act.creates else 200)
        except (IntegrityError, Refusal) as error:
            # Our own commit whose answer was lost, the same request sent twice at once, or another writer: the stored
            # key tells which.
            if done := idempotency.find(wired.database, caller, key, digest):
                return _repeat(wired, act, done)
            if isinstance(error, Refusal):
                raise
            if expected is not None and target is not None:
                raise _conflict(wired, target, expected) from None
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _arguments(act: Act, request: Request) -> tuple[dict[str, Any], bytes]:
    """The arguments in the body, and the digest that marks a repeat of the same request."""
    if act.raw:
        body = body_bytes(request, act.raw)
        upload = {"body": body, "media_type": request.mimetype, "name": request.args.get("name", "")}
        return upload, digest_of(request, body)
    value = json_body(request)
    digest = digest_of(request, request.get_data(cache=True))
    takes = _Content() if act.any_json else act.takes or _Nothing()
    arguments: dict[str, Any] = load(takes, value)
    return arguments, digest


class _Nothing(Form):
    """The body of a command that takes nothing."""


class _Content(Form):
    """The body of a command whose value the application checks."""

    content = ma.fields.Raw(required=True)


def _repeat(wired: Wired, act: Act, done: idempotency.Done) -> Response:
    aggregate = wired.application.find(Aggregate, done.originator_id, version=done.originator_version)
    if aggregate is None:
        raise RuntimeError("a remembered command points nowhere")
    response = _done(act, aggregate, 201 if act.creates else 200)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _conflict(wired: Wired, target: UUID, expected: int) -> VersionConflict:
    """The conflict, with the names of the events that came between."""
    aggregate = wired.application.find(Aggregate, target)
    error = VersionConflict(expected, aggregate.version if aggregate else 0)
    events = wired.application.event_log.select_events(target, gt=expected, limit=50)
    error.extras = {"events_since": [e.topic for e in events]}  # type: ignore[attr-defined]  # read by `problem`
    return error


def _done(act: Act, aggregate: Aggregate, status: int) -> Response:
    answer = act.answers.dump(aggregate) if act.answers else {}
    return _json({"id": aggregate.id, "version": aggregate.version, **answer}, status)


def _query(
    service: Any, function: Callable[..., Any], values: dict[str, Any], act: Act, request: Request, trace_id: str
) -> Response:
    del trace_id
    admission = _admission(service.wired, act, request)
    result = function(service, admission, request, **values)
    if not isinstance(result, Response):
        return _json(result, 200, request)
    is_file = result.headers.get("Content-Disposition", "").startswith("attachment")
    if is_file and admission.role != "public":
        _record_export(service.wired, act, request, admission)
    return result


def _record_export(wired: Wired, act: Act, request: Request, admission: Admission) -> None:
    """What leaves as a file is kept on record before it leaves: who took what."""
    wired.security.record(
        wired.clock.now(),
        actor=admission.identity.subject,
        capacity=str(admission.role),
        organisation=admission.identity.organisation,
        act=act.name,
        outcome="exported",
        thing=request.full_path.rstrip("?"),
    )


def _json(value: Any, status: int, request: Request | None = None) -> Response:
    response = Response(msgspec.json.encode(value), status=status, content_type="application/json")
    if isinstance(value, dict) and isinstance(value.get("version"), int):
        response.set_etag(str(value["version"]))
        if request is not None:
            response.make_conditional(request)
    return response
