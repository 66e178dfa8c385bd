"""Run inside the environment: Odoo's own tests on a database, and a result that names what fails.

Odoo's runner runs a test that belongs to the installation while its module is loaded, thus before
the addon is. Here such tests run a second time, once everything is loaded.
"""

import argparse
import json
import sys
import threading
from collections import Counter
from pathlib import Path


class Record:
    """How many tests ran and what failed, by moment."""

    def __init__(self):
        self.moment = ""
        self.tests = Counter()
        self.failures = set()

    def watch(self, result_class) -> None:
        """Have every result of Odoo's tests told here too."""
        begun, failed = result_class.startTest, result_class.logError

        def start_test(result, test):
            self.tests[self.moment] += 1
            return begun(result, test)

        def log_error(result, flavour, test, error):
            self.failures.add(f"{name_of(test)} ({self.moment})")
            return failed(result, flavour, test, error)

        result_class.startTest, result_class.logError = start_test, log_error

    def as_json(self) -> str:
        """The same, for ./dev."""
        told = {"tests": dict(self.tests), "failures": sorted(self.failures)}
        return json.dumps(told, indent=1)


def name_of(test) -> str:
    """The name of a test, of the test a part belongs to, or of the class that could not be set up."""
    while hasattr(test, "test_case"):
        test = test.test_case
    return test.id().removeprefix("odoo.addons.").replace(".tests.", ".")


def run_loaded(modules: list[str], record: Record, http: bool) -> None:
    """Run the tests of both positions, now that all modules are loaded."""
    from odoo.tests import HttpCase, loader
    from odoo.tests.suite import OdooSuite

    for position in ("at_install", "post_install"):
        record.moment = f"{position}, all loaded"
        suite = loader.make_suite(modules, position)
        loader.run_suite(OdooSuite(t for t in suite if http or not isinstance(t, HttpCase)))


def run(database: str, modules: list[str], record: Record, http: bool) -> None:
    """Load the database with the tests of its modules, then run all."""
    from odoo.http import root
    from odoo.modules.registry import Registry
    from odoo.service import server

    server.load_server_wide_modules()
    server.server = server.ThreadedServer(root)
    server.server.start(stop=False)
    threading.current_thread().dbname = database
    record.moment = "while loading"
    Registry.new(database)
    run_loaded(modules, record, http)
    server.server.stop()


def main() -> int:
    """Read the command line, start Odoo's configuration, run."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("config", "database", "tags", "port"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--result", type=Path, required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("modules", nargs="+")
    options = parser.parse_args()
    from odoo.tests.result import OdooTestResult
    from odoo.tools import config

    where = ["-c", options.config, "-d", options.database, f"--http-port={options.port}"]
    how = [f"--test-tags={options.tags}", "--max-cron-threads=0", "--log-level=info"]
    config.parse_config([*where, *how, f"--db-filter=^{options.database}$"], setup_logging=True)
    record = Record()
    record.watch(OdooTestResult)
    run(options.database, options.modules, record, http=not options.quick)
    options.result.write_text(record.as_json(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    # The folder of this file is none where Odoo's modules should look for theirs.
    sys.path.pop(0)
    sys.exit(main())
