"""What can be done in audit: take in logs, sign checkpoints, report tampering."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import ClassVar

from eventsourcing.persistence import IntegrityError, MapperDeserialisationError

from services.audit.domain import errors
from services.audit.domain.checkpoint import Checkpoint, Flaw, SignedCheckpoint
from services.audit.domain.discrepancy import Discrepancy, Fault, discrepancy
from services.audit.domain.ledger import LEDGER_ID, ORIGIN, Ledger
from services.audit.domain.tree import Tree
from services.audit.ledger.entries import Entries
from services.audit.ledger.security import Head, SecurityLogs
from services.audit.ledger.verifying import Report, verify_ledger, verify_log
from services.audit.projections import PROJECTIONS
from services.shared.aggregate import Acting, Aggregate, new_id
from services.shared.kernel.application import Application
from services.shared.kernel.clock import Clock
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.keys import Ed25519Signer, sm3
from services.shared.kernel.logpages import LogPage
from services.shared.kernel.postgres import Database
from services.shared.vocabulary import Refusal, Role

SENDERS = ("intake", "screening", "review", "registry", "notify", "audit")
"""The services whose logs the ledger holds; audit's own is among them."""

RHYTHM = 60.0
"""Seconds of the machine's own time between two checkpoints of the clock, at least."""

REPORTED = 100
"""How many discrepancies one report puts on record; the next report goes on."""


