"""What can be done in audit: take in logs, sign checkpoints, report tampering."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import ClassVar

from eventsourcing.persistence import IntegrityError

from services.audit.domain import errors
from services.audit.domain.checkpoint import Checkpoint, Flaw, SignedCheckpoint
from services.audit.domain.discrepancy import Discrepancy, Fault, discrepancy
from services.audit.domain.ledger import LEDGER_ID, ORIGIN, Ledger
from services.audit.domain.succession import Keyring
from services.audit.domain.tree import Tree
from services.audit.ledger.entries import Entries
from services.audit.ledger.rhythm import Rhythm
from services.audit.ledger.security import Head, SecurityLogs
from services.audit.ledger.signed import signed_checkpoints, signed_successions
from services.audit.ledger.verifying import Report, Signed, head_of, verify_all
from services.audit.projections import PROJECTIONS
from services.shared.aggregate import Acting, Aggregate, new_id
from services.shared.kernel.application import Application
from services.shared.kernel.clock import Clock
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.keys import Ed25519Signer, Ed25519Verifier, sm3
from services.shared.kernel.logpages import LogPage
from services.shared.kernel.postgres import Database
from services.shared.vocabulary import Refusal, Role

SENDERS = ("intake", "screening", "review", "registry", "notify", "audit")
"""The services whose logs the ledger holds; audit's own is among them."""

_NEVER = datetime.fromtimestamp(0, UTC)
REPORTED = 100
"""How many discrepancies one report puts on record; the next report goes on."""


