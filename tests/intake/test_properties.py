"""Rounds and dossiers under any order of commands."""

from __future__ import annotations

from datetime import date

from services.intake.domain.dossier import Dossier
from services.intake.domain.round import Round
from services.intake.domain.round import State as RoundState
from services.intake.domain.states import State
from tests.examples.dossiers import good_dossier
from tests.intake.examples import (
    CALL,
    LATER,
    PARTICIPANTS,
    STRANGER,
    announce,
    attach,
    closed_round,
    conclude,
    concluded,
    confirm,
    confirmed,
    extend,
    open_round,
    opened,
    planned,
    save,
    submit,
    submitted,
    withdrawn,
)
from tests.lives import machine

ROUNDS = (
    announce,
    extend(LATER),
    extend(date(2026, 5, 1)),
    extend(date(2020, 1, 1)),
    Round.close,
    lambda r: r.cancel(document_no=CALL, reason="调整"),
    Round.begin_review,
    lambda r: r.announce(document_no=CALL),
    Round.archive,
)
DOSSIERS = (
    *(save(name, value) for name, value in good_dossier().items()),
    attach,
    *(confirm(uscc) for uscc in PARTICIPANTS),
    confirm(STRANGER),
    submit,
    lambda d: d.recall(reason="有误"),
    lambda d: d.withdraw(reason="方案调整"),
    lambda d: d.terminate(document_no=CALL, reason="批次取消"),
    conclude,
    lambda d: d.conclude(outcome="not-selected", reference="x"),
)


def an_extension_goes_forward(round_, events):
    days = [event.closes_on for event in events if isinstance(event, Round.Extended)]
    assert days == sorted(set(days))


def handed_in_means_everybody_has_confirmed(dossier, _):
    if dossier.state is State.SUBMITTED:
        assert set(PARTICIPANTS) <= set(dossier.confirmed)
        assert dossier.snapshot is not None


TestRound = machine(
    planned,
    open_round,
    closed_round,
    commands=ROUNDS,
    over=(RoundState.CANCELLED, RoundState.ARCHIVED),
    holds=an_extension_goes_forward,
)
TestDossier = machine(
    opened,
    confirmed,
    submitted,
    withdrawn,
    concluded,
    commands=DOSSIERS,
    over=(State.WITHDRAWN, State.TERMINATED, State.LAPSED, State.CONCLUDED),
    holds=handed_in_means_everybody_has_confirmed,
)


def test_the_usual_order_reaches_the_end():
    dossier = concluded()
    assert (dossier.state, isinstance(dossier, Dossier)) == (State.CONCLUDED, True)
