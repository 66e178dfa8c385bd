from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import NOW, SIRET_OTHER_CLIENT, PassportCase

TODAY = NOW.date()


class RenewalCase(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe = cls.make_attendee()
        cls.old_session = cls.make_session()
        cls.next_session = cls.make_session(
            name="SST de novembre",
            date_begin="2026-11-16 08:00:00",
            date_end="2026-11-17 16:00:00",
        )

    @classmethod
    def make_valid(cls, attendee=None, days=20, **values):
        """Register somebody whose training ended in September and is valid for ``days`` more."""
        registration = cls.make_registration(cls.old_session, attendee or cls.zoe, **values)
        registration.validity_end_date = TODAY + timedelta(days=days)
        return registration

    def history_of(self, person):
        return person.env["passport.record"]._histories(person)[person.id]

    def state_of(self, registration):
        """Return the state as read and, which must be the same, as searched."""
        self.env.flush_all()
        self.env.invalidate_all()
        values = dict(registration._fields["renewal_state"].selection)
        found = [
            value
            for value in values
            if registration.search([("id", "=", registration.id), ("renewal_state", "=", value)])
        ]
        self.assertEqual(found, [registration.renewal_state])
        return registration.renewal_state


@tagged("post_install", "-at_install", "passport")
class TestRenewal(RenewalCase):
    """Whose training ends when, and who is back already."""

    def test_dates(self):
        registration = self.make_valid()
        for days, state in [
            (-1, "expired"),
            (0, "to_renew"),
            (90, "to_renew"),
            (91, "valid"),
            (-4000, "expired"),
        ]:
            registration.validity_end_date = TODAY + timedelta(days=days)
            with self.subTest(days=days):
                self.assertEqual(self.state_of(registration), state)
        registration.validity_end_date = False
        self.assertEqual(self.state_of(registration), "none")

    def test_a_seat_in_a_cancelled_session_is_none(self):
        registration = self.make_valid()
        seat = self.make_registration(self.next_session, self.zoe, state="open")
        self.assertEqual(self.state_of(registration), "enrolled")
        self.next_session.kanban_state = "cancel"
        self.assertEqual(self.state_of(registration), "to_renew")
        seat.state = "done"
        self.assertEqual(self.state_of(registration), "renewed")

    def test_horizon_is_the_company_s(self):
        registration = self.make_valid(days=100)
        self.assertEqual(self.state_of(registration), "valid")
        self.company.renewal_reminder_days = "120/10"
        self.assertEqual(self.state_of(registration), "to_renew")

    def test_nothing_to_renew(self):
        for values in (
            {"outcome": "failed"},
            {"state": "cancel"},
            {"outcome": "absent"},
            {"active": False},
        ):
            person = self.make_attendee()
            registration = self.make_valid(person)
            registration.write(values)
            with self.subTest(values=values):
                self.assertEqual(
                    self.state_of(registration.with_context(active_test=False)), "none"
                )

    def test_sessions_of_another_training_body_are_not_ours_to_renew(self):
        registration = self.make_valid()
        self.old_session.is_subcontracted = True
        self.assertEqual(self.state_of(registration), "none")

    def test_follow_up(self):
        registration = self.make_valid()
        session = self.make_session(
            date_begin="2026-10-14 07:00:00", date_end="2026-10-16 15:00:00"
        )
        later = self.make_registration(session, self.zoe, state="open")
        self.assertEqual(self.state_of(registration), "enrolled")
        self.assertEqual(registration.renewal_registration_id, later)
        later.state = "cancel"
        self.assertEqual(self.state_of(registration), "to_renew")
        later.state = "draft"
        self.assertEqual(self.state_of(registration), "enrolled")
        later.state = "done"
        self.assertEqual(self.state_of(registration), "renewed")
        later.outcome = "failed"
        self.assertEqual(self.state_of(registration), "to_renew")
        later.write({"outcome": "attended", "active": False})
        self.assertEqual(self.state_of(registration), "to_renew")

    def test_not_a_follow_up(self):
        registration = self.make_valid()
        other_training = self.make_training(name="Gestes et postures")
        before = self.make_session(date_begin="2025-01-08 07:00:00", date_end="2025-01-09 15:00:00")
        for session, person in [
            (self.next_session, self.make_attendee("Zoé Lefèvre")),
            (before, self.zoe),
            (self.make_session(other_training, date_end="2026-12-01 15:00:00"), self.zoe),
            (
                self.make_session(
                    company_id=self.other_company.id,
                    date_begin="2026-11-16 08:00:00",
                    date_end="2026-11-17 16:00:00",
                ),
                self.zoe,
            ),
        ]:
            self.make_registration(session, person, state="open")
            with self.subTest(session=session.name, person=person.name):
                self.assertEqual(self.state_of(registration), "to_renew")

    def test_training_that_renews_another(self):
        mac = self.make_training(name="MAC SST")
        session = self.make_session(
            mac, date_begin="2026-11-16 08:00:00", date_end="2026-11-17 16:00:00"
        )
        registration = self.make_valid()
        self.make_registration(session, self.zoe, state="open")
        self.assertEqual(self.state_of(registration), "to_renew")
        self.training.renewal_training_id = mac
        self.assertEqual(self.state_of(registration), "enrolled")
        # The initial training, taken again, renews the MAC as well.
        other = self.make_attendee("Théo")
        past = self.make_session(mac)
        held = self.make_registration(past, other)
        self.make_registration(self.next_session, other, state="open")
        self.assertEqual(self.state_of(held), "enrolled")

    def test_family(self):
        family = self.env["training.family"].search([], limit=1)
        other = self.make_training(name="SST intra")
        session = self.make_session(
            other, date_begin="2026-11-16 08:00:00", date_end="2026-11-17 16:00:00"
        )
        self.training.passport_family_id = family
        registration = self.make_valid()
        self.make_registration(session, self.zoe, state="open")
        self.assertEqual(self.state_of(registration), "to_renew")
        other.passport_family_id = family
        self.assertEqual(self.state_of(registration), "enrolled")

    def test_client(self):
        booker = self.env["res.partner"].create({"name": "Anne", "parent_id": self.client.id})
        alone = self.make_attendee("Seul", parent_id=False)
        employer = self.make_client("Employeur", False)
        for values, attendee, client in [
            ({"partner_id": booker.id}, self.zoe, self.client),
            ({"partner_id": alone.id}, alone, alone),
            ({"partner_id": alone.id, "employer_id": employer.id}, alone, employer),
            ({"partner_id": False}, alone, alone),
        ]:
            registration = self.make_registration(self.make_session(), attendee, **values)
            with self.subTest(values=values):
                self.assertEqual(registration.renewal_client_id, client)

    def test_count_on_the_client_is_the_list_behind(self):
        self.make_valid()
        self.make_valid(self.make_attendee("Fini"), days=-5)
        self.make_valid(self.make_attendee("Valable"), days=300)
        client = self.as_role(self.client, "sales")
        self.assertEqual(client.renewal_count, 2)
        action = client.action_renewals()
        found = self.as_role(self.env["event.registration"], "sales").search(action["domain"])
        self.assertEqual(len(found), 3)

    def test_constant_number_of_queries(self):
        counts = []
        for size in (2, 5, 30):
            people = self.make_attendees([f"Nombre {size} {number}" for number in range(size)])
            registrations = self.make_registrations(self.make_session(), people)
            self.env.flush_all()
            counts.append(self.queries_of(lambda regs=registrations: regs.mapped("renewal_state")))
        self.assertEqual(counts[1], counts[2])

    def test_roles_see_the_list(self):
        registration = self.make_valid()
        action = self.env.ref("passeport_prevention.event_registration_renewal_action")
        for role in ("user", "declarant", "manager", "sales", "event"):
            seen = self.as_role(self.env["event.registration"], role)
            with self.subTest(role=role):
                seen.get_views([*action.views, (action.search_view_id.id, "search")])
                found = seen.search([("renewal_state", "=", "to_renew")])
                self.assertEqual(found.ids, registration.ids)
                self.assertEqual(found.mapped("renewal_reminded_on"), [False])
        with self.assertRaises(AccessError):
            self.as_role(self.env["event.registration"], "internal").search(
                [("renewal_state", "=", "to_renew")]
            )

    def test_other_company_does_not_show(self):
        theirs = self.make_session(company_id=self.other_company.id)
        registration = self.make_registration(theirs, self.zoe)
        registration.validity_end_date = TODAY + timedelta(days=5)
        seen = self.as_role(self.env["event.registration"], "user")
        self.assertFalse(seen.search([("renewal_state", "=", "to_renew")]))
        self.assertFalse(self.history_of(self.as_role(self.zoe, "user")))


@tagged("post_install", "-at_install", "passport")
class TestEnrol(RenewalCase):
    """From chosen people to a quotation, or to a place in a next session."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theo = cls.make_attendee("Théo Riou")
        cls.registration = cls.make_valid()
        cls.other = cls.make_valid(cls.theo, days=-3)
        cls.ticket = cls.env["event.event.ticket"].create(
            {
                "name": "Inscription",
                "event_id": cls.next_session.id,
                "product_id": cls.training.product_variant_id.id,
                "price": 290,
            }
        )
        cls.both = cls.registration | cls.other

    def wizard(self, registrations, purpose, role="sales"):
        seen = self.as_role(registrations, role)
        action = getattr(seen, f"action_renewal_{purpose}")()
        self.assertEqual(action["target"], "new")
        return seen.env["passport.enrol"].browse(action["res_id"])

    def enrolled(self, person):
        return self.env["event.registration"].search(
            [("event_id", "=", self.next_session.id), ("attendee_partner_id", "=", person.id)]
        )

    def test_enrol(self):
        wizard = self.wizard(self.both, "enrol", "user")
        self.assertEqual(wizard.line_ids.event_id.id, self.next_session.id)
        self.assertEqual(wizard.line_ids.event_ticket_id.id, self.ticket.id)
        self.assertEqual(wizard.line_ids.people_count, 2)
        wizard.action_enrol()
        for person in (self.zoe, self.theo):
            registration = self.enrolled(person)
            self.assertEqual(
                (registration.state, registration.name, registration.employer_id),
                ("open", person.name, self.client),
            )
        self.assertEqual([self.state_of(reg) for reg in self.both], ["enrolled"] * 2)

    def test_nobody_twice(self):
        wizard = self.wizard(self.both, "enrol")
        self.make_registration(self.next_session, self.zoe, state="open")
        wizard.action_enrol()
        self.assertEqual(len(self.enrolled(self.zoe)), 1)
        self.assertEqual(len(self.enrolled(self.theo)), 1)
        with self.assertRaises(UserError):
            wizard.action_enrol()
        with self.assertRaises(UserError):
            self.wizard(self.both, "enrol")

    def test_enrolled_again_for_the_client_whose_contact_left(self):
        booker = self.make_attendee("Anne Lebon")
        self.both.partner_id = booker
        self.env.flush_all()
        booker.parent_id = self.make_client("Cimenterie Quiberon", SIRET_OTHER_CLIENT)
        self.env.flush_all()
        self.wizard(self.both, "enrol").action_enrol()
        seats = self.enrolled(self.zoe) | self.enrolled(self.theo)
        self.assertEqual(seats.partner_id, self.client)
        self.assertEqual(seats.passport_client_id, self.client)

    def test_person_of_two_registrations_is_enrolled_once(self):
        again = self.make_registration(
            self.make_session(date_begin="2026-09-01 07:00:00", date_end="2026-09-02 15:00:00"),
            self.theo,
        )
        wizard = self.wizard(self.both | again, "enrol")
        self.assertEqual(wizard.line_ids.people_count, 2)
        self.assertEqual(wizard.left_out_count, 1)

    def test_who_attends_another_training_there_is_enrolled_too(self):
        """Several levels in one room: registered for one of them, the other is still to be renewed."""
        level = self.make_training(name="SST, autre niveau")
        self.make_registration(self.next_session, self.zoe, training_id=level.id, state="open")
        self.wizard(self.both, "enrol").action_enrol()
        trainings = self.enrolled(self.zoe).training_id
        self.assertEqual(trainings, level | self.training)
        self.assertEqual(len(self.enrolled(self.theo)), 1)

    def test_full_session_is_refused_whole(self):
        self.next_session.write({"seats_limited": True, "seats_max": 1})
        wizard = self.wizard(self.both, "enrol")
        self.assertEqual(wizard.line_ids.seats, "1")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_enrol()
        self.assertFalse(self.enrolled(self.zoe) | self.enrolled(self.theo))

    def test_session_with_room_is_proposed_first(self):
        self.next_session.write({"seats_limited": True, "seats_max": 1})
        roomy = self.make_session(
            name="SST de janvier", date_begin="2027-01-11 08:00:00", date_end="2027-01-12 16:00:00"
        )
        wizard = self.wizard(self.both, "enrol")
        self.assertEqual(wizard.line_ids.event_id.id, roomy.id)

    def test_without_a_session(self):
        self.next_session.is_subcontracted = True
        wizard = self.wizard(self.both, "enrol")
        self.assertEqual(wizard.sessionless_count, 1)
        with self.assertRaisesRegex(UserError, "Sauveteur"):
            wizard.action_enrol()
        with self.assertRaisesRegex(UserError, "Sauveteur"):
            self.wizard(self.both, "quotation").action_quotation()

    def test_training_that_renews_is_proposed(self):
        mac = self.make_training(name="MAC SST")
        session = self.make_session(
            mac, date_begin="2026-12-01 08:00:00", date_end="2026-12-01 16:00:00"
        )
        self.training.renewal_training_id = mac
        wizard = self.wizard(self.both, "enrol")
        self.assertEqual(wizard.line_ids.training_id.id, mac.id)
        self.assertEqual(wizard.line_ids.event_id.id, session.id)

    def test_quotations_by_client(self):
        alone = self.make_attendee("Indépendante", parent_id=False)
        private = self.make_valid(alone, partner_id=alone.id, without_employer=True)
        other_client = self.make_client("Autre client", False)
        third = self.make_valid(self.make_attendee("Paul", parent_id=other_client.id))
        third.partner_id = other_client
        wizard = self.wizard(self.both | private | third, "quotation")
        wizard.action_quotation()
        orders = self.env["sale.order"].search(
            [("create_uid", "=", self.users["sales"].id)], order="id"
        )
        self.assertEqual(
            {order.partner_id: order.order_line.product_uom_qty for order in orders},
            {self.client: 2, alone: 1, other_client: 1},
        )
        order = orders.filtered(lambda order: order.partner_id == self.client)
        line = order.order_line
        self.assertEqual(line.product_id, self.training.product_variant_id)
        self.assertEqual((line.event_id, line.event_ticket_id), (self.next_session, self.ticket))
        self.assertEqual(line.price_unit, 290)
        self.assertIn("Théo Riou", line.name)
        self.assertIn("Zoé Lefèvre", line.name)
        self.assertEqual(order.user_id, self.users["sales"])
        self.assertEqual(order.company_id, self.company)
        self.assertEqual(self.state_of(self.registration), "enrolled")

    def test_confirmed_quotation_registers_the_people_named(self):
        self.wizard(self.both, "quotation").action_quotation()
        order = self.enrolled(self.zoe).sale_order_id
        self.assertEqual(self.enrolled(self.zoe).state, "draft")
        self.as_role(order, "sales").action_confirm()
        registrations = order.order_line.registration_ids
        self.assertEqual(registrations.attendee_partner_id, self.zoe | self.theo)
        self.assertEqual(set(registrations.mapped("state")), {"open"})

    def test_cancelled_quotation_frees_them(self):
        self.wizard(self.both, "quotation").action_quotation()
        self.enrolled(self.zoe).sale_order_id._action_cancel()
        self.assertEqual([self.state_of(reg) for reg in self.both], ["to_renew", "expired"])

    def test_session_without_a_ticket_is_refused(self):
        self.ticket.unlink()
        with self.assertRaisesRegex(UserError, "novembre"):
            self.wizard(self.both, "quotation").action_quotation()

    def test_who_may(self):
        for role in ("user", "declarant", "event"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.wizard(self.both, "quotation", role)
        for role in ("internal", "portal"):
            for purpose in ("quotation", "enrol"):
                with self.subTest(role=role, purpose=purpose), self.assertRaises(AccessError):
                    self.wizard(self.both, purpose, role)
        # A dialog is its maker's: nobody else sends it off.
        wizard = self.wizard(self.both, "quotation")
        with self.assertRaises(AccessError):
            self.as_role(wizard, "user").action_quotation()

    def test_dialog_s_people_cannot_be_swapped_for_another_company_s(self):
        theirs = self.make_registration(
            self.make_session(company_id=self.other_company.id), self.make_attendee("Ailleurs")
        )
        wizard = self.wizard(self.both, "enrol")
        with self.assertRaises(AccessError):
            wizard.line_ids.write({"registration_ids": [Command.set(theirs.ids)]})
            self.env.invalidate_all()
            wizard.action_enrol()

    def test_training_passport(self):
        future = self.make_registration(self.next_session, self.theo, state="open")
        person = self.as_role(self.zoe, "user")
        report = self.as_role(self.env["ir.actions.report"], "user")
        html = report._render_qweb_html(
            "passeport_prevention.report_training_passport", person.ids
        )[0].decode()
        self.assertIn("Sauveteur secouriste du travail", html)
        self.assertIn("LEFÈVRE", html)
        for number in (self.nir_of(self.zoe), self.nir_of(self.zoe).replace(" ", "")):
            self.assertNotIn(number, html)
        self.assertNotIn(future.id, self.history_of(self.theo).ids)
        action = person.action_passport_registrations()
        self.assertEqual(
            person.env["event.registration"].search(action["domain"]).ids, self.registration.ids
        )

    def test_training_passports_of_many_cost_no_query_more(self):
        reports, counts = self.env["ir.actions.report"], []
        for size in (2, 4, 30):
            people = self.make_attendees([f"Personne {size} {number}" for number in range(size)])
            self.make_registrations(self.old_session, people)
            counts.append(
                self.queries_of(
                    lambda ids=people.ids: reports._render_qweb_html(
                        "passeport_prevention.report_training_passport", ids
                    )
                )
            )
        self.assertEqual(counts[1], counts[2])

    def test_declared_on(self):
        self.registration.validity_end_date = date(2028, 9, 9)
        self.make_deposit(self.registration)
        lines = self.registration.passport_line_ids
        self.assertFalse(self.zoe.env["passport.record"]._declared_on(self.registration))
        lines.sudo().write({"state": "accepted", "answered_on": "2026-12-31 23:30:00"})
        # New Year's Day already, where the authority is.
        declared_on = self.zoe.env["passport.record"]._declared_on(self.registration)
        self.assertEqual(declared_on, date(2027, 1, 1))
