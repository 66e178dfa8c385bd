import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest import TestCase

from ...tooling import databases
from ...tooling.paths import Layout


class Server:
    """PostgreSQL, as far as it is asked to drop a database."""

    def sql(self, _query, _database="postgres"):
        return ""


@dataclass
class Machine:
    """What the tooling knows of a machine, without one."""

    layout: Layout
    postgres: Server


class TestTwoServers(TestCase):
    """Two servers under one cache hold databases of the same name, each with its own files."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.machines = [
            Machine(Layout(Path(folder.name), server=server), Server()) for server in ("a", "b")
        ]
        for machine in self.machines:
            databases.filestore(machine, "passeport_demo").mkdir(parents=True)
            databases.mark(machine, "passeport_demo", base="base", addon="addon")

    def test_dropped_on_one(self):
        one, other = self.machines
        databases.drop(one, "passeport_demo")
        self.assertFalse(databases.filestore(one, "passeport_demo").exists())
        self.assertFalse(databases.stamp_of(one, "passeport_demo").exists())
        self.assertTrue(databases.filestore(other, "passeport_demo").exists())
        self.assertTrue(databases.stamp_of(other, "passeport_demo").exists())

    def test_configuration(self):
        """Each server has its own file of settings, since that names the server and the files."""
        one, other = (machine.layout for machine in self.machines)
        self.assertNotEqual(one.config, other.config)
        self.assertNotEqual(one.data, other.data)
