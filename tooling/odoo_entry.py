"""Run inside the environment: call `run(env, …)` of a module of tooling/ on a database.

An HTTP server listens meanwhile on a free port, since PDF documents fetch their style sheets
from Odoo.
"""

import argparse
import importlib
import json
import socket
import sys
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
REPORT_URL = "report.url"


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def http_server(port: int):
    """Odoo's own server, in a thread."""
    from odoo.http import root
    from odoo.service import server

    server.load_server_wide_modules()
    server.server = server.ThreadedServer(root)
    server.server.start(stop=False)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.server.stop()


@contextmanager
def report_url(env, url: str):
    """Let documents fetch their parts from this process, for the time of this call."""
    parameters = env["ir.config_parameter"].sudo()
    before = parameters.get_param(REPORT_URL)
    parameters.set_param(REPORT_URL, url)
    yield
    parameters.set_param(REPORT_URL, before)


def load(name: str):
    """A module of tooling/; the repository comes last in the search, lest it hide something."""
    sys.path[:] = [
        path for path in sys.path if Path(path or ".").resolve() != Path(__file__).parent
    ]
    sys.path.append(str(REPOSITORY))
    return importlib.import_module(f"tooling.{name}")


def call(database: str, port: int, module, arguments: list) -> str:
    """Open the database as Odoo's superuser, run, and keep what was done."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    registry = Registry(database)
    with http_server(port) as url, registry.cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        with report_url(env, url):
            return module.run(env, *arguments)


def main() -> int:
    """Read the command line, start Odoo's configuration, call."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module")
    parser.add_argument("--config", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--result", type=Path, required=True)
    parser.add_argument("--path", dest="arguments", action="append", type=Path, default=[])
    parser.add_argument("--json", dest="arguments", action="append", type=json.loads)
    options = parser.parse_args()
    from odoo.tools import config

    port = free_port()
    settings = [
        "-c",
        options.config,
        "-d",
        options.database,
        f"--http-port={port}",
        "--max-cron-threads=0",
    ]
    config.parse_config([*settings, f"--db-filter=^{options.database}$"], setup_logging=True)
    module = load(options.module)
    options.result.write_text(
        call(options.database, port, module, options.arguments), encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
