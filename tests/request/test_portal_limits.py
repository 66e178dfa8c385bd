from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.request.passport_form_attempt import LIMITS
from ..common import SIRET_LA_POSTE
from ..common_portal import PortalCase


@tagged("post_install", "-at_install", "passport")
class TestPortalLimits(PortalCase):
    """What the employer's space says when it cannot keep something for now."""

    def setUp(self):
        super().setUp()
        self.login(self.hr)

    def use_up(self, kind, user):
        attempts = self.env["passport.form.attempt"]
        for _number in range(LIMITS[kind][0]):
            attempts._add(kind, user.id)

    def people(self):
        return self.order.order_line.registration_ids.attendee_partner_id

    def test_too_many_saves(self):
        self.use_up("employer_save", self.hr)
        page, number = self.url_of(self.order), self.next_nir()
        answers = [
            self.save(self.order, [{"name": "Zoé Martin", "nir": number}]),
            self.post(f"{page}/employer", {"employer": self.client.id}),
            self.post(f"{page}/establishment", {"siret": SIRET_LA_POSTE, "establishment": "Dépôt"}),
        ]
        for answer in answers:
            self.assertIn("You have saved very often", answer.text)
        self.assertIn('value="Zoé Martin"', answers[0].text)
        self.assertNotIn(number, answers[0].text)
        self.assertIn(SIRET_LA_POSTE, answers[2].text)
        self.assertFalse(self.people())
        self.assertFalse(self.client.child_ids.filtered("is_company"))

    def test_limit_is_each_user_s_own(self):
        self.use_up("employer_save", self.hr2)
        self.use_up("employer_remark", self.hr2)
        self.assertEqual(self.save(self.order, [{"name": "Zoé Martin"}]).status_code, 303)
        answer = self.post(f"{self.url_of(self.order)}/remark", {"remark": "Bonjour"})
        self.assertEqual(answer.status_code, 303)

    def test_too_many_remarks(self):
        url = f"{self.url_of(self.order)}/remark"
        count = LIMITS["employer_remark"][0]
        for number in range(count):
            self.assertEqual(self.post(url, {"remark": f"Note {number}"}).status_code, 303)
        before = len(self.order.message_ids)
        page = self.post(url, {"remark": "Une de trop"})
        self.assertIn("many remarks", page.text)
        self.assertIn("Une de trop", page.text)
        self.assertEqual(len(self.order.message_ids), before)

    def test_places_somebody_else_is_filling_in(self):
        quote = self.make_order(self.contact, 2, state="sent")
        page, number = self.url_of(quote), self.next_nir()
        sheet = self.fill(self.get(f"{page}/sheet").content, [{"name": "Éric Petit"}])
        uploaded = self.upload(quote, sheet).headers["Location"]
        held = patch.object(
            type(self.env["sale.order"]), "try_lock_for_update", lambda self, **_kw: self.browse()
        )
        with held:
            saved = self.save(quote, [{"name": "Zoé Martin", "nir": number}])
            kept = self.post(f"{uploaded}/keep")
            # Who has a registration already has nothing to do with free places.
            self.assertEqual(self.save(self.order, [{"name": "Zoé Martin"}]).status_code, 303)
        for answer in (saved, kept):
            self.assertIn("Somebody else is naming attendees", answer.text)
        self.assertIn('value="Zoé Martin"', saved.text)
        self.assertNotIn(number, saved.text)
        self.assertFalse(quote.order_line.registration_ids)
        self.assertEqual(self.post(f"{uploaded}/keep").status_code, 303)
        self.assertEqual(quote.order_line.registration_ids.mapped("name"), ["Éric Petit"])

    def test_place_that_is_gone_is_told(self):
        quote = self.make_order(self.contact, 1, state="sent")
        ref, number = self.seats(quote)[0].ref, self.next_nir()
        self.save(quote, [{"name": "Zoé Martin"}])
        page = self.post(
            f"{self.url_of(quote)}/attendees",
            {f"name-{ref}": "Deuxième Personne", f"nir-{ref}": number},
        )
        self.assertIn("taken or cancelled meanwhile: Deuxième Personne", page.text)
        self.assertNotIn(number, page.text)
        page = self.post(f"{self.url_of(quote)}/attendees", {f"name-{ref}": f"X {number}"})
        self.assertNotIn(number, page.text)

    def test_nothing_is_half_written(self):
        page = self.url_of(self.order)
        row = {"name": "Éric Petit", "nir": self.next_nir()}
        sheet = self.fill(self.get(f"{page}/sheet").content, [row])
        uploaded = self.upload(self.order, sheet).headers["Location"]
        self.env.flush_all()
        with (
            patch.object(type(self.env["passport.nir"]), "_store", side_effect=UserError("no key")),
            self.assertLogs(
                "odoo.addons.passeport_prevention.controllers.request.employer_entry", "WARNING"
            ),
        ):
            saved = self.save(self.order, [{"name": "Zoé Martin", "nir": self.next_nir()}])
            kept = self.post(f"{uploaded}/keep")
        for answer in (saved, kept):
            self.assertEqual(answer.status_code, 200)
            self.assertIn("could not be stored for now", answer.text)
            self.assertNotIn("no key", answer.text)
        self.assertIn('value="Zoé Martin"', saved.text)
        self.assertFalse(self.people())
        # The sheet waits for its answer still.
        self.assertEqual(self.post(f"{uploaded}/keep").status_code, 303)
        self.assertEqual(self.people().mapped("nir_state"), ["provided"])
