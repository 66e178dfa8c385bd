"""./dev odoo, shell, psql: Odoo's and PostgreSQL's own commands, in the prepared environment."""

import argparse

from .. import databases
from ..console import run_plainly
from ..environment import Environment, prepared


def register(commands) -> None:
    """Declare the sub-commands."""
    parser = commands.add_parser(
        "odoo", help="run Odoo's own command line with this clone's settings"
    )
    parser.set_defaults(run=run_odoo)
    parser = commands.add_parser("shell", help="Python shell on the demo database (Odoo's own)")
    parser.set_defaults(run=run_shell)
    parser = commands.add_parser(
        "psql", help="SQL shell on the demo database, or on the one named after it"
    )
    parser.set_defaults(run=run_psql)
    parser = commands.add_parser(
        "run", help="run any program in the prepared environment (python, pytest, psql…)"
    )
    parser.set_defaults(run=run_program)


def run_odoo(options: argparse.Namespace) -> int:
    """Odoo's command line; sub-commands (shell, i18n…) take the settings after their name."""
    given = list(options.extra)
    name = [given.pop(0)] if given and not given[0].startswith("-") else []
    with prepared(system=options.system) as env:
        return run_plainly(
            env.command(*name, "-c", str(env.layout.config), *given), env=env.variables()
        )


def run_program(options: argparse.Namespace) -> int:
    """Any program."""
    with prepared(system=options.system) as env:
        return run_plainly(
            options.extra or ["bash"], env={**env.variables(), "ODOO_RC": str(env.layout.config)}
        )


def demo_database(env: Environment) -> str:
    """The demo database, made if there is none."""
    name = env.layout.database("demo")
    return name if databases.installed(env, name) else databases.ensure_demo(env)


def run_shell(options: argparse.Namespace) -> int:
    """Odoo's shell; a script may come through standard input."""
    with prepared(system=options.system) as env:
        where = [
            "-c",
            str(env.layout.config),
            "-d",
            demo_database(env),
            "--no-http",
            "--log-level=warn",
        ]
        return run_plainly(env.command("shell", *where, *options.extra), env=env.variables())


def run_psql(options: argparse.Namespace) -> int:
    """PostgreSQL's shell."""
    with prepared(system=options.system) as env:
        named = options.extra and not options.extra[0].startswith("-")
        where = [] if named else ["-d", demo_database(env)]
        return run_plainly([env.postgres.bin / "psql", *where, *options.extra], env=env.variables())
