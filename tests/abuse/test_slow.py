"""Slow clients: who sends a request letter by letter takes nobody's turn, and is let go after a while."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

PATIENCE = 1.0
"""Seconds that this server waits for a client; the real one waits longer (see `kernel/web.py`)."""
CLIENTS = 60
PROGRAM = f"""
from services.shared.kernel import bootstrap
import eventlet
from services.shared.kernel import web
web.SOCKET_TIMEOUT = {PATIENCE}
from werkzeug.wrappers import Request, Response
@Request.application
def application(request):
    return Response(f"{{len(request.get_data())}}")
sock = eventlet.listen(("127.0.0.1", 0))
print(sock.getsockname()[1], flush=True)
server = web.http_server(sock, application)
while True:
    client, peer = sock.accept()
    client.settimeout(server.socket_timeout)
    eventlet.spawn_n(server.process_request, [peer, client, eventlet.wsgi.STATE_IDLE])
"""
HALF_A_HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: "
HALF_A_BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", PROGRAM], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield int(process.stdout.readline())
    process.kill()
    process.wait()


@pytest.mark.parametrize("half", [HALF_A_HEAD, HALF_A_BODY], ids=["head", "body"])
def test_slow_clients_keep_nobody_waiting_and_are_let_go(port: int, half: bytes):
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(CLIENTS)]
    for client in slow:
        client.sendall(half)
    started = time.monotonic()
    assert httpx.post(f"http://127.0.0.1:{port}/", content=b"{}", timeout=30).text == "2"
    assert time.monotonic() - started < PATIENCE + 5
    for client in slow:
        client.settimeout(30 * PATIENCE)
        try:
            while client.recv(1000):  # perhaps a refusal, then the end
                pass
        except ConnectionResetError:
            pass
        except TimeoutError:
            pytest.fail("a slow client was never let go")
        client.close()
