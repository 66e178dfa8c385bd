from datetime import timedelta

from odoo.exceptions import LockError, UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..common import NOW
from .test_renewal import RenewalCase


class OfferCase(RenewalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.client.write({"email": "contact@brehat.example", "lang": "en_US"})
        cls.offers = cls.env["passport.renewal.offer"]
        cls.env["event.event.ticket"].create(
            {
                "event_id": cls.next_session.id,
                "name": "Place",
                "product_id": cls.training.product_variant_id.id,
            }
        )
        cls.theo = cls.make_attendee("Théo Riou")
        cls.registrations = cls.make_valid(days=20) | cls.make_valid(cls.theo, days=40)

    def tell(self, registrations=None, role="sales"):
        """Write to the clients, as somebody who sells; the reminders that were made."""
        registrations = self.registrations if registrations is None else registrations
        action = self.as_role(registrations, role).action_renewal_write()
        dialog = self.as_role(self.env["passport.renewal.write"], role).browse(action["res_id"])
        before = self.env["passport.renewal.reminder"].search([])
        dialog.action_send()
        made = self.env["passport.renewal.reminder"].search([]) - before
        # The database has a clock of its own.
        self.env.cr.execute(
            "UPDATE passport_renewal_reminder SET create_date = %s WHERE id = ANY(%s);"
            "UPDATE passport_renewal_reminder_line SET create_date = %s WHERE reminder_id = ANY(%s)",
            (NOW, made.ids) * 2,
        )
        made.invalidate_recordset()
        made.line_ids.invalidate_recordset()
        return made


@tagged("post_install", "-at_install", "passport")
class TestRenewalLetter(OfferCase):
    def test_one_mail_for_each_client(self):
        other = self.make_client("Cimenterie", "51234987900019", email="rh@cimenterie.example")
        away = self.make_client("Sans adresse", "90123456700013")
        registrations = self.registrations
        for client in (other, away):
            person = self.make_attendee(f"De {client.name}", parent_id=client.id)
            registrations |= self.make_valid(person, days=10, partner_id=client.id)
        action = self.as_role(registrations, "sales").action_renewal_write()
        dialog = self.as_role(self.env["passport.renewal.write"], "sales").browse(action["res_id"])
        self.assertEqual((dialog.mail_count, dialog.people_count), (2, 3))
        self.assertEqual(dialog.unreachable_names, "Sans adresse")
        dialog.action_send()
        sent = self.env["passport.renewal.reminder"].search([])
        self.assertEqual(sent.client_id, self.client | other)
        self.assertEqual(sent.by_hand_id, self.users["sales"])
        own = sent.filtered(lambda reminder: reminder.client_id == self.client)
        mail = self.env["mail.mail"].search([("model", "=", own._name), ("res_id", "=", own.id)])
        for words in ("Zoé Lefèvre", "Théo Riou", "11/16/2026", self.offers._url(own)):
            with self.subTest(words=words):
                self.assertIn(words, mail.body_html)
        self.assertNotIn("De Cimenterie", mail.body_html)

    def test_not_twice_a_day(self):
        self.tell()
        action = self.as_role(self.registrations, "sales").action_renewal_write()
        dialog = self.as_role(self.env["passport.renewal.write"], "sales").browse(action["res_id"])
        self.assertEqual((dialog.mail_count, dialog.told_count), (0, 2))
        with self.assertRaisesRegex(UserError, "Nobody is left to write to"):
            dialog.action_send()
        with freeze_time(NOW + timedelta(days=1)):
            self.env.invalidate_all()
            dialog.invalidate_recordset()
            self.assertEqual((dialog.mail_count, dialog.told_count), (1, 0))

    def test_only_once_switched_on_and_by_who_may(self):
        with self.assertRaises(UserError):
            self.tell(role="event")
        self.company.passport_send_renewals_since = False
        with self.assertRaisesRegex(UserError, "nothing is sent yet"):
            self.tell()

    def test_from_the_statement(self):
        dialog = self.env["passport.statement.print"].create({"client_id": self.client.id})
        self.assertEqual(dialog.renewal_count, 2)
        action = dialog.action_renewals()
        written = self.env["passport.renewal.write"].browse(action["res_id"])
        self.assertEqual(written.people_count, 2)


@tagged("post_install", "-at_install", "passport")
class TestRenewalOffer(OfferCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.reminder = self.tell()
        self.line_of = {line.registration_id: line for line in self.reminder.line_ids}
        self.url = f"/passeport/renouveler/{self.offers._token(self.reminder)}"

    def post(self, data, url=None):
        self.env.flush_all()
        answer = self.url_open(url or self.url, data=data, allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def test_page_shows_people_and_dates(self):
        with self.assertNoLogs("odoo.http", "WARNING"):
            page = self.url_open(f"{self.url}?utm_source=mail")
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        for words in ("Zoé Lefèvre", "Théo Riou", "11/16/2026", "Another date"):
            with self.subTest(words=words):
                self.assertIn(words, page.text)

    def test_quotation_with_the_right_people_and_training(self):
        one = self.line_of[self.registrations[0]]
        training = self.training
        answer = self.post(
            {
                "line": str(one.id),
                f"session_{training.id}": str(self.next_session.id),
                "note": "Plutôt le matin",
            }
        )
        self.assertEqual(answer.status_code, 303)
        order = self.reminder.sale_order_id
        self.assertEqual((order.state, order.partner_id), ("draft", self.client))
        self.assertEqual(order.company_id, self.company)
        self.assertEqual(order.order_line.product_id, training.product_variant_id)
        self.assertEqual(order.order_line.event_id, self.next_session)
        self.assertEqual(order.order_line.product_uom_qty, 1)
        seats = order.order_line.registration_ids
        self.assertEqual((seats.attendee_partner_id, seats.state), (self.zoe, "draft"))
        self.assertIn(
            "Plutôt le matin", order.message_ids[:1].body + order.message_ids.mapped("body")[-1]
        )
        self.assertEqual(order.activity_ids.user_id, self.users["sales"])
        self.assertEqual(self.registrations[0].renewal_state, "enrolled")
        self.assertIn("Your request has arrived", self.url_open(self.url).text)

    def test_given_to_somebody_still_at_work(self):
        """Whoever wrote to the client may have left since: the request is not theirs to see any more."""
        left = self.make_user("gone", "sales_team.group_sale_salesman")
        self.client.user_id = left
        self.reminder.by_hand_id = left
        left.active = False
        self.post({"line": [str(line.id) for line in self.reminder.line_ids]})
        order = self.reminder.sale_order_id
        self.assertTrue(order.activity_ids.user_id.active)
        self.assertEqual(order.user_id, order.activity_ids.user_id)

    def test_asked_twice_is_asked_once(self):
        data = {
            "line": [str(line.id) for line in self.reminder.line_ids],
            f"session_{self.training.id}": str(self.next_session.id),
        }
        self.post(data)
        order = self.reminder.sale_order_id
        self.assertEqual(order.order_line.product_uom_qty, 2)
        self.post(data)
        self.assertEqual(self.reminder.sale_order_id, order)
        self.assertEqual(
            self.env["sale.order"].search_count([("partner_id", "=", self.client.id)]), 1
        )

    def test_date_left_open(self):
        self.post({"line": str(self.reminder.line_ids[0].id), f"session_{self.training.id}": ""})
        (line,) = self.reminder.sale_order_id.order_line
        self.assertEqual(line.display_type, "line_note")
        self.assertIn("Sauveteur secouriste du travail, date to be proposed", line.name)
        self.assertIn("Zoé Lefèvre", line.name)
        self.assertNotIn("Théo Riou", line.name)

    def test_nobody_ticked(self):
        answer = self.post({f"session_{self.training.id}": str(self.next_session.id)})
        self.assertIn("Tick at least one person", answer.text)
        self.assertFalse(self.reminder.sale_order_id)

    def test_another_client_s_lines_and_sessions_count_for_nothing(self):
        other = self.make_client("Cimenterie", "51234987900019", email="rh@cimenterie.example")
        person = self.make_attendee("Autre", parent_id=other.id)
        theirs = self.tell(self.make_valid(person, days=10, partner_id=other.id))
        foreign = self.make_session(
            self.make_training(name="Autre"),
            date_begin="2026-12-01 08:00:00",
            date_end="2026-12-02 16:00:00",
        )
        self.post({"line": str(theirs.line_ids.id), f"session_{self.training.id}": str(foreign.id)})
        self.assertFalse(self.reminder.sale_order_id)
        self.post(
            {
                "line": str(self.reminder.line_ids[0].id),
                f"session_{self.training.id}": str(foreign.id),
            }
        )
        self.assertFalse(self.reminder.sale_order_id.order_line.event_id)

    def test_wrong_and_old_links(self):
        number = self.url.rsplit("/", 1)[1].split("-")[0]
        with mute_logger("odoo.http"):
            for token in (
                f"{number}-00",
                f"{number}-é",
                number,
                "x",
                "999999-ab",
                "-",
                "٣-ab",
                "9" * 30,
            ):
                with self.subTest(token=token):
                    answer = self.url_open(f"/passeport/renouveler/{token}")
                    self.assertEqual(answer.status_code, 404)
                    self.assertNotIn("Zoé", answer.text)
        with freeze_time(NOW + timedelta(days=121)):
            self.assertFalse(self.offers._find(self.offers._token(self.reminder)))
        self.assertTrue(self.offers._find(self.offers._token(self.reminder)))

    def test_trainees_of_a_company_get_no_link(self):
        self.reminder.audience = "trainee"
        self.assertFalse(self.offers._url(self.reminder))
        self.assertFalse(self.offers._find(self.offers._token(self.reminder)))

    def test_cancelled_session_is_not_offered(self):
        self.next_session.kanban_state = "cancel"
        self.assertNotIn("11/16/2026", self.url_open(self.url).text)
        dialog = self.env["passport.enrol"]._make(self.registrations, "enrol")
        self.assertFalse(dialog.line_ids.event_id)

    def test_link_survives_the_merge_of_its_client(self):
        double = self.make_client("Menuiserie Brehat", False)
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.client | double).ids, double)
        self.env.invalidate_all()
        self.assertEqual(self.reminder.client_id, double)
        self.assertEqual(self.url_open(self.url).status_code, 200)

    def test_who_went_over_to_another_client_is_not_shown(self):
        """Booked for the wrong client: corrected after the e-mail, somebody else stands there."""
        other = self.make_client("Cimenterie", "51234987900019")
        person = self.make_attendee("Ana Cimentier", parent_id=other.id)
        self.registrations[0].write({"partner_id": other.id, "attendee_partner_id": person.id})
        self.env.flush_all()
        text = self.url_open(self.url).text
        self.assertNotIn("Ana Cimentier", text)
        self.assertIn("Théo Riou", text)

    def test_busy(self):
        self.patch(type(self.reminder), "lock_for_update", _locked)
        self.assertEqual(self.post({"line": str(self.reminder.line_ids[0].id)}).status_code, 303)


def _locked(*_args, **_kwargs):
    raise LockError("busy")
