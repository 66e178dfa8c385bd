"""./dev test: install the addon in a database of its own and run pytest on it."""

import argparse
from pathlib import Path

from ..console import run_plainly
from ..databases import ensure_beside, ensure_test, locked
from ..environment import Environment, prepared
from ..server import run_on_server


def register(commands) -> None:
    """Declare the sub-command."""
    parser = commands.add_parser(
        "test",
        help="run the tests (any argument of pytest may follow)",
        description="Run the tests. Other arguments go to pytest: -k WORD, -x, tests/test_x.py…",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="make the test database again, even if nothing changed"
    )
    parser.add_argument(
        "--tools",
        action="store_true",
        help="run only the tests of tools/, without Odoo or a database; parts of names may follow",
    )
    parser.add_argument(
        "--server",
        action="store_true",
        help="run only the tests against a running server; parts of names may follow",
    )
    parser.add_argument(
        "--with",
        dest="beside",
        metavar="MODULES",
        type=lambda text: text.split(","),
        help="other modules of Odoo to install beside the addon, such as website_event_sale",
    )
    parser.add_argument(
        "--addons-path",
        dest="folders",
        metavar="FOLDERS",
        type=folders,
        default=(),
        help="folders that hold modules named by --with and are none of Odoo's, such as the OCA's; what "
        "these need of Python comes from PYTHONPATH",
    )
    parser.add_argument(
        "--addon-first",
        action="store_true",
        help="install the modules named by --with after the addon, not before it",
    )
    parser.set_defaults(run=run, takes_extra=True)


def folders(text: str) -> tuple[Path, ...]:
    """The folders of a list with commas."""
    return tuple(Path(part).expanduser().resolve() for part in text.split(","))


def through_link(env: Environment, argument: str) -> str | None:
    """A path of the repository as Odoo sees it, under the addon's name; None if it is no path."""
    name, colons, rest = argument.partition("::")
    for folder in (Path.cwd(), env.layout.repository):
        path = (folder / name).resolve()
        if (
            not name.startswith("-")
            and path.exists()
            and path.is_relative_to(env.layout.repository)
        ):
            return f"{env.layout.addon / path.relative_to(env.layout.repository)}{colons}{rest}"
    return None


def pytest_arguments(env: Environment, given: list[str]) -> list[str]:
    """Pytest's arguments, with paths seen through the link; all tests when none is named."""
    mapped = [(argument, through_link(env, argument)) for argument in given]
    paths = [path for _argument, path in mapped if path]
    arguments = [path or argument for argument, path in mapped]
    return arguments if paths else [*arguments, str(env.layout.addon / "tests")]


def pytest_command(env: Environment, database: str, given: list[str]) -> list[str]:
    """The whole command line."""
    return [
        str(env.layout.python),
        "-m",
        "pytest",
        f"--odoo-config={env.layout.config}",
        f"--odoo-database={database}",
        "--odoo-http",
        "--odoo-extra=max-cron-threads=0",
        f"--rootdir={env.layout.addon}",
        f"--override-ini=cache_dir={env.layout.clone / 'pytest'}",
        *pytest_arguments(env, given),
    ]


def run_tools(names: list[str]) -> int:
    """Run the tests of the pure core in a plain Python."""
    with prepared(system=False, database=False) as env:
        script = env.layout.repository / "tooling" / "tools_tests.py"
        variables = {
            **env.variables(),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(env.layout.clone / "hypothesis"),
        }
        return run_plainly([env.layout.python, script, *names], env=variables)


def test_database(env: Environment, options: argparse.Namespace) -> str:
    """The database that the tests want, with the addon as it is now."""
    if options.beside:
        return ensure_beside(env, options.beside, options.fresh, options.addon_first)
    return ensure_test(env, options.fresh)


def run(options: argparse.Namespace) -> int:
    """Prepare the database if need be, then run pytest on the terminal."""
    if options.tools:
        return run_tools(options.extra)
    if options.server:
        with prepared(system=options.system) as env:
            return run_on_server(env, options.extra, options.fresh)
    purpose = "beside" if options.beside else "test"
    with (
        prepared(system=options.system, folders=options.folders) as env,
        locked(env, env.layout.database(purpose)),
    ):
        database = test_database(env, options)
        command = pytest_command(env, database, options.extra)
        return run_plainly(command, cwd=env.layout.addons, env=env.variables())
