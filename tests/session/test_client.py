from odoo.fields import Command
from odoo.tests import tagged

from ..common import SIRET_OTHER_CLIENT, PassportCase


@tagged("post_install", "-at_install", "passport")
class TestClient(PassportCase):
    """Whose people attend: the client's of the day of the booking, whoever employs the booker by now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_client = cls.make_client("Cimenterie Quiberon", SIRET_OTHER_CLIENT)
        cls.booker = cls.make_attendee("Anne Lebon", email="anne@brehat.example")
        cls.session = cls.make_session()

    def book(self, name, booker=None, **values):
        return self.env["event.registration"].create(
            {
                "event_id": values.pop("event_id", self.session.id),
                "partner_id": (booker or self.booker).id,
                "name": name,
                **values,
            }
        )

    def leave(self):
        """The booker moves to the other client."""
        self.env.flush_all()
        self.booker.parent_id = self.other_client
        self.env.flush_all()

    def test_a_namesake_sent_by_the_former_employer_is_another_person(self):
        sent = self.book("Jean Martin").attendee_partner_id
        self.leave()
        seat = self.book("Jean Martin", self.other_client, event_id=self.make_session().id)
        self.assertTrue(seat.attendee_partner_id)
        self.assertNotEqual(seat.attendee_partner_id, sent)
        self.assertEqual(seat.attendee_partner_id.parent_id, self.other_client)

    def test_the_former_employer_s_people_are_found_again(self):
        private = self.env["res.partner"].create({"name": "Jean Martin"})
        self.make_registration(attendee=private, partner_id=self.booker.id)
        self.leave()
        seat = self.book("Jean Martin", self.client, event_id=self.make_session().id)
        self.assertEqual(seat.attendee_partner_id, private)

    def test_named_after_the_booker_left(self):
        theirs = self.make_attendee("Jean Martin", parent_id=self.other_client.id)
        ours = self.make_attendee("Jean Martin")
        seats = self.book("Anne Lebon") | self.book("Anne Lebon")
        self.assertFalse(seats.attendee_partner_id)
        self.leave()
        seats[0].name = "Jean Martin"
        self.assertEqual(seats[0].attendee_partner_id, ours)
        self.assertEqual(seats[0].employer_id, self.client)
        seats[1].name = "Yves Autret"
        self.assertEqual(seats[1].attendee_partner_id.parent_id, self.client)
        self.assertEqual(seats[1].employer_id, self.client)
        self.assertNotEqual(seats[0].attendee_partner_id, theirs)

    def test_a_contact_written_once_more(self):
        """As an import of registrations does, or a program that brings orders up to date."""
        seat = self.book("Jean Martin")
        self.leave()
        seat.write({"partner_id": self.booker.id, "phone": "0102030405"})
        self.env.flush_all()
        self.assertEqual(seat.passport_client_id, self.client)
        seat.partner_id = self.other_client
        self.assertEqual(seat.passport_client_id, self.other_client)

    def test_list_for_an_order_whose_contact_left(self):
        theirs = self.make_attendee("Jean Martin", parent_id=self.other_client.id)
        ours = self.make_attendee("Jean Martin")
        product = self.training.product_variant_id
        ticket = self.env["event.event.ticket"].create(
            {"event_id": self.session.id, "name": "Place", "product_id": product.id}
        )
        line = {"product_id": product.id, "event_id": self.session.id, "event_ticket_id": ticket.id}
        order = self.env["sale.order"].create(
            {"partner_id": self.booker.id, "order_line": [Command.create(line)]}
        )
        order.action_confirm()
        self.leave()
        dialog = self.env["passport.enrol.list"].create(
            {
                "order_id": order.id,
                "order_line_id": order.order_line.id,
                "event_id": self.session.id,
            }
        )
        self.assertEqual(dialog.client_id, self.client)
        preview = self.env["passport.enrolment"]._preview(
            self.session,
            "liste.csv",
            "Nom;Prénom\nMartin;Jean\nAutret;Yves",
            order_line=order.order_line,
        )
        self.env["passport.enrolment"]._keep(preview)
        seats = order.order_line.registration_ids
        self.assertIn(ours, seats.attendee_partner_id)
        self.assertNotIn(theirs, seats.attendee_partner_id)
        self.assertEqual(seats.passport_client_id, self.client)
        self.assertEqual(seats.employer_id, self.client)

    def test_without_a_company_then_with_one(self):
        """Who booked before anybody noted the company is one of its people by now."""
        alone = self.env["res.partner"].create({"name": "Maud Rio"})
        known = self.make_attendee("Jean Martin")
        seats = self.book("Maud Rio", alone) | self.book("Maud Rio", alone)
        self.env.flush_all()
        alone.parent_id = self.client
        self.env.flush_all()
        seats[0].name = "Jean Martin"
        self.assertEqual(seats[0].attendee_partner_id, known)

    def test_of_an_order_whose_contact_left(self):
        order = self.env["sale.order"].create({"partner_id": self.booker.id})
        self.leave()
        seat = self.book("Jean Martin", sale_order_id=order.id)
        self.assertEqual(seat.passport_client_id, self.client)
        order.partner_id = seat.partner_id = self.booker
        self.env.flush_all()
        self.assertEqual(order.passport_client_id, self.client)
        self.assertEqual(seat.passport_client_id, self.client)
        order.partner_id = self.other_client
        seat.partner_id = self.other_client
        self.assertEqual(seat.passport_client_id, self.other_client)
