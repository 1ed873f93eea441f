"""Case numbers that people can read, say and type: the round, then seven characters without look-alikes."""

from __future__ import annotations

import hashlib
from uuid import UUID

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U


def case_number(round_number: str, case_id: UUID) -> str:
    """The number of a case, e.g. `2026-1-7K3F9QA`; the read model refuses the one clash in thirty thousand million."""
    value = int.from_bytes(hashlib.sha256(case_id.bytes).digest()[:5])
    digits = ""
    for _ in range(7):
        value, rest = divmod(value, 32)
        digits = _ALPHABET[rest] + digits
    return f"{round_number}-{digits}"
