from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import email_normalize, mute_logger

from odoo.addons.mail.tests.common import MailCase

from ...models.request.passport_form_link import address_of
from ..document_common import DocumentCase


@tagged("post_install", "-at_install", "passport")
class TestConvocation(DocumentCase, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order(3)
        cls.own = cls.make_unknown(["Anne Le Gall"], email="anne.legall@brehat.example")
        cls.without = cls.make_unknown(["Yves Le Gall"])
        cls.own_seat = cls.seat(cls.order, cls.own)
        cls.other_seat = cls.seat(cls.order, cls.without, email="rh@brehat.example")

    def mails_of(self, seats):
        """Send the convocations of ``seats`` and return the mails that left."""
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.env["passport.convocations"]._send(seats)
            self.env["mail.mail"].sudo().process_email_queue()
        return {mail["email_to"][0]: mail for mail in self._mails}

    def test_document(self):
        self.session.write(
            {"training_access": "Parking visiteurs", "training_hours": "8 h 30 – 16 h 30"}
        )
        self.training.training_to_bring = "Chaussures de sécurité"
        self.company.write(
            {
                "passport_accessibility_id": self.trainer.id,
                "passport_rules_url": "https://of.example/reglement",
            }
        )
        text = self.html_of("convocation", self.own_seat)
        for words in (
            "Convocation to a training",
            "Anne Le Gall",
            "Sauveteur secouriste du travail",
            "from 9 November 2026 to 10 November 2026",
            "8 h 30 – 16 h 30",
            "Centre de Rennes",
            "Parking visiteurs",
            "Ronan Kermarec (Formateur SST)",
            "Chaussures de sécurité",
            "Contact for people with a disability: Ronan Kermarec",
            "https://of.example/reglement",
            "/passeport/lien#personnel",
        ):
            with self.subTest(words=words):
                self.assertIn(words, text)

    def test_only_for_who_is_named_and_confirmed(self):
        draft = self.seat(self.order, self.make_attendee("Luc Morel"), state="draft")
        nobody = self.env["event.registration"].create(
            {"sale_order_line_id": self.order.order_line.id, "state": "open"}
        )
        with self.assertRaises(UserError) as caught:
            self.html_of("convocation", draft | nobody | self.own_seat)
        self.assertIn("Luc Morel: The registration is not confirmed", str(caught.exception))
        self.assertIn("Hélène Quiniou: The attendee is not named", str(caught.exception))
        self.assertNotIn("Le Gall", str(caught.exception))

    def test_online_session(self):
        self.session.write({"address_id": False, "event_url": "https://classe.example/sst"})
        self.assertIn("https://classe.example/sst", self.html_of("convocation", self.own_seat))

    def test_personal_link_only_with_ones_own_address(self):
        text = self.html_of("convocation", self.other_seat)
        self.assertNotIn("/passeport/f/", text)
        self.assertIn(self.order._passport_space_url(), text)
        self.assertFalse(self.other_seat.sudo().passport_form_link_ids)

    def test_no_link_where_nothing_is_asked(self):
        seat = self.seat(self.order, self.make_attendee("Marc Tanguy"))
        text = self.html_of("convocation", seat)
        self.assertNotIn("/passeport/f/", text)
        self.assertNotIn("Never send a social security number", text)

    def test_sent_to_the_attendee_or_to_who_booked(self):
        mails = self.mails_of(self.own_seat | self.other_seat)
        self.assertEqual(set(mails), {"anne.legall@brehat.example", "rh@brehat.example"})
        url = address_of(self.own_seat.sudo().passport_form_link_ids)
        self.assertIn(f'href="{url}"', mails["anne.legall@brehat.example"]["body"])
        to_booker = mails["rh@brehat.example"]["body"]
        self.assertNotIn("/passeport/f/", to_booker)
        self.assertIn(self.order._passport_space_url(), to_booker)
        self.assertTrue(self.own_seat.convocation_sent_on)

    def test_no_private_link_in_the_chatter(self):
        self.mails_of(self.own_seat | self.other_seat)
        messages = (self.own_seat | self.other_seat).message_ids
        for message in messages:
            self.assertNotIn("/passeport/f/", message.body)
        self.assertIn(
            "Convocation sent to the attendee", "".join(self.own_seat.message_ids.mapped("body"))
        )
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("res_id", "in", self.own_seat.ids), ("model", "=", "event.registration")])
        )
        self.assertTrue(all(mail.auto_delete for mail in mails))
        self.assertFalse(mails.mail_message_id & self.own_seat.message_ids)

    def test_dialog(self):
        self.seat(self.order, self.env["res.partner"].browse([False]), name="Menuiserie Bréhat")
        desk = self.as_role(self.session, "user")
        action = desk.action_passport_convocations()
        dialog = desk.env["passport.convocation"].browse(action["res_id"])
        self.assertEqual(dialog.registration_ids, self.own_seat | self.other_seat)
        self.assertEqual(dialog.unnamed_count, 1)
        self.assertEqual(dialog.other_address_count, 1)
        with self.mock_mail_gateway():
            dialog.action_send()
            # On its way is not sent yet, but not to be sent again either.
            self.assertFalse(self.own_seat.convocation_sent_on)
            self.assertFalse(self.env["passport.convocations"]._to_send(self.own_seat))
            self.env["mail.mail"].sudo().process_email_queue()
        self.assertTrue(self.own_seat.convocation_sent_on)
        # Once is enough, unless asked for again.
        action = self.session.action_passport_convocations()
        self.assertFalse(self.env["passport.convocation"].browse(action["res_id"]).registration_ids)

    def test_dialog_refuses(self):
        draft = self.seat(self.order, self.make_attendee("Luc Morel"), state="draft")
        dialog = self.env["passport.convocation"].create(
            {"event_id": self.session.id, "registration_ids": [Command.set(draft.ids)]}
        )
        with self.assertRaisesRegex(UserError, "Luc Morel"):
            dialog.action_send()
        dialog.registration_ids = False
        with self.assertRaises(UserError):
            dialog.action_send()
        other = self.make_registration()
        with self.assertRaises(UserError):
            (other | self.own_seat).action_passport_convocation()

    def test_who_may(self):
        for role in ("user", "event", "manager"):
            self.assertIn("Anne", self.html_of("convocation", self.as_role(self.own_seat, role)))
        for role in ("sales", "internal", "portal"):
            seat = self.as_role(self.own_seat, role)
            for act in (
                lambda s=seat: self.html_of("convocation", s),
                lambda s=seat: s.env["passport.convocations"]._links(s),
                lambda s=seat: s.action_passport_convocation(),
            ):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    act()
            with self.subTest(role=role), self.assertRaises(AccessError):
                seat.env["passport.convocation"].create({"event_id": self.session.id})

    # ------------------------------------------------------------
    # By Odoo's scheduler of communications
    # ------------------------------------------------------------

    def schedule(self, name="convocation"):
        template = self.env.ref(f"passeport_prevention.mail_template_{name}")
        return self.env["event.mail"].create(
            {
                "event_id": self.session.id,
                "interval_nbr": 10,
                "interval_unit": "days",
                "interval_type": "before_event",
                "template_ref": f"mail.template,{template.id}",
            }
        )

    def run_scheduler(self):
        with self.mock_mail_gateway():
            self.env["event.mail"].schedule_communications()
            self.env["mail.mail"].sudo().process_email_queue()

    def test_ten_days_before(self):
        draft = self.seat(self.order, self.make_attendee("Luc Morel"), state="draft")
        scheduler = self.schedule()
        self.run_scheduler()
        self.assertFalse(self.own_seat.convocation_sent_on)
        with freeze_time("2026-10-31 10:00:00"):
            self.run_scheduler()
            self.assertTrue(scheduler.mail_done)
            self.assertTrue(self.own_seat.convocation_sent_on)
            self.assertTrue(self.other_seat.convocation_sent_on)
            self.assertFalse(draft.convocation_sent_on)
        with freeze_time("2026-11-02 10:00:00"):
            sent_on = self.own_seat.convocation_sent_on
            draft.state = "open"
            self.run_scheduler()
            self.assertTrue(draft.convocation_sent_on)
            self.assertEqual(self.own_seat.convocation_sent_on, sent_on)

    def test_second_communication_writes_to_those_concerned_only(self):
        complete = self.seat(self.order, self.make_attendee("Marc Tanguy", email="m@b.example"))
        refusing = self.seat(self.order, self.make_attendee("Paul Riou", email="p@b.example"))
        self.as_role(refusing.attendee_partner_id, "declarant")._erase_nir()
        self.as_role(refusing.attendee_partner_id, "declarant").action_nir_refused()
        for name, concerned in (
            ("ask_data", {"anne.legall@brehat.example"}),
            ("remind_data", {"anne.legall@brehat.example"}),
            ("employer_declares", {refusing}),
        ):
            with self.subTest(name=name), self.env.cr.savepoint() as savepoint:
                scheduler = self.schedule(name)
                with freeze_time("2026-10-31 10:00:00"), self.mock_mail_gateway():
                    scheduler._send_mail(self.own_seat | self.other_seat | complete | refusing)
                    mails = self._new_mails
                    to = set(mails.mapped("email_to"))
                    if name == "employer_declares":
                        to = {self.env[mail.model].browse(mail.res_id) for mail in mails}
                self.assertEqual(to, concerned)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_sent_by_hand_is_not_sent_again(self):
        self.schedule()
        with self.mock_mail_gateway():
            self.env["passport.convocations"]._send(self.own_seat)
            self.env["mail.mail"].sudo().process_email_queue()
        sent_on = self.own_seat.convocation_sent_on
        with freeze_time("2026-10-31 10:00:00"):
            self.run_scheduler()
        self.assertEqual(self.own_seat.convocation_sent_on, sent_on)
        self.assertTrue(self.other_seat.convocation_sent_on)

    def test_nothing_once_it_has_begun(self):
        self.schedule()
        with freeze_time("2026-11-09 09:00:00"):
            self.run_scheduler()
        self.assertFalse(self.own_seat.convocation_sent_on)

    def test_template_of_sessions_schedules_it(self):
        session = self.make_sold_session(
            event_type_id=self.env.ref("passeport_prevention.event_type_training").id
        )
        session.invalidate_recordset()
        created = self.env["event.event"].create(
            {
                "name": "SST",
                "date_begin": "2026-12-09 08:00:00",
                "date_end": "2026-12-10 16:00:00",
                "event_type_id": self.env.ref("passeport_prevention.event_type_training").id,
            }
        )
        self.assertTrue(created.event_mail_ids._passport_is_convocation())
        self.assertEqual(created.event_mail_ids.interval_nbr, 10)

    def test_queries_do_not_grow(self):
        sizes = {}
        for size in (3, 30):
            order = self.make_order(size)
            names = [f"P{size} {n}" for n in range(size)]
            people = self.make_unknown(names)
            for number, person in enumerate(people):
                person.email = f"p{size}.{number}@brehat.example"
            sizes[size] = self.seat(order, people)
        for seats in sizes.values():
            seats.env["passport.convocations"]._links(seats)
        self.queries_of(lambda: self.html_of("convocation", sizes[3]))
        few, many = (
            self.queries_of(lambda s=seats: self.html_of("convocation", s))
            for seats in sizes.values()
        )
        self.assertLessEqual(many, few + 2)

    def recipients_by(self, xml_id, day, **values):
        """Return to whom a rule of the session writes with a template of the addon, on a day."""
        template = self.env.ref(f"passeport_prevention.{xml_id}")
        self.env["event.mail"].create(
            {
                "event_id": self.session.id,
                "interval_nbr": 2,
                "interval_unit": "days",
                "interval_type": "before_event",
                "template_ref": f"mail.template,{template.id}",
                **values,
            }
        )
        with freeze_time(day):
            self.run_scheduler()
        return sorted(address for mail in self._mails for address in mail["email_to"])

    def test_second_rule_writes_to_those_who_got_none(self):
        self.schedule()
        with freeze_time("2026-10-31 10:00:00"):
            self.run_scheduler()
        self.assertEqual(len(self._mails), 2)
        late = self.seat(self.order, self.make_attendee("Luc Morel", email="luc@brehat.example"))
        found = self.recipients_by("mail_template_convocation", "2026-11-07 10:00:00")
        self.assertEqual([email_normalize(address) for address in found], ["luc@brehat.example"])
        self.assertTrue(late.convocation_sent_on)

    def test_who_came_late_is_looked_for_in_all_sessions_at_once(self):
        template = self.env.ref("passeport_prevention.mail_template_convocation")
        service, counts = self.env["passport.convocations"], []
        for size in (2, 4, 30):
            for number in range(size):
                session = self.session.copy({"name": f"{size} {number}", "event_mail_ids": False})
                person = self.make_attendee(f"Luc {size} {number}")
                seat = self.make_registrations(session, person, state="open")
                seat.convocation_sent_on = "2026-11-01 10:00:00"
                self.env["event.mail"].create(
                    {
                        "event_id": session.id,
                        "interval_type": "before_event",
                        "template_ref": f"mail.template,{template.id}",
                        "mail_done": True,
                    }
                )
            counts.append(self.queries_of(service._send_late))
        self.assertEqual(counts[1], counts[2])

    def test_late_one_that_fails_stops_nobody(self):
        """Else Odoo's own scheduled action, of all sessions, would fail with it run after run."""
        self.schedule()
        with freeze_time("2026-10-31 10:00:00"):
            self.run_scheduler()
        bad, good = self.seat(self.order, self.make_attendees(["Luc Morel", "Max Petit"]))
        (bad | good).attendee_partner_id.email = "late@brehat.example"
        convocations = type(self.env["passport.convocations"])
        compose = convocations._compose

        def failing(service, event, seats, template):
            if bad in seats:
                raise ValueError("no document")
            return compose(service, event, seats, template)

        with (
            patch.object(convocations, "_compose", failing),
            mute_logger("odoo.addons.passeport_prevention.models.ground.passport_apart"),
            self.mock_mail_gateway(),
            freeze_time("2026-10-31 11:00:00"),
        ):
            self.env["passport.convocations"]._send_late()
        letters = self.env["passport.letter"].search([("registration_ids", "in", (bad | good).ids)])
        self.assertEqual(letters.registration_ids, good)

    def test_late_one_is_written_to_once_whatever_the_rules(self):
        self.schedule()
        self.schedule()
        with freeze_time("2026-10-31 10:00:00"):
            self.run_scheduler()
        late = self.seat(self.order, self.make_attendee("Luc Morel", email="luc@brehat.example"))
        with self.mock_mail_gateway(), freeze_time("2026-10-31 11:00:00"):
            self.env["passport.convocations"]._send_late()
            self.env["passport.convocations"]._send_late()
        letters = self.env["passport.letter"].search([("registration_ids", "in", late.ids)])
        self.assertEqual(len(letters), 1)

    def test_rule_that_asks_for_data_writes_to_those_who_lack_some(self):
        self.seat(self.order, self.make_attendee("Luc Morel", email="luc@brehat.example"))
        found = self.recipients_by("mail_template_ask_data", "2026-11-07 10:00:00")
        self.assertEqual(
            [email_normalize(address) for address in found], ["anne.legall@brehat.example"]
        )

    def test_rule_that_asks_for_data_asks_nobody_who_gave_all(self):
        self.own.write({"nir": self.next_nir(), "birth_name": "LE GALL"})
        self.assertEqual(self.recipients_by("mail_template_ask_data", "2026-11-07 10:00:00"), [])
