"""Databases: a shared base with Odoo's own modules, and copies of it that have the addon."""

import shutil
from contextlib import contextmanager
from pathlib import Path

from . import stamps
from .console import say, step
from .environment import Environment
from .errors import DevError
from .locks import exclusive
from .odoo_process import run_odoo
from .paths import ADDON

LANGUAGE = "fr_FR"
# Tests roll back what they write. Tables that are tidied up meanwhile count as empty, and a statement on
# thousands of rows is then planned for none: minutes instead of a moment, by chance.
LEFT_UNTIDIED = """
    DO $$ DECLARE name regclass; BEGIN
        FOR name IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        LOOP EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', name); END LOOP;
    END $$
"""


def filestore(env: Environment, database: str) -> Path:
    """Where Odoo keeps the files of a database."""
    return env.layout.data / "filestore" / database


def exists(env: Environment, database: str) -> bool:
    """Whether the database is there."""
    return env.postgres.sql(f"SELECT 1 FROM pg_database WHERE datname = '{database}'") == "1"


def drop(env: Environment, database: str) -> None:
    """Remove a database, its files and its stamp."""
    stamp_of(env, database).unlink(missing_ok=True)
    query = f'DROP DATABASE IF EXISTS "{database}"'
    try:
        env.postgres.sql(f"{query} WITH (FORCE)")
    except DevError:
        # The server's own worker that tidies its tables is not ours to end: without force it ends it.
        env.postgres.sql(query)
    shutil.rmtree(filestore(env, database), ignore_errors=True)


def copy(env: Environment, source: str, target: str) -> None:
    """Copy a database and its files."""
    drop(env, target)
    env.postgres.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    if filestore(env, source).exists():
        shutil.copytree(filestore(env, source), filestore(env, target))


def stamp_of(env: Environment, database: str) -> Path:
    """The stamp that tells which files a database was last brought up to date with."""
    return env.layout.stamps / f"{database}.json"


def up_to_date(env: Environment, database: str, base: str) -> bool:
    """Whether the addon's files have not changed since the database was made or updated."""
    expected = {"addon": stamps.addon_digest(env.layout.repository), "base": base}
    return stamps.read(stamp_of(env, database)) == expected and exists(env, database)


def mark(env: Environment, database: str, base: str, addon: str) -> None:
    """Say that a database is up to date with these files."""
    stamps.write(stamp_of(env, database), addon=addon, base=base)


@contextmanager
def locked(env: Environment, database: str):
    """Keep other ./dev of this clone away from a database."""
    with exclusive(env.layout.clone / f"{database}.lock", f"the database {database}"):
        yield


def base_name(
    env: Environment, modules: list[str], demo: bool, language: str | None = LANGUAGE
) -> str:
    """Name of the base: it changes with Odoo, the modules, the demo data and the language."""
    server = env.layout.server
    key = stamps.digest([server, env.odoo.version, *sorted(modules), str(demo), str(language)])
    return f"passeport_base_{key[:8]}"


def base(
    env: Environment,
    demo: bool,
    modules: list[str] | None = None,
    language: str | None = LANGUAGE,
) -> str:
    """The database that holds Odoo's own modules, made once for all clones that use the server.

    English is always there; ``language`` is another one.
    """
    modules = modules or env.layout.manifest()["depends"]
    name = base_name(env, modules, demo, language)
    with exclusive(env.layout.cache / f"{name}.lock", "a database of Odoo's own modules"):
        if exists(env, name):
            return name
        draft = f"{name}_new"
        drop(env, draft)
        with step(
            f"Database: installing {', '.join(modules)}" + (" with demo data" if demo else "")
        ):
            wish = ["--with-demo" if demo else "--without-demo"]
            if language:
                wish.append(f"--load-language={language}")
            install = ["-i", ",".join(modules), *wish]
            run_odoo(env, name, "-d", draft, *install, what="Installing Odoo's own modules")
        _rename(env, draft, name)
    return name


