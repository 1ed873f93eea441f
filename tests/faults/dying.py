"""`python -m tests.faults.dying SERVICE`: a service that kills itself at a named point, as `kill -9` would.

`FAILPOINT` is `point@n`: the process ends at the n-th time that it comes there.
"""

from __future__ import annotations

from services.shared.kernel import bootstrap  # isort: skip  # first: it patches the process

import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from services.shared.kernel.cli import run
from tests.faults.points import POINTS

__all__ = ["bootstrap"]


def arm(point: str, times: int) -> None:
    """Have this process end at the `times`-th coming to the point."""
    where, name, before = POINTS[point]
    module, _, cls = where.partition(":")
    owner: Any = getattr(import_module(module), cls) if cls else import_module(module)
    original: Callable[..., Any] = getattr(owner, name)
    left = [times]

    def dying(*arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if before and left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = original(*arguments, **named)
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(owner, name, dying)


if __name__ == "__main__":
    service_point, _, number = os.environ["FAILPOINT"].rpartition("@")
    arm(service_point, int(number))
    run(import_module(f"services.{sys.argv.pop(1)}.wiring").DEFINITION)