class Audit(Application):
    """The ledger. `logs` reads every service's log as the auditor, for verification alone."""

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = (Ledger,)
    projections = PROJECTIONS

    def __init__(self, database: Database, clock: Clock, logs: Database, signer: Ed25519Signer) -> None:
        super().__init__(database, clock)
        self.logs, self.signer = logs, signer
        self.entries = Entries(database)
        self.security = SecurityLogs(logs, SENDERS)
        self._signed_at = -math.inf

    def expected(self, sender: str) -> int:
        """The position of a service's log that the ledger should hear next."""
        return self.entries.position(sender) + 1

    def take_in(self, page: LogPage) -> int:
        """Add a page of a service's log to the ledger; returns the position that should come next.

        A row that does not continue the chain is not taken in but reported; so the log stops there until it is mended.
        """
        taken = self.entries.append(page)
        if taken.broken:
            found = discrepancy(Fault.DISCONTINUED, taken.next, service=page.sender)
            self._report_as_system(found, f"logs:{page.sender}:{taken.next}")
        return taken.next

    def sign_checkpoint(self) -> Ledger:
        """Sign the present head of the ledger, and seal those of the security logs into it.

        Raises NotInThisState when the ledger is empty or was rewritten.
        """
        ledger = self._ledger()
        tree = self.entries.tree()
        root, proof = _head_of(tree, ledger.checkpoint)
        ledger.seal_security(self.security.heads())
        ledger.sign_checkpoint(size=tree.size, root=root, proof=proof, signer=self.signer, sm3=sm3)
        self.save(ledger)
        return ledger

    def sign_by_rhythm(self, now: float) -> bool:
        """As `sign_if_grown`, but not within `RHYTHM` seconds of the last time, by a clock that shows `now`."""
        if now - self._signed_at < RHYTHM or not self.sign_if_grown():
            return False
        self._signed_at = now
        return True

    def sign_if_grown(self) -> bool:
        """Sign by the clock when there is more to sign than audit's own checkpoints; whether one was signed.

        A ledger that no longer begins with what was signed is not signed but reported.
        """
        checkpoint = self._ledger().checkpoint
        size = checkpoint.size if checkpoint else 0
        own = Ledger.CheckpointSigned.TOPIC
        if self.entries.size() >= size and not self.entries.has_grown(size, not_counting=own):
            return False
        try:
            with carrying_out(self._by_machine(Role.CLOCK, "sign_checkpoint", f"clock:checkpoint:{size}")):
                self.sign_checkpoint()
        except IntegrityError:
            return False  # another instance has just signed
        except Refusal as refused:
            if checkpoint is None or Flaw.LEDGER_REWRITTEN not in {finding.code for finding in refused.findings}:
                raise
            found = discrepancy(Fault.ROOT_DIFFERS, size, str(checkpoint.number))
            self._report_as_system(found, f"clock:checkpoint:{size}")
            return False
        return True

    def report_tampering(self, found: Iterable[Discrepancy]) -> Ledger:
        """Put on record, and so tell everybody, what verification found. Raises NotInThisState for nothing."""
        ledger = self._ledger()
        fresh = list(islice((each for each in found if each.key not in ledger.known), REPORTED))
        if not fresh:
            raise errors.nothing_found()
        ledger.report_tampering(fresh)
        self.save(ledger)
        return ledger

    def verify(self, anchors: Sequence[SignedCheckpoint] = ()) -> Report:
        """Check every service's log and the ledger; `anchors` are checkpoints that somebody outside has held."""
        signed, unreadable = self._signed_checkpoints()
        ledger = verify_ledger(self.entries, signed, self.signer, sm3, anchors)
        security = self.security.verify({log: Head(*head) for log, head in self._ledger().security.items()})
        ledger = replace(ledger, found=(*unreadable, *ledger.found, *security))
        logs = tuple(verify_log(self.logs, self.entries, sender) for sender in SENDERS)
        return Report(not ledger.found and not any(log.count for log in logs), logs, ledger)

    def seal_age(self) -> float:
        """Seconds since the last checkpoint was signed; since 1970 when there is none."""
        [(at,)] = self.database.rows("select coalesce(max(at), 'epoch') from checkpoints")
        age: float = (self.clock.now() - at).total_seconds()
        return age

    def _signed_checkpoints(self) -> tuple[list[SignedCheckpoint], list[Discrepancy]]:
        """The checkpoints in audit's own log, and those there that cannot be read any more."""
        query = (
            "select position, originator_id, originator_version, topic, state from log"
            " where topic = %s order by position"
        )
        signed, unreadable = list[SignedCheckpoint](), list[Discrepancy]()
        for position, *stored in self.database.rows(query, (Ledger.CheckpointSigned.TOPIC,)):
            try:
                event = self.event_mapper.event_from(*stored)
                signed.append(SignedCheckpoint(event.checkpoint, bytes.fromhex(event.signature)))
            except (MapperDeserialisationError, ValueError):
                unreadable.append(discrepancy(Fault.CHECKPOINT_UNREADABLE, position, service="audit"))
        return signed, unreadable

    def _ledger(self) -> Ledger:
        """The one ledger; opened, but not yet saved, when it is the first time."""
        known = self.find(Ledger, LEDGER_ID)
        if known is not None:
            return known
        with carrying_out(self._by_machine(Role.SYSTEM, "open_ledger", "system:ledger")):
            return Ledger(id=LEDGER_ID, origin=ORIGIN, incarnation=str(new_id()))

    def _report_as_system(self, found: Discrepancy, command_id: str) -> None:
        ledger = self._ledger()
        if found.key in ledger.known:
            return
        with carrying_out(self._by_machine(Role.SYSTEM, "report_tampering", command_id)):
            self.report_tampering([found])

    def _by_machine(self, role: Role, command: str, command_id: str) -> Command:
        actor = "clock" if role is Role.CLOCK else "urn:zhichuang:audit"
        return Command(
            Acting(
                at=self.clock.now(),
                actor=actor,
                capacity=role,
                command=command,
                command_id=command_id,
                correlation_id=command_id,
            )
        )


def _head_of(tree: Tree, before: Checkpoint | None) -> tuple[bytes, Sequence[bytes]]:
    """The root, and the proof that the tree goes on from the checkpoint `before`; a proof that fails when it cannot."""
    try:
        known = before.size if before and before.size <= tree.size else 0
        return tree.root(), tree.consistency_proof(known)
    except KeyError:
        raise errors.ledger_at_fault([Flaw.LEDGER_REWRITTEN]) from None
