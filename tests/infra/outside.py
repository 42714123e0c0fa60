"""Somebody else's servers, on loopback: HTTP that remembers who came, and DNS that says what it is told."""

import ipaddress
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingUDPServer
from typing import Any, NamedTuple

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Hit(NamedTuple):
    """One request that came: its headers by lower-case name."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    client: str


Page = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """An HTTP server at `address:port`. `pages` answers by path (without its query); any other path is 404."""

    def __init__(self, address: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.hits: list[Hit] = []
        self.pages: dict[str, Page] = {}
        self.connections = 0
        self._tls = tls
        self._server = _Server((address, port), _handler(self))
        self._server.site = self
        self.address = address
        self.port = int(self._server.server_address[1])

    @property
    def endpoint(self) -> str:
        """As OUTWARD_ALLOWED_FOR_TESTS takes it."""
        return f"{self.address}:{self.port}"

    def url(self, path: str, host: str = "") -> str:
        return f"http{'s' if self._tls else ''}://{host or self.address}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [hit.path for hit in self.hits]

    def forget(self) -> None:
        self.hits.clear()
        self.pages.clear()
        self.connections = 0

    @contextmanager
    def open(self) -> Iterator["Site"]:
        """Serves while the block runs."""
        with _serving(self._server):
            yield self

    def wrap(self, connection: Any) -> Any:
        self.connections += 1
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    site: Site

    def finish_request(self, request: Any, client_address: Any) -> None:
        try:
            with self.site.wrap(request) as connection:
                super().finish_request(connection, client_address)
        except (OSError, ValueError):
            return

    def shutdown_request(self, request: Any) -> None:
        try:
            super().shutdown_request(request)
        except OSError:
            return

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever was cut off is no news."""


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.hits.append(Hit(self.command, self.path, headers, body, self.client_address[0]))
            page = site.pages.get(self.path.partition("?")[0])
            if page is None:
                self.send_error(404)
            else:
                page(self)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Silent."""

    return Handler


def content(body: bytes, type_: str = "image/png", status: int = 200, **headers: str) -> Page:
    """A page of these bytes; `headers` with "_" for "-"."""

    def page(to: BaseHTTPRequestHandler) -> None:
        to.send_response(status)
        to.send_header("Content-Type", type_)
        to.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(body)

    return page


def redirect(location: str, status: int = 302) -> Page:
    return content(b"", "text/plain", status, Location=location)


class Names:
    """A name server. `records`: (name, "A") → the answers of one query after the other, the last for ever: each a list
    of addresses, or an alias "CNAME other.name". A name that isn't there is NXDOMAIN."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[list[str] | str]] = {}
        self.asked: Counter[tuple[str, str]] = Counter()
        self._server = ThreadingUDPServer(("127.0.0.1", 0), _resolver(self))
        self._server.daemon_threads = True
        self.endpoint = f"127.0.0.1:{self._server.server_address[1]}"

    def forget(self) -> None:
        self.records.clear()
        self.asked.clear()

    def set(self, name: str, *answers: list[str] | str, kind: str = "A") -> None:
        self.records[name, kind] = list(answers)

    @contextmanager
    def open(self) -> Iterator["Names"]:
        with _serving(self._server):
            yield self

    def answer(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        name, kind = query.question[0].name, dns.rdatatype.to_text(query.question[0].rdtype)
        text = name.to_text(omit_final_dot=True).lower()
        self.asked[text, kind] += 1
        if not any(known == text for known, _ in self.records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        self._add(response, text, kind)
        return response.to_wire()

    def _add(self, response: dns.message.Message, name: str, kind: str) -> None:
        """An alias is followed here, as a resolver does."""
        answers = self.records.get((name, kind), [])
        if not answers:
            return
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, str):
            response.answer.append(dns.rrset.from_text(f"{name}.", 0, "IN", "CNAME", f"{answer.split()[1]}."))
            self._add(response, answer.split()[1], kind)
        elif answer:
            response.answer.append(dns.rrset.from_text_list(f"{name}.", 0, "IN", kind, answer))


def _resolver(names: Names) -> type[BaseRequestHandler]:
    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            data, sock = self.request
            sock.sendto(names.answer(data), self.client_address)

    return Handler


@contextmanager
def _serving(server: ThreadingHTTPServer | ThreadingUDPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Authority:
    """A certificate authority of one test: `bundle` is what has to be trusted (SSL_CERT_FILE)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        own = _certificate(self._name, self._name, self._key).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        identifier = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        made = own.add_extension(usage, critical=True).add_extension(identifier, critical=False)
        self.bundle = folder / "authority.pem"
        self.bundle.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def server(self, *names: str) -> ssl.SSLContext:
        """A TLS server that proves these names and addresses."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        alternatives = x509.SubjectAlternativeName([_general_name(name) for name in names])
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        made = (
            _certificate(subject, self._name, key)
            .add_extension(alternatives, critical=False)
            .add_extension(identifier, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        file = self._folder / f"{len(list(self._folder.iterdir()))}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
