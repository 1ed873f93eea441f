"""`python -m tests.faults.dying SERVICE`: a service that kills itself at a named point, or is slow there.

`FAILPOINT` is `point@n`: the process ends at the n-th time that it comes there; or `point~s`: each time takes it s
seconds.
"""

from __future__ import annotations

from services.shared.kernel import bootstrap  # isort: skip  # first: it patches the process

import os
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from services.shared.kernel.cli import run
from tests.faults.points import POINTS

__all__ = ["bootstrap"]


def arm(point: str, times: int) -> None:
    """Have this process end at the `times`-th coming to the point."""
    owner, name, original = _found(point)
    before = POINTS[point].before
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


def slow_down(point: str, seconds: float) -> None:
    """Have this process take so long each time that it comes to the point."""
    owner, name, original = _found(point)

    def slow(*arguments: Any, **named: Any) -> Any:
        time.sleep(seconds)
        return original(*arguments, **named)

    setattr(owner, name, slow)


def _found(point: str) -> tuple[Any, str, Callable[..., Any]]:
    """What holds the function of a point, the function's name, and the function."""
    module, _, cls = POINTS[point].where.partition(":")
    owner: Any = getattr(import_module(module), cls) if cls else import_module(module)
    return owner, POINTS[point].function, getattr(owner, POINTS[point].function)


if __name__ == "__main__":
    said = os.environ["FAILPOINT"]
    if "~" in said:
        service_point, _, number = said.rpartition("~")
        slow_down(service_point, float(number))
    else:
        service_point, _, number = said.rpartition("@")
        arm(service_point, int(number))
    run(import_module(f"services.{sys.argv.pop(1)}.wiring").DEFINITION)
