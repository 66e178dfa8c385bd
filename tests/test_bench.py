"""The benchmark in a light form: queries and memory of each step, and no times."""

import json
from unittest.mock import patch

from odoo.tests import tagged

from ..tooling import bench
from .common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestBench(PassportCase):
    def test_queries_and_memory(self):
        def commit_progress(cron, *_args, **_kwargs):
            cron.env.flush_all()
            return 60

        with patch.object(self.registry["ir.cron"], "_commit_progress", commit_progress):
            found = json.loads(bench.run(self.env, bench.LIGHT, timed=False))
        self.assertFalse(found["breaches"], found["table"])
        self.assertGreater(len(found["rows"]), 20)
