"""Random commands of everybody on PostgreSQL: what must always hold holds, and a replay gives the live rows."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.registry.domain.centre import Centre
from services.registry.domain.plaque import Plaque
from services.registry.domain.qualification import LISTED, Qualification
from services.registry.domain.remedy import Outcome
from services.registry.projections import PROJECTIONS
from services.shared.kernel.application import fold
from services.shared.kernel.projections import rebuild
from services.shared.vocabulary import Refusal, Track
from tests.registry.examples import BAD, GOOD
from tests.registry.life import Life
from tests.registry.test_projections import contents

OTHER_USCC, THIRD = "91533103MAFAKE2546", UUID("0190a0b0-0000-7000-8000-0000000000c3")
DECIDED = {"document_no": "号"}


def latest(life, table, case):
    rows = life.rows(f"select id from {table} where case_id = %s order by id desc limit 1", case)
    return rows[0]["id"] if rows else THIRD


def change(subject, **facts):
    def ask(life, registry, case):
        registry.request_change(case, subject=subject, facts=facts, effective_on=life.day, reason="变更")

    return "applicant", ask


def merge(life, registry, case):
    [other] = [each for each in life.cases if each != case]
    terms = {"facts": {}, "effective_on": life.day, "reason": "合并", "other_case_id": other}
    registry.request_change(case, subject="merger", **terms)


def revoke(life, registry, case):
    terms = {"meeting": "会", "minute_no": "号", "effective_on": life.day, **DECIDED}
    registry.revoke(latest(life, "revocations", case), **terms)


def notice(cause):
    def give(life, registry, case):
        registry.give_revocation_notice(case, cause=cause, grounds=("事由",), clauses=("S4.3",), **DECIDED)

    return "head", give


def assess(items):
    def all_steps(life, registry, case):
        del registry
        life.assess(life.day.year, items, case)

    return "", all_steps


def object_to(life, registry, case):
    decision = latest(life, "revocations", case)
    registry.open_remedy_case(decision, kind="reconsideration", body="省政府", filed_on=life.day)


def outcome(life, registry, case):
    terms = {"outcome": Outcome.ANNULLED, "decided_on": life.day, "text": "撤销", **DECIDED}
    registry.record_remedy_outcome(latest(life, "remedies", case), **terms)


def opinion(life, registry, case):
    change_id = latest(life, "changes", case)
    registry.give_change_opinion(change_id, agrees=True, text="同意", prefecture="530100")


COMMANDS = (
    ("body", lambda life, registry, case: registry.designate(case, effective_on=life.day, **DECIDED)),
    ("body", lambda life, registry, case: registry.list_for_cultivation(case, effective_on=life.day, **DECIDED)),
    ("officer", lambda life, registry, case: registry.issue_plaque(case, plaque_no=str(case)[:13])),
    ("officer", lambda life, registry, case: registry.replace_plaque(case, plaque_no=str(life.step), reason="遗失")),
    ("officer", lambda life, registry, case: registry.return_plaque(case, received_on=life.day)),
    assess(GOOD),
    assess(BAD),
    notice("failed_assessment"),
    notice("condition_shortfall"),
    (
        "head",
        lambda life, registry, case: registry.override_statement_period(latest(life, "revocations", case), reason=""),
    ),
    ("body", revoke),
    ("officer", object_to),
    ("head", outcome),
    change("centre_name", centre_name="云南新名创新中心"),
    change("members", member_usccs=("91530100MAFAKE019M",), member_names=("甲",)),
    ("applicant", merge),
    ("prefecture-head", opinion),
    ("head", lambda life, registry, case: registry.approve_change(latest(life, "changes", case), **DECIDED)),
    ("applicant", lambda life, registry, case: registry.request_exit(case, reason="退出", report="总结")),
    (
        "body",
        lambda life, registry, case: registry.approve_exit(
            latest(life, "exits", case), effective_on=life.day, **DECIDED
        ),
    ),
    ("head", lambda life, registry, case: registry.dissolve(case, source="注销", effective_on=life.day, **DECIDED)),
    ("applicant", lambda life, registry, case: registry.request_upgrade(case, text="申请")),
    (
        "body",
        lambda life, registry, case: registry.upgrade(latest(life, "upgrades", case), effective_on=life.day, **DECIDED),
    ),
    ("officer", lambda life, registry, case: registry.issue_extract(case, department="TAX", as_of=life.day)),
    ("clock", lambda life, registry, case: life.wired.run_deadlines()),
)
USUAL = (0, 2, 6, 8, 9, 10, 11, 12)
"""Designation, plaque, failed assessment, notice, revocation, objection, annulment."""


def obey(life: Life, case: UUID, step: int, choice: int) -> None:
    """Carry out what is lawful; time goes on by half a year."""
    life.step, life.day = step, date(2027, 1, 4) + timedelta(days=190 * step)
    life.on(life.day)
    who, what = COMMANDS[choice]
    if not who or who == "clock":
        with suppress(Refusal):
            what(life, life.registry, case)
        return
    with suppress(Refusal), life.as_(who) as registry:
        what(life, registry, case)


def check_always(life: Life) -> None:
    """No plaque without designation, no listing without a cleared notice, no two qualifications at once."""
    listed = life.rows("select centre_uscc from centres where qualification = any(%s)", list(LISTED))
    assert len(listed) == len({row["centre_uscc"] for row in listed}), "a legal person is listed twice"
    for case in life.cases:
        history = list(life.registry.events.get(case))
        kinds = [type(event) for event in history]
        assert kinds[0] is Centre.Cleared
        for event in history:
            if isinstance(event, Centre.PlaqueIssued):
                before = fold(None, history[: history.index(event)])
                assert before.qualification is Qualification.DESIGNATED
        centre = life.centre(case)
        if centre.plaque is Plaque.ISSUED:
            assert centre.qualification is Qualification.DESIGNATED
        [row] = life.rows(
            "select qualification, plaque, lead_uscc, centre_name, version from centres where id = %s", case
        )
        assert row == {
            "qualification": centre.qualification,
            "plaque": centre.plaque,
            "lead_uscc": centre.lead_uscc,
            "centre_name": centre.facts.centre_name,
            "version": centre.version,
        }


@for_all(
    st.sampled_from(Track),
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, len(COMMANDS) - 1)), min_size=5, max_size=30),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_order_of_commands_breaks_what_must_always_hold_and_replay_equals_life(
    life, database_url, track, usual, chosen
):
    life.cases = (uuid4(), uuid4())
    for case, uscc in zip(life.cases, (f"U{uuid4().hex[:17]}", OTHER_USCC), strict=True):
        life.on(date(2026, 6, 10))
        life.clear(case, track=track, centre_uscc=uscc)
    steps = [*((0, choice) for choice in USUAL if usual), *chosen]
    for step, (which, choice) in enumerate(steps):
        obey(life, life.cases[which], step, choice)
    check_always(life)
    live = contents(life)
    for projection in PROJECTIONS.by_name.values():
        rebuild(database_url, "registry", projection, life.registry.event_mapper)
    assert contents(life) == live


def test_the_usual_steps_reach_the_annulment(life):
    life.cases = (uuid4(), uuid4())
    life.clear(life.cases[0])
    for step, choice in enumerate(USUAL):
        obey(life, life.cases[0], step + 3, choice)
    assert [row["outcome"] for row in life.rows("select outcome from remedies")] == ["annulled"]
    assert life.centre(life.cases[0]).qualification is Qualification.DESIGNATED
