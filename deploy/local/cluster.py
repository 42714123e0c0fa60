"""A private PostgreSQL cluster: own port, data and password, on the loopback only.

PostgreSQL refuses to run as root: started by root, the cluster belongs to an unprivileged user, and its data stand
where that user can reach them.
"""

import os
import pwd
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from deploy.local.failure import Failure
from deploy.local.keys import write_private

INSTALLATIONS = Path("/usr/lib/postgresql")
OLDEST = 15
ADMINISTRATOR = "postgres"
UNPRIVILEGED = ("postgres", "nobody")
REACHABLE = Path("/var/tmp")  # noqa: S108 - the folder made in it has mode 700 and a name of its own
INITDB_SECONDS = 120
START_SECONDS = 60.0
CONNECT_SECONDS = 5
MAX_CONNECTIONS = 400
LOG_WITHOUT_VALUES = {
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}
"""A failing statement holds its values (words searched for, addresses): the log names the error alone."""


@dataclass(frozen=True)
class Cluster:
    """One private cluster. `folder` is where the system keeps it; `data` where it really is."""

    folder: Path
    data: Path
    port: int
    password: str
    user: str | None
    durable: bool = True

    @property
    def admin_url(self) -> str:
        """postgresql:// address as the administrator, of the maintenance database."""
        return f"postgresql://{ADMINISTRATOR}:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def command(self) -> str:
        """The server in the foreground. Without `durable` (tests) it does not wait for the disk."""
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": str(MAX_CONNECTIONS),
            "timezone": "UTC",
            "log_timezone": "UTC",
            **LOG_WITHOUT_VALUES,
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return shlex.join([str(_binaries() / "postgres"), "-D", str(self.data), *options])

    def initialise(self) -> None:
        """Make the cluster unless it is there. What a broken attempt left is made anew."""
        if (self.data / "PG_VERSION").exists():
            self._check_data_version()
            return
        draft = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        secret = draft.with_name(draft.name + ".password")
        write_private(secret, self.password)
        if self.user:
            for path in (draft, secret):
                shutil.chown(path, self.user)
        try:
            self._initdb(draft, secret)
        finally:
            secret.unlink()
        draft.rename(self.data)
        if self.data != self.folder:
            self.folder.unlink(missing_ok=True)
            self.folder.symlink_to(self.data)

    def _initdb(self, data: Path, secret: Path) -> None:
        arguments = ["-D", str(data), "-U", ADMINISTRATOR, "-A", "scram-sha-256", f"--pwfile={secret}"]
        arguments += ["-E", "UTF8", "--locale=C.UTF-8"] + ([] if self.durable else ["--no-sync"])
        done = subprocess.run(
            [str(_binaries() / "initdb"), *arguments],
            cwd=data,
            user=self.user,
            group=pwd.getpwnam(self.user).pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            timeout=INITDB_SECONDS,
            check=False,
        )
        if done.returncode:
            raise Failure(f"initdb a échoué dans {data} : {' '.join(done.stderr.split())[-300:]}")

    def _check_data_version(self) -> None:
        made, present = (self.data / "PG_VERSION").read_text().strip(), _binaries().parent.name
        if made != present:
            raise Failure(
                f"Les données de {self.data} sont de PostgreSQL {made}, et {present} est installé : installez "
                f"postgresql-{made}, ou effacez les données par « make reset »."
            )


def place(folder: Path, digest: str) -> tuple[Path, str | None]:
    """Where a cluster kept at `folder` can stand, and the user that must run it (None: whoever we are)."""
    if os.geteuid() != 0:
        return folder, None
    user = _unprivileged()
    existing = next(parent for parent in folder.parents if parent.exists())
    if _reaches(user, existing):
        return folder, user
    return REACHABLE / f"webmail-{digest}-postgres", user


def wait(url: str, advice: str = "lisez son journal", seconds: float = START_SECONDS) -> None:
    """Return when the server takes connections at this address; else a Failure that ends with `advice`."""
    end = time.monotonic() + seconds
    while (reason := answers(url)) is not None:
        if time.monotonic() > end:
            raise Failure(f"PostgreSQL ne répond pas après {seconds:.0f} s ({reason}) : {advice}.")
        time.sleep(0.1)


def answers(url: str) -> str | None:
    """None if the server takes a connection, else why not (without the password)."""
    try:
        psycopg2.connect(url, connect_timeout=CONNECT_SECONDS).close()
    except psycopg2.OperationalError as error:
        parts = urlsplit(url)
        return f"{parts.hostname}:{parts.port or 5432}: {' '.join(str(error).split())}"
    return None


def check_version() -> None:
    """Refuse a PostgreSQL that is missing, or older than what was tried."""
    _binaries()


def _binaries() -> Path:
    """Folder of initdb and postgres, of the newest version installed."""
    found = max(_versions(), default=None)
    if found is None:
        raise Failure(
            f"PostgreSQL introuvable dans {INSTALLATIONS} : installez le paquet postgresql-{OLDEST}, "
            "ou donnez les adresses <SERVICE>_DATABASE_URL."
        )
    if found < OLDEST:
        raise Failure(
            f"PostgreSQL {found} est trop ancien : installez postgresql-{OLDEST} ou une version plus récente."
        )
    return INSTALLATIONS / str(found) / "bin"


def _versions() -> Iterable[int]:
    for path in INSTALLATIONS.glob("*/bin/initdb"):
        version = path.parent.parent.name
        if version.isdigit():
            yield int(version)


def _unprivileged() -> str:
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Failure("PostgreSQL refuse root, et aucun utilisateur postgres ou nobody n'existe : créez-en un.")


def _reaches(user: str, folder: Path) -> bool:
    """Whether this user may enter the folder, tried as that user."""
    entry = pwd.getpwnam(user)
    tried = subprocess.run(
        ["/usr/bin/test", "-x", str(folder)], user=entry.pw_uid, group=entry.pw_gid, extra_groups=[], check=False
    )
    return tried.returncode == 0
