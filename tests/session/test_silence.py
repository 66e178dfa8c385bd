from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestSilence(PassportCase):
    """Events that are no trainings of ours: the addon says nothing, asks nothing, makes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.passport_events_are_trainings = False
        cls.seat = cls.env["product.template"].create(
            {"name": "Place de congrès", "type": "service", "service_tracking": "event"}
        )
        cls.event = cls.make_session(training_id=False, name="Congrès")
        cls.ticket = cls.make_ticket(cls.event, cls.seat)
        cls.visitor = cls.register("Théo Riou")

    @classmethod
    def make_ticket(cls, event, product):
        return cls.env["event.event.ticket"].create(
            {"name": "T", "event_id": event.id, "product_id": product.product_variant_id.id}
        )

    @classmethod
    def register(cls, name, **values):
        return cls.env["event.registration"].create(
            {
                "name": name,
                "email": "theo@brehat.example",
                "event_id": cls.event.id,
                "event_ticket_id": cls.ticket.id,
                "partner_id": cls.client.id,
                **values,
            }
        )

    def test_nothing_is_said(self):
        self.assertFalse(self.event.training_id)
        self.assertFalse(self.event.asks_training)
        self.assertFalse(self.event.passport_obligation)
        self.assertFalse(self.visitor.attendee_partner_id)
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Théo Riou")]))
        self.assertRecordValues(
            self.visitor,
            [
                {
                    "training_id": False,
                    "passport_state": "not_concerned",
                    "passport_issue_ids": [],
                    "passport_issues": False,
                    "passport_is_pending": False,
                    "passport_deadline": False,
                }
            ],
        )
        self.visitor.write({"state": "done", "name": "Théo Le Riou"})
        self.assertEqual(self.visitor.passport_state, "not_concerned")
        self.assertFalse(self.visitor.attendee_partner_id)

    def test_nobody_of_them_is_ready(self):
        self.assertFalse(self.visitor._passport_ready())
        ((code, message, record),) = self.visitor._passport_issues()[self.visitor]
        self.assertEqual((code, record), ("no_training", self.event))
        self.assertIn("Congrès", message)

    def test_a_training_body_that_holds_nothing_else(self):
        self.company.passport_events_are_trainings = True
        self.assertTrue(self.event.asks_training)
        self.assertIn(self.event, self.event.search([("asks_training", "=", True)]))
        self.assertEqual(self.visitor.passport_state, "blocked")
        self.assertIn("training_missing", self.visitor.passport_issue_ids.mapped("code"))
        other = self.make_session(training_id=False)
        self.make_ticket(other, self.seat)
        self.assertEqual(other.training_id, self.seat)
        self.company.passport_events_are_trainings = False
        self.assertFalse(self.event.asks_training)
        self.assertNotIn(self.event, self.event.search([("asks_training", "=", True)]))
        self.assertEqual(self.visitor.passport_state, "not_concerned")
        self.assertFalse(self.visitor.passport_issue_ids)

    def test_another_training_body_says_nothing_of_ours(self):
        self.other_company.passport_events_are_trainings = False
        self.company.passport_events_are_trainings = True
        theirs = self.make_session(training_id=False, company_id=self.other_company.id)
        self.assertFalse(theirs.asks_training)
        self.assertTrue(self.event.asks_training)

    def test_given_to_a_training_body_that_holds_nothing_else(self):
        """Who was silent with one training body is asked for by the other."""
        self.other_company.passport_events_are_trainings = True
        self.assertTrue(self.visitor.passport_is_silent)
        self.event.company_id = self.other_company
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.visitor.passport_state, "blocked")
        self.assertFalse(self.visitor.passport_is_silent)
        self.event.company_id = self.company
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.visitor.passport_state, "not_concerned")

    def test_a_training_that_somebody_chose(self):
        self.event.training_id = self.seat
        self.assertEqual(self.visitor.training_id, self.seat)
        self.assertTrue(self.visitor.attendee_partner_id)
        self.assertEqual(self.visitor.passport_state, "not_concerned")
        self.assertEqual(self.visitor.passport_issue_ids.mapped("code"), ["not_eligible"])
        self.event.training_id = False
        self.assertFalse(self.visitor.passport_issue_ids)

    def test_the_ticket_of_a_training_of_ours(self):
        session = self.make_session(training_id=False)
        self.make_ticket(session, self.training)
        self.assertEqual(session.training_id, self.training)

    def test_what_it_costs_beside_plain_odoo(self):
        """No query more than without the addon: what stands here was measured without it."""
        visitor = self.as_role(self.visitor, "event")
        event = self.as_role(self.event, "event")
        new = visitor.browse()
        created, named = (iter(("Théo Un", "Théo Deux")) for _turn in range(2))
        hours = iter((14, 13))
        listed = {"name": {}, "state": {}, "partner_id": {"fields": {"display_name": {}}}}
        values = {
            "event_id": event.id,
            "event_ticket_id": self.ticket.id,
            "partner_id": self.client.id,
        }
        costs = {
            "event's form": (17, lambda: Form(event)),
            "registration's form": (3, lambda: Form(visitor)),
            "empty form": (1, lambda: Form(new.with_context(default_event_id=event.id))),
            "list": (3, lambda: new.web_search_read([("event_id", "=", event.id)], listed)),
            "registered": (14, lambda: new.create({**values, "name": next(created)})),
            "named": (2, lambda: visitor.write({"name": next(named)})),
            "attended": (12, lambda: self.attend(visitor)),
            "moved": (3, lambda: event.write({"date_end": f"2026-09-10 {next(hours)}:00:00"})),
        }
        self.assert_costs(costs)

    def test_what_its_orders_cost_beside_plain_odoo(self):
        """One query more to confirm an order than without the addon (44), none to open it."""
        orders = [self.as_role(self.order(), "sales") for _turn in range(3)]
        confirmed = iter(orders[1:])
        costs = {
            "form": (22, lambda: Form(orders[0])),
            "confirmed": (45, lambda: next(confirmed).action_confirm()),
        }
        self.assert_costs(costs)

    def assert_costs(self, costs):
        """Compare how many queries each step makes, once all caches are warm, with what it may make."""
        self.only_beside_odoo()
        for title, (limit, function) in costs.items():
            with self.subTest(title):
                function()
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertLessEqual(self.queries_of(function), limit)

    def attend(self, visitor):
        visitor.state = "open"
        visitor.flush_recordset()
        visitor.state = "done"

    def order(self):
        line = {
            "product_id": self.seat.product_variant_id.id,
            "event_id": self.event.id,
            "event_ticket_id": self.ticket.id,
            "product_uom_qty": 2,
        }
        return self.env["sale.order"].create(
            {
                "partner_id": self.client.id,
                "company_id": self.company.id,
                "user_id": self.users["sales"].id,
                "order_line": [Command.create(line)],
            }
        )

    def test_its_orders_need_no_agreement(self):
        order = self.order()
        self.assertFalse(order.has_training)
        self.assertFalse(order.training_agreement_issues)
        self.event.training_id = self.seat
        self.assertTrue(order.has_training)
        self.assertTrue(order.training_agreement_issues)

    def test_somebody_attends_a_training_here_all_the_same(self):
        """A session that holds none itself is followed like others, once somebody attends one in it."""
        self.assertFalse(self.event.has_trainees)
        trainee = self.register("Ana Le Bihan", training_id=self.training.id)
        self.assertTrue(self.event.has_trainees)
        self.assertFalse(self.event.has_levels)
        self.company.passport_first_day = "2026-10-01"
        self.assertEqual(trainee.passport_state, "not_concerned")
        self.env.flush_all()
        self.event.write({"date_begin": "2026-10-08 07:00:00", "date_end": "2026-10-09 15:00:00"})
        self.assertEqual(trainee.passport_state, "blocked")
        self.assertEqual(str(trainee.validity_start_date), "2026-10-09")
        self.assertEqual(str(trainee.passport_reference_date), "2026-10-09")
        self.assertEqual(self.event.passport_deadline, trainee.passport_deadline)
        other = self.make_training(name="Habilitation BS")
        self.register("Bob Le Gall", training_id=other.id)
        self.assertTrue(self.event.has_levels)

    def test_the_ticket_says_whether_it_sells_a_training(self):
        self.assertFalse(self.ticket.training_id)
        self.seat.passport_family_id = self.env.ref("passeport_prevention.training_family_sst")
        self.assertEqual(self.ticket.training_id, self.seat)
        self.assertEqual(self.register("Bob Le Gall").training_id, self.seat)

    def test_trainers_are_read_where_there_are_any(self):
        self.assertFalse(self.event.has_trainers)
        self.env.invalidate_all()
        self.assertFalse(self.event.trainer_ids)
        self.event.trainer_ids = self.client
        self.assertTrue(self.event.has_trainers)
        self.env.invalidate_all()
        self.assertEqual(self.event.trainer_ids, self.client)
        self.event.trainer_ids = False
        self.assertFalse(self.event.has_trainers)
        created = self.make_session(trainer_ids=[Command.link(self.client.id)])
        self.env.invalidate_all()
        self.assertEqual(created.trainer_ids, self.client)
        self.assertEqual(created.copy().trainer_ids, self.client)
