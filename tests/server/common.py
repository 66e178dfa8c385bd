import itertools
import json
import os
import time
from datetime import datetime, timedelta
from unittest import TestCase

from ...tooling.web_client import WebClient

# How long the scheduled actions may take.
PATIENCE = 90


def number_of(serial):
    """Return a NIR, key included: another one for each number."""
    body = f"185047500{serial:04d}"
    return f"{body}{97 - int(body) % 97:02d}"


class ServerCase(TestCase):
    """Speaks to a server that runs, whose transactions end for good: nothing is rolled back after a test."""

    serials = itertools.count(1)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = json.loads(os.environ["PASSPORT_SERVER_DATA"])
        cls.staff = cls.client("server_staff")

    @classmethod
    def client(cls, login=None):
        found = WebClient(os.environ["PASSPORT_SERVER_URL"], os.environ["PASSPORT_SERVER_DATABASE"])
        if login:
            found.log_in(login, cls.data["password"])
        return found

    def make_session(self, days=20):
        """Create a session as the form does: with Odoo's own communications."""
        begin = datetime.now() + timedelta(days=days)
        values = {
            "name": f"Session {next(self.serials)}",
            "date_begin": f"{begin:%Y-%m-%d %H:%M:%S}",
            "date_end": f"{begin + timedelta(hours=8):%Y-%m-%d %H:%M:%S}",
            "training_id": self.data["training"],
        }
        session_id = self.staff.call("event.event", "create", [values])[0]
        communications = self.records(
            "event.mail", [("event_id", "=", session_id)], ["interval_type"]
        )
        # The case would prove nothing without the mail that Odoo sends and commits at once.
        self.assertIn("after_sub", [found["interval_type"] for found in communications])
        return session_id

    def records(self, model, domain, fields):
        return self.staff.call(model, "search_read", domain, fields, order="id")

    def registrations(self, session_id, *fields):
        return self.records(
            "event.registration",
            [("event_id", "=", session_id)],
            ["name", "attendee_partner_id", "nir_state", *fields],
        )

    def sent(self, session_id):
        """Return to how many registrations Odoo's confirmation was made."""
        domain = [("scheduler_id.event_id", "=", session_id), ("mail_sent", "=", True)]
        return self.staff.call("event.mail.registration", "search_count", domain)

    def wait_until(self, holds):
        limit = time.monotonic() + PATIENCE
        while not holds() and time.monotonic() < limit:
            time.sleep(0.5)
        self.assertTrue(holds())
