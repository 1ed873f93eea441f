"""The points at which a service may be made to die, in the order in which a command and its event come by."""

from typing import NamedTuple


class Point(NamedTuple):
    """Before or after a function of a module (and class) is run, in one of the services' processes."""

    service: str
    where: str
    function: str
    before: bool = False


KERNEL = "services.shared.kernel"
POINTS: dict[str, Point] = {
    "command admitted, nothing stored": Point("intake", f"{KERNEL}.idempotency", "find", before=True),
    "inside the commit, in a projection": Point("intake", f"{KERNEL}.projections:Projections", "apply"),
    "after the commit, before the answer": Point("intake", f"{KERNEL}.endpoints", "_command"),
    "after the commit, before publishing": Point(
        "intake", f"{KERNEL}.publisher:ConfirmedPublisher", "_send", before=True
    ),
    "published, confirm not read": Point(
        "intake", f"{KERNEL}.publisher:ConfirmedPublisher", "_await_confirms", before=True
    ),
    "after publishing, before the position moves": Point(
        "intake", f"{KERNEL}.following:Follower", "store", before=True
    ),
    "event delivered, before its effect": Point("notify", f"{KERNEL}.inbox:Inbox", "_carry_out", before=True),
    "inside the effect's transaction": Point("notify", f"{KERNEL}.tracking:Tracking", "write"),
    "after the effect, before the acknowledgement": Point("notify", f"{KERNEL}.inbox:Inbox", "_carry_out"),
    "review, inside the effect's transaction": Point("review", f"{KERNEL}.tracking:Tracking", "write"),
    "review, after the commit, before publishing": Point(
        "review", f"{KERNEL}.publisher:ConfirmedPublisher", "_send", before=True
    ),
    "registry, inside the commit, in a projection": Point("registry", f"{KERNEL}.projections:Projections", "apply"),
    "registry, after the effect, before the acknowledgement": Point("registry", f"{KERNEL}.inbox:Inbox", "_carry_out"),
    "page of a log delivered, before the ledger": Point(
        "audit", "services.audit.ledger.entries:Entries", "append", before=True
    ),
    "in the ledger, before the acknowledgement": Point("audit", "services.audit.ledger.entries:Entries", "append"),
    "sealer: head computed, not signed": Point(
        "audit", "services.audit.domain.ledger:Ledger", "sign_checkpoint", before=True
    ),
    "sealer: signed, not stored": Point("audit", "services.audit.domain.ledger:Ledger", "sign_checkpoint"),
    "sealer: stored, not told": Point("audit", f"{KERNEL}.endpoints", "_command"),
}
"""The name of a point → where it is."""
