from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..common import NOW, SIRET_CLIENT, SIRET_OTHER_CLIENT
from .test_renewal import TODAY, RenewalCase

CRON = "passeport_prevention.ir_cron_renewal_reminders"


@tagged("post_install", "-at_install", "passport")
class TestRenewalReminder(RenewalCase):
    """Each client is told once of each threshold, until somebody renews."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client.email = "contact@brehat.example"
        cls.company.email = "bonjour@atlantique.example"
        cls.reminders = cls.env["passport.renewal.reminder"]

    def run_cron(self, days=0, **kwargs):
        """Run the scheduled action ``days`` from now; the reminders it made."""
        before = self.reminders.search([])
        with (
            freeze_time(NOW + timedelta(days=days)),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 600),
        ):
            self.reminders._cron_send(**kwargs)
            self.env.flush_all()
        return self.reminders.search([]) - before

    def mails_of(self, reminders):
        return self.env["mail.mail"].search(
            [("model", "=", reminders._name), ("res_id", "in", reminders.ids)]
        )

    def test_one_mail_for_all_the_people_of_a_client(self):
        self.make_valid(days=20)
        self.make_valid(self.make_attendee("Théo Riou"), days=80)
        self.make_valid(self.make_attendee("Plus Tard"), days=91)
        self.make_valid(self.make_attendee("Trop Tard"), days=-1)
        reminder = self.run_cron()
        self.assertEqual(len(reminder), 1)
        self.assertEqual(
            (reminder.client_id, reminder.partner_id, reminder.audience, reminder.company_id),
            (self.client, self.client, "client", self.company),
        )
        self.assertEqual(sorted(reminder.line_ids.mapped("days")), [30, 90])
        mail = self.mails_of(reminder)
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.client)
        self.assertEqual(mail.state, "outgoing")
        for text in ("Théo Riou", "Zoé Lefèvre", "Sauveteur secouriste du travail"):
            self.assertIn(text, mail.body_html)
        self.assertNotIn("Plus Tard", mail.body_html)
        self.assertNotIn("Trop Tard", mail.body_html)
        self.assertNotIn(self.nir_of(self.zoe).replace(" ", ""), mail.body_html.replace(" ", ""))
        self.assertEqual(mail.reply_to, self.company.email)

    def test_never_twice_for_the_same_threshold(self):
        registration = self.make_valid(days=95)
        told = []
        for day in range(100):
            if self.run_cron(day):
                told.append(95 - day)
            self.assertFalse(self.run_cron(day), "ran twice")
        self.assertEqual(told, [90, 30, 7])
        self.assertEqual(len(registration.renewal_reminder_line_ids), 3)
        self.assertTrue(registration.renewal_reminded_on)

    def test_one_that_fails_keeps_nobody_waiting(self):
        other = self.make_client("Cimenterie", SIRET_OTHER_CLIENT, email="c@quiberon.example")
        self.make_valid(days=20)
        person = self.make_attendee("Théo Riou", parent_id=other.id)
        self.make_valid(person, days=20, partner_id=other.id)
        send = type(self.reminders)._send

        def failing(reminders):
            if self.client in reminders.client_id:
                raise ValueError("no template")
            return send(reminders)

        with (
            patch.object(type(self.reminders), "_send", failing),
            mute_logger("odoo.addons.passeport_prevention.models.ground.passport_apart"),
        ):
            self.assertEqual(self.run_cron().client_id, other)
        self.assertEqual(self.run_cron().client_id, self.client)

    def test_database_refuses_the_second(self):
        registration = self.make_valid(days=20)
        reminder = self.run_cron()
        values = {
            "reminder_id": reminder.id,
            "registration_id": registration.id,
            "days": 30,
            "validity_end_date": registration.validity_end_date,
        }
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.env["passport.renewal.reminder.line"].create(values)
            self.env.flush_all()

    def test_another_end_is_told_again(self):
        registration = self.make_valid(days=20)
        self.assertTrue(self.run_cron())
        registration.validity_end_date = TODAY + timedelta(days=25)
        self.assertTrue(self.run_cron())

    def test_stops_when_enrolled_or_renewed(self):
        self.make_valid(days=20)
        later = self.make_registration(self.next_session, self.zoe, state="open")
        self.assertFalse(self.run_cron())
        later.state = "done"
        self.assertFalse(self.run_cron())
        later.state = "cancel"
        self.assertTrue(self.run_cron())

    def test_who_is_told(self):
        self.zoe.email = "zoe@brehat.example"
        alone = self.make_attendee("Seule", parent_id=False, email="seule@example.com")
        self.make_valid(days=20)
        self.make_valid(alone, days=20, partner_id=alone.id, without_employer=True)
        for wanted, expected in [
            ("nobody", set()),
            ("client", {("client", self.client), ("trainee", alone)}),
            ("trainee", {("trainee", self.zoe), ("trainee", alone)}),
            ("both", {("client", self.client), ("trainee", self.zoe), ("trainee", alone)}),
        ]:
            self.company.renewal_reminder_to = wanted
            self.reminders.search([]).unlink()
            sent = self.run_cron()
            with self.subTest(wanted=wanted):
                self.assertEqual(
                    {(reminder.audience, reminder.partner_id) for reminder in sent}, expected
                )
                self.assertEqual(len(self.mails_of(sent)), len(expected))

    def test_whoever_booked_last_is_written_to(self):
        first, last = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": self.client.id, "email": f"{name}@brehat.example"}
                for name in ("anne", "bruno")
            ]
        )
        self.make_valid(days=20, partner_id=first.id)
        self.make_valid(self.make_attendee("Théo"), days=20, partner_id=last.id)
        self.assertEqual(self.run_cron().partner_id, last)
        for change, expected in [
            ({"active": False}, first),
            ({"active": True, "passport_no_renewal_mail": True}, first),
            ({"passport_no_renewal_mail": False, "email": False}, first),
        ]:
            last.write(change)
            self.reminders.search([]).unlink()
            with self.subTest(change=change):
                self.assertEqual(self.run_cron().partner_id, expected)

    def test_opt_out(self):
        self.make_valid(days=20)
        self.client.passport_no_renewal_mail = True
        self.assertFalse(self.run_cron())
        self.client.passport_no_renewal_mail = False
        self.env["mail.blacklist"]._add("contact@brehat.example")
        self.assertFalse(self.run_cron())
        self.env["mail.blacklist"]._remove("contact@brehat.example")
        self.client.email = False
        self.assertFalse(self.run_cron())
        self.client.email = "contact@brehat.example"
        self.assertTrue(self.run_cron())

    def test_client_that_wants_none_gets_none_through_its_contacts(self):
        booker = self.env["res.partner"].create(
            {"name": "Anne", "parent_id": self.client.id, "email": "anne@brehat.example"}
        )
        self.make_valid(days=20, partner_id=booker.id)
        self.client.passport_no_renewal_mail = True
        self.assertFalse(self.run_cron())

    def test_chatter_says_it_without_names(self):
        self.make_valid(days=20)
        before = self.client.message_ids
        self.run_cron()
        note = self.client.message_ids - before
        self.assertEqual(len(note), 1)
        self.assertIn("Menuiserie Bréhat", note.body)
        self.assertNotIn("Zoé", note.body)

    def test_companies_apart(self):
        theirs = self.make_session(company_id=self.other_company.id)
        registration = self.make_registration(theirs, self.zoe)
        registration.validity_end_date = TODAY + timedelta(days=50)
        self.make_valid(days=20)
        self.other_company.renewal_reminder_days = "40"
        sent = self.run_cron()
        self.assertEqual(sent.company_id, self.company)
        sent = self.run_cron(days=12)
        self.assertEqual(sent.company_id, self.other_company)
        seen = self.as_role(self.reminders, "user").search([])
        self.assertEqual(seen.company_id.ids, self.company.ids)

    def test_batches_send_everything_once(self):
        for number in range(5):
            client = self.make_client(f"Client {number}", False, email=f"c{number}@example.com")
            person = self.make_attendee(f"Personne {number}", parent_id=client.id)
            self.make_valid(person, days=20, partner_id=client.id)
        sent = self.run_cron(batch=2)
        self.assertEqual(len(sent), 5)
        self.assertEqual(len(self.mails_of(sent)), 5)
        self.assertFalse(self.run_cron(batch=2))

    def test_by_the_real_scheduler(self):
        self.make_valid(days=20)
        before = self.reminders.search_count([])
        with self.enter_registry_test_mode():
            self.env.ref(CRON).method_direct_trigger()
        self.assertEqual(self.reminders.search_count([]), before + 1)

    def test_constant_number_of_queries(self):
        counts = []
        for size in (2, 4, 30):
            people = self.make_attendees([f"Nombre {size} {number}" for number in range(size)])
            registrations = self.make_registrations(self.make_session(), people)
            registrations.validity_end_date = TODAY + timedelta(days=20)
            counts.append(self.queries_of(lambda: self.reminders._due_values(self.company)))
        self.assertEqual(counts[1], counts[2])

    def test_constant_number_of_queries_whoever_is_told(self):
        """Each person has a client of their own, and both are reminded."""
        self.company.renewal_reminder_to = "both"
        counts = []
        for size in (2, 4, 30):
            for number in range(size):
                name = f"Client {size} {number}"
                client = self.make_client(name, SIRET_CLIENT, email=f"{size}.{number}@c.example")
                person = self.make_attendee(name, email=f"{size}.{number}@people.example")
                registration = self.make_registrations(None, person, partner_id=client.id)
                registration.validity_end_date = TODAY + timedelta(days=20)
            due = []
            found = self.queries_of(lambda due=due: due.extend(self.due()))
            counts.append(found)
            audiences = {values["audience"] for values in due if values["client_id"] == client.id}
            self.assertEqual(audiences, {"client", "trainee"})
        self.assertEqual(counts[1], counts[2])

    def due(self):
        return self.reminders._due_values(self.company)

    def test_settings(self):
        with Form(self.as_role(self.env["passport.settings"], "manager")) as form:
            self.assertEqual(form.renewal_reminder_days, "90/30/7")
            self.assertEqual(form.renewal_reminder_to, "client")
            form.renewal_reminder_days = "60/15"
            form.renewal_reminder_to = "both"
        self.assertEqual(self.company._renewal_days(), (60, 15))
        self.assertEqual(self.company.renewal_reminder_to, "both")
        for text in ("soixante", "60/", "-7", "60/60", "900"):
            with self.subTest(text=text), self.assertRaises(ValidationError):
                self.company.renewal_reminder_days = text

    def test_nobody_writes_reminders(self):
        self.make_valid(days=20)
        reminder = self.run_cron()
        for role in ("user", "declarant", "manager"):
            seen = self.as_role(reminder, role)
            self.assertEqual(seen.line_count, 1)
            for call in (
                lambda seen=seen: seen.write({"audience": "trainee"}),
                lambda seen=seen: seen.unlink(),
                lambda seen=seen: seen.line_ids.unlink(),
                lambda seen=seen: seen.copy(),
            ):
                with self.assertRaises(AccessError):
                    call()
        for role in ("sales", "event", "internal"):
            with self.assertRaises(AccessError):
                self.as_role(reminder, role).read(["audience"])
