"""Everything that Odoo needs to run here, made ready and handed over as one object."""

import os
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from . import odoo_source, postgres, python_env, system_packages
from .errors import DevError
from .locks import exclusive
from .odoo_source import OdooSource
from .paths import Layout, default_cache
from .postgres import Connection

FIRST_TIME_GIGABYTES = 3
CONFIG = """[options]
addons_path = {addons}
data_dir = {data}
admin_passwd = {admin}
db_host = {host}
db_port = {port}
db_user = {user}
db_template = {template}
unaccent = {unaccent}
list_db = False
http_interface = 127.0.0.1
screenshots = {screenshots}
limit_time_real = 3600
limit_time_cpu = 3600
; mail must never leave a developer's machine: nothing listens there
smtp_server = 127.0.0.1
smtp_port = 9
"""


@dataclass(frozen=True)
class Environment:
    """A prepared machine: where things are, which Odoo, and how to reach PostgreSQL."""

    layout: Layout
    odoo: OdooSource
    postgres: Connection

    def variables(self) -> dict:
        """The environment of the processes started here."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in ("ODOO_RC", "OPENERP_SERVER")
        }
        path = [self.layout.venv / "bin", self.postgres.bin, os.environ.get("PATH", os.defpath)]
        return {
            **inherited,
            **self.postgres.environment(),
            "PATH": os.pathsep.join(map(str, path)),
            "PYTHONPATH": os.pathsep.join(self._python_path(inherited)),
            "PYTHONUNBUFFERED": "1",
            "HOME": str(self.layout.home),
            "XDG_CACHE_HOME": str(self.layout.home / ".cache"),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(self.layout.clone / "hypothesis"),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }

    def _python_path(self, inherited: dict) -> list[str]:
        """Odoo; modules of others bring what they need of Python themselves."""
        others = inherited.get("PYTHONPATH") if self.layout.folders else None
        return [str(self.odoo.root), *([others] if others else [])]

    def command(self, *arguments: str) -> list[str]:
        """An Odoo command line; the first argument may be one of Odoo's own sub-commands."""
        return [str(self.layout.python), str(self.layout.odoo_bin), *arguments]


def _check_space(layout: Layout) -> None:
    """Refuse to start a first preparation on a disk that is too small for it."""
    layout.cache.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(layout.cache).free / 1e9
    if free < FIRST_TIME_GIGABYTES:
        raise DevError(
            f"{layout.cache} has {free:.1f} GB free, {FIRST_TIME_GIGABYTES} GB are needed: "
            "free some, or set PASSEPORT_CACHE to a folder on another disk."
        )


def _link_addon(layout: Layout) -> None:
    """The link through which Odoo finds a repository whose root is the addon."""
    layout.addons.mkdir(parents=True, exist_ok=True)
    if layout.addon.is_symlink() and layout.addon.readlink() == layout.repository:
        return
    layout.addon.unlink(missing_ok=True)
    layout.addon.symlink_to(layout.repository)


def _write_config(layout: Layout, odoo: OdooSource, server: Connection) -> None:
    """Odoo's configuration file, for this clone."""
    text = CONFIG.format(
        addons=",".join(map(str, (*odoo.addons, layout.addons, *layout.folders))),
        data=layout.data,
        screenshots=layout.clone / "screenshots",
        admin=secrets.token_urlsafe(24),
        host=server.host,
        port=server.port,
        user=server.user,
        template=server.template,
        unaccent=server.unaccent,
    )
    if server.password:
        text += f"db_password = {server.password}\n"
    layout.config.unlink(missing_ok=True)
    with os.fdopen(
        os.open(layout.config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
    ) as output:
        output.write(text)


def _prepare_files(layout: Layout, system: bool, forced: bool) -> OdooSource:
    """Download and unpack what is missing, one ./dev at a time."""
    with exclusive(layout.cache / "prepare.lock", "its preparation of the cache"):
        if not python_env.ready(layout):
            _check_space(layout)
        system_packages.prepare(layout, allowed=system, forced=forced)
        odoo = odoo_source.obtain(layout)
        python_env.prepare(layout)
        for folder in (layout.home, layout.logs):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _link_addon(layout)
    return odoo


def _at_server(layout: Layout, odoo: OdooSource, server: Connection) -> Environment:
    """The machine as one server's databases need it: their folders, Odoo's configuration."""
    for folder in (layout.data, layout.stamps):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_config(layout, odoo, server)
    return Environment(layout, odoo, server)


@contextmanager
def prepared(
    system: bool = True,
    forced: bool = False,
    database: bool = True,
    folders: tuple[Path, ...] = (),
):
    """Prepare everything, and keep PostgreSQL running as long as somebody needs it.

    :param folders: where modules beside Odoo's and the addon are
    """
    layout = Layout(default_cache(), folders=folders)
    if layout.repository in (layout.cache, *layout.cache.parents):
        raise DevError(
            "The cache must be outside the repository: set PASSEPORT_CACHE to another folder."
        )
    odoo = _prepare_files(layout, system, forced)
    server = None if os.environ.get("PGHOST") or not database else postgres.OwnServer(layout)
    try:
        if server:
            server.acquire()
        connection = _connection(layout, server, database)
        if database:
            layout = replace(layout, server=connection.identity())
        yield _at_server(layout, odoo, connection)
    finally:
        if server:
            server.release()


def with_code(env: Environment, layout: Layout) -> Environment:
    """The same machine for other code of the addon, which the layout names."""
    layout.clone.mkdir(parents=True, exist_ok=True)
    _link_addon(layout)
    return _at_server(layout, env.odoo, env.postgres)


def _connection(layout: Layout, server: postgres.OwnServer | None, database: bool) -> Connection:
    """How to reach PostgreSQL; for a command that has no use for it, without asking it anything."""
    if server or not database:
        return (server or postgres.OwnServer(layout)).connection()
    return postgres.external(layout)
