"""The points at which a service may be made to die, in the order in which a command and its event come by."""

KERNEL = "services.shared.kernel"
POINTS: dict[str, tuple[str, str, bool]] = {
    "command admitted, nothing stored": (f"{KERNEL}.idempotency", "find", True),
    "inside the commit, in a projection": (f"{KERNEL}.projections:Projections", "apply", False),
    "after the commit, before the answer": (f"{KERNEL}.endpoints", "_command", False),
    "after the commit, before publishing": (f"{KERNEL}.publisher:ConfirmedPublisher", "_send", True),
    "published, confirm not read": (f"{KERNEL}.publisher:ConfirmedPublisher", "_await_confirms", True),
    "after publishing, before the position moves": (f"{KERNEL}.following:Follower", "store", True),
    "event delivered, before its effect": (f"{KERNEL}.inbox:Inbox", "_carry_out", True),
    "inside the effect's transaction": (f"{KERNEL}.tracking:Tracking", "write", False),
    "after the effect, before the acknowledgement": (f"{KERNEL}.inbox:Inbox", "_carry_out", False),
}
"""The name of a point → its module (and class), its function, and whether the process ends before that or after it."""
