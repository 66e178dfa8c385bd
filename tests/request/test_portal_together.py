"""Two contacts of one client at the same instant, in transactions of their own: each cleans up."""

import os
from contextlib import closing, contextmanager
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, freeze_time, get_db_name, tagged
from odoo.tools import mute_logger

from ..common import NIR_KEYS, NOW
from ..common_portal import PortalCase

# Newest first, so that nothing refers to what is deleted.
TABLES = (
    "event_registration",
    "sale_order_line",
    "sale_order",
    "event_event_ticket",
    "event_event",
    "mail_message",
    "mail_followers",
    "product_product",
    "product_template",
    "res_users",
    "res_partner",
)


@freeze_time(NOW)
@tagged("post_install", "-at_install", "passport")
class TestPortalTogether(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.startClassPatcher(patch.dict(os.environ, PASSPORT_NIR_KEYS=NIR_KEYS))

    def setUp(self):
        super().setUp()
        with self.connection() as env:
            self.before = {}
            for table in TABLES:
                env.cr.execute(f"SELECT COALESCE(max(id), 0) FROM {table}")
                self.before[table] = env.cr.fetchone()[0]
            self.addCleanup(self.clean)
            self.quote_id, self.user_id = self.make_quotation(env)
            env.cr.commit()

    @contextmanager
    def connection(self, uid=SUPERUSER_ID):
        """A transaction of its own, given up unless committed."""
        with closing(self.registry.cursor()) as cr:
            yield api.Environment(cr, uid, {"lang": "en_US", "tracking_disable": True})
            cr.rollback()

    def clean(self):
        with self.connection() as env:
            for table in TABLES:
                env.cr.execute(f"DELETE FROM {table} WHERE id > %s", (self.before[table],))
            env.cr.commit()
        self.registry.clear_all_caches()

    def make_quotation(self, env):
        """Make a quotation of one place, with the factories of the other tests."""
        factory = type("Factory", (PortalCase,), {})
        factory.env = env
        factory.company = env.company
        factory.france = env.ref("base.fr")
        client = factory.make_client("Menuiserie Bréhat", "78945612600018")
        contact = factory.make_contact("Maud Le Bris", client)
        factory.training = factory.make_training()
        user = env["res.users"].create(
            {
                "login": "portal_together",
                "partner_id": contact.id,
                "group_ids": [Command.set(env.ref("base.group_portal").ids)],
            }
        )
        order = factory.make_order(contact, 1, state="sent")
        env.flush_all()
        return order.id, user.id

    def seats(self, env):
        order = env["sale.order"].browse(self.quote_id)
        return env["passport.employer.space"]._seats(env.user, order=order)

    def name(self, env, seats, name):
        """Name the first free place of these seats, if there is one; return the entry."""
        checker = env["passport.employer.entry"]
        free = next((seat for seat in seats if not seat.registration), None)
        if not free:
            return None
        typed = {free.ref: {"name": name}}
        entries = checker._check(env.user, seats, typed)
        checker._keep(env.user, entries)
        env.flush_all()
        return entries[0]

    def assert_named(self, name):
        with self.connection() as env:
            order = env["sale.order"].browse(self.quote_id)
            self.assertEqual(order.order_line.registration_ids.mapped("name"), [name])

    def test_while_the_other_saves(self):
        with self.connection(self.user_id) as first, self.connection(self.user_id) as second:
            self.assertFalse(self.name(first, self.seats(first), "Zoé Martin").errors)
            entry = self.name(second, self.seats(second), "Éric Petit")
            self.assertIn("Somebody else", entry.errors["name"])
            second.cr.commit()
            first.cr.commit()
        self.assert_named("Zoé Martin")

    def test_just_after_the_other_saved(self):
        with self.connection(self.user_id) as first, self.connection(self.user_id) as second:
            stale = self.seats(second)
            self.assertEqual(len(stale), 1)
            self.name(first, self.seats(first), "Zoé Martin")
            first.cr.commit()
            with (
                self.assertRaises(psycopg2.errors.SerializationFailure),
                mute_logger("odoo.sql_db"),
            ):
                self.name(second, stale, "Éric Petit")
        self.assert_named("Zoé Martin")

    def test_request_is_repeated(self):
        with self.connection(self.user_id) as first, self.connection(self.user_id) as second:
            tries = []

            def save():
                seats = self.seats(second)
                if not tries:
                    self.name(first, self.seats(first), "Zoé Martin")
                    first.cr.commit()
                tries.append(seats)
                return self.name(second, seats, "Éric Petit")

            with (
                mute_logger("odoo.sql_db", "odoo.service.model"),
                patch("odoo.service.model.time.sleep"),
            ):
                self.assertIsNone(retrying(save, second))
        self.assertEqual(len(tries), 2)
        self.assert_named("Zoé Martin")
