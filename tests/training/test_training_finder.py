from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import MODULE, PassportCase
from ..tools.test_tools_training_guess import titles


@tagged("post_install", "-at_install", "passport")
class TestTrainingFinder(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.family = {
            key: cls.env.ref(f"{MODULE}.training_family_{key}")
            for key in ("sst", "mac_sst", "caces_r489_3", "prap_ibc")
        }
        cls.sst = cls.make_product("S.S.T. (14 h)")
        cls.prap = cls.make_product("PRAP")
        cls.conference = cls.make_product("Gala annuel")
        cls.trainer = cls.make_product("Formateur SST")
        cls.service = cls.make_product("Recyclage SST", service_tracking="no")
        cls.advice = cls.make_product("Conseil en organisation", service_tracking="no")

    @classmethod
    def make_product(cls, name, **values):
        """Create a product as it was long before the addon."""
        return cls.env["product.template"].create(
            {"name": name, "type": "service", "service_tracking": "event", **values}
        )

    def sell(self, product, people, sessions=1):
        """Hold sessions whose tickets sell the product, with so many people in each."""
        for _number in range(sessions):
            event = self.make_session(training_id=False)
            ticket = self.env["event.event.ticket"].create(
                {"name": "T", "event_id": event.id, "product_id": product.product_variant_id.id}
            )
            self.env["event.registration"].create(
                [
                    {"name": f"P{number}", "event_id": event.id, "event_ticket_id": ticket.id}
                    for number in range(people)
                ]
            )

    def find(self, role="declarant"):
        action = self.as_role(self.env["passport.training.finder"], role).action_find()
        return self.as_role(self.env[action["res_model"]], role).browse(action["res_id"])

    def line(self, finder, product):
        return finder.line_ids.filtered(lambda line: line.product_tmpl_id.id == product.id)

    def test_what_is_proposed(self):
        finder = self.find()
        for product, family, confidence, chosen in (
            (self.sst, "sst", "sure", True),
            (self.prap, "prap_ibc", "likely", False),
            (self.conference, None, "unknown", False),
            (self.trainer, None, "unknown", False),
            (self.service, "mac_sst", "sure", False),
        ):
            line = self.line(finder, product)
            with self.subTest(product=product.name):
                self.assertEqual(line.family_id, self.family.get(family, line.family_id.browse()))
                self.assertEqual((line.confidence, line.is_chosen), (confidence, chosen))
        self.assertFalse(self.line(finder, self.advice), "a service that reads like no training")
        self.assertIn("PRAP 2S", self.line(finder, self.prap).candidates)

    def test_nothing_found_opens_a_new_training(self):
        """Whoever sells nothing yet is not left before an empty list."""
        self.env["product.template"].search([("type", "=", "service")]).action_archive()
        self.make_product("Gala jamais tenu")
        action = self.as_role(self.env["passport.training.finder"], "declarant").action_find()
        opened = action["params"]["next"]
        self.assertEqual(opened["res_model"], "product.template")
        self.assertEqual([kind for _view, kind in opened["views"]], ["form"])
        self.assertFalse(opened.get("res_id"))
        # What is held is worth a look, whatever its name.
        held = self.make_product("Gala tenu")
        self.sell(held, 1)
        self.assertTrue(self.line(self.find(), held))

    def test_described_and_excluded_ones_are_left_alone(self):
        self.make_product("SST déjà décrite", rome_code_ids=[Command.set(self.codes("rome").ids)])
        self.make_product("MAC SST", passport_family_id=self.family["mac_sst"].id)
        self.make_product("SST exclue", passport_exclusion="trainer")
        self.make_product("SST à un poste", passport_is_transferable="no")
        self.make_product("SST archivée", active=False)
        names = self.find().line_ids.mapped("name")
        self.assertIn(self.sst.name, names)
        for name in ("SST déjà décrite", "MAC SST", "SST exclue", "SST à un poste", "SST archivée"):
            self.assertNotIn(name, names)

    def test_sessions_and_people_are_counted_and_sort(self):
        self.sell(self.conference, 1)
        self.sell(self.trainer, 3, sessions=2)
        finder = self.find()
        line = self.line(finder, self.trainer)
        self.assertEqual((line.session_count, line.attendee_count), (2, 6))
        order = finder.line_ids.product_tmpl_id.ids
        self.assertLess(order.index(self.trainer.id), order.index(self.conference.id))
        self.assertLess(order.index(self.sst.id), order.index(self.trainer.id), "sure ones first")

    def test_accepting_fills_what_is_ticked_and_nothing_else(self):
        self.sell(self.sst, 2)
        finder = self.find()
        self.line(finder, self.prap).write(
            {"family_id": self.family["caces_r489_3"].id, "is_chosen": True}
        )
        mails = self.env["mail.mail"].search_count([])
        action = finder.action_accept()
        self.env.invalidate_all()
        self.assertEqual(action["domain"], [("id", "in", (self.sst + self.prap).ids)])
        self.assertEqual(self.sst.passport_family_id, self.family["sst"])
        self.assertEqual(self.sst.rome_code_ids, self.family["sst"].rome_code_ids)
        self.assertTrue(self.sst.passport_eligible)
        self.assertEqual(self.prap.rs_code_id, self.family["caces_r489_3"].rs_code_id)
        for product in (self.conference, self.trainer, self.service, self.advice):
            self.assertFalse(product.passport_family_id)
            self.assertFalse(product.rome_code_ids)
        self.assertEqual(self.service.service_tracking, "no")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertFalse(self.line(self.find(), self.sst), "found once")

    def test_accepted_service_becomes_a_ticket(self):
        finder = self.find()
        finder.line_ids.is_chosen = False
        self.line(finder, self.service).is_chosen = True
        finder.action_accept()
        self.assertEqual(self.service.service_tracking, "event")
        self.assertEqual(self.service.passport_family_id, self.family["mac_sst"])

    def test_ticks(self):
        finder = self.find()
        finder.action_choose_all()
        chosen = finder.line_ids.filtered("is_chosen")
        self.assertEqual(chosen, finder.line_ids.filtered("family_id"))
        finder.action_choose_none()
        with self.assertRaisesRegex(UserError, "Tick"):
            finder.action_accept()

    def test_who_may(self):
        for role in ("user", "sales", "event", "internal", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.env["passport.training.finder"], role).action_find()
        finder = self.find("manager")
        finder.action_accept()
        self.assertTrue(self.sst.passport_family_id)

    def test_many_products_cost_the_same(self):
        def cost():
            finder = self.as_role(self.env["passport.training.finder"], "declarant")
            return self.queries_of(finder._lines)

        before = cost()
        self.env["product.template"].create(
            [
                {"name": row["title"], "type": "service", "service_tracking": "event"}
                for row in titles()
            ]
        )
        self.assertLessEqual(cost(), before + 2)


@tagged("post_install", "-at_install", "passport")
class TestGuess(PassportCase):
    def test_each_title_of_the_list_finds_its_family(self):
        families = self.env["training.family"]
        right = 0
        rows = [row for row in titles() if row["family"]]
        for row in rows:
            family = self.env.ref(f"{MODULE}.training_family_{row['family']}")
            right += families._suggest(row["title"])[:1] == family
        self.assertGreaterEqual(right, 0.95 * len(rows))

    def test_families_of_ones_own(self):
        own = self.env["training.family"].create(
            {"name": "Balisage lumineux", "keywords": "balise"}
        )
        families = self.env["training.family"]
        self.assertEqual(families._suggest("Formation balise de piste")[:1], own)
        [proposal] = (
            self.env["passport.training.guess"]
            ._of_products(self.env["product.template"].create({"name": "balisage LUMINEUX"}))
            .values()
        )
        self.assertEqual((proposal.families, proposal.is_sure), (own, True))
        own.active = False
        self.assertFalse(families._suggest("Formation balise de piste"))

    def test_archived_family_leaves_its_place_to_a_look(self):
        self.env.ref(f"{MODULE}.training_family_sst").active = False
        [proposal] = (
            self.env["passport.training.guess"]
            ._of_products(self.env["product.template"].create({"name": "SST"}))
            .values()
        )
        self.assertFalse(proposal.is_sure)