def _rename(env: Environment, source: str, target: str) -> None:
    """Give a finished database its name; the name is what says that it is finished."""
    shutil.rmtree(filestore(env, target), ignore_errors=True)
    if filestore(env, source).exists():
        filestore(env, source).rename(filestore(env, target))
    env.postgres.sql(f'ALTER DATABASE "{source}" RENAME TO "{target}"')


def create(
    env: Environment,
    database: str,
    demo: bool,
    strict: bool,
    modules: list[str] | None = None,
) -> None:
    """Make a database anew, with the addon installed."""
    source = base(env, demo, modules)
    addon = stamps.addon_digest(env.layout.repository)
    copy(env, source, database)
    with step(f"Database {database}: installing {ADDON}"):
        wish = "--with-demo" if demo else "--without-demo"
        run_odoo(
            env,
            database,
            "-d",
            database,
            "-i",
            ADDON,
            wish,
            what=f"Installing {ADDON}",
            strict=strict,
        )
    mark(env, database, source, addon)


def update(env: Environment, database: str, strict: bool) -> None:
    """Bring the addon up to date in a database that has it."""
    addon = stamps.addon_digest(env.layout.repository)
    source = stamps.read(stamp_of(env, database)).get("base") or base_name(
        env, env.layout.manifest()["depends"], True
    )
    stamp_of(env, database).unlink(missing_ok=True)
    with step(f"Database {database}: updating {ADDON}"):
        run_odoo(
            env, database, "-d", database, "-u", ADDON, what=f"Updating {ADDON}", strict=strict
        )
    mark(env, database, source, addon)


def installed(env: Environment, database: str) -> bool:
    """Whether the addon is installed in an existing database whose files are there."""
    query = f"SELECT state FROM ir_module_module WHERE name = '{ADDON}'"
    there = filestore(env, database).exists() and exists(env, database)
    return there and env.postgres.sql(query, database) in (
        "installed",
        "to upgrade",
    )


def listed(env: Environment) -> list[str]:
    """This clone's databases."""
    names = f"passeport\\_%\\_{env.layout.clone_id}"
    query = f"SELECT datname FROM pg_database WHERE datname LIKE '{names}'"
    return env.postgres.sql(query).split()


def ensure_demo(env: Environment) -> str:
    """The demo database, made or updated if the addon's files changed."""
    name = env.layout.database("demo")
    with locked(env, name):
        source = base_name(env, env.layout.manifest()["depends"], True)
        if up_to_date(env, name, source):
            say(f"Database {name}: up to date")
        elif installed(env, name):
            update(env, name, strict=False)
        else:
            create(env, name, demo=True, strict=False)
    return name


def ensure_test(env: Environment, fresh: bool) -> str:
    """The test database, made again whenever a file of the addon changed."""
    name = env.layout.database("test")
    source = base_name(env, env.layout.manifest()["depends"], False)
    if fresh or not up_to_date(env, name, source):
        create(env, name, demo=False, strict=True)
        env.postgres.sql(LEFT_UNTIDIED, name)
    return name


def ensure_beside(
    env: Environment, beside: list[str], fresh: bool, addon_first: bool = False
) -> str:
    """The test database that has other modules beside the addon, kept likewise.

    :param addon_first: install the others after the addon
    """
    name = env.layout.database("beside")
    modules = sorted({*env.layout.manifest()["depends"], *beside})
    source = base_name(env, modules, False)
    if addon_first:
        source += "_after"
    if not fresh and up_to_date(env, name, source):
        return name
    if addon_first:
        create(env, name, demo=False, strict=True)
        add(env, name, beside)
        mark(env, name, source, stamps.addon_digest(env.layout.repository))
    else:
        create(env, name, demo=False, strict=True, modules=modules)
    env.postgres.sql(LEFT_UNTIDIED, name)
    return name


def add(env: Environment, database: str, modules: list[str]) -> None:
    """Install modules into a database that has the addon."""
    listed = ",".join(modules)
    with step(f"Database {database}: installing {listed} after {ADDON}"):
        install = ("-d", database, "-i", listed, "--without-demo")
        run_odoo(env, database, *install, what=f"Installing {listed}", strict=True)
