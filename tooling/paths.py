"""Where everything lives: the repository, the cache of all clones, this clone's part of it."""

import ast
import hashlib
import os
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ADDON = "passeport_prevention"
REPOSITORY = Path(__file__).resolve().parent.parent


def default_cache() -> Path:
    """The cache folder, outside the repository."""
    if chosen := os.environ.get("PASSEPORT_CACHE"):
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).absolute() / ADDON


@dataclass(frozen=True)
class Layout:
    """Every path used by the tooling; several clones can share one cache."""

    cache: Path
    repository: Path = REPOSITORY
    server: str = "none"  # which PostgreSQL server holds the databases
    folders: tuple[Path, ...] = ()  # of modules beside Odoo's and the addon

    @cached_property
    def clone_id(self) -> str:
        """Short name of this clone, made from where it is."""
        return hashlib.sha256(str(self.repository).encode()).hexdigest()[:8]

    @property
    def clone(self) -> Path:
        """What belongs to this clone alone."""
        return self.cache / "clones" / self.clone_id

    @property
    def addons(self) -> Path:
        """The addons folder that holds a link named like the addon."""
        return self.clone / "addons"

    @property
    def addon(self) -> Path:
        """That link: the repository under the addon's name."""
        return self.addons / ADDON

    @property
    def at_server(self) -> Path:
        """What belongs to this clone and to its databases on one server."""
        return self.clone / "servers" / self.server

    @property
    def config(self) -> Path:
        """Odoo's configuration file."""
        return self.at_server / ("odoo-beside.conf" if self.folders else "odoo.conf")

    @property
    def stamps(self) -> Path:
        """What this clone's databases were made from."""
        return self.at_server / "stamps"

    @property
    def logs(self) -> Path:
        """What every command that was run had to say."""
        return self.cache / "logs" / self.clone_id

    @property
    def data(self) -> Path:
        """Odoo's data folder: filestores and sessions.

        Databases of two servers can have the same name; their files must not share a folder.
        """
        return self.cache / "data" / self.server

    @property
    def home(self) -> Path:
        """HOME of the processes started here, so that nothing is written in the person's own."""
        return self.cache / "home"

    @property
    def requirements(self) -> Path:
        """The pins."""
        return self.repository / "tooling" / "requirements.txt"

    @property
    def requirements_alone(self) -> Path:
        """What is installed without the packages it asks for."""
        return self.requirements.with_name("requirements-axe.txt")

    @property
    def odoo_bin(self) -> Path:
        """Odoo's command line, as a file."""
        return self.repository / "tooling" / "odoo_bin.py"

    @property
    def venv(self) -> Path:
        """One virtual environment per Python version and set of pins."""
        pins = self.requirements.read_bytes() + self.requirements_alone.read_bytes()
        digest = hashlib.sha256(pins + sys.base_prefix.encode()).hexdigest()[:8]
        return self.cache / f"venv-{sys.version_info[0]}.{sys.version_info[1]}-{digest}"

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.venv / "bin" / "python"

    def database(self, purpose: str) -> str:
        """Name of one of this clone's databases."""
        return f"passeport_{purpose}_{self.clone_id}"

    def log(self, name: str) -> Path:
        """A fresh log file."""
        path = self.logs / f"{name}.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        return path

    def manifest(self) -> dict:
        """The addon's manifest."""
        return ast.literal_eval((self.repository / "__manifest__.py").read_text(encoding="utf-8"))
