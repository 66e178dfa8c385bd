from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...models.readiness import passport_catch_up
from ..common import MODULE, PassportCase, nir_with_key


@tagged("post_install", "-at_install", "passport")
class TestCatchUp(PassportCase):
    """Past sessions of products that turn out to be trainings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.passport_events_are_trainings = False
        cls.runs = cls.env["passport.catch.up"]
        cls.family = cls.env.ref(f"{MODULE}.training_family_sst")
        cls.product = cls.make_product("S.S.T. (14 h)")
        cls.sessions = cls.env["event.event"]
        for number in range(3):
            cls.sessions |= cls.hold(cls.product, [f"Personne {number}", "Théo Riou"])

    @classmethod
    def make_product(cls, name):
        return cls.env["product.template"].create(
            {"name": name, "type": "service", "service_tracking": "event"}
        )

    @classmethod
    def hold(cls, product, names, **values):
        """Hold a session as it was before the addon: nobody has a contact."""
        session = cls.make_session(training_id=False, **values)
        ticket = cls.env["event.event.ticket"].create(
            {"name": "T", "event_id": session.id, "product_id": product.product_variant_id.id}
        )
        cls.env["event.registration"].create(
            [
                {
                    "name": name,
                    "event_id": session.id,
                    "event_ticket_id": ticket.id,
                    "partner_id": cls.client.id,
                    "state": "done",
                }
                for name in names
            ]
        )
        return session

    def accept(self, product=None, role=None):
        product = product or self.product
        product = self.as_role(product, role) if role else product
        product.write({"passport_family_id": self.family.id})
        return self.runs.search([], limit=1)

    def test_few_are_done_at_once(self):
        messages = self.env["mail.message"].search_count([])
        run = self.accept()
        self.env.flush_all()
        seats = self.sessions.registration_ids
        self.assertEqual(self.sessions.training_id, self.product)
        self.assertEqual(seats.training_id, self.product)
        self.assertTrue(all(seats.mapped("attendee_partner_id")))
        # Who came three times is one person.
        self.assertEqual(len(seats.attendee_partner_id), 4)
        self.assertEqual(set(seats.mapped("passport_state")), {"blocked"})
        self.assertRecordValues(
            run,
            [
                {
                    "state": "done",
                    "session_count": 3,
                    "attendee_count": 6,
                    "made_count": 4,
                    "found_count": 0,
                    "unnamed_count": 0,
                    "progress": 100.0,
                }
            ],
        )
        # Only the new people's own chatters say that they were made.
        of_sessions = self.env["mail.message"].search(
            [
                ("model", "in", ["event.event", "event.registration"]),
                ("res_id", "in", (self.sessions.ids + seats.ids)),
            ],
            order="id desc",
            limit=self.env["mail.message"].search_count([]) - messages or None,
        )
        self.assertFalse(of_sessions.filtered(lambda one: one.tracking_value_ids))
        self.assertFalse(self.env["mail.mail"].search([("state", "=", "outgoing")]))

    def test_known_people_are_found(self):
        theo = self.make_attendee("Théo Riou")
        run = self.accept()
        seats = self.sessions.registration_ids.filtered(lambda one: one.name == "Théo Riou")
        self.assertEqual(seats.attendee_partner_id, theo)
        self.assertEqual((run.found_count, run.made_count), (1, 3))

    def test_numbers_in_old_names_stop_nothing(self):
        """Old data hold numbers in names and addresses: no contact is made of the one, nor with the other."""
        number = nir_with_key("2850475006084")
        seats = self.sessions.registration_ids.sorted("id")
        for seat, column, value in (
            (seats[0], "name", f"Zoé Lefèvre {number}"),
            (seats[2], "phone", number),
            (seats[4], "email", f"zoe.{number}@brehat.example"),
        ):
            self.env.cr.execute(
                f"UPDATE event_registration SET {column} = %s WHERE id = %s", (value, seat.id)
            )
        self.env.invalidate_all()
        run = self.accept()
        self.assertEqual((run.state, run.unnamed_count), ("done", 1))
        self.assertFalse(seats[0].attendee_partner_id)
        self.assertEqual(seats[0].passport_state, "blocked")
        self.assertTrue(all((seats - seats[0]).mapped("attendee_partner_id")))
        self.assertEqual(seats[2].attendee_partner_id.phone, False)
        self.assertEqual(seats[4].attendee_partner_id.email, False)

    def test_who_is_not_named_stays_so(self):
        session = self.hold(self.product, [self.client.name])
        run = self.accept()
        self.assertEqual(run.unnamed_count, 1)
        codes = session.registration_ids.passport_issue_ids.mapped("code")
        self.assertIn("attendee_missing", codes)
        self.assertNotIn("attendee_to_make", codes)

    def test_before_the_first_declared_day(self):
        old = self.hold(
            self.product,
            ["Ada Nevez"],
            date_begin="2025-01-09 07:00:00",
            date_end="2025-01-10 15:00:00",
        )
        self.accept()
        self.assertFalse(old.training_id)
        self.assertEqual(old.registration_ids.passport_state, "not_concerned")
        self.env.company.passport_first_day = "2025-01-10"
        run = self.env["passport.catch.up"].search([], limit=1)
        self.as_role(run, "declarant").action_run_again()
        self.assertEqual(old.training_id, self.product)

    def test_what_somebody_chose_stays(self):
        other = self.make_training(name="PRAP IBC")
        self.sessions[0].training_id = other
        self.accept()
        self.assertEqual(self.sessions[0].training_id, other)
        self.assertEqual(self.sessions[1:].training_id, self.product)

    def test_events_of_other_products_are_left_alone(self):
        gala = self.hold(self.make_product("Gala annuel"), ["Ada Nevez"])
        self.accept()
        self.assertFalse(gala.training_id)
        self.assertFalse(gala.registration_ids.attendee_partner_id)

    def test_many_in_the_background_and_after_a_stop(self):
        with (
            patch.object(passport_catch_up, "AT_ONCE", 0),
            patch.object(passport_catch_up, "BATCH", 2),
        ):
            run = self.accept(role="declarant")
            self.assertEqual((run.state, run.progress), ("waiting", 0.0))
            self.assertFalse(self.sessions.training_id)
            run._run_batch()
            self.assertEqual((run.state, run.session_count), ("running", 1))
            self.assertEqual(len(self.sessions.filtered("training_id")), 1)
            # The server stopped here; the scheduled action goes on where it was.
            with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *_, **__: 60):
                self.env["passport.catch.up"]._cron_catch_up()
        self.assertEqual((run.state, run.session_count), ("done", 3))
        self.assertTrue(all(self.sessions.mapped("training_id")))

    def test_products_accepted_together_are_one_run(self):
        other = self.make_product("SST recyclage")
        self.hold(other, ["Ada Nevez"])
        with patch.object(passport_catch_up, "AT_ONCE", 0):
            first = self.accept()
            self.assertEqual(self.accept(other), first)
        self.assertEqual(first.training_ids, self.product | other)
        self.assertEqual(first.session_total, 4)

    def test_looking_again(self):
        run = self.accept()
        self.hold(self.product, ["Ada Nevez"])
        # Its product is a training by now: nothing is left.
        again = self.as_role(run, "declarant").action_run_again()
        self.assertEqual(again["res_id"], run.id)
        with self.assertRaises(AccessError):
            self.as_role(run, "user").action_run_again()

    def test_who_may_see_it(self):
        run = self.accept(role="declarant")
        self.assertTrue(self.as_role(run, "declarant").session_count)
        self.assertTrue(self.as_role(run, "manager").session_count)
        for role in ("user", "sales", "event"):
            with self.assertRaises(AccessError):
                self.as_role(run, role).read(["session_count"])
        for role in ("declarant", "manager"):
            with self.assertRaises(AccessError):
                self.as_role(run, role).write({"state": "waiting"})

    def test_the_same_queries_for_many_sessions(self):
        def cost(count):
            product = self.make_product(f"Formation {count}")
            for _number in range(count):
                self.hold(product, [f"Personne {count}"])
            self.env.flush_all()
            self.env.invalidate_all()
            return self.queries_of(lambda: self.accept(product))

        cost(1)
        self.assertLessEqual(cost(20), cost(5))
