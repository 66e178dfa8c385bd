from datetime import timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..common import NOW
from ..vault.test_nir import NIR
from .test_form_link import FormCase


@tagged("post_install", "-at_install", "passport")
class TestFormReminder(FormCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client.write({"email": "rh@client.example", "lang": "fr_FR"})
        cls.registration.action_passport_ask()

    def run_on(self, day, batch=100):
        """Run the scheduled action some days after the request; return what it sent, to whom."""
        before = self.env["mail.mail"].sudo().search([])
        with (
            freeze_time(NOW + timedelta(days=day)),
            patch.object(self.registry["ir.cron"], "_commit_progress", lambda *_, **__: 60),
        ):
            self.env.flush_all()
            self.env["passport.reminder"]._cron_remind(batch=batch)
            self.env.flush_all()
        self.mails = self.env["mail.mail"].sudo().search([]) - before
        return sorted(
            mail.email_to or ",".join(mail.recipient_ids.mapped("email")) for mail in self.mails
        )

    def asked(self, name, **values):
        person = self.make_attendee(name, nir=False, **values)
        registration = self.make_registration(self.session_sst, person)
        registration.action_passport_ask()
        return registration

    def test_attendee_then_employer_at_the_intervals(self):
        sent = {day: self.run_on(day) for day in (0, 6, 7, 8, 14, 15, 20, 21, 22, 35, 36, 60)}
        self.assertEqual(
            {day: mails for day, mails in sent.items() if mails},
            {
                7: ["ines@example.com"],
                14: ["ines@example.com"],
                21: ["rh@client.example"],
                35: ["rh@client.example"],
            },
        )

    def test_twice_on_a_day_sends_once(self):
        self.assertEqual(self.run_on(7), ["ines@example.com"])
        self.assertEqual(self.run_on(7), [])
        self.assertEqual(self.run_on(21), ["ines@example.com", "rh@client.example"])
        self.assertEqual(self.run_on(21), [])

    def test_one_mail_for_missed_steps(self):
        self.assertEqual(self.run_on(40), ["ines@example.com", "rh@client.example"])
        self.assertEqual(self.registration.passport_reminder_count, 2)
        self.assertEqual(self.run_on(41), [])

    def test_attendee_gets_the_same_link(self):
        url = self.address()
        self.leave()
        self.run_on(7)
        (sent,) = self.leave()
        self.assertIn(url, sent["body"])
        self.assertIn("Rappel", sent["subject"])

    def test_stops(self):
        cases = {
            "complete": lambda: self.ines.write({"nir": NIR, "birth_name": "MOREL"}),
            "refused": lambda: self.ines.sudo().action_nir_refused(),
            "cancelled": lambda: self.registration.write({"state": "cancel"}),
            "archived": self.registration.action_archive,
            "subcontracted": lambda: self.session_sst.write({"is_subcontracted": True}),
            "long ago": lambda: self.session_sst.write(
                {"date_begin": "2026-01-09 07:00:00", "date_end": "2026-01-10 15:00:00"}
            ),
        }
        for name, change in cases.items():
            with self.subTest(name=name), self.env.cr.savepoint() as savepoint:
                change()
                self.assertEqual(self.run_on(40), [])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_stops_once_declared(self):
        self.ines.write({"nir": NIR, "birth_name": "MOREL"})
        self.declare(self.registration)
        self.assertEqual(self.registration.passport_state, "in_progress")
        self.assertEqual(self.run_on(40), [])

    def test_not_before_anybody_asked(self):
        self.make_registration(
            self.session_sst, self.make_attendee("Théo", nir=False, email="theo@example.com")
        )
        self.assertEqual(self.run_on(7), ["ines@example.com"])

    def test_opt_out(self):
        self.ines.passport_no_reminder = True
        self.assertEqual(self.run_on(7), [])
        self.assertEqual(self.run_on(21), ["rh@client.example"])
        self.client.passport_no_reminder = True
        self.assertEqual(self.run_on(35), [])

    def test_no_intervals_no_reminders(self):
        self.company.write(
            {"passport_reminder_days": False, "passport_reminder_employer_days": False}
        )
        self.assertEqual(self.run_on(40), [])

    def test_intervals_are_the_company_s(self):
        self.company.passport_reminder_days = "3"
        self.assertEqual(self.run_on(3), ["ines@example.com"])

    def test_one_summary_for_all_attendees_of_an_employer(self):
        for number in range(4):
            self.asked(f"Personne {number}", email=f"p{number}@example.com")
        sent = self.run_on(21)
        self.assertEqual(len(sent), 6)
        self.assertEqual(sent.count("rh@client.example"), 1)
        (mail,) = self.mails.filtered("recipient_ids")
        self.assertEqual(mail.recipient_ids, self.client)
        for part in ("Bonjour", self.session_sst.name, ">5<", "/my/passport", self.company.name):
            self.assertIn(part, mail.body_html)
        for personal in ("Inès", "Personne", "/passeport/f/", "@example.com"):
            self.assertNotIn(personal, mail.body_html)

    def test_summary_in_small_batches(self):
        for number in range(4):
            self.asked(f"Personne {number}", email=f"p{number}@example.com")
        sent = self.run_on(21, batch=2)
        self.assertEqual(sent.count("rh@client.example"), 1)
        self.assertEqual(len(sent), 6)
        self.assertEqual(self.run_on(22, batch=2), [])

    def test_summary_goes_to_who_booked(self):
        booker, other = self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "parent_id": self.client.id,
                    "email": f"{name.lower()}@client.example",
                }
                for name in ("Anne", "Bob")
            ]
        )
        self.registration.partner_id = booker
        self.assertEqual(self.run_on(21), ["anne@client.example", "ines@example.com"])
        booker.passport_no_reminder = True
        self.assertEqual(self.run_on(35), [])
        self.assertTrue(other)

    def test_who_booked_and_left_is_told_no_more(self):
        """Whoever works elsewhere by now reads nothing of the former employer's people."""
        self.client.email = "contact@client.example"
        elsewhere = self.make_client("Transports Glaz", False, email="glaz@client.example")
        booker = self.env["res.partner"].create(
            {"name": "Anne", "parent_id": self.client.id, "email": "anne@client.example"}
        )
        self.registration.partner_id = booker
        self.env.flush_all()
        booker.parent_id = elsewhere
        self.assertEqual(self.run_on(21), ["contact@client.example", "ines@example.com"])

    def test_two_clients_two_summaries(self):
        other = self.make_client("Transports Glaz", False, email="glaz@client.example")
        person = self.make_attendee("Max", nir=False, email="max@example.com", parent_id=other.id)
        self.make_registration(self.session_sst, person, partner_id=other.id).action_passport_ask()
        sent = self.run_on(21)
        self.assertEqual(
            [mail for mail in sent if "client" in mail],
            ["glaz@client.example", "rh@client.example"],
        )
        for mail in self.mails.filtered("recipient_ids"):
            self.assertIn(">1<", mail.body_html)
            self.assertEqual("SIRET" in mail.body_html, mail.recipient_ids == other)

    def test_attendee_without_address_is_asked_of_the_employer_at_once(self):
        silent = self.asked("Sans Adresse")
        self.assertEqual(self.run_on(0), ["rh@client.example"])
        self.assertEqual(self.run_on(1), [])
        self.assertFalse(silent.passport_ask_employer)

    def test_names_that_are_missing_are_asked_of_the_employer(self):
        self.env["event.registration"].create(
            [{"event_id": self.session_sst.id, "partner_id": self.client.id}] * 3
        )
        self.ask(self.session_sst)
        self.assertEqual(self.run_on(0), ["rh@client.example"])
        self.assertIn(">3<", self.mails.body_html)
        self.assertIn(">1<", self.mails.body_html)

    def test_private_person_has_no_employer_to_tell(self):
        person = self.make_attendee("Léa", nir=False, parent_id=False, email="lea@example.com")
        registration = self.make_registration(self.session_sst, person, partner_id=person.id)
        registration.action_passport_ask()
        self.registration.state = "cancel"
        self.assertEqual(self.run_on(21), ["lea@example.com"])
        self.assertEqual(self.run_on(35), [])

    def test_one_reminder_for_several_sessions(self):
        second = self.make_registration(self.make_session(), self.ines)
        second.action_passport_ask()
        self.assertEqual(self.run_on(7), ["ines@example.com"])
        self.assertEqual(self.run_on(7, batch=1), [])
        self.assertEqual(self.run_on(14, batch=1), ["ines@example.com"])

    def test_link_of_the_order_when_there_is_one(self):
        product = self.training.product_variant_id
        self.registration.event_ticket_id = self.env["event.event.ticket"].create(
            {"name": "Stagiaire", "event_id": self.session_sst.id, "product_id": product.id}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.client.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "event_id": self.session_sst.id,
                            "event_ticket_id": self.registration.event_ticket_id.id,
                        }
                    )
                ],
            }
        )
        self.registration.write(
            {"sale_order_id": order.id, "sale_order_line_id": order.order_line.id}
        )
        self.run_on(21)
        (mail,) = self.mails.filtered("recipient_ids")
        self.assertIn(order._passport_space_url(), mail.body_html)

    def test_chatter_holds_nothing_personal(self):
        self.run_on(7)
        self.run_on(21)
        notes = " ".join(self.registration.message_ids.mapped("body"))
        self.assertGreaterEqual(len(self.registration.message_ids), 3)
        for personal in ("Inès", "ines", "/passeport/f/"):
            self.assertNotIn(personal, notes)

    def test_counts_anew_for_a_substitute(self):
        self.run_on(14)
        self.registration.attendee_partner_id = self.make_attendee(
            "Théo Riou", nir=False, email="theo@example.com"
        )
        with freeze_time(NOW + timedelta(days=15)):
            self.registration.action_passport_ask()
        self.assertEqual(self.run_on(16), [])
        self.assertEqual(self.run_on(22), ["theo@example.com"])

    def test_constant_number_of_queries(self):
        def due(count):
            session = self.make_session()
            people = self.make_attendees([f"Personne {n}" for n in range(count)], nir=False)
            for person in people:
                person.email = f"p{person.id}@example.com"
            registrations = self.make_registrations(session, people)
            self.ask(registrations)
            return registrations

        def remind():
            with freeze_time(NOW + timedelta(days=40)):
                for name in ("_remind_attendees", "_remind_employers"):
                    getattr(self.env["passport.reminder"].sudo(), name)(self.company, 100)

        self.registration.state = "cancel"
        due(1)
        remind()
        counts = []
        for count in (3, 20):
            self.env["event.registration"].sudo().search([]).passport_employer_reminded_on = False
            due(count)
            counts.append(self.queries_of(remind))
        self.assertEqual(counts[0], counts[1])
