"""Where everything of one running system is kept. Standard library only."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
RUN_HOME = CHECKOUT / ".run"
VENV = CHECKOUT / ".venv"
SETTINGS = CHECKOUT / "deploy" / "local" / "webmail.toml"
# sun_path holds 108 bytes, and the supervisor first binds a name with its process number behind it.
SOCKET_PATH_BYTES = 85


@dataclass(frozen=True)
class Layout:
    """Every path of one system, below `home` (absolute)."""

    home: Path

    @property
    def keys(self) -> Path:
        return self.home / "secrets.env"

    @property
    def ports(self) -> Path:
        return self.home / "ports.json"

    @property
    def endpoints(self) -> Path:
        return self.home / "endpoints.json"

    @property
    def environment(self) -> Path:
        """What a command needs to speak to the running system (within.py); private, and there only while it runs."""
        return self.home / "environment.json"

    @property
    def logs(self) -> Path:
        return self.home / "log"

    @property
    def broker(self) -> Path:
        return self.home / "rabbitmq"

    @property
    def postgres(self) -> Path:
        return self.home / "postgres"

    @property
    def blobs(self) -> Path:
        return self.home / "blobs"

    @property
    def outside(self) -> Path:
        """Mail that left the domain, as .eml files: the demonstration's outside world."""
        return self.home / "outside"

    @property
    def demonstration(self) -> Path:
        """Made by deploy.demo when its set is loaded: the lines that tell how to sign in."""
        return self.home / "demonstration.txt"

    @property
    def supervisor(self) -> Path:
        return self.home / "supervisord.conf"

    @property
    def keeper(self) -> Path:
        """Process number of the `make run` that holds this system."""
        return self.home / "run.pid"

    @property
    def sockets(self) -> Path:
        """Folder for Unix sockets: below `home` unless its name is too long for a socket's address."""
        inside = self.home / "socket"
        if len(bytes(inside)) + len("/supervisor.sock") <= SOCKET_PATH_BYTES:
            return inside
        return Path("/var/tmp") / f"webmail-{self.digest}"  # noqa: S108 - private folder, mode 700, refused if not ours

    @property
    def digest(self) -> str:
        """Short name for this system that no other checkout has."""
        return hashlib.sha256(bytes(self.home)).hexdigest()[:12]

    def make(self) -> None:
        """Create the folders. `home` may be traversed (PostgreSQL's user must reach its own); the rest is private."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o711)
        for folder in (self.logs, self.broker, self.blobs, self.outside, self.sockets):
            folder.mkdir(mode=0o700, exist_ok=True)
