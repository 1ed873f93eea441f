"""Rounds, dossiers with their corrections, centres and bans that the registry told of, under any order of commands."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from services.intake.domain.ban import Ban
from services.intake.domain.correction import PREFECTURE, PROVINCE, Correction
from services.intake.domain.dossier import Dossier
from services.intake.domain.listed_centre import ListedCentre
from services.intake.domain.round import Round
from services.intake.domain.round import State as RoundState
from services.intake.domain.states import State
from services.shared.aggregate import acting_now
from services.shared.vocabulary import Track
from tests.examples.dossiers import good_dossier
from tests.given import NOON, done, made
from tests.intake.examples import (
    CALL,
    CASE,
    FACTS,
    LATER,
    LEAD,
    NUMBER,
    PARTICIPANTS,
    SNAPSHOT,
    STRANGER,
    announce,
    attach,
    checks_of,
    closed_round,
    closing,
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


def asked(level, round_no, days):
    """A notice of correction: another day for the same notice is an extension."""
    until = closing(NOON.date() + timedelta(days=days))
    return lambda d: d.ask_for_correction(
        Correction(level, round_no, (), until, "", until.due + timedelta(hours=6) if days > 5 else None)
    )


def answer(dossier):
    dossier.resubmit(at=acting_now().at, faults=(), checks=checks_of(dossier), document=SNAPSHOT, facts=FACTS)


CORRECTIONS = (
    asked(PREFECTURE, 1, 5),
    asked(PREFECTURE, 1, 12),
    asked(PREFECTURE, 2, 30),
    asked(PROVINCE, 1, 40),
    answer,
    lambda d: d.lapse(at=acting_now().at),
)
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
    *CORRECTIONS,
)
CENTRES = (
    lambda c: c.change_track(Track.DESIGNATION),
    lambda c: c.change_track(Track.CULTIVATION),
    lambda c: c.revoke(banned_until=date(2028, 1, 1)),
    lambda c: c.revoke(banned_until=None),
    lambda c: c.leave("exited"),
    ListedCentre.reinstate,
    ListedCentre.forget_ban,
    lambda c: c.change_facts(centre_name="新", centre_uscc="", lead_uscc=LEAD, field_domain="TITANIUM"),
    lambda c: c.change_facts(centre_name="旧", centre_uscc=STRANGER, lead_uscc="", field_domain="LIQUID_METAL"),
    lambda c: c.take_over(("TITANIUM", "LIQUID_METAL")),
    lambda c: c.take_over(()),
)
BANS = (
    lambda b: b.change(usccs=(LEAD,), banned_from=date(2026, 6, 1), banned_until=date(2028, 6, 1)),
    lambda b: b.change(usccs=(LEAD, STRANGER), banned_from=date(2026, 6, 1), banned_until=date(2029, 6, 1)),
    Ban.lift,
)


def listed():
    return made(
        lambda: ListedCentre(
            id=CASE,
            case_id=CASE,
            number=NUMBER,
            centre_name="旧",
            centre_uscc=STRANGER,
            lead_uscc=LEAD,
            field_domain="LIQUID_METAL",
            track=Track.CULTIVATION,
        )
    )


def banned():
    days = {"banned_from": date(2026, 6, 1), "banned_until": date(2028, 6, 1)}
    return made(lambda: Ban(id=CASE, case_id=CASE, usccs=(LEAD,), cause="revoked", **days))


def in_correction():
    return done(submitted(), asked(PREFECTURE, 1, 5))


def an_extension_goes_forward(round_, events):
    days = [event.closes_on for event in events if isinstance(event, Round.Extended)]
    assert days == sorted(set(days))


def handed_in_means_everybody_has_confirmed(dossier, events):
    if dossier.state is State.SUBMITTED:
        assert set(PARTICIPANTS) <= set(dossier.confirmed)
        assert dossier.snapshot is not None
    a_correction_is_answered_in_time_or_lapses_after_it(dossier, events)


def a_correction_is_answered_in_time_or_lapses_after_it(dossier, events):
    assert [snapshot.number for snapshot in dossier.snapshots] == list(range(1, len(dossier.snapshots) + 1))
    assert dossier.correction is not None or dossier.state not in (State.CORRECTING, State.LAPSED)
    asked_for: Any = None
    for each in events:
        if isinstance(each, Dossier.CorrectionRequested):
            asked_for = each.correction
        elif isinstance(each, Dossier.CorrectionDeadlineMoved):
            asked_for = dataclasses.replace(asked_for, deadline=each.deadline, lapses_at=each.lapses_at)
        elif isinstance(each, Dossier.Resubmitted):
            assert each.timestamp <= asked_for.deadline.due
            assert (each.level, each.round_no) == (asked_for.level, asked_for.round_no)
        elif isinstance(each, Dossier.Lapsed):
            assert each.timestamp >= asked_for.lapses_from


def a_field_is_held_by_who_is_on_the_roll(centre, events):
    held = True
    for each in events:
        held = not isinstance(each, ListedCentre.Revoked | ListedCentre.Left) and (
            held or isinstance(each, ListedCentre.Reinstated)
        )
        if isinstance(each, ListedCentre.Revoked):
            assert "" not in each.usccs
    assert centre.holds_field == held
    assert list(centre.also_fields) == sorted(set(centre.also_fields))
    never_twice_the_same(centre, events)


def never_twice_the_same(_, events):
    """A repeat of what the registry told is no event."""
    for before, after in pairwise(events):
        same = type(before) is type(after) and not isinstance(after, ListedCentre.Created | Ban.Created)
        assert not (same and _said(before) == _said(after))


def _said(event):
    known = ("originator_id", "originator_version", "timestamp", "metadata")
    return {name: value for name, value in vars(event).items() if name not in known}


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
    in_correction,
    withdrawn,
    concluded,
    commands=DOSSIERS,
    over=(State.WITHDRAWN, State.TERMINATED, State.LAPSED, State.CONCLUDED),
    holds=handed_in_means_everybody_has_confirmed,
)


TestCorrection = machine(
    submitted,
    in_correction,
    commands=CORRECTIONS,
    over=(State.LAPSED,),
    holds=a_correction_is_answered_in_time_or_lapses_after_it,
)
TestListedCentre = machine(
    listed, commands=CENTRES, state=lambda c: c.holds_field, holds=a_field_is_held_by_who_is_on_the_roll
)
TestBan = machine(banned, commands=BANS, state=lambda ban: ban.holds, holds=never_twice_the_same)


def test_the_usual_order_reaches_the_end():
    dossier = concluded()
    assert (dossier.state, isinstance(dossier, Dossier)) == (State.CONCLUDED, True)
