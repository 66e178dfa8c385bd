"""Odoo 19's source: a checkout named by ODOO_HOME, else Debian's package unpacked in the cache."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from . import stamps
from .console import step
from .debian import debian_apt, unpack
from .errors import DevError
from .paths import Layout

PACKAGE = "odoo-19"
PACKAGE_SUITE = "unstable"
PACKAGE_MEGABYTES = 123
# What the package's links point to, from a stable suite: in unstable, fonts-font-awesome no longer
# has the files of version 4.7 that Odoo's style sheets name.
LINKED_SUITE = "trixie"
LINKED = (
    "fonts-font-awesome",
    "fonts-glyphicons-halflings",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
SITE = "usr/lib/python3/dist-packages"
# Scripts that Debian leaves out but that bundles name: without them every page logs an error.
STAND_INS = (
    "mail/static/lib/selfie_segmentation/selfie_segmentation.js",  # blurs the camera in calls
)


@dataclass(frozen=True)
class OdooSource:
    """Where Odoo is, and which one."""

    root: Path
    addons: tuple[Path, ...]
    version: str


def wanted(name: str) -> bool:
    """Whether a file of the package is kept: Odoo itself, with French as its only translation."""
    path = PurePosixPath(name.removeprefix("./"))
    if path.parent.name == "i18n" and path.suffix in (".po", ".pot"):
        return path.suffix == ".po" and path.name.startswith("fr")
    return str(path).startswith(f"{SITE}/odoo/")


def _wanted_shared(name: str) -> bool:
    """Whether a file of a linked package is kept."""
    return (
        "/usr/share/" in f"/{name.removeprefix('./')}"
        and "/usr/share/doc/" not in f"/{name.removeprefix('./')}"
    )


def from_checkout(home: str) -> OdooSource:
    """Odoo from the folder named by ODOO_HOME."""
    root = Path(home).expanduser().absolute()
    for needed in ("odoo-bin", "odoo/addons/base", "addons/web"):
        if not (root / needed).exists():
            raise DevError(f"ODOO_HOME={home} has no {needed}: it must be a checkout of Odoo 19.")
    version = stamps.digest([(root / "odoo" / "release.py").read_text(), str(root)])
    return OdooSource(root, (root / "odoo" / "addons", root / "addons"), version)


def dangling(root: Path) -> list[Path]:
    """Links that lead nowhere."""
    found = []
    for folder, _folders, files in os.walk(root):
        found += [Path(folder, name) for name in files if not Path(folder, name).exists()]
    return found


def _download(layout: Layout, draft: Path) -> str:
    """Fill a draft folder with Odoo and what it links to; give the package's version."""
    log = layout.log("odoo-download")
    apt = debian_apt(layout.cache / "apt", log, [PACKAGE_SUITE, LINKED_SUITE])
    files = draft / "files"
    [package] = apt.download([f"{PACKAGE}/{PACKAGE_SUITE}"], files, PACKAGE_MEGABYTES)
    linked = apt.download([f"{name}/{LINKED_SUITE}" for name in LINKED], files / "linked")
    with step("Odoo 19: unpacking"):
        unpack(package, draft, wanted)
        for shared in linked:
            unpack(shared, draft, _wanted_shared)
    _stand_in(draft / SITE / "odoo" / "addons")
    shutil.rmtree(files)
    if lost := dangling(draft / SITE / "odoo"):
        with log.open("a") as output:
            output.writelines(f"link to nowhere: {path}\n" for path in lost)
    return package.name.split("_")[1]


def _stand_in(addons: Path) -> None:
    """Put an empty script where Debian's package lacks one."""
    for name in STAND_INS:
        script = addons / name
        if not script.exists():
            script.parent.mkdir(parents=True, exist_ok=True)
            script.write_text("/* left out of Debian's package */\n")


def _packaged(root: Path, stamp: dict) -> OdooSource:
    """Odoo as the package lays it out."""
    return OdooSource(root / SITE, (root / SITE / "odoo" / "addons",), stamp["version"])


def from_debian(layout: Layout) -> OdooSource:
    """Odoo from Debian's package, downloaded once."""
    root = layout.cache / PACKAGE
    recipe = stamps.digest([PACKAGE, LINKED_SUITE, *LINKED])
    stamp = stamps.read(root / "finished.json")
    if stamp.get("recipe") == recipe:
        return _packaged(root, stamp)
    draft = root.with_name(f"{PACKAGE}.new")
    shutil.rmtree(draft, ignore_errors=True)
    with step(f"Odoo 19: downloading Debian's package ({PACKAGE_MEGABYTES} MB)"):
        version = _download(layout, draft)
    stamps.write(draft / "finished.json", recipe=recipe, version=version)
    shutil.rmtree(root, ignore_errors=True)
    draft.rename(root)
    return _packaged(root, stamps.read(root / "finished.json"))


def obtain(layout: Layout) -> OdooSource:
    """Odoo 19, from wherever it can be had."""
    if home := os.environ.get("ODOO_HOME"):
        return from_checkout(home)
    return from_debian(layout)
