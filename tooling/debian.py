"""Debian packages without touching the system: a private apt, and unpacking in a folder."""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from .console import run_logged, size_progress, tail
from .errors import DevError

KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)
TEMPLATE = Path("usr/share/python-apt/templates/Debian.info")
SCHEMES = ("http", "https", "file", "mirror+file")  # the last: a list of mirrors, in cloud images
MIRROR_HINT = (
    "set PASSEPORT_DEBIAN_MIRROR to the address of a Debian mirror, "
    "or ODOO_HOME to a checkout of Odoo 19"
)


def require_apt() -> None:
    """Say clearly that this needs apt."""
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise DevError(
                f"{tool} is not on this machine: set ODOO_HOME to a checkout of Odoo 19."
            )


def _as_debian(uri: str) -> str | None:
    """The Debian archive that goes with a mirror of this machine, if its address tells."""
    parts = urlsplit(uri)
    folders = parts.path.strip("/").split("/")
    if parts.scheme not in SCHEMES or "security" in uri:
        return None
    if folders[-1] == "ubuntu":
        folders[-1] = "debian"
    if "debian" not in folders[-1]:
        return None
    return urlunsplit(parts._replace(path="/" + "/".join(folders)))


def _archive(line: str) -> str | None:
    """The archive that holds a file which apt would read ('ARCHIVE/dists/…' and its size)."""
    archive, dists, _rest = line.lstrip("'").partition("/dists/")
    return archive if dists else None


def mirrors() -> list[str]:
    """Debian mirrors to try: the one asked for, else those this machine already uses."""
    if chosen := os.environ.get("PASSEPORT_DEBIAN_MIRROR"):
        return [chosen]
    # Not `indextargets`, which tells nothing before the first `apt-get update` of the machine.
    listed = subprocess.run(
        ["apt-get", "update", "--print-uris"], capture_output=True, text=True, check=False
    ).stdout.splitlines()
    archives = (archive for line in listed if (archive := _archive(line)))
    return list(dict.fromkeys(found for uri in archives if (found := _as_debian(uri))))


def template_mirror(home: Path, log: Path) -> str | None:
    """Debian's own address, from the templates of python-apt that every Debian and Ubuntu carries.

    For machines whose mirror holds another distribution only, as Ubuntu's do.
    """
    unpacked = home / "templates"
    if not any((place / TEMPLATE).exists() for place in (Path("/"), unpacked)):
        apt = PrivateApt(home / "system", log)
        if not apt.update():
            return None
        for package in apt.download(["python-apt-common"], home / "system" / "templates"):
            unpack(package, unpacked, lambda name: name.endswith(TEMPLATE.name))
    for place in (Path("/"), unpacked):
        if (place / TEMPLATE).exists():
            words = (place / TEMPLATE).read_text(encoding="utf-8").split()
            return next((word for word in words if word.endswith("/debian/")), None)
    return None


def candidates(home: Path, log: Path) -> Iterator[str]:
    """Debian mirrors in the order to try them; the last one is looked up only if need be."""
    yield from mirrors()
    if not os.environ.get("PASSPORT_DEBIAN_MIRROR") and (own := template_mirror(home, log)):
        yield own


class PrivateApt:
    """An apt with its own lists and caches; with no sources of its own it reads the system's."""

    def __init__(self, home: Path, log: Path, sources: str | None = None):
        self.home, self.log = home, log
        for folder in ("lists/partial", "archives/partial"):
            (home / folder).mkdir(parents=True, exist_ok=True)
        lines = [
            f'Dir::State::Lists "{home}/lists";',
            f'Dir::Cache "{home}";',
            'APT::Update::Error-Mode "any";',
            'Acquire::Retries "3";',
            'Acquire::Languages "none";',
            'APT::Sandbox::User "root";',
        ]
        if sources is not None:
            (home / "sources.list").write_text(sources)
            lines += [
                f'Dir::Etc::SourceList "{home}/sources.list";',
                'Dir::Etc::SourceParts "/dev/null";',
            ]
        (home / "apt.conf").write_text("\n".join(lines) + "\n")
        self.environment = {**os.environ, "APT_CONFIG": str(home / "apt.conf"), "LC_ALL": "C.UTF-8"}

    def update(self) -> bool:
        """Read the package lists; False when a source does not answer as it should."""
        command = ["apt-get", "-q", "update"]
        return run_logged(command, self.log, "", check=False, env=self.environment) == 0

    def download(self, packages: list[str], into: Path, expected: int | None = None) -> list[Path]:
        """Download packages as files."""
        into.mkdir(parents=True, exist_ok=True)
        run_logged(
            ["apt-get", "-q", "download", *packages],
            self.log,
            f"apt could not download {', '.join(packages)}.",
            progress=size_progress(into, "downloaded", expected),
            cwd=into,
            env=self.environment,
        )
        return sorted(into.glob("*.deb"))


def keyring(home: Path, log: Path) -> Path:
    """Debian's archive keys: the system's, else unpacked from the system's own archive."""
    unpacked = home / "keyring"
    for place in (*KEYRINGS, *(unpacked / key.relative_to("/") for key in KEYRINGS)):
        if place.exists():
            return place
    apt = PrivateApt(home / "system", log)
    if not apt.update():
        raise DevError(
            f"The package lists of this machine cannot be read: check the network.\n{tail(log, 6)}"
        )
    for package in apt.download(["debian-archive-keyring"], home / "system" / "files"):
        unpack(package, unpacked, lambda name: "keyrings/" in name)
    return keyring(home, log)


def debian_apt(home: Path, log: Path, suites: list[str]) -> PrivateApt:
    """A private apt that knows some Debian suites, whatever release this machine runs."""
    require_apt()
    key = keyring(home, log)
    tried = []
    for mirror in candidates(home, log):
        tried.append(mirror)
        sources = "".join(f"deb [signed-by={key}] {mirror} {suite} main\n" for suite in suites)
        apt = PrivateApt(home / "debian", log, sources)
        if apt.update():
            return apt
    if not tried:
        raise DevError(f"No Debian mirror is known to this machine: {MIRROR_HINT}.")
    raise DevError(
        f"Debian's package lists cannot be read from {', '.join(tried)}: "
        f"check the network, or {MIRROR_HINT}.\n"
        f"{tail(log, 6)}\n(log: {log})"
    )


def unpack(package: Path, into: Path, wanted: Callable[[str], bool]) -> None:
    """Unpack the wanted files of a .deb."""
    into.mkdir(parents=True, exist_ok=True)
    safely = {"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}
    command = ["dpkg-deb", "--fsys-tarfile", str(package)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as reader,
        tarfile.open(fileobj=reader.stdout, mode="r|") as archive,
    ):
        for member in archive:
            if not member.isdir() and wanted(member.name):
                archive.extract(member, into, **safely)
    if reader.returncode:
        raise DevError(f"{package.name} could not be unpacked: run the command again.")
