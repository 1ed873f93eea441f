"""The official forms of a dossier (Annexes 1 and 2): shape and type of every field, labels, personal data.

What the figures must add up to, and what the policy asks of them, is in `domain/rules`.
"""

from services.intake.domain.values import REFERENCE
from services.intake.forms.comparison import Difference, compare
from services.intake.forms.keeping import Keeping, Reader
from services.intake.forms.lacking import VERSION, as_findings, lacking
from services.intake.forms.personal import (
    contacts,
    personal,
    personal_blocks,
    references,
    stray_personal,
    with_personal,
    without_personal,
)
from services.intake.forms.reading import MAX_TABLES_BYTES, read_tables
from services.intake.forms.sections import SECTIONS, faults_of_sections, load_section, load_sections, require_section
from services.intake.forms.tables import XLSX
from services.intake.forms.writing import write_tables

__all__ = [
    "MAX_TABLES_BYTES",
    "REFERENCE",
    "SECTIONS",
    "VERSION",
    "XLSX",
    "Difference",
    "Keeping",
    "Reader",
    "as_findings",
    "compare",
    "contacts",
    "faults_of_sections",
    "lacking",
    "load_section",
    "load_sections",
    "personal",
    "personal_blocks",
    "read_tables",
    "references",
    "require_section",
    "stray_personal",
    "with_personal",
    "without_personal",
    "write_tables",
]
