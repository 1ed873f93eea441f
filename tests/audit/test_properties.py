"""The ledger under any order of commands: what it signs grows, and is signed once for each state."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from services.audit.domain.ledger import Ledger
from tests.audit.test_ledger import FORGED, ledger, signs
from tests.lives import machine

LEDGERS = (
    *(signs(size, since=since) for since in (0, 1, 3, 5) for size in (1, 3, 5) if size >= since),
    signs(0),
    lambda it: it.report_tampering([FORGED]),
    lambda it: it.report_tampering([replace(FORGED, position=9)]),
    lambda it: it.seal_security({"intake": (1, "aa"), "audit": (2, "bb")}),
    lambda it: it.seal_security({"intake": (5, "cc")}),
    lambda it: it.seal_security({"intake": (3, "dd")}),
)


def checkpoints_grow_and_name_the_one_before(_, events):
    signed = [event.checkpoint for event in events if isinstance(event, Ledger.CheckpointSigned)]
    for one, next_ in pairwise(signed):
        assert (next_.number, next_.previous) == (one.number + 1, one.digest)
        assert next_.size >= one.size


TestLedger = machine(
    ledger, commands=LEDGERS, state=lambda it: it.incarnation, holds=checkpoints_grow_and_name_the_one_before
)
