"""`python -m services.registry …`: the command line of this service."""

from services.shared.kernel import bootstrap  # isort: skip  # first: it patches the process
from services.registry.what_if import judged_again
from services.registry.wiring import DEFINITION
from services.shared.kernel.cli import run
from services.shared.kernel.what_if import what_if_word

__all__ = ["bootstrap"]

if __name__ == "__main__":
    run(DEFINITION, what_if_word(DEFINITION, judged_again))