class Audit(Application):
    """The ledger. `logs` reads every service's log as the auditor, for verification alone.

    `alarm` is told how many things were found to be wrong while nobody asked.
    """

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = (Ledger,)
    projections = PROJECTIONS

    def __init__(self, database: Database, clock: Clock, logs: Database, signer: Ed25519Signer) -> None:
        super().__init__(database, clock)
        self.logs, self.signer = logs, signer
        self.entries = Entries(database)
        self.security = SecurityLogs(logs, SENDERS)
        self.alarm: Callable[[int], None] = lambda _: None
        self._rhythm = Rhythm()

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

        Raises NotInThisState when the ledger is empty or was rewritten, and for a key that is not the ledger's.
        """
        return self._sign(self._ledger())

    def succeed_key(self, successor: Ed25519Signer, *, reason: str, lost_key: str = "") -> Ledger:
        """Let another key sign after a last checkpoint; the present one agrees, or was lost (its public key in hex).

        Does nothing where it signs already. Raises NotInThisState for a present key that is not ours, Invalid for a key
        that signed before.
        """
        if not lost_key:
            self.sign_if_grown()
        ledger = self._ledger()
        if ledger.key_id == successor.key_id:
            return ledger
        with carrying_out(self._by_machine(Role.SYSTEM, "succeed_key", f"system:key:{successor.key_id}")):
            signer = None if lost_key else self.signer
            ledger.succeed_key(signer=signer, lost_key=lost_key, successor=successor, reason=reason)
            self.save(ledger)
        return ledger

    def sign_by_rhythm(self, now: float) -> bool:
        """As `sign_if_grown`, in the ledger's rhythm, by a clock that shows `now`."""
        if not self._rhythm.is_due(self._newest(), now) or not self.sign_if_grown():
            return False
        self._rhythm.note(self._newest(), now)
        return True

    def sign_if_grown(self) -> bool:
        """Sign by the clock when there is more to sign than audit's own checkpoints; whether one was signed.

        The state that was judged is the one that is signed behind, so of two instances that come at once the log takes
        one. A ledger that no longer begins with what was signed is not signed but reported.
        """
        ledger = self._ledger()
        checkpoint = ledger.checkpoint
        size = checkpoint.size if checkpoint else 0
        if not ledger.is_signed_by(self.signer) or not self._has_grown(ledger, size):
            return False  # whoever has the successor's key signs
        try:
            with carrying_out(self._by_machine(Role.CLOCK, "sign_checkpoint", f"clock:checkpoint:{ledger.version}")):
                self._sign(ledger)
        except IntegrityError:
            return False  # another instance has just signed
        except Refusal as refused:
            if checkpoint is None or Flaw.LEDGER_REWRITTEN not in {finding.code for finding in refused.findings}:
                raise
            found = discrepancy(Fault.ROOT_DIFFERS, size, str(checkpoint.number))
            self._report_as_system(found, f"clock:rewritten:{size}")
            return False
        return True

    def report_tampering(self, found: Iterable[Discrepancy]) -> Ledger:
        """Put on record, and so tell everybody, what verification found. Raises NotInThisState for nothing."""
        return self._report(self._ledger(), found)

    def verify(self, anchors: Sequence[SignedCheckpoint] = (), keys: Iterable[bytes] = ()) -> Report:
        """Check every service's log and the ledger; `anchors` are checkpoints, and `keys` public keys of the ledger,
        that somebody outside has held.
        """
        signed, unreadable = signed_checkpoints(self.database, self.event_mapper)
        trusted = [self.signer, *map(Ed25519Verifier, keys)]
        keyring = Keyring(trusted, signed_successions(self.database, self.event_mapper), Ed25519Verifier)
        report = verify_all(self.logs, self.entries, SENDERS, Signed(signed, anchors, keyring, sm3))
        security = self.security.verify({log: Head(*head) for log, head in self._ledger().security.items()})
        ledger = replace(report.ledger, found=(*unreadable, *report.ledger.found, *security))
        return replace(report, ledger=ledger)

    def seal_age(self) -> float:
        """Seconds since the last checkpoint, 0 while nothing waits for one; since 1970 when there never was one."""
        ledger = self._ledger()
        since, size = (ledger.checkpoint.at, ledger.checkpoint.size) if ledger.checkpoint else (_NEVER, 0)
        if not self._has_grown(ledger, size):
            return 0.0
        return (self.clock.now() - since).total_seconds()

    def waiting(self) -> dict[str, float]:
        """How many events of each service's log the ledger has yet to hear of."""
        heads = {service: head_of(self.logs, service) or 0 for service in SENDERS}
        return {service: max(0, head - self.entries.position(service)) for service, head in heads.items()}

    def _sign(self, ledger: Ledger) -> Ledger:
        tree = self.entries.tree()
        root, proof = _head_of(tree, ledger.checkpoint)
        ledger.seal_security(self.security.heads())
        ledger.sign_checkpoint(size=tree.size, root=root, proof=proof, signer=self.signer, sm3=sm3)
        self.save(ledger)
        return ledger

    def _has_grown(self, ledger: Ledger, signed: int) -> bool:
        """Whether entries or notes of the security logs wait to be sealed, or the ledger shrank."""
        size = self.entries.size()
        if size < signed or self.entries.has_grown(signed, not_counting=Ledger.CheckpointSigned.TOPIC):
            return True
        return size > 0 and ledger.lags_behind(self.security.heads())

    def _newest(self) -> int:
        """Which checkpoint is the newest: its position in audit's log."""
        [(position,)] = self.database.rows("select coalesce(max(position), 0) from checkpoints")
        return int(position)

    def _ledger(self) -> Ledger:
        """The one ledger; opened, but not yet saved, when it is the first time."""
        known = self.find(Ledger, LEDGER_ID)
        if known is not None:
            return known
        with carrying_out(self._by_machine(Role.SYSTEM, "open_ledger", "system:ledger")):
            return Ledger(id=LEDGER_ID, origin=ORIGIN, incarnation=str(new_id()))

    def _report(self, ledger: Ledger, found: Iterable[Discrepancy]) -> Ledger:
        fresh = list(islice((each for each in found if each.key not in ledger.known), REPORTED))
        if not fresh:
            raise errors.nothing_found()
        ledger.report_tampering(fresh)
        self.save(ledger)
        return ledger

    def _report_as_system(self, found: Discrepancy, command_id: str) -> None:
        """Raise the alarm each time, and put it on record once. Raises IntegrityError for whom to try again."""
        self.alarm(1)
        ledger = self._ledger()
        if found.key in ledger.known:
            return
        with carrying_out(self._by_machine(Role.SYSTEM, "report_tampering", command_id)):
            self._report(ledger, [found])

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
