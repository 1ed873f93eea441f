"""A RabbitMQ of the test's own, which it may stop, kill and rob of its data."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from deploy.ports import free_port

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
PATIENCE = 90.0


class PrivateBroker:
    """One node with its own name, ports and data directory; `management` says whether it has the management API."""

    def __init__(self, home: Path, *, management: bool = False) -> None:
        self.home, self.port = home, free_port()
        self.uri = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self._process: subprocess.Popen[bytes] | None = None
        port = free_port()
        self.management = f"http://guest:guest@127.0.0.1:{port}" if management else ""
        (home / "plugins").write_text("[rabbitmq_management]." if management else "[].")
        (home / "rabbitmq.conf").write_text(f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {port}\n")
        self._environment = os.environ | {
            "HOME": str(home),
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "ERL_EPMD_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(home / "data"),
            "RABBITMQ_LOG_BASE": str(home / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(home / ("rabbitmq" if management else "none")),
            "RABBITMQ_PID_FILE": str(home / "pid"),
        }

    def start(self) -> None:
        """Start the node and wait until it takes connections."""
        (self.home / "pid").unlink(missing_ok=True)
        with (self.home / "out").open("ab") as out:
            self._process = subprocess.Popen([str(SERVER)], env=self._environment, stdout=out, stderr=out)
        end = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > end or self._process.poll() is not None:
                raise AssertionError((self.home / "out").read_text(errors="replace")[-2000:])
            time.sleep(0.1)

    def kill(self) -> None:
        """End the node at once, as when its machine fails."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the node in peace."""
        self._end(signal.SIGTERM)

    def lose_data(self) -> None:
        """Throw away everything that the (ended) node had stored."""
        shutil.rmtree(self.home / "data")

    def control(self, *words: str) -> None:
        """Run rabbitmqctl on the node. Raises subprocess.CalledProcessError."""
        program = str(SERVER.with_name("rabbitmqctl"))
        subprocess.run([program, *words], env=self._environment, check=True, capture_output=True, timeout=60)

    def _end(self, how: signal.Signals) -> None:
        pid = self.home / "pid"
        if pid.exists():
            with suppress(ProcessLookupError):
                os.kill(int(pid.read_text()), how)
        if self._process is not None:
            if how == signal.SIGKILL:
                self._process.kill()
            self._process.wait(timeout=60)
            self._process = None
        while self._answers():
            time.sleep(0.05)

    def _answers(self) -> bool:
        """Whether it speaks AMQP: a port that is only open is not enough."""
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", self.port)):
                return False
            with suppress(OSError):
                probe.sendall(b"AMQP\x00\x00\x09\x01")
                return bool(probe.recv(8))
        return False
