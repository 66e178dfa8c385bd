"""./dev setup: make everything ready."""

import argparse

from ..console import say
from ..environment import prepared


def register(commands) -> None:
    """Declare the sub-command."""
    parser = commands.add_parser(
        "setup", help="prepare Odoo 19, PostgreSQL, Python packages and programs"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prepare, and say where things are."""
    with prepared(system=options.system, forced=True) as env:
        say(f"Odoo        {env.odoo.root} ({env.odoo.version})")
        say(f"Python      {env.layout.python}")
        say(f"PostgreSQL  {env.postgres.bin} (socket or host: {env.postgres.host})")
        say(f"addon       {env.layout.addon}")
        say(f"settings    {env.layout.config}")
    return 0
