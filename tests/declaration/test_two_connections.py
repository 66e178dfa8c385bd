"""What happens to committed data when two users act at once, or when the server is killed.

Transactions of their own are needed, so nothing is rolled back: each test cleans up by hand.
"""

import os
import threading
from contextlib import closing, contextmanager, suppress
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError, ValidationError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, freeze_time, get_db_name, tagged
from odoo.tools import mute_logger

from ..common import NIR_KEYS, NOW, PassportCase, nir_with_key

ATTENDEES = 6
# Newest first, so that nothing refers to what is deleted.
TABLES = (
    "passport_nir_seal",
    "passport_declaration_line",
    "passport_declaration",
    "passport_deposit",
    "passport_declare",
    "event_registration",
    "event_event",
    "passport_nir_access",
    "passport_nir",
    "mail_message",
    "mail_followers",
    "product_product",
    "product_template",
)


@freeze_time(NOW)
@tagged("post_install", "-at_install", "passport")
class TestTwoConnections(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.startClassPatcher(patch.dict(os.environ, PASSPORT_NIR_KEYS=NIR_KEYS))
        # Odoo's own runner holds this lock while it runs tests: threads would wait for its end.
        cls.startClassPatcher(patch.object(Registry, "_lock", DummyRLock()))

    def setUp(self):
        super().setUp()
        with self.connection() as env:
            env.cr.execute("SELECT 1")
            self.before = {table: self.last_id(env, table) for table in (*TABLES, "ir_sequence")}
            self.company_id = env.company.id
            self.old_siret = env.company.company_registry
            env.company.company_registry = "81234567600017"
            self.session_id, self.partner_ids = self.make_session(env)
            for code in ("passport.declaration", "passport.deposit"):
                env["passport.numbering"]._draw(env.company, code)
            env.cr.commit()
        self.addCleanup(self.clean)

    @contextmanager
    def connection(self):
        """A transaction of its own, given up unless committed."""
        with closing(self.registry.cursor()) as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"lang": "en_US", "tracking_disable": True})
            with suppress(psycopg2.Error):  # killed on purpose
                cr.rollback()

    def last_id(self, env, table):
        env.cr.execute(f"SELECT COALESCE(max(id), 0) FROM {table}")
        return env.cr.fetchone()[0]

    def make_session(self, env):
        """Make a session whose attendees are ready, with the factories of the other tests."""
        factory = type("Factory", (PassportCase,), {})
        factory.env = env
        factory.company = env.company
        factory.france = env.ref("base.fr")
        factory.numbers = iter(range(9000, 9999))
        factory.client = factory.make_client("Menuiserie Bréhat", "78945612600018")
        factory.training = factory.make_training()
        session = factory.make_session(name="Deux connexions")
        people = factory.make_attendees([f"Personne {number}" for number in range(ATTENDEES)])
        factory.make_registrations(session, people)
        env.flush_all()
        self.assertEqual(set(session.registration_ids.mapped("passport_state")), {"ready"})
        return session.id, (people | factory.client).ids

    def clean(self):
        with self.connection() as env:
            for table in TABLES:
                env.cr.execute(f"DELETE FROM {table} WHERE id > %s", (self.before[table],))
            env["ir.sequence"].search([("id", ">", self.before["ir_sequence"])]).unlink()
            env.cr.execute("DELETE FROM res_partner WHERE id = ANY(%s)", (self.partner_ids,))
            env.cr.execute(
                "UPDATE res_partner SET company_registry = %s WHERE id = "
                "(SELECT partner_id FROM res_company WHERE id = %s)",
                (self.old_siret or None, self.company_id),
            )
            env.cr.commit()
        self.registry.clear_all_caches()

    def prepare(self, env, **values):
        wizard = env["passport.declare"].create(
            {"company_id": env.company.id, "event_ids": [(6, 0, [self.session_id])], **values}
        )
        return wizard.action_prepare_deposit()

    def lines(self, env):
        return env["passport.declaration.line"].search([("event_id", "=", self.session_id)])

    def assert_each_declared_once(self):
        with self.connection() as env:
            lines = self.lines(env)
            registrations = env["event.event"].browse(self.session_id).registration_ids
            self.assertEqual(len(lines), ATTENDEES)
            self.assertEqual(lines.registration_id, registrations)
            self.assertEqual(len(lines.declaration_id.deposit_id), 1)

    def second_user(self, outcome, act=None):
        """What the other user's request does, as the server runs it: retried, then told."""
        with self.connection() as env:

            def call():
                result = (act or self.prepare)(env)
                env.flush_all()
                return result

            try:
                with mute_logger("odoo.service.model", "odoo.sql_db"):
                    outcome["result"] = retrying(call, env)
                env.cr.commit()
            except (UserError, ValidationError) as error:
                outcome["message"] = str(error)
            except Exception as error:  # pylint: disable=broad-except
                outcome["error"] = error

    def test_second_user_while_the_first_is_preparing(self):
        outcome = {}
        with self.connection() as first:
            self.prepare(first)
            first.flush_all()
            self.second_user(outcome)
            first.cr.commit()
        self.assertIn("message", outcome, outcome)
        self.assertRegex(outcome["message"], "at this moment|already in a declaration")
        self.assert_each_declared_once()

    def test_two_users_who_both_saw_them_ready(self):
        """Past all checks at the same second: the database itself lets one of them through."""
        outcome = {}
        no_lock = patch.object(
            self.registry["event.registration"],
            "try_lock_for_update",
            lambda records, **_kwargs: records,
        )
        with no_lock, self.connection() as first:
            self.prepare(first)
            first.flush_all()
            second = threading.Thread(target=self.second_user, args=(outcome,))
            second.start()
            # Long enough to run into the first one's rows; what follows holds in either case.
            second.join(1.0)
            first.cr.commit()
            second.join(60)
        self.assertFalse(second.is_alive())
        self.assertIn("message", outcome, outcome)
        self.assertRegex(outcome["message"], "Nobody is ready|already in a declaration")
        self.assert_each_declared_once()

    def test_first_declarations_of_a_company(self):
        """Two sequences of one company would give the same number twice."""
        with self.connection() as env:
            env["ir.sequence"].search([("id", ">", self.before["ir_sequence"])]).unlink()
            env.cr.commit()
        with self.connection() as first, self.connection() as second:
            first["passport.numbering"]._draw(first.company, "passport.declaration")
            first.flush_all()
            with self.assertRaisesRegex(UserError, "first declarations"):
                second["passport.numbering"]._draw(second.company, "passport.declaration")
            first.cr.commit()

    def test_killed_while_preparing(self):
        with self.connection() as env:
            self.prepare(env)
            env.flush_all()
            self.kill(env)
        with self.connection() as env:
            self.assertFalse(self.lines(env))
            self.prepare(env)
            env.flush_all()
            env.cr.commit()
        self.assert_each_declared_once()

    def test_killed_while_generating_the_file(self):
        with self.connection() as env:
            self.prepare(env)
            env.flush_all()
            env.cr.commit()
        with self.connection() as env:
            self.file_of(self.lines(env).deposit_id)
            env.flush_all()
            self.kill(env)
        with self.connection() as env:
            deposit = self.lines(env).deposit_id
            self.assertEqual((deposit.state, deposit.file_sha256), ("draft", False))
            self.assertFalse(
                env["passport.nir.seal"].search([("line_id", "in", deposit.line_ids.ids)])
            )
            content = self.file_of(deposit)
            env.flush_all()
            env.cr.commit()
        # Killed between the file and the download: the same click gives the same file.
        with self.connection() as env:
            self.assertEqual(self.file_of(self.lines(env).deposit_id), content)

    def file_of(self, deposit):
        """Return the file of a deposit, as a person asks for it."""
        return deposit.with_user(deposit.env.ref("base.user_admin"))._render_file()

    def kill(self, env):
        """End the connection as the death of the server does: nothing is committed."""
        env.cr.execute("SELECT pg_backend_pid()")
        (pid,) = env.cr.fetchone()
        with self.connection() as other:
            other.cr.execute("SELECT pg_terminate_backend(%s)", (pid,))
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error):
            env.cr.execute("SELECT 1")

    # ------------------------------------------------------------
    # A declaration enters a deposit while its file is made
    # ------------------------------------------------------------

    def two_declarations(self):
        """Prepare two declarations, one of them in a deposit, and return the ids of all."""
        with self.connection() as env:
            self.prepare(env, max_attendees=ATTENDEES // 2)
            kept, loose = self.lines(env).declaration_id.sorted()
            deposit = kept.deposit_id
            loose.deposit_id = False
            env.flush_all()
            env.cr.commit()
            return deposit.id, loose.id

    def enter(self, env):
        env["passport.declaration"].browse(self.loose_id).deposit_id = self.deposit_id

    def generate(self, env):
        return self.file_of(env["passport.deposit"].browse(self.deposit_id))

    def assert_file_is_whole(self, attendees):
        """Whoever is in the deposit is in its file, and the other way round."""
        with self.connection() as env:
            deposit = env["passport.deposit"].browse(self.deposit_id)
            lines = env["passport.declaration.line"].search([("deposit_id", "=", deposit.id)])
            self.assertEqual((deposit.state, len(lines)), ("generated", attendees))
            self.assertEqual(sorted(lines.mapped("file_position")), list(range(1, attendees + 1)))
            self.assertEqual(self.generate(env).count(b"\r\n"), attendees + 1)

    def test_declaration_enters_while_the_file_is_made(self):
        self.deposit_id, self.loose_id = self.two_declarations()
        for commit in (False, True):
            outcome = {}
            with self.connection() as first:
                self.generate(first)
                first.flush_all()
                if commit:
                    first.cr.commit()
                self.second_user(outcome, self.enter)
            with self.subTest(commit=commit):
                expected = "draft" if commit else "at this moment"
                self.assertRegex(outcome.get("message", str(outcome)), f"(?i){expected}")
        self.assert_file_is_whole(ATTENDEES // 2)

    def test_file_is_made_while_a_declaration_enters(self):
        self.deposit_id, self.loose_id = self.two_declarations()
        outcome = {}
        with self.connection() as first:
            self.enter(first)
            first.flush_all()
            self.second_user(outcome, self.generate)
            self.assertRegex(outcome.get("message", str(outcome)), "at this moment")
            first.cr.commit()
        self.second_user(outcome := {}, self.generate)
        self.assertIn("result", outcome, outcome)
        self.assert_file_is_whole(ATTENDEES)

    def test_file_begun_before_a_declaration_entered_is_made_anew(self):
        """The transaction saw the deposit as it was: it cannot end, and begins again."""
        self.deposit_id, self.loose_id = self.two_declarations()
        outcome, entered = {}, []

        def generate_late(env):
            env.cr.execute("SELECT count(*) FROM passport_declaration_line")
            if not entered:
                with self.connection() as other:
                    self.enter(other)
                    other.flush_all()
                    other.cr.commit()
                entered.append(True)
            return self.generate(env)

        self.second_user(outcome, generate_late)
        self.assertIn("result", outcome, outcome)
        self.assert_file_is_whole(ATTENDEES)

    # ------------------------------------------------------------
    # One number, two contacts
    # ------------------------------------------------------------

    def test_one_number_of_two_contacts_declared_at_once(self):
        """Past readiness, which would block both: the database lets one of them through."""
        with self.connection() as env:
            first, second = env["event.event"].browse(self.session_id).registration_ids[:2]
            env.cr.execute(
                """
                UPDATE passport_nir twin SET blind_index = own.blind_index FROM passport_nir own
                 WHERE own.partner_id = %s AND twin.partner_id = %s
                """,
                (first.attendee_partner_id.id, second.attendee_partner_id.id),
            )
            env.cr.commit()
            ids = first.id, second.id

        def declare(env, registration_id):
            registration = env["event.registration"].browse(registration_id)
            return env["passport.preparation"]._prepare(registration, env.company, "file", 500)

        outcome = {}
        with self.connection() as one:
            declare(one, ids[0])
            one.flush_all()
            other = threading.Thread(
                target=self.second_user, args=(outcome, lambda env: declare(env, ids[1]))
            )
            other.start()
            other.join(1.0)
            one.cr.commit()
            other.join(60)
        self.assertFalse(other.is_alive())
        self.assertRegex(outcome.get("message", str(outcome)), "another contact")
        with self.connection() as env:
            self.assertEqual(len(self.lines(env)), 1)

    # ------------------------------------------------------------
    # A number that two give, or that goes while it is used
    # ------------------------------------------------------------

    def test_number_given_by_two_at_once(self):
        """The trainee and the employer: the second one is stored after the first, with no error."""
        with self.connection() as env:
            person_id = (
                env["event.event"]
                .browse(self.session_id)
                .registration_ids[0]
                .attendee_partner_id.id
            )
            env["res.partner"].browse(person_id).nir = False
            env.flush_all()
            env.cr.commit()
        numbers = [nir_with_key(f"185047500{place}") for place in (8001, 8002)]

        def give(env, number):
            env["passport.nir"]._store({env["res.partner"].browse(person_id): number})

        outcome = {}
        with self.connection() as first:
            give(first, numbers[0])
            first.flush_all()
            second = threading.Thread(
                target=self.second_user, args=(outcome, lambda env: give(env, numbers[1]))
            )
            second.start()
            second.join(1.0)
            first.cr.commit()
            second.join(60)
        self.assertFalse(second.is_alive())
        self.assertEqual(outcome, {"result": None})
        with self.connection() as env:
            row = env["passport.nir"].search([("partner_id", "=", person_id)])
            number = row._own_number(env["passport.nir.keys"]._ring_or_none())
            self.assertEqual(number, numbers[1])

    def test_number_erased_while_the_file_is_made(self):
        """What the file seals for its lines goes with the number, even if neither saw the other."""
        with self.connection() as env:
            self.prepare(env)
            env.flush_all()
            env.cr.commit()
            person_id = self.lines(env)[0].partner_id.id
        made = []

        def erase(env):
            env.cr.execute("SELECT 1 FROM passport_nir")  # as it is from now on
            if not made:
                with self.connection() as maker:
                    self.file_of(self.lines(maker).deposit_id)
                    maker.flush_all()
                    maker.cr.commit()
                made.append(True)
            env["passport.nir"].search([("partner_id", "=", person_id)])._erase("erase")

        self.second_user(outcome := {}, erase)
        self.assertEqual(outcome, {"result": None})
        with self.connection() as env:
            seals = env["passport.nir.seal"].search([("line_id", "in", self.lines(env).ids)])
            self.assertEqual(len(seals), ATTENDEES - 1)
            self.assertNotIn(person_id, seals.person_id.ids)
