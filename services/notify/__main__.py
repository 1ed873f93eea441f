"""`python -m services.notify …`: the command line of this service."""

from services.shared.kernel import bootstrap  # isort: skip  # first: it patches the process
from services.notify.wiring import DEFINITION
from services.shared.kernel.cli import run

__all__ = ["bootstrap"]

if __name__ == "__main__":
    run(DEFINITION)
