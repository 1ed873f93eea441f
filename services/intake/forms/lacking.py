"""What a section still lacks of a form that is filled in, told when it is saved, while its persons are at hand.

So a submission opens no person's data to see whether a telephone number is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from services.intake.domain.values import Lacking
from services.intake.forms.sections import load_section
from services.shared.kernel import fields, loading
from services.shared.kernel.fields import REQUIRED
from services.shared.vocabulary import Finding, Invalid

_SOURCES = sorted([*Path(__file__).parent.glob("*.py"), Path(fields.__file__), Path(loading.__file__)])
VERSION = hashlib.sha256(b"".join(source.read_bytes() for source in _SOURCES)).hexdigest()[:16]
"""Which forms a section was held against: what older ones found is not relied on."""


def lacking(name: str, loaded: Any, *, accepted_usccs: Collection[str] = ()) -> Lacking | None:
    """The required fields that a loaded draft of a section leaves out; None when it falls short in another way too."""
    try:
        load_section(name, loaded, accepted_usccs=accepted_usccs)
    except Invalid as refusal:
        if any(finding.code != REQUIRED.code for finding in refusal.findings):
            return None
        return Lacking(VERSION, tuple(finding.pointer for finding in refusal.findings))
    return Lacking(VERSION, ())


def as_findings(told: Lacking) -> tuple[Finding, ...]:
    """The same findings again."""
    return tuple(Finding(REQUIRED.code, REQUIRED.zh, REQUIRED.en, pointer) for pointer in told.pointers)
