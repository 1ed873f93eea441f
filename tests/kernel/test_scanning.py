"""The port to a virus scanner: what a ClamAV daemon answers, and what is believed when it does not."""

import socketserver
import threading

import pytest

from services.shared.kernel.scanning import Clamd, NoScanner, Scan, scanner_at


@pytest.fixture
def daemon():
    """A daemon that answers with the given bytes; it keeps what it was sent."""
    servers, received = [], []

    def start(answer: bytes):
        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                assert self.rfile.read(10) == b"zINSTREAM\0"
                body = b""
                while size := int.from_bytes(self.rfile.read(4), "big"):
                    body += self.rfile.read(size)
                received.append(body)
                self.wfile.write(answer)

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return received, f"127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("answer", "scan"),
    [
        (b"stream: OK\0", Scan.CLEAN),
        (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", Scan.INFECTED),
        (b"INSTREAM size limit exceeded. ERROR\0", Scan.UNSCANNED),
        (b"", Scan.UNSCANNED),
    ],
)
def test_believes_what_the_daemon_says_and_takes_anything_else_for_not_scanned(daemon, answer, scan):
    received, address = daemon(answer)
    body = b"x" * 200_000
    assert scanner_at(address).scan(body) is scan
    assert received == [body]


def test_a_daemon_that_is_not_there_leaves_the_file_unscanned():
    assert Clamd("127.0.0.1:1").scan(b"x") is Scan.UNSCANNED


def test_without_an_address_nothing_is_scanned():
    assert isinstance(scanner_at(""), NoScanner)
    assert scanner_at("").scan(b"x") is Scan.UNSCANNED
