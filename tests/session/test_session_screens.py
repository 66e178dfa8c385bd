from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import NOW, PassportCase, nir_with_key

FORM = "passeport_prevention.event_event_view_form_session"


@tagged("post_install", "-at_install", "passport")
class TestSessionScreens(PassportCase):
    """A session as the app opens it: the training first, its trainees in a grid."""

    def session_form(self, role="declarant"):
        action = self.env.ref("passeport_prevention.event_event_passport_action")
        self.assertIn((self.env.ref(FORM).id, "form"), action.views)
        return Form(self.as_role(self.env["event.event"], role), FORM)

    def test_session_and_its_trainees_in_one_form(self):
        numbers = [self.next_nir(), self.next_nir()]
        form = self.session_form()
        form.training_id = self.training
        self.assertEqual(form.name, self.training.name)
        form.name = "SST, Brest"
        form.date_begin, form.date_end = "2026-09-09 07:00:00", "2026-09-10 15:00:00"
        for name, number in zip(("Anne Un", "Bruno Deux"), numbers, strict=True):
            with form.registration_ids.new() as line:
                line.name = name
                line.email = f"{name[:4].lower()}@brehat.example"
                line.employer_id = self.client
                line.birth_name = name.split()[1].upper()
                line.nir_entry = number
        session = form.save()
        registrations = session.sudo().registration_ids.sorted("id")
        people = registrations.attendee_partner_id
        self.assertEqual(people.mapped("name"), ["Anne Un", "Bruno Deux"])
        self.assertEqual(people.mapped("birth_name"), ["UN", "DEUX"])
        self.assertEqual(people.mapped("nir_state"), ["provided"] * 2)
        self.assertEqual(people.parent_id, self.client)
        self.assertEqual(registrations.mapped("employer_id"), self.client)
        registrations.action_outcome_attended()
        self.assertEqual(registrations.mapped("passport_state"), ["ready"] * 2)

    def test_what_is_typed_in_the_grid_is_looked_at(self):
        seat = self.as_role(self.make_registration(), "declarant")
        for values, words in (
            ({"name": "M. Théo Riou", "nir_entry": nir_with_key("2850475006084")}, "civility"),
            ({"nir_entry": nir_with_key("7850475006084")}, "provisional"),
            ({"nir_entry": "1 85 04 75 006 084 00"}, "key"),
            ({"birth_name": "RIOU 2"}, "no digits"),
            ({"birth_name": "RIOU ép. LE GALL"}, "two names"),
        ):
            with self.subTest(values=values):
                result = seat.onchange(values, list(values)[-1:], {name: {} for name in values})
                self.assertIn(words, result["warning"]["message"])
        result = seat.onchange({"birth_name": " RIOU\u00a0"}, ["birth_name"], {"birth_name": {}})
        self.assertEqual(result["value"].get("birth_name"), "RIOU")

    def test_known_people_of_the_employer_are_found(self):
        known = self.make_attendee("Zoé Lefèvre")
        form = self.session_form()
        form.training_id = self.training
        form.date_begin, form.date_end = "2026-09-09 07:00:00", "2026-09-10 15:00:00"
        with form.registration_ids.new() as line:
            line.name = "LEFEVRE Zoé"
            line.employer_id = self.client
        registration = form.save().sudo().registration_ids
        self.assertEqual(registration.attendee_partner_id, known)

    def test_name_that_was_typed_stays(self):
        form = self.session_form()
        form.name = "À moi"
        form.training_id = self.training
        self.assertEqual(form.name, "À moi")

    def test_training_is_asked_for(self):
        form = self.session_form()
        form.name = "Sans formation"
        form.date_begin, form.date_end = "2026-09-09 07:00:00", "2026-09-10 15:00:00"
        with self.assertRaises(AssertionError):
            form.save()

    def test_who_makes_trainings_and_sessions(self):
        for role in ("declarant", "manager"):
            with self.subTest(role=role):
                training = self.as_role(self.env["product.template"], role).create(
                    {"name": "Nouvelle", "type": "service", "service_tracking": "event"}
                )
                session = self.as_role(self.env["event.event"], role).create(
                    {
                        "name": "Nouvelle session",
                        "date_begin": "2026-12-01 07:00:00",
                        "date_end": "2026-12-01 15:00:00",
                        "training_id": training.id,
                    }
                )
                self.assertTrue(session.exists())
        with self.assertRaises(AccessError):
            self.as_role(self.env["product.template"], "user").create({"name": "Non"})

    def test_trainees_as_a_list_of_their_own(self):
        session = self.make_session()
        self.make_registrations(session, self.make_attendees(["Anne Un", "Bruno Deux"]))
        for role in ("user", "declarant", "manager"):
            with self.subTest(role=role):
                action = self.as_role(session, role).action_passport_trainees()
                registrations = self.as_role(self.env["event.registration"], role)
                views = registrations.get_views([(view, kind) for view, kind in action["views"]])
                self.assertIn('multi_edit="1"', views["views"]["list"]["arch"])
                found = registrations.search(action["domain"])
                self.assertEqual(len(found), 2)
                # Many at once, as the list writes them.
                found.write({"employer_id": self.client.id})
        line = self.as_role(self.env["event.registration"], "user")
        made = line.with_context(default_event_id=session.id).create(
            {"name": "Chloé Trois", "employer_id": self.client.id}
        )
        self.assertEqual(made.sudo().attendee_partner_id.parent_id, self.client)

    def test_session_in_the_past_writes_to_nobody(self):
        """Who is registered afterwards gets no confirmation, and no reminder of what is over."""
        past = self.make_session()
        coming = self.make_session(
            date_begin=NOW + timedelta(days=9), date_end=NOW + timedelta(days=10)
        )
        kinds = ("after_sub", "before_event")
        template = self.env.ref("event.event_subscription")
        for session in (past, coming):
            session.event_mail_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "interval_type": kind,
                            "interval_unit": "days" if kind == "before_event" else "now",
                            "interval_nbr": 20 if kind == "before_event" else 0,
                            "template_ref": f"mail.template,{template.id}",
                        }
                    )
                    for kind in kinds
                ),
            ]
            attendee = self.make_attendee(f"De {session.id}", email=f"de{session.id}@x.example")
            self.make_registration(session, attendee, state="open", email=attendee.email)
        self.env["event.mail"].schedule_communications()
        mails = self.env["mail.mail"].search([("model", "=", "event.registration")])
        seats = self.env["event.registration"].browse(mails.mapped("res_id"))
        self.assertEqual(seats.event_id, coming)
