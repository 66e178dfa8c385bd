from odoo.tests import tagged

from .common_portal import PortalCase


@tagged("post_install", "-at_install", "passport")
class TestPortal(PortalCase):
    """What a client's contacts do in the employer's space."""

    def test_page_and_saving(self):
        self.login(self.hr)
        page = self.get(self.url_of(self.order))
        self.assertEqual(page.status_code, 200)
        self.assertIn("0 of 3 attendees complete", " ".join(page.text.split()))
        number = self.next_nir()
        answer = self.save(
            self.order, [{"name": "Zoé Martin", "nir": number, "birth_name": "MARTIN"}]
        )
        self.assertEqual(answer.status_code, 303)
        person = self.order.order_line.registration_ids.attendee_partner_id
        self.assertEqual(person.name, "Zoé Martin")
        self.assertEqual(person.birth_name, "MARTIN")
        self.assertEqual(person.nir_state, "provided")
        page = self.get(answer.headers["Location"])
        self.assertIn("1 of 3 attendees complete", " ".join(page.text.split()))
        self.assertNotIn(number, page.text)
        self.assertNotIn("MARTIN", page.text)
        log = self.env["passport.nir.access"].search([("partner_id", "=", person.id)])
        self.assertEqual((log.action, log.user_id), ("write", self.hr))
        self.assertEqual(log.company_id, self.company)
