import os
from datetime import timedelta
from unittest.mock import patch

from odoo import tools
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from ...models.request.passport_form_link import address_of
from ...models.vault.passport_nir_keys import KEYS_VARIABLE
from ...tools import cipher
from ..common import MODULE, NOW, PassportCase
from ..vault.test_nir import NIR


class FormCase(PassportCase, MockEmail):
    """One attendee, with an e-mail address of her own, of whom everything is still to be asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.config_parameter"].set_param("web.base.url", "http://of.example")
        cls.ines = cls.make_attendee(
            "Inès Morel", nir=False, birth_name=False, email="ines@example.com", lang="fr_FR"
        )
        cls.session_sst = cls.make_session()
        cls.registration = cls.make_registration(cls.session_sst, cls.ines)

    def link(self, registration=None):
        return self.env["passport.personal.form"]._links(registration or self.registration)

    def token(self, registration=None):
        return self.address(registration).rpartition("/")[2]

    def leave(self, function=None):
        """Call a function and have the queue sent; return what the mail server was given."""
        with self.mock_mail_gateway(mail_unlink_sent=True):
            if function:
                function()
            self.env.flush_all()
            self.env["mail.mail"].sudo().process_email_queue()
        return self._mails

    def ask(self, records):
        """Ask for data as a person does, who confirms where many are asked; return the notification."""
        action = records.action_passport_ask()
        if action.get("res_model") == "passport.ask":
            action = records.env["passport.ask"].browse(action["res_id"]).action_send()
        return action

    def needs(self):
        return self.env["passport.personal.form"]._needs(self.registration)

    def address(self, registration=None):
        """Return the personal address, as the one who sends the e-mail makes it."""
        return address_of(self.link(registration))


@tagged("post_install", "-at_install", "passport")
class TestFormLink(FormCase):
    def usable(self, token):
        self.env.flush_all()
        self.env.invalidate_all()
        link = self.env["passport.form.link"]._find(token)
        return bool(link) and link._is_usable()

    def test_address(self):
        url = self.address()
        self.assertRegex(url, r"^http://of\.example/passeport/f/[A-Za-z0-9_-]{40}$")
        self.assertEqual(self.address(), url)
        self.assertNotIn(str(self.registration.id), url.rpartition("/")[2][:4])

    def test_finds_its_own_registration(self):
        other = self.make_registration(
            self.session_sst, self.make_attendee("Théo", nir=False, email="theo@example.com")
        )
        links = self.env["passport.personal.form"]._links(self.registration | other)
        self.assertEqual(links.registration_id, self.registration | other)
        for link in links:
            found = self.env["passport.form.link"]._find(address_of(link).rpartition("/")[2])
            self.assertEqual(found, link)

    def test_whole_token_is_not_stored(self):
        token = self.token()
        self.env.flush_all()
        self.env.cr.execute("SELECT to_jsonb(l)::text FROM passport_form_link l")
        stored = " ".join(row for (row,) in self.env.cr.fetchall())
        self.assertIn(token[:16], stored)
        self.assertNotIn(token[16:], stored)

    def test_nothing_but_the_whole_token_opens(self):
        token = self.token()
        self.assertTrue(self.usable(token))
        last = "A" if token[-1] != "A" else "B"
        other = self.make_registration(
            self.session_sst, self.make_attendee("Théo", nir=False, email="theo@example.com")
        )
        mixed = token[:16] + self.token(other)[16:]
        for wrong in (
            "",
            token[:-1],
            token + "A",
            token[:-1] + last,
            token.swapcase(),
            mixed,
            "é" * 40,
            f"{self.registration.id:040d}",
            None,
        ):
            with self.subTest(wrong=wrong):
                self.assertFalse(self.usable(wrong))

    def test_the_key_is_not_in_the_database(self):
        token = self.token()
        self.env["ir.config_parameter"].sudo().set_param("database.secret", "another")
        self.assertTrue(self.usable(token))
        # A stolen dump on a server with keys of its own.
        with patch.dict(os.environ, {KEYS_VARIABLE: cipher.generate_key("thief")}):
            self.assertFalse(self.usable(token))
            self.assertNotEqual(self.token(), token)
        self.assertTrue(self.usable(token))

    def test_survives_a_rotation_of_the_keys(self):
        old, new = cipher.generate_key("old"), cipher.generate_key("new")
        with patch.dict(os.environ, {KEYS_VARIABLE: old}):
            token = self.token()
        with patch.dict(os.environ, {KEYS_VARIABLE: f"{new},{old}"}):
            self.assertTrue(self.usable(token))
            self.assertNotEqual(self.token(), token)
        with patch.dict(os.environ, {KEYS_VARIABLE: new}):
            self.assertFalse(self.usable(token))

    def test_without_keys_nothing_opens_and_nothing_fails(self):
        token = self.token()
        with (
            patch.dict(os.environ, {KEYS_VARIABLE: "none"}),
            mute_logger("odoo.addons.passeport_prevention.models.vault.passport_nir_keys"),
        ):
            self.assertFalse(self.usable(token))

    def test_expires(self):
        token = self.token()
        self.company.passport_form_days = 10
        for days, expected in ((59, True), (61, False)):
            with freeze_time(NOW + timedelta(days=days)):
                self.assertEqual(self.usable(token), expected)

    def test_asking_for_it_puts_its_end_off(self):
        token = self.token()
        with freeze_time(NOW + timedelta(days=50)):
            self.assertEqual(self.token(), token)
        with freeze_time(NOW + timedelta(days=100)):
            self.assertTrue(self.usable(token))
        with freeze_time(NOW + timedelta(days=111)):
            self.assertFalse(self.usable(token))
            self.assertNotEqual(self.token(), token)
            self.assertFalse(self.usable(token))

    def test_revoked(self):
        token = self.token()
        self.env["passport.personal.form"]._revoke(self.registration)
        self.assertFalse(self.usable(token))
        new = self.token()
        self.assertNotEqual(new, token)
        self.assertTrue(self.usable(new))
        self.assertFalse(self.usable(token))

    def test_dies_with_the_person_or_the_address(self):
        for fname, value in (
            ("attendee_partner_id", self.make_attendee("Théo", nir=False).id),
            ("state", "cancel"),
            ("email", "other@example.com"),
        ):
            with self.subTest(fname=fname), self.env.cr.savepoint() as savepoint:
                token = self.token()
                self.assertTrue(self.usable(token))
                self.registration.write({fname: value})
                self.assertFalse(self.usable(token))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_nothing_to_ask(self):
        token = self.token()
        for values in ({"nir": NIR, "birth_name": "MOREL"}, {"nir_state": "refused"}):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                self.ines.write(values)
                self.assertIs(self.registration._passport_form_url(), False)
                self.assertFalse(self.usable(token))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_is_asked(self):
        for values, expected in (
            ({}, (True, True)),
            ({"nir": NIR}, (False, True)),
            ({"nir": NIR[:-1]}, (True, True)),
            ({"birth_name": "MOREL"}, (True, False)),
            ({"birth_name": "MOREL", "nir": NIR}, (False, False)),
        ):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                self.ines.write(values)
                self.assertEqual(self.needs(), expected)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_rejected_pair_is_asked_for_again(self):
        self.ines.write({"nir": NIR, "birth_name": "MOREL"})
        self.assertEqual(self.needs(), (False, False))
        deposit = self.make_deposit(self.registration)
        self.as_role(deposit, "declarant")._render_file()
        deposit.action_mark_deposited()
        deposit.line_ids._reject("NIR et nom de naissance inconnus")
        self.assertEqual(self.registration.passport_state, "rejected")
        self.assertEqual(self.needs(), (True, True))
        self.assertTrue(self.usable(self.token()))
        self.assertEqual(
            self.env["passport.personal.form"]._open(self.registration), self.registration
        )

    def test_not_for_what_is_not_declared(self):
        for values in ({"is_subcontracted": True}, {"training_id": False}):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                self.session_sst.write(values)
                self.assertIs(self.registration._passport_form_url(), False)
                savepoint.rollback()
                self.env.invalidate_all()
        unnamed = self.env["event.registration"].create(
            {"event_id": self.session_sst.id, "partner_id": self.client.id}
        )
        self.assertIs(unnamed._passport_form_url(), False)

    def test_own_address_only(self):
        self.client.email = "rh@client.example"
        cases = (
            ("ines@example.com", "ines@example.com", "ines@example.com"),
            (False, "ines@example.com", "ines@example.com"),
            ("rh@client.example", "rh@client.example", False),
            ("rh@client.example", False, False),
            (False, "rh@client.example", False),
            ("rh@client.example", "ines@example.com", "ines@example.com"),
        )
        for registered, contact, expected in cases:
            with self.subTest(registered=registered, contact=contact):
                self.ines.email = contact
                self.registration.email = registered
                self.assertEqual(self.registration._passport_form_email(), expected)

    def test_not_the_address_of_who_was_replaced(self):
        self.registration.attendee_partner_id = self.make_attendee("Théo Riou", nir=False)
        self.assertFalse(self.registration.email)
        self.assertIs(self.registration._passport_form_email(), False)

    def test_nobody_reads_a_link(self):
        link = self.link()
        # Without this right an export would be refused anyhow.
        self.env.ref("base.group_allow_export").user_ids |= self.env["res.users"].union(
            *(self.users[role] for role in self.users.keys() - {"portal"})
        )
        for role in self.users:
            with self.subTest(role=role):
                links = self.as_role(link, role)
                for call in (
                    lambda links=links: links.read(["selector"]),
                    lambda links=links: links.search([]),
                    lambda links=links: links._read_group([], ["selector"]),
                    lambda links=links: links.write({"revoked_on": False}),
                    links.unlink,
                    lambda links=links: links.create(
                        {
                            "registration_id": self.registration.id,
                            "partner_id": self.ines.id,
                            "expires_on": NOW,
                        }
                    ),
                ):
                    with self.assertRaises(AccessError):
                        call()
                registrations = self.as_role(self.registration, role)
                for call in (
                    lambda regs=registrations: regs.read(["passport_form_link_ids"]),
                    lambda regs=registrations: regs.search(
                        [("passport_form_link_ids.selector", "=like", "A%")]
                    ),
                    lambda regs=registrations: regs._read_group([], ["passport_form_link_ids"]),
                ):
                    with self.assertRaises(AccessError):
                        call()
                if role != "portal":
                    with self.assertRaises(AccessError):
                        registrations.export_data(["passport_form_link_ids/selector"])

    def test_links_of_a_copy_of_the_database_open_nothing(self):
        token = self.token()
        self.env["passport.form.request"]._ask("ines@example.com")
        self.env.flush_all()
        with tools.file_open(f"{MODULE}/data/neutralize.sql") as stream:
            self.env.cr.execute(stream.read())
        self.assertFalse(self.usable(token))
        self.assertFalse(self.env["passport.form.request"].search([]))

    def test_constant_number_of_queries(self):
        def attendees(count):
            people = self.make_attendees([f"Personne {n}" for n in range(count)], nir=False)
            for person in people:
                person.email = f"p{person.id}@example.com"
            return self.make_registrations(self.make_session(), people)

        few, many = attendees(2), attendees(12)
        form = self.env["passport.personal.form"]
        form._links(attendees(1))
        counts = [
            self.queries_of(lambda batch=batch: form._links(form._open(batch)))
            for batch in (few, many)
        ]
        self.assertEqual(counts[0], counts[1])
        again = [
            self.queries_of(lambda batch=batch: form._links(form._open(batch)))
            for batch in (few, many)
        ]
        self.assertEqual(again[0], again[1])
