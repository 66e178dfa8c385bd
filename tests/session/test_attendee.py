from importlib.util import module_from_spec, spec_from_file_location
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import file_path

from ... import hooks
from ..common import MODULE, SIRET_OTHER_CLIENT, PassportCase


@tagged("post_install", "-at_install", "passport")
class TestAttendee(PassportCase):
    """Who attends: found or created from what the booking says, never the booker by mistake."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.make_session()
        cls.client.email = "contact@brehat.example"
        cls.booker = cls.make_attendee("Anne Lebon", email="anne@brehat.example")
        cls.zoe = cls.make_attendee("Zoé Lefèvre", email="zoe@brehat.example")
        cls.people = cls.env["res.partner"]

    def register(self, name=False, email=False, **values):
        """Register as a website or a sales order does: a name and an e-mail, no contact."""
        vals = {
            "event_id": self.session.id,
            "partner_id": self.booker.id,
            "name": name,
            "email": email,
        }
        vals = {key: val for key, val in vals.items() if val or key not in ("name", "email")}
        return self.env["event.registration"].create({**vals, **values})

    def assertNew(self, registration, **values):
        person = registration.attendee_partner_id
        self.assertTrue(person)
        self.assertTrue(registration.attendee_created)
        self.assertNotIn(person, self.booker | self.zoe | self.client)
        self.assertRecordValues(person, [values])

    def test_same_person_whatever_the_order_the_case_and_the_accents(self):
        for name, email in [
            ("Zoé Lefèvre", False),
            ("LEFEVRE zoe", False),
            ("  zoé   LEFÈVRE ", "zoe@brehat.example"),
            ("Lefèvre, Zoé", "ZOE@brehat.example"),
            ("Zoé Lefèvre", "anne@brehat.example"),  # the booker's address is not the attendee's
        ]:
            with self.subTest(name=name, email=email):
                registration = self.register(name, email)
                self.assertEqual(registration.attendee_partner_id, self.zoe)
                self.assertFalse(registration.attendee_created)

    def test_who_registers_people_does_not_follow_their_contacts(self):
        registrations = self.as_role(self.env["event.registration"], "event").with_context(
            tracking_disable=False, mail_create_nosubscribe=False
        )
        seat = registrations.create(
            {"event_id": self.session.id, "partner_id": self.booker.id, "name": "Paul Riou"}
        )
        self.assertTrue(seat.attendee_created)
        self.assertFalse(seat.attendee_partner_id.sudo().message_partner_ids)

    def test_an_attendee_whom_another_addon_found_by_the_address(self):
        """Colleagues share one: nobody is declared with another one's number."""
        registration = self.register("Paul Riou", "contact@riou.example")
        paul = registration.attendee_partner_id
        registration._assign_attendee({"attendee_partner_id": self.zoe.id})
        self.env["passport.identity"]._registrations_created(registration, [{}], None)
        self.assertEqual(registration.attendee_partner_id, paul)
        # One that was given is somebody's choice: it stays, and blocks until it is told who it is.
        registration.write({"attendee_partner_id": self.zoe.id, "name": "Paul Riou"})
        self.assertEqual(registration.attendee_partner_id, self.zoe)
        self.assertTrue(registration.attendee_differs)
        self.assertIn("attendee_differs", registration.passport_issue_ids.mapped("code"))

    def test_a_substitute_brings_the_own_name(self):
        registration = self.register("Paul Riou", "paul@riou.example", phone="0612345678")
        registration.attendee_partner_id = self.zoe
        self.assertEqual(registration.name, self.zoe.name)
        self.assertEqual(registration.email, self.zoe.email)
        # What nobody took from the attendee before is not touched.
        typed = self.register("Paul Riou", "paul@riou.example")
        typed._assign_attendee({"name": "Riou, Paul (chef)"})
        typed.attendee_partner_id = self.zoe
        self.assertEqual(typed.name, "Riou, Paul (chef)")

    def test_who_is_renamed_is_still_the_same(self):
        registration = self.register("Zoé Lefèvre")
        other = self.register("Zoé Lefèvre")
        other._assign_attendee({"name": "Zoé L."})
        self.zoe.name = "Zoé Lefèvre-Riou"
        self.assertEqual(registration.name, "Zoé Lefèvre-Riou")
        self.assertFalse(registration.attendee_differs)
        self.assertEqual(other.name, "Zoé L.")
        declared = self.make_registration(attendee=self.zoe)
        self.make_deposit(
            declared
        ).sudo().line_ids.registration_id.passport_line_state = "deposited"
        self.zoe.name = "Zoé Riou"
        self.assertEqual(declared.name, "Zoé Lefèvre-Riou")

    def test_one_person_or_two(self):
        for method, person, name in (
            ("action_same_attendee", self.zoe, "Zoé Lefèvre"),
            ("action_other_attendee", None, "Paul Riou"),
        ):
            registration = self.register("Paul Riou", "contact@riou.example")
            registration.write({"attendee_partner_id": self.zoe.id, "name": "Paul Riou"})
            getattr(registration, method)()
            self.assertFalse(registration.attendee_differs)
            self.assertEqual(registration.name, name)
            self.assertEqual(registration.attendee_partner_id == self.zoe, bool(person))
            self.assertNotIn("attendee_differs", registration.passport_issue_ids.mapped("code"))

    def chosen_in_a_list(self, seats):
        """Return what the action of the list opens for these registrations."""
        action = self.env.ref(f"{MODULE}.event_registration_same_people_server_action")
        context = {"active_model": seats._name, "active_ids": seats.ids, "active_id": seats[:1].id}
        return action.with_env(seats.env).with_context(**context).run()

    def test_many_under_another_name_said_at_once(self):
        married, typo, own = self.register("Zoé Riou"), self.register("Zoé Lefevre-"), None
        for seat, name in ((married, "Zoé Riou"), (typo, "Zoé Lefèvr")):
            seat.write({"attendee_partner_id": self.zoe.id, "name": name})
        own = self.register("Paul Riou")
        seats = self.as_role(married | typo | own, "user")
        action = self.chosen_in_a_list(seats)
        dialog = seats.env[action["res_model"]].browse(action["res_id"])
        self.assertRecordValues(
            dialog.line_ids.sorted("is_close"),
            [
                {"name": "Zoé Riou", "is_close": False, "is_same": False},
                {"name": "Zoé Lefèvr", "is_close": True, "is_same": True},
            ],
        )
        dialog.action_apply()
        self.assertEqual((typo.name, married.name), ("Zoé Lefèvre", "Zoé Riou"))
        self.assertEqual((typo | married).mapped("attendee_differs"), [False, True])
        self.assertEqual(own.attendee_partner_id.name, "Paul Riou")
        dialog.line_ids.is_same = True
        dialog.action_apply()
        self.assertEqual(married.name, "Zoé Lefèvre")
        with self.assertRaisesRegex(UserError, "another name"):
            self.chosen_in_a_list(seats)

    def test_who_is_declared_keeps_the_name(self):
        declared = self.make_registration(attendee=self.zoe)
        self.make_deposit(declared)
        declared._assign_attendee({"name": "Zoé Riou"})
        with self.assertRaisesRegex(UserError, "another name"):
            self.chosen_in_a_list(self.as_role(declared, "user"))

    def test_one_person_at_several_companies_of_a_group(self):
        group = self.env["res.partner"].create({"name": "Groupe", "is_company": True})
        companies = self.env["res.partner"].create(
            [
                {"name": f"Filiale {number}", "is_company": True, "parent_id": group.id}
                for number in range(3)
            ]
        )
        people = self.people
        for company in companies:
            people |= self.register("Paul Riou", partner_id=company.id).attendee_partner_id
        self.assertEqual(len(people), 1)
        together = self.env["event.registration"].create(
            [
                {"event_id": self.session.id, "name": "Ada Nevez", "partner_id": company.id}
                for company in companies
            ]
        )
        self.assertEqual(len(together.attendee_partner_id), 1)

    def test_new_person_belongs_to_the_client(self):
        registration = self.register(
            "Théo   Riou ", "theo@brehat.example", phone="+33 6 12 34 56 78"
        )
        self.assertNew(
            registration,
            name="Théo Riou",
            email="theo@brehat.example",
            phone=registration.phone,
            parent_id=self.client.id,
            is_company=False,
            nir_state="missing",
        )
        self.assertEqual(registration.phone.replace(" ", ""), "+33612345678")
        self.assertEqual(registration.employer_id, self.client)

    def test_other_email_is_another_person_of_the_same_name(self):
        registration = self.register("Zoé Lefèvre", "zoe.bis@brehat.example")
        self.assertNew(registration, name="Zoé Lefèvre", email="zoe.bis@brehat.example")

    def test_email_tells_namesakes_apart(self):
        namesake = self.make_attendee("Zoé Lefèvre", email="zl@brehat.example")
        for email, person in [("zl@brehat.example", namesake), ("zoe@brehat.example", self.zoe)]:
            with self.subTest(email=email):
                self.assertEqual(self.register("Zoé Lefèvre", email).attendee_partner_id, person)

    def test_same_email_and_other_name_is_another_person(self):
        registration = self.register("Paul Lefèvre", "zoe@brehat.example")
        self.assertNew(registration, name="Paul Lefèvre", parent_id=self.client.id)

    def test_person_of_another_client_is_another_person(self):
        other = self.make_client("Autre", SIRET_OTHER_CLIENT)
        registration = self.register("Zoé Lefèvre", partner_id=other.id)
        self.assertNew(registration, name="Zoé Lefèvre", parent_id=other.id)

    def test_booker_is_no_attendee_by_default(self):
        for partner in self.booker | self.client:
            with self.subTest(partner=partner.name):
                registration = self.register(partner_id=partner.id)
                self.assertEqual(registration.name, partner.name)
                self.assertFalse(registration.attendee_partner_id)
                self.assertIn("attendee_missing", self.issue_codes(registration))

    def test_booker_can_be_chosen(self):
        registration = self.register(attendee_partner_id=self.booker.id)
        self.assertEqual(registration.attendee_partner_id, self.booker)

    def test_private_person_who_books_one_seat_attends(self):
        private = self.people.create({"name": "Solène Ollivier", "email": "solene@example.com"})
        registration = self.register(partner_id=private.id)
        self.assertEqual(registration.attendee_partner_id, private)
        self.assertFalse(registration.employer_id)
        self.assertIn("employer_missing", self.issue_codes(registration))
        registration.without_employer = True
        self.assertNotIn("employer_missing", self.issue_codes(registration))

    def test_private_person_who_books_two_seats_names_them(self):
        private = self.people.create({"name": "Solène Ollivier"})
        values = {"event_id": self.session.id, "partner_id": private.id}
        registrations = self.env["event.registration"].create(
            [values, {**values, "name": "Yann Ollivier"}]
        )
        self.assertFalse(registrations[0].attendee_partner_id)
        self.assertEqual(registrations[1].attendee_partner_id.name, "Yann Ollivier")

    def test_nobody_books(self):
        registration = self.register("Inès Kerjean", "ines@example.com", partner_id=False)
        self.assertNew(registration, name="Inès Kerjean", email="ines@example.com", parent_id=False)
        again = self.register("Kerjean Inès", "ines@example.com", partner_id=False)
        self.assertEqual(again.attendee_partner_id, registration.attendee_partner_id)

    def test_no_second_contact_when_registered_again(self):
        first = self.register("Théo Riou", "theo@brehat.example").attendee_partner_id
        for name, email in [("Théo Riou", False), ("riou theo", "theo@brehat.example")]:
            with self.subTest(name=name, email=email):
                self.session = self.make_session()
                self.assertEqual(self.register(name, email).attendee_partner_id, first)

    def test_same_person_twice_in_one_batch_is_one_contact(self):
        values = {"partner_id": self.booker.id, "event_id": self.session.id}
        other = {**values, "event_id": self.make_session().id}
        registrations = self.env["event.registration"].create(
            [{**values, "name": "Théo Riou"}, {**other, "name": "RIOU Théo"}]
        )
        self.assertEqual(len(registrations.attendee_partner_id), 1)

    def test_shared_email_is_not_one_person(self):
        values = {
            "event_id": self.session.id,
            "partner_id": self.booker.id,
            "email": "atelier@brehat.example",
        }
        registrations = self.env["event.registration"].create(
            [{**values, "name": "Théo Riou"}, {**values, "name": "Léa Riou"}]
        )
        self.assertEqual(
            registrations.attendee_partner_id.mapped("name"), ["Théo Riou", "Léa Riou"]
        )

    def test_typing_error_corrects_the_new_contact(self):
        registration = self.register("Théo Rio", "theo@brehat.example")
        person = registration.attendee_partner_id
        registration.name = "Théo Riou"
        self.assertEqual(registration.attendee_partner_id, person)
        self.assertEqual(person.name, "Théo Riou")

    def test_close_name_is_proposed_not_joined(self):
        for close in ("Zoé Lefevres", "Zoée Lefèvre"):
            with self.subTest(close=close):
                registration = self.register("Zoé Lefèvre", "zoe@brehat.example")
                registration.write({"name": close})
                self.assertNew(registration, name=close, email="zoe@brehat.example")
                self.assertEqual(registration.attendee_proposal_id, self.zoe)
                self.assertEqual(self.zoe.name, "Zoé Lefèvre")

    def test_one_click_says_that_they_are_one(self):
        registration = self.register("Zoé Lefevres", "zoe@brehat.example")
        made = registration.attendee_partner_id
        self.as_role(registration, "user").action_same_attendee()
        self.assertEqual(registration.attendee_partner_id, self.zoe)
        self.assertEqual(registration.name, "Zoé Lefèvre")
        self.assertFalse(made.exists())
        self.assertFalse(registration.attendee_proposal_id)

    def test_nothing_is_proposed_once_something_is_known(self):
        registration = self.register("Zoé Lefevres", "zoe@brehat.example")
        registration.attendee_partner_id.birth_name = "LEFEVRES"
        self.assertFalse(registration.attendee_proposal_id)

    def test_first_names_of_two_people(self):
        for one, other in [
            ("Jean", "Jeanne"),
            ("Michel", "Michèle"),
            ("René", "Renée"),
            ("Frédéric", "Frédérique"),
        ]:
            with self.subTest(one=one, other=other):
                known = self.make_attendee(f"{one} Dupont", email="famille@brehat.example")
                registered = self.register(f"{other} Dupont", "famille@brehat.example")
                self.assertNew(registered, name=f"{other} Dupont", email="famille@brehat.example")
                replaced = self.register(f"{one} Dupont", "famille@brehat.example")
                self.assertEqual(replaced.attendee_partner_id, known)
                replaced.name = f"{other} Dupont"
                self.assertEqual(replaced.attendee_partner_id, registered.attendee_partner_id)

    def test_official_spellings_and_civility_are_one_contact(self):
        for name, spellings in {
            "Lætitia Cœur": ("LAETITIA COEUR", "Mme Lætitia Cœur"),
            "Łukasz Wójcik": ("Lukasz WOJCIK", "M. Łukasz Wójcik"),
            "Søren Ås": ("Soren As", "SOEREN AAS", "Monsieur Ås Søren"),
            "Đặng Thị Hà": ("DANG Thi Ha",),
        }.items():
            person = self.make_attendee(name)
            for spelling in spellings:
                with self.subTest(spelling=spelling):
                    self.session = self.make_session()
                    self.assertEqual(self.register(spelling).attendee_partner_id, person)

    def test_civility_is_not_in_the_new_contact_s_name(self):
        registration = self.register("Mme Solène Riou")
        self.assertEqual(registration.name, "Mme Solène Riou")
        self.assertNew(registration, name="Solène Riou")
        registration.email = "solene@brehat.example"
        self.assertNew(registration, name="Solène Riou")

    def test_one_batch_like_one_after_the_other(self):
        values = {"partner_id": self.booker.id}
        rows = [("Théo Riou", False), ("M. Théo RIOU", "t@x.example"), ("Théo Riou", "u@x.example")]
        registrations = self.env["event.registration"].create(
            [
                {**values, "event_id": self.make_session().id, "name": name, "email": email}
                for name, email in rows
            ]
        )
        people = registrations.mapped("attendee_partner_id")
        self.assertEqual(people.mapped("email"), ["t@x.example", "u@x.example"])
        self.assertEqual(registrations[0].attendee_partner_id, people[0])

    def test_corrected_into_a_known_name_leaves_no_second_contact(self):
        registration = self.register("Zoé Lefvre")
        made = registration.attendee_partner_id
        registration.name = "Zoé Lefèvre"
        self.assertEqual(registration.attendee_partner_id, self.zoe)
        self.assertFalse(made.exists())

    def test_substitute_is_never_declared_as_the_other(self):
        for email in ("zoe@brehat.example", False, "theo@brehat.example"):
            with self.subTest(email=email):
                registration = self.register("Zoé Lefèvre", "zoe@brehat.example")
                registration.write({"name": "Théo Riou", "email": email})
                self.assertNotEqual(registration.attendee_partner_id, self.zoe)
                self.assertEqual(registration.attendee_partner_id.name, "Théo Riou")
                self.assertIn("nir_missing", self.issue_codes(registration))

    def test_declared_attendee_stays(self):
        registration = self.make_registration(self.session, self.zoe, name="Zoé Lefèvre")
        self.declare(registration)
        registration.name = "Théo Riou"
        self.assertEqual(registration.attendee_partner_id, self.zoe)

    def test_contact_chosen_in_the_form_fills_the_registration(self):
        with Form(
            self.env["event.registration"].with_context(default_event_id=self.session.id)
        ) as form:
            form.partner_id = self.booker
            form.attendee_partner_id = self.zoe
            self.assertEqual((form.name, form.email), ("Zoé Lefèvre", "zoe@brehat.example"))
        self.assertEqual(form.record.attendee_partner_id, self.zoe)
        self.assertEqual(form.record.partner_id, self.booker)

    def test_sales_order_leaves_seats_unnamed_until_the_editor_names_them(self):
        ticket = self.env["event.event.ticket"].create(
            {
                "name": "Place",
                "event_id": self.session.id,
                "product_id": self.training.product_variant_id.id,
            }
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.booker.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.training.product_variant_id.id,
                            "event_id": self.session.id,
                            "event_ticket_id": ticket.id,
                            "product_uom_qty": 2,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        registrations = order.order_line.registration_ids
        self.assertEqual(len(registrations), 2)
        self.assertFalse(registrations.attendee_partner_id)
        count = self.people.search_count([])
        editor = (
            self.env["registration.editor"].with_context(default_sale_order_id=order.id).create({})
        )
        for line, name in zip(
            editor.event_registration_ids, ("LEFÈVRE Zoé", "Théo Riou"), strict=True
        ):
            line.name = name
        editor.action_make_registration()
        self.assertEqual(
            set(registrations.attendee_partner_id.mapped("name")), {"Zoé Lefèvre", "Théo Riou"}
        )
        self.assertIn(self.zoe, registrations.attendee_partner_id)
        self.assertEqual(self.people.search_count([]), count + 1)

    def test_public_registration_creates_the_contact(self):
        registration = (
            self.env["event.registration"]
            .with_user(self.env.ref("base.public_user"))
            .sudo()
            .create(
                {"event_id": self.session.id, "name": "Inès Kerjean", "email": "ines@example.com"}
            )
        )
        self.assertEqual(registration.attendee_partner_id.name, "Inès Kerjean")

    def test_registration_desk_creates_contacts_without_the_right_to(self):
        registration = self.as_role(self.env["event.registration"], "event").create(
            {"event_id": self.session.id, "partner_id": self.booker.id, "name": "Théo Riou"}
        )
        self.assertEqual(registration.attendee_partner_id.parent_id, self.client)

    def create_named(self, prefix, count):
        return self.env["event.registration"].create(
            [
                {
                    "event_id": self.session.id,
                    "partner_id": self.booker.id,
                    "name": f"Personne {prefix}{number}",
                }
                for number in range(count)
            ]
        )

    def create_contacts(self, prefix, count):
        return self.people.create(
            [{"name": f"Contact {prefix}{n}", "parent_id": self.client.id} for n in range(count)]
        )

    def growth(self, function, prefixes):
        """Return how many more queries 40 take than 10."""
        function("warm", 3)
        small, large = (
            self.queries_of(lambda prefix=prefix, count=count: function(prefix, count))
            for prefix, count in zip(prefixes, (10, 40), strict=True)
        )
        return large - small

    def test_query_count_of_new_people_grows_with_their_contacts_only(self):
        odoo_itself = self.growth(self.create_contacts, "AB")
        self.assertLessEqual(self.growth(self.create_named, "AB"), odoo_itself)

    def test_query_count_of_known_people_does_not_grow(self):
        self.create_named("A", 10)
        self.create_named("B", 40)
        self.session = self.make_session()
        self.assertEqual(self.growth(self.create_named, "AB"), 0)


@tagged("post_install", "-at_install", "passport")
class TestNameKeys(PassportCase):
    """People are found by the keys of their names, however many others a client has."""

    NAMES = ("Zoé Lefèvre", "Søren Müller", "Mme  LE GALL Anne-Marie", "李 明", "M'Barek Ali", "…")

    def keys_of(self, people):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT passport_name_key, passport_other_name_key FROM res_partner WHERE id = ANY(%s) "
            "ORDER BY id",
            (people.ids,),
        )
        return self.env.cr.fetchall()

    def test_what_is_there_is_noted_as_what_comes(self):
        people = self.make_attendees(self.NAMES)
        keys = self.keys_of(people)
        self.assertEqual(keys[0], ("lefevre zoe", None))
        self.assertEqual(keys[1], ("mueller soeren", "muller soren"))
        self.assertEqual(keys[-1], (None, None))
        self.assertEqual(self.keys_of(self.client), [(None, None)], "companies attend nothing")
        self.env.cr.execute(
            "UPDATE res_partner SET passport_name_key = NULL, passport_other_name_key = NULL"
        )
        with patch.object(hooks, "NAMES_BATCH", 2):
            hooks.fill_name_keys(self.env.cr)
        self.assertEqual(self.keys_of(people), keys)

    def test_a_version_before_had_none(self):
        person = self.make_attendee("Zoé Lefèvre")
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET passport_name_key = NULL")
        path = file_path(f"{MODULE}/migrations/19.0.2.0.0/pre-name-keys.py")
        spec = spec_from_file_location("pre_name_keys", path)
        migration = module_from_spec(spec)
        spec.loader.exec_module(migration)
        migration.migrate(self.env.cr, None)
        self.assertEqual(self.keys_of(person), [(None, None)], "a new database fills by its hook")
        migration.migrate(self.env.cr, "19.0.1.0.0")
        self.assertEqual(self.keys_of(person), [("lefevre zoe", None)])

    def test_they_follow_the_name(self):
        person = self.make_attendee("Zoé Lefèvre")
        person.name = "Zoé Riou"
        self.assertEqual(self.keys_of(person), [("riou zoe", None)])

    def test_others_of_the_client_are_not_loaded(self):
        session = self.make_session()
        crowd = self.make_attendees([f"Foule {chr(65 + n)}" for n in range(30)])
        known = self.make_attendee("Joerg Mueller")
        self.env.flush_all()
        self.env.invalidate_all()
        registration = self.env["event.registration"].create(
            {"event_id": session.id, "partner_id": self.client.id, "name": "Jörg Müller"}
        )
        self.assertEqual(registration.attendee_partner_id, known)
        name = self.env["res.partner"]._fields["name"]
        loaded = name._get_cache(self.env).keys() & set(crowd.ids)
        self.assertFalse(loaded)

    def test_archived_ones_and_those_sent_before_are_found(self):
        other = self.make_client("Autre", SIRET_OTHER_CLIENT)
        session = self.make_session()
        archived = self.make_attendee("Théo Riou", active=False)
        sent = self.make_attendee("Ana Silva", parent_id=other.id, active=False)
        self.make_registration(self.make_session(), sent)
        for name, person in (("Théo RIOU", archived), ("SILVA Ana", sent)):
            registration = self.env["event.registration"].create(
                {"event_id": session.id, "partner_id": self.client.id, "name": name}
            )
            self.assertEqual(registration.attendee_partner_id, person)
