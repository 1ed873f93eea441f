"""`amqps`: the broker's certificate must be of an authority that we trust and for the host that we asked."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.shared.kernel.broker import Broker


class Authority:
    """Signs certificates; its own is in `file`."""

    def __init__(self, place):
        self._place, self._key = place, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, place.name)])
        place.mkdir()
        self.file = place / "ca.crt"
        self.file.write_bytes(pem(self._certificate(self.name, self._key.public_key(), is_authority=True)))

    def server(self, *names):
        """A TLS context with a certificate for these names."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
        (self._place / "server.crt").write_bytes(pem(self._certificate(subject, key.public_key(), names=names)))
        (self._place / "server.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._place / "server.crt", self._place / "server.key")
        return context

    def _certificate(self, subject, public_key, *, names=(), is_authority=False):
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(list(names)), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


class Front:
    """Takes TLS connections and hands what comes through to the real broker."""

    def __init__(self, context, upstream):
        self._context, self._upstream = context, upstream
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                plain, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain):
        try:
            inside = self._context.wrap_socket(plain, server_side=True)
        except OSError:
            return  # the caller does not trust us
        outside = socket.create_connection(self._upstream)
        threading.Thread(target=pump, args=(outside, inside), daemon=True).start()
        pump(inside, outside)

    def close(self):
        self._socket.close()


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    finally:
        target.close()


@pytest.fixture
def connect(amqp_uri, tmp_path, monkeypatch):
    """Connect through TLS as if `trusted` were the one authority that is known."""
    fronts = []
    parts = urlsplit(amqp_uri)

    def connect(context, trusted):
        front = Front(context, (parts.hostname, parts.port or 5672))
        fronts.append(front)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted.file))
        user, _, _ = parts.netloc.rpartition("@")
        broker = Broker(f"amqps://{user}@127.0.0.1:{front.port}{parts.path}")
        connection = broker.connect()
        assert connection.connected
        broker.cut(connection)

    yield connect
    for front in fronts:
        front.close()


HOST = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


def test_a_certificate_of_a_known_authority_for_this_host_is_accepted(connect, tmp_path):
    ours = Authority(tmp_path / "ours")
    connect(ours.server(HOST), ours)


def test_a_certificate_for_another_host_is_refused(connect, tmp_path):
    ours = Authority(tmp_path / "ours")
    with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
        connect(ours.server(x509.DNSName("another.example")), ours)


def test_a_certificate_of_an_unknown_authority_is_refused(connect, tmp_path):
    ours, theirs = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs")
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(theirs.server(HOST), ours)
