"""What members contribute: pledged, paid in, short; with sums, of units only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from services.registry import queries
from services.registry.authority import AUTHORITY
from services.registry.domain import due
from services.registry.domain.contribution import Contribution, State, contribution_id
from services.shared.kernel.identity import Identity
from services.shared.vocabulary import Invalid, NotInThisState, Role, VersionConflict
from tests.given import done, given, made
from tests.registry.examples import CASE, EDITION, FACTS, REF
from tests.registry.test_application import late
from tests.registry.test_publishing import by_name

UNIT, DUE_ON = "91310000MAFAKE078X", date(2027, 6, 30)


def contribution(*steps):
    deadline = due.contribution(DUE_ON, EDITION)
    terms = (UNIT, "equity", Decimal("300.00"), DUE_ON, "共建协议第五条", EDITION.id, deadline)
    made_ = made(lambda: Contribution(contribution_id(CASE, UNIT, "equity", DUE_ON), REF, *terms))
    return done(made_, *steps)


def pay(amount, voucher="1号"):
    return lambda c: c.pay_in(amount_wan=Decimal(amount), paid_on=date(2027, 6, 1), voucher_no=voucher)


def test_is_paid_in_parts_until_nothing_is_outstanding():
    [event] = given(contribution()).when(pay("100.00")).then(Contribution.ContributionPaidIn)
    assert (event.paid_wan, event.outstanding_wan) == (Decimal("100.00"), Decimal("200.00"))
    part = contribution(pay("100.00"))
    assert part.state is State.PLEDGED
    [event] = given(part).when(pay("200.00", "2号")).then(Contribution.ContributionPaidIn)
    assert event.outstanding_wan == 0
    whole = contribution(pay("100.00"), pay("200.00", "2号"))
    assert whole.state is State.PAID
    given(whole).when(pay("1.00", "3号")).then_refused("not-in-this-state")


@pytest.mark.parametrize(
    ("amount", "voucher", "code"),
    [
        ("0.00", "2号", "nothing-contributed"),
        ("-1.00", "2号", "nothing-contributed"),
        ("200.01", "2号", "more-than-pledged"),
        ("1.00", "1号", "voucher-counted"),
    ],
)
def test_what_cannot_be_paid_in_is_refused(amount, voucher, code):
    given(contribution(pay("100.00"))).when(pay(amount, voucher)).then_refused(code)


def test_falls_short_once_and_may_still_be_paid_in():
    [event] = given(contribution(pay("100.00"))).when(Contribution.fall_short).then(Contribution.ContributionFellShort)
    assert event.outstanding_wan == Decimal("200.00")
    short = (pay("100.00"), Contribution.fall_short)
    given(contribution(*short)).when(Contribution.fall_short).then_refused("not-in-this-state")
    given(contribution(*short)).when(pay("200.00", "2号")).then(Contribution.ContributionPaidIn)
    given(contribution(pay("300.00"))).when(Contribution.fall_short).then_refused("not-in-this-state")


@pytest.fixture
def pledged(life):
    life.designate()
    return pledge(life)


def pledge(life, **changes):
    terms = {"unit_uscc": UNIT, "kind": "equity", "pledged_wan": Decimal("300.00"), "due_on": DUE_ON}
    with life.as_("applicant") as registry:
        return registry.pledge_contribution(CASE, **{**terms, "agreement_no": "共建协议第五条", **changes})


def pay_in(life, contribution, amount, day=date(2027, 6, 1), voucher="1号", **command):
    with life.as_("applicant", **command) as registry:
        terms = {"amount_wan": Decimal(amount), "paid_on": day, "voucher_no": voucher}
        return registry.pay_contribution_in(contribution.id, **terms)


def test_the_ledger_adds_up_by_unit_and_in_all(life, pledged):
    fee = pledge(life, unit_uscc=FACTS.lead_uscc, kind="membership_fee", pledged_wan=Decimal("50.00"))
    life.on(date(2027, 6, 1))
    pay_in(life, pledged, "100.00")
    pay_in(life, fee, "50.00")
    ledger = queries.contributions_of(life.wired.database, CASE)
    assert [(row["unit_uscc"], row["pledged_wan"], row["paid_wan"]) for row in ledger["items"]] == [
        (UNIT, Decimal("300.00"), Decimal("100.00")),
        (FACTS.lead_uscc, Decimal("50.00"), Decimal("50.00")),
    ]
    assert ledger["total"] == {
        "pledged_wan": Decimal("350.00"),
        "paid_wan": Decimal("150.00"),
        "outstanding_wan": Decimal("200.00"),
        "short": 0,
    }


def test_a_ledger_with_nothing_in_it_has_sums_of_nothing(life):
    life.designate()
    assert queries.contributions_of(life.wired.database, CASE)["items"] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unit_uscc": "91530700MAFAKE1741"}, "not-a-unit-of-the-centre"),
        ({"kind": "loan"}, "unknown-kind"),
        ({"pledged_wan": Decimal(0)}, "nothing-contributed"),
        ({"due_on": date(2026, 6, 9)}, "before-listing"),
        ({}, "pledged-already"),
    ],
)
def test_what_cannot_be_pledged_is_refused_and_nothing_changes(life, pledged, changes, code):
    before = life.registry.event_log.max_notification_id()
    with pytest.raises(Invalid, match=code) as refused:
        pledge(life, **changes)
    assert all(finding.clause for finding in refused.value.findings)
    assert life.registry.event_log.max_notification_id() == before


def test_a_payment_of_tomorrow_and_a_lost_race_are_refused(life, pledged):
    with pytest.raises(Invalid, match="effective-in-future"):
        pay_in(life, pledged, "1.00", date(2026, 6, 11))
    pay_in(life, pledged, "1.00", date(2026, 6, 10))
    with pytest.raises(VersionConflict):
        pay_in(life, pledged, "1.00", date(2026, 6, 10), "2号", target=pledged.id, expected_version=1)


def test_a_shortfall_is_an_exception_on_the_board_and_told_once_its_grace_is_over(life, pledged):
    pay_in(life, pledged, "100.00", date(2026, 6, 10))
    for day, kinds in ((date(2027, 7, 29), []), (date(2027, 7, 31), ["contribution-short"])):
        life.on(day)
        life.wired.run_deadlines()
        assert [kind for kind in late(life, day) if kind.startswith("contribution")] == kinds
    told = by_name(life)["contribution.fell-short.v1"].data
    assert (told["unit_uscc"], told["outstanding_wan"]) == (UNIT, "200.00")
    assert queries.contributions_of(life.wired.database, CASE)["total"]["short"] == 1
    pay_in(life, pledged, "200.00", date(2027, 7, 31), "2号")
    assert [kind for kind in late(life, day) if kind.startswith("contribution")] == []


def test_what_is_paid_in_full_is_never_short_and_what_falls_with_its_centre_is_not_asked_for(life, pledged):
    other = pledge(life, kind="membership_fee")
    pay_in(life, pledged, "300.00", date(2026, 6, 10))
    kinds = "select aggregate_id from deadlines where kind = 'contribution'"
    assert [row["aggregate_id"] for row in life.rows(kinds)] == [other.id]
    with life.as_("head") as registry:
        registry.dissolve(CASE, source="注销登记", document_no="1号", effective_on=date(2026, 6, 10))
    states = life.rows("select state from contributions order by state")
    assert [row["state"] for row in states] == ["ceased", "paid"]
    assert life.rows(kinds) == []
    with pytest.raises(NotInThisState):
        pay_in(life, other, "1.00", date(2026, 6, 10))


def test_a_member_sees_its_own_contribution_only(pledged):
    scope = AUTHORITY["list_contributions"].roles[Role.MEMBER_UNIT]
    members = (Identity("p", "某人", frozenset({Role.MEMBER_UNIT}), uscc, "") for uscc in (UNIT, FACTS.lead_uscc, ""))
    assert [scope.sees(member, pledged) for member in members] == [True, False, False]
