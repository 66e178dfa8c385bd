from odoo.fields import Command
from odoo.tests import tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestMixedSession(PassportCase):
    """Several trainings in one session, from the order to the accepted answer: each level by itself."""

    def make_mixed(self, name, trainings, people):
        """Sell every training of one session to a client, confirm, and name who sits where.

        :param people: ``{name: trainings they follow}``
        :returns: ``{(name, training): registration}``
        """
        session = self.make_session(trainings[0], name=name)
        tickets = self.env["event.event.ticket"].create(
            [
                {
                    "name": training.name,
                    "event_id": session.id,
                    "product_id": training.product_variant_id.id,
                }
                for training in trainings
            ]
        )
        session.training_id = trainings[0]
        order = self.env["sale.order"].create(
            {
                "partner_id": self.client.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": ticket.product_id.id,
                            "event_id": session.id,
                            "event_ticket_id": ticket.id,
                            "product_uom_qty": sum(
                                ticket.product_id.product_tmpl_id in levels
                                for levels in people.values()
                            ),
                        }
                    )
                    for ticket in tickets
                ],
            }
        )
        order.action_confirm()
        attendees = dict(zip(people, self.make_attendees(list(people)), strict=True))
        found = {}
        for line in order.order_line:
            training = line.product_id.product_tmpl_id
            seats = line.registration_ids.sorted("id")
            names = [name for name, levels in people.items() if training in levels]
            for seat, person in zip(seats, names, strict=True):
                seat.write({"attendee_partner_id": attendees[person].id, "name": person})
                found[person, training] = seat
        return found

    def declare_all(self, seats):
        """Declare, deposit and have the authority accept all of it; return the lines."""
        registrations = self.env["event.registration"].union(*seats)
        self.assertEqual(set(registrations.mapped("passport_state")), {"ready"})
        declarations = self.declare(registrations)
        for deposit in declarations._create_deposit():
            content = self.file_of(deposit)
            self.assertEqual(content.count(b"\n") - 1, len(deposit.line_ids))
            deposit.action_mark_deposited()
            deposit.line_ids.action_accept()
            self.assertEqual(deposit.state, "done")
        self.assertEqual(set(registrations.mapped("passport_state")), {"declared"})
        return declarations.line_ids

    def test_caces_1a_and_3(self):
        one, three = (
            self.make_training(name=f"CACES R489 catégorie {level}", validity_months=60)
            for level in ("1A", "3")
        )
        people = {"Ana Riou": [one, three], "Bob Le Gall": [one], "Chloé Morvan": [one, three]}
        seats = self.make_mixed("CACES R489", [one, three], people)
        self.assertEqual(len(seats), 5)
        for (_name, training), seat in seats.items():
            seat.outcome = "passed"
            self.assertEqual(seat.training_id, training)
            self.assertNotIn("duplicate_attendee", self.issue_codes(seat))
        lines = self.declare_all(seats.values())
        names = lines.declaration_id.mapped("training_name")
        self.assertEqual(sorted(names), [one.name, three.name])
        by_training = {line.registration_id: line.declaration_id.training_name for line in lines}
        for (_name, training), seat in seats.items():
            self.assertEqual(by_training[seat], training.name)

    def test_electrical_levels_one_of_them_failed(self):
        levels = [
            self.make_training(name=f"Habilitation électrique {level}", validity_months=36)
            for level in ("H0 B0", "BS", "B1V")
        ]
        people = {
            "Ana Riou": levels[:1],
            "Bob Le Gall": levels[:2],
            "Chloé Morvan": levels,
        }
        seats = self.make_mixed("Habilitations électriques", levels, people)
        for seat in seats.values():
            seat.outcome = "passed"
        failed = seats["Chloé Morvan", levels[2]]
        failed.outcome = "failed"
        lines = self.declare_all(seats.values())
        self.assertEqual(len(lines), 6)
        # Who failed one level holds the others, and for as long as these last.
        self.assertFalse(failed.passport_line_ids.validity_end_date)
        self.assertEqual(
            str(seats["Chloé Morvan", levels[0]].passport_line_ids.validity_end_date), "2029-09-09"
        )
        self.assertEqual(len({line.unique_id for line in lines}), 6)
