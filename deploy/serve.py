"""`make serve`: leaves the embedded system running, with its address and who can sign in."""

from __future__ import annotations

import signal
import sys
import threading

from rich.console import Console
from rich.table import Table

from deploy import launch
from services.shared.kernel.issuer import DEMO_USERS

DATABASE = "zhichuang"


def main(port: int) -> int:
    """Run until told to stop. The data stays in `.run/` for the next time."""
    console = Console()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        with launch.postgres() as server, launch.embedded(server, DATABASE, port=port) as address:
            console.print(_users(), f"\n制创 Zhichuang: [bold]{address}[/bold]   (Ctrl-C 停止 / to stop)\n")
            console.print(f'curl -s -X POST {address}/demo/token -d \'{{"subject": "officer-kunming"}}\'', style="dim")
            stop.wait()
    except launch.NotStarted as error:
        console.print(str(error), style="red")
        return 1
    return 0


def _users() -> Table:
    table = Table("subject", "姓名", "角色 roles", "单位 organisation", "州市", title="演示用户 / demo users")
    for user in DEMO_USERS:
        table.add_row(user.subject, user.name, ", ".join(user.roles), user.organisation, user.prefecture)
    return table


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8080))
