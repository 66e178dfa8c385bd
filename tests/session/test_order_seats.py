from odoo.fields import Command
from odoo.tests import tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestOrderSeats(PassportCase):
    """Who is registered by an order that is cancelled, signed again, or made smaller."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coming = cls.make_session(
            date_begin="2026-11-20 07:00:00", date_end="2026-11-20 15:00:00"
        )
        cls.ticket = cls.env["event.event.ticket"].create(
            {
                "event_id": cls.coming.id,
                "name": "Place",
                "product_id": cls.training.product_variant_id.id,
            }
        )
        cls.order = cls.make_order(3)
        cls.line = cls.order.order_line

    @classmethod
    def make_order(cls, quantity):
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.client.id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.training.product_variant_id.id,
                            "event_id": cls.coming.id,
                            "event_ticket_id": cls.ticket.id,
                            "product_uom_qty": quantity,
                            "price_unit": 100,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def name(self, *names):
        """Name the first seats; Odoo's dialog does as much, and confirms them."""
        seats = self.line.registration_ids.sorted("id")
        for seat, name in zip(seats, names, strict=False):
            seat.write({"name": name, "state": "open"})
        return seats[: len(names)]

    def live(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.line.registration_ids.filtered(lambda seat: seat.state != "cancel")

    def cancel_and_sign_again(self):
        self.order._action_cancel()
        self.env.flush_all()
        self.assertEqual(set(self.line.registration_ids.mapped("state")), {"cancel"})
        self.order.action_draft()
        self.order._validate_order()

    # ------------------------------------------------------------
    # Cancelled and signed again
    # ------------------------------------------------------------

    def test_signed_again_everybody_is_back(self):
        named = self.name("Zoé Lefèvre", "Théo Riou")
        self.cancel_and_sign_again()
        self.assertEqual(len(self.live()), 3)
        self.assertEqual(set(named.mapped("state")), {"open"})
        self.assertEqual(named.mapped("attendee_partner_id.name"), ["Zoé Lefèvre", "Théo Riou"])
        self.assertEqual(self.order.attendee_count, 3)
        self.assertIn("session_not_finished", self.issue_codes(named[0]))

    def test_cancelled_they_are_nobody_s_concern(self):
        named = self.name("Zoé Lefèvre")
        self.order._action_cancel()
        self.env.flush_all()
        self.assertEqual(named.passport_state, "not_concerned")

    def test_back_as_a_quotation_they_wait(self):
        named = self.name("Zoé Lefèvre")
        self.order._action_cancel()
        self.order.action_draft()
        self.env.flush_all()
        self.assertEqual(named.state, "draft")

    def test_who_was_cancelled_before_stays_so(self):
        gone, staying = self.name("Zoé Lefèvre", "Théo Riou")
        gone.state = "cancel"
        self.cancel_and_sign_again()
        self.assertEqual((gone.state, staying.state), ("cancel", "open"))

    def test_who_is_cancelled_after_stays_so(self):
        (named,) = self.name("Zoé Lefèvre")
        self.cancel_and_sign_again()
        named.state = "cancel"
        self.order.write({"client_order_ref": "Bon 12"})
        self.order._action_cancel()
        self.order.action_draft()
        self.order._validate_order()
        self.assertEqual(named.state, "cancel")

    # ------------------------------------------------------------
    # Made smaller
    # ------------------------------------------------------------

    def test_unnamed_seats_are_given_back(self):
        named = self.name("Zoé Lefèvre")
        self.line.product_uom_qty = 2
        self.assertEqual(len(self.live()), 2)
        self.assertIn(named, self.live())
        self.assertFalse(self.order.passport_seat_warning)
        self.assertIn("SST de septembre", self.order.message_ids[0].body)

    def test_named_people_stay_and_are_told(self):
        named = self.name("Zoé Lefèvre", "Théo Riou")
        self.line.product_uom_qty = 1
        self.assertEqual(self.live(), named)
        self.assertIn("2", self.order.passport_seat_warning)
        named[1].state = "cancel"
        self.assertFalse(self.order.passport_seat_warning)

    def test_a_larger_order_takes_nobody_away(self):
        self.line.product_uom_qty = 5
        self.assertEqual(len(self.live()), 3)
        self.assertFalse(self.order.passport_seat_warning)

    def test_other_events_are_left_alone(self):
        conference = self.make_session(training=self.env["product.template"])
        self.line.event_id.typed_fields = False
        self.assertFalse(conference.training_id)
        product = self.env["product.product"].create(
            {"name": "Entrée", "type": "service", "service_tracking": "event"}
        )
        ticket = self.env["event.event.ticket"].create(
            {"event_id": conference.id, "name": "Entrée", "product_id": product.id}
        )
        conference.training_id = False
        order = self.env["sale.order"].create(
            {
                "partner_id": self.client.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "event_id": conference.id,
                            "event_ticket_id": ticket.id,
                            "product_uom_qty": 3,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        before = order.order_line.registration_ids
        order.order_line.product_uom_qty = 1
        self.assertEqual(
            order.order_line.registration_ids.filtered(lambda seat: seat.state != "cancel"), before
        )
