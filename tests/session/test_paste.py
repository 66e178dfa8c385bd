from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..common import SIRET_CLIENT
from .test_enrolment import EnrolmentCase


@tagged("post_install", "-at_install", "passport")
class TestPaste(EnrolmentCase):
    """Rows of a spreadsheet pasted into the trainees of a session."""

    def pasted(self, text, role="declarant", session=None):
        """Return the dialog that a paste opens."""
        dialogs = self.as_role(self.env["passport.enrol.list"], role)
        action = dialogs.action_paste((session or self.coming).id, text)
        self.assertEqual(action["target"], "new")
        return dialogs.browse(action["res_id"])

    def stored(self):
        self.env.flush_all()
        found = ""
        for table in ("list", "list_line", "list_column"):
            self.env.cr.execute(
                "SELECT regexp_replace(to_jsonb(t)::text, '[^0-9a-zA-Z]', '', 'g')"
                f"  FROM passport_enrol_{table} t"
            )
            found += str(self.env.cr.fetchall())
        return found

    def test_in_the_order_of_the_grid_without_labels(self):
        numbers = [self.next_nir(), self.next_nir()]
        dialog = self.pasted(
            f"Anne Un\tanne@brehat.example\t{SIRET_CLIENT}\tUN\t{numbers[0]}\n"
            f"Bruno Deux\tbruno@brehat.example\t{SIRET_CLIENT}\tDEUX\t{numbers[1]}\n"
        )
        self.assertEqual((dialog.step, dialog.kept_count), ("check", 2))
        self.assertEqual(
            dialog.column_ids.mapped("field"), ["name", "email", "siret", "birth_name", "nir"]
        )
        self.assertFalse(self.coming.registration_ids)
        for number in numbers:
            self.assertNotIn(number[:13], self.stored())
        dialog.action_keep()
        registrations = self.coming.registration_ids.sorted("id")
        self.assertEqual(registrations.mapped("name"), ["Anne Un", "Bruno Deux"])
        self.assertEqual(registrations.mapped("birth_name"), ["UN", "DEUX"])
        self.assertEqual(registrations.mapped("nir_state"), ["provided"] * 2)
        self.assertEqual(registrations.employer_id, self.client)
        self.assertFalse(self.env["passport.list.layout"].search([]))

    def test_employer_by_name_and_one_row(self):
        dialog = self.pasted(f"Anne Un\tanne@brehat.example\t{self.client.name}\tUN")
        dialog.action_keep()
        registration = self.coming.registration_ids
        self.assertEqual(registration.employer_id, self.client)
        self.assertEqual(registration.birth_name, "UN")

    def test_labels_say_what_columns_hold(self):
        dialog = self.pasted("Remarque\tNOM\tPrénom\nvégétarien\tUN\tAnne\n")
        self.assertEqual(dialog.column_ids.mapped("field"), [False, "last_name", "first_name"])
        self.assertEqual(dialog.line_ids.mapped("name"), ["Anne UN"])

    def test_client_can_be_said_while_checking(self):
        dialog = self.pasted("Anne Un\nBruno Deux\n")
        dialog.client_id = self.client.id
        dialog.action_check()
        dialog.action_keep()
        self.assertEqual(self.coming.registration_ids.employer_id, self.client)

    def test_slot_is_asked_for_first(self):
        session = self.make_session(
            is_multi_slots=True,
            date_begin="2026-10-20 06:00:00",
            date_end="2026-10-24 17:00:00",
        )
        slot = self.make_slot(session, "2026-10-21")
        text = "Anne Un\tanne@brehat.example\t\tUN\nBruno Deux\tbruno@brehat.example\t\tDEUX\n"
        dialog = self.pasted(text, session=session)
        self.assertEqual(dialog.step, "upload")
        # No empty field asks for what was pasted already.
        self.assertTrue(dialog.is_given)
        dialog.event_slot_id = slot.id
        dialog.action_check()
        dialog.action_keep()
        self.assertEqual(session.registration_ids.event_slot_id, slot)
        names = session.registration_ids.sorted("id").mapped("birth_name")
        self.assertEqual(names, ["UN", "DEUX"])

    def test_each_look_at_a_known_number_is_told_once(self):
        """Who holds a number is told to who pastes it: as with every other way, the log tells of it."""
        person = self.make_attendee()
        number = self.nir_of(person).replace(" ", "")
        log = self.env["passport.nir.access"]
        before = log.search([])
        dialog = self.pasted(
            f"Zoé Lefèvre\tzoe@brehat.example\t{SIRET_CLIENT}\tLEFÈVRE\t{number}\n"
        )
        self.assertEqual(dialog.line_ids.partner_id, person)
        told = log.search([]) - before
        self.assertEqual(told.mapped("action"), ["search"])
        self.assertEqual((told.partner_id, told.user_id), (person, self.users["declarant"]))
        dialog.action_keep()
        self.assertEqual((log.search([]) - before - told).mapped("action"), ["search"])

    def test_nobody_in_it(self):
        with self.assertRaises(UserError):
            self.pasted("1\t2\n3\t4\n")

    def test_who_may(self):
        self.pasted("Anne Un\tanne@brehat.example\n", role="user")
        for role in ("internal", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.pasted("Anne Un\tanne@brehat.example\n", role=role)
        theirs = self.make_session(company_id=self.other_company.id)
        with self.assertRaises(AccessError):
            self.pasted("Anne Un\tanne@brehat.example\n", session=theirs)


@tagged("post_install", "-at_install", "passport")
class TestPasteBrowser(HttpCase, EnrolmentCase):
    """Pasted with the browser's own event, into the list and into the form of a session."""

    def tour(self, name):
        self.env.flush_all()
        action = "passeport_prevention.event_event_passport_action"
        login = self.users["declarant"].login
        self.start_tour(f"/odoo/action-{action}/{self.coming.id}", name, login=login, timeout=180)
        self.env.invalidate_all()
        return self.coming.registration_ids.sorted("id")

    def test_into_the_form(self):
        registrations = self.tour("passport_paste_form")
        self.assertEqual(registrations.mapped("name"), ["Anne Un", "Bruno Deux"])
        self.assertEqual(registrations.mapped("birth_name"), ["UN", "DEUX"])

    def test_into_the_list_then_changed_together_and_back(self):
        self.make_client("Atelier Deux", "73282932000074")
        registrations = self.tour("passport_paste_list")
        self.assertEqual(registrations.mapped("name"), ["Anne Un", "Bruno Deux"])
        self.assertEqual(registrations.employer_id, self.env["res.partner"])
