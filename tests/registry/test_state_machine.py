"""A machine of random commands, lawful and unlawful, on PostgreSQL: what must always hold holds after every one.

No plaque without designation, no listing without a cleared notice, no two qualifications at once, nothing changed by a
refusal; and a replay from scratch gives the live rows.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, pairwise
from uuid import UUID, uuid5

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.registry.domain.assessment import Assessment
from services.registry.domain.centre import Centre
from services.registry.domain.outcome import Outcome
from services.registry.domain.plaque import Plaque
from services.registry.domain.qualification import LISTED, Qualification
from services.registry.domain.values import Service
from services.registry.projections import PROJECTIONS
from services.shared.kernel.application import fold
from services.shared.kernel.projections import rebuild
from services.shared.vocabulary import Refusal, Track
from tests.registry.examples import BAD, FACTS, FIGURES, GOOD
from tests.registry.life import Life
from tests.registry.test_projections import contents

NOBODY = UUID("0190a0b0-0000-7000-8000-0000000000c3")
DECIDED = {"document_no": "号"}
FIRST_DAY = date(2026, 6, 10)
EXAMPLES = count()


def latest(life, table, case):
    rows = life.rows(f"select id from {table} where case_id = %s order by id desc limit 1", case)
    return rows[0]["id"] if rows else NOBODY


def change(subject, **facts):
    def ask(life, registry, case):
        registry.request_change(case, subject=subject, facts=facts, effective_on=life.day, reason="变更")

    return "applicant", ask


def merge(life, registry, case):
    other = next(each for each in life.cases if each != case)
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


def visit(life, registry, case):
    terms = {"visited_on": life.day, "inspectors": ("officer", "officer-2")[: life.step % 3]}
    registry.record_assessment_visit(latest(life, "assessments", case), text="现场情况。", **terms)


def deliberate(life, registry, case):
    terms = {"held_on": life.day, "minute_no": "号", "text": "评议意见。"}
    registry.record_assessment_deliberation(latest(life, "assessments", case), **terms)


def hand_in(life, registry, case):
    registry.submit_assessment_materials(latest(life, "assessments", case), text="材料。")


def score(life, registry, case):
    terms = {"items": GOOD, "score": None, "text": "考核意见。"}
    registry.score_assessment(latest(life, "assessments", case), **terms)


def object_to(life, registry, case):
    decision = latest(life, "revocations", case)
    registry.open_remedy_case(decision, kind="reconsideration", body="省政府", filed_on=life.day)


def outcome(life, registry, case):
    terms = {"outcome": Outcome.ANNULLED, "decided_on": life.day, "text": "撤销", **DECIDED}
    registry.record_remedy_outcome(latest(life, "remedies", case), **terms)


def serve(life, registry, case):
    served = Service(life.day, "direct", "回证")
    registry.serve_revocation_notice(latest(life, "revocations", case), served=served)


def annul_result(life, registry, case):
    registry.annul_assessment(latest(life, "assessments", case), body="省政府", **DECIDED)


def annul_revocation(life, registry, case):
    revoked_on = centre.revoked_on if (centre := life.centre(case)) and centre.revoked_on else life.day
    registry.annul_revocation(case, body="省政府", effective_on=revoked_on, **DECIDED)


def split(life, registry, case):
    unit = FACTS.member_usccs[-1]
    facts = {"split_off": "分立单位", "split_off_uscc": unit, "split_member_usccs": [unit]}
    facts["split_keeper"] = "successor" if life.step % 2 else "centre"
    registry.request_change(case, subject="split", facts=facts, effective_on=life.day, reason="分立")


def pledge(life, registry, case):
    terms = {"kind": "equity", "pledged_wan": Decimal(100), "due_on": life.day, "agreement_no": "号"}
    registry.pledge_contribution(case, unit_uscc=FACTS.member_usccs[-1], **terms)


def pay_in(life, registry, case):
    terms = {"amount_wan": Decimal(60), "paid_on": life.day, "voucher_no": str(life.step)}
    registry.pay_contribution_in(latest(life, "contributions", case), **terms)


def summarise(life, registry, case):
    figures = {**FIGURES, "full_time_rd_staff": life.step % 3}
    registry.submit_summary(latest(life, "summaries", case), text="全年工作总结。", figures=figures)


def serve_outcome(life, registry, case):
    registry.serve_remedy_outcome(latest(life, "remedies", case), served=Service(life.day, "mail", "EMS"))


def later(life, _registry, _case):
    life.day += timedelta(days=400)
    life.on(life.day)


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
    ("head", lambda life, registry, case: registry.open_investigation(case, reason="举报")),
    ("head", lambda life, registry, case: registry.close_investigation(case, finding="不属实")),
    ("head", lambda life, registry, case: registry.recommend_to_ministry(case, letter_no="号")),
    ("officer", lambda life, registry, case: registry.record_national_result(case, result="national", **DECIDED)),
    ("officer", serve),
    ("applicant", lambda life, registry, case: registry.ask_for_hearing(latest(life, "revocations", case))),
    ("clock", lambda life, registry, case: life.wired.run_deadlines()),
    ("officer", lambda life, registry, case: registry.schedule_assessment(case, year=life.day.year)),
    ("applicant", hand_in),
    ("officer", visit),
    ("body", deliberate),
    ("officer", score),
    ("head", annul_result),
    ("head", annul_revocation),
    ("applicant", split),
    ("applicant", pledge),
    ("applicant", pay_in),
    ("applicant", summarise),
    (
        "prefecture-head",
        lambda life, registry, case: registry.forward_summary(
            latest(life, "summaries", case), agrees=True, text="同意"
        ),
    ),
    ("officer", lambda life, registry, case: registry.accept_summary(latest(life, "summaries", case))),
    ("officer", serve_outcome),
)


LISTED_WAY = COMMANDS[:3]
REVOKED_WAY = (("", later), assess(BAD), notice("condition_shortfall"), COMMANDS[9], COMMANDS[10])
"""Without a rectification: a failed assessment alone leads to one first."""


class Registry(RuleBasedStateMachine):
    """Two centres of this example, and everybody who may or may not do something with them."""

    life: Life

    @initialize(tracks=st.tuples(*[st.sampled_from(Track)] * 2))
    def begin(self, tracks):
        example = next(EXAMPLES)
        self.life.on(FIRST_DAY)
        self.life.day, self.life.step = FIRST_DAY, example * 1000
        self.life.cases = tuple(uuid5(NOBODY, f"{example}:{n}") for n in range(2))
        for case, track in zip(self.life.cases, tracks, strict=True):
            self.life.clear(case, track=track, centre_uscc=f"U{case.hex[:17]}")

    @rule(which=st.integers(0, 1), command=st.sampled_from(COMMANDS))
    def command(self, which, command):
        self.obey(self.life.cases[which], *command)

    @rule(command=st.sampled_from(COMMANDS))
    def command_about_nobody(self, command):
        self.obey(NOBODY, *command)

    @rule(which=st.integers(0, 1), steps=st.sampled_from(["listed", "revoked"]))
    def usual_way(self, which, steps):
        """Deep states are reached in one step."""
        case = self.life.cases[which]
        for command in LISTED_WAY if steps == "listed" else LISTED_WAY + REVOKED_WAY:
            self.obey(case, *command)

    @rule(months=st.integers(1, 18))
    def time_goes_on(self, months):
        self.life.day += timedelta(days=31 * months)
        self.life.on(self.life.day)

    def obey(self, case, who, what):
        """Carry out what is lawful; a refusal leaves no trace."""
        life, self.life.step = self.life, self.life.step + 1
        before = life.registry.event_log.max_notification_id()
        with suppress(Refusal):
            if who in ("", "clock"):
                what(life, life.registry, case)
                return
            with life.as_(who) as registry:
                try:
                    what(life, registry, case)
                except Refusal:
                    assert life.registry.event_log.max_notification_id() == before, "a refusal left a trace"
                    raise

    @invariant()
    def always(self):
        for case in getattr(self.life, "cases", ()):
            if (centre := self.life.centre(case)) is not None:
                check_centre(self.life, centre)
        listed = self.life.rows("select centre_uscc from centres where qualification = any(%s)", list(LISTED))
        assert len(listed) == len({row["centre_uscc"] for row in listed}), "a legal person is listed twice"

    def teardown(self):
        """Every aggregate of this example, replayed from its first event."""
        for case in self.life.cases if hasattr(self, "life") else ():
            history = list(self.life.registry.events.get(case))
            if history:
                assert vars(fold(None, history)) == vars(self.life.centre(case)), "replay and life disagree"


def check_stages(happened, state):
    """No score without the deliberation, no deliberation without the visit, no visit without materials."""
    order = (Assessment.MaterialsSubmitted, Assessment.SiteVisited, Assessment.Deliberated, Assessment.Scored)
    for earlier, later_ in pairwise(order):
        assert later_ not in happened or earlier in happened[: happened.index(later_)], f"no {earlier} before {later_}"
    assert state not in ("result-proposed", "final") or Assessment.Scored in happened


def check_centre(life, centre):
    """What must always hold of one centre, in its events and in its rows."""
    history = list(life.registry.events.get(centre.id))
    assert isinstance(history[0], Centre.Cleared), "listed without a cleared notice"
    designated = False
    for event in history:
        designated = designated or isinstance(event, Centre.Designated | Centre.CultivationUpgraded)
        assert designated or not isinstance(event, Centre.PlaqueIssued), "a plaque without designation"
        ended = (Centre.Revoked, Centre.VoluntaryExitApproved, Centre.Dissolved, Centre.MergedInto)
        designated = designated and not isinstance(event, ended)
        designated = designated or isinstance(event, Centre.RevocationAnnulled)
    if centre.plaque is Plaque.ISSUED:
        assert centre.qualification is Qualification.DESIGNATED
    [row] = life.rows(
        "select qualification, supervision, plaque, national_level, lead_uscc, centre_name, grade, version from centres"
        " where id = %s",
        centre.id,
    )
    assert row == {
        "qualification": centre.qualification,
        "supervision": centre.supervision,
        "plaque": centre.plaque,
        "national_level": centre.national,
        "lead_uscc": centre.lead_uscc,
        "centre_name": centre.facts.centre_name,
        "grade": centre.grade,
        "version": centre.version,
    }
    running = life.rows("select 1 from bans where case_id = %s and state = 'running'", centre.id)
    assert not (running and centre.is_listed), "listed and banned"
    relied = life.rows(
        "select 1 from funding_references as told where case_id = %s and state = 'published' and exists"
        " (select from assessments as a where a.case_id = told.case_id and a.year = told.year and state = 'annulled')"
        " and not exists"
        " (select from assessments as a where a.case_id = told.case_id and a.year = told.year and state = 'final')",
        centre.id,
    )
    assert not relied, "money is given for a result that was annulled"
    for row in life.rows("select id, state from assessments where case_id = %s", centre.id):
        check_stages([type(event) for event in life.registry.events.get(row["id"])], row["state"])
    due = life.rows("select 1 from deadlines where aggregate_id = %s and kind = 'assessment'", centre.id)
    assert not (due and not centre.is_listed), "a centre that is not listed is to be assessed"


def test_no_order_of_commands_breaks_what_must_always_hold_and_replay_equals_life(life, database_url):
    machine = type("Machine", (Registry,), {"life": life})
    thorough = settings(
        max_examples=12,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=thorough)
    live = contents(life)
    for projection in PROJECTIONS.by_name.values():
        rebuild(database_url, "registry", projection, life.registry.event_mapper)
    assert contents(life) == live


def test_the_usual_way_reaches_the_annulment(life):
    machine = type("Machine", (Registry,), {"life": life})()
    machine.begin((Track.DESIGNATION, Track.CULTIVATION))
    machine.usual_way(0, "revoked")
    case = life.cases[0]
    assert life.centre(case).qualification is Qualification.REVOKED
    for choice in (("officer", object_to), ("head", outcome)):
        machine.obey(case, *choice)
    assert [row["outcome"] for row in life.rows("select outcome from remedies")] == ["annulled"]
    assert life.centre(case).qualification is Qualification.DESIGNATED
    machine.always()


def test_the_machine_goes_through_the_stages_of_an_assessment(life):
    machine = type("Machine", (Registry,), {"life": life})()
    machine.begin((Track.DESIGNATION, Track.CULTIVATION))
    case, states = life.cases[0], []
    schedule = next(command for command in COMMANDS if command[1] is hand_in)
    begin = COMMANDS[COMMANDS.index(schedule) - 1]
    for command in (*LISTED_WAY, ("", later), begin, ("applicant", hand_in)):
        machine.obey(case, *command)
    for command in (
        ("body", deliberate),
        ("officer", visit),
        ("officer", score),
        ("body", deliberate),
        ("officer", score),
    ):
        life.step = 1
        machine.obey(case, *command)
        states += [row["state"] for row in life.rows("select state from assessments")]
        machine.always()
    assert states == ["initial-review", "site-visit", "site-visit", "deliberation", "result-proposed"]


def test_the_commands_of_the_machine_reach_what_they_are_for(life):
    machine = type("Machine", (Registry,), {"life": life})()
    machine.begin((Track.DESIGNATION, Track.CULTIVATION))
    case = life.cases[0]
    approve = ("head", lambda life, registry, case: registry.approve_change(latest(life, "changes", case), **DECIDED))
    annulled = (*LISTED_WAY, ("", later), assess(BAD), ("head", annul_result))
    split_up = (("applicant", split), ("prefecture-head", opinion), approve)
    reported = (("applicant", summarise), COMMANDS[-3], COMMANDS[-2])
    for command in (*annulled, *reported, ("applicant", pledge), ("applicant", pay_in), *split_up):
        machine.obey(case, *command)
    machine.always()
    tables = ("assessments", "funding_references", "contributions", "changes", "summaries")
    found = {table: {row["state"] for row in life.rows(f"select state from {table}")} for table in tables}
    assert found == {
        "assessments": {"annulled"},
        "funding_references": {"annulled"},
        "contributions": {"ceased"},
        "changes": {"approved"},
        "summaries": {"accepted", "due"},
    }
