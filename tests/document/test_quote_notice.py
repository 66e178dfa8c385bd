from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from ..common import SIRET_OTHER_CLIENT
from ..document_common import DocumentCase

WHY = "Code du travail, article L.4141-5"
HIDDEN = ("nir", "nir_masked", "nir_entry")


@tagged("post_install", "-at_install", "passport")
class TestQuoteNotice(DocumentCase):
    def test_only_where_it_applies(self):
        other = self.make_training(name="Bureautique", passport_aims_prevention="no")
        orders = {
            "eligible": (self.make_order(), True),
            "not eligible": (self.make_order(sessions=self.make_sold_session(other)), False),
            "subcontracted": (
                self.make_order(sessions=self.make_sold_session(is_subcontracted=True)),
                False,
            ),
            "cancelled": (self.make_order(state="cancel"), False),
        }
        for kind, (order, expected) in orders.items():
            with self.subTest(kind=kind):
                text = self.html_of("quote", order)
                self.assertEqual(WHY in text, expected)
                self.assertEqual(order._passport_space_url() in text, expected)

    def test_counts_and_words(self):
        order = self.make_order(8)
        self.client.company_registry = False
        seats = self.seat(order, self.make_unknown(["Anne Le Gall", "Yves Le Gall"]))
        known = self.seat(order, self.make_attendee("Marc Tanguy"))
        refused = self.make_unknown(["Paul Riou"])
        refused.action_nir_refused()
        self.seat(order, refused)
        self.seat(order, self.make_unknown(["Luc Morel"]), state="cancel")
        self.assertEqual(order.passport_attendee_count, 8)
        self.assertEqual(order.passport_unnamed_count, 4)
        self.assertEqual(order.passport_nir_provided_count, 1)
        self.assertEqual(order.passport_nir_missing_count, 2)
        self.assertEqual(order.passport_nir_refused_count, 1)
        self.assertEqual(order.passport_birth_name_missing_count, 2)
        self.assertEqual(order.passport_siret_missing_count, 1)
        self.assertEqual(order.passport_missing_count, 6)
        text = self.html_of("quote", order)
        for words in (
            "names: 4 of 8 missing",
            "social security numbers (NIR): 2 missing",
            "birth names: 2 missing",
            "SIRET of the employer: missing or wrong",
            "Never send a social security number by e-mail",
        ):
            self.assertIn(words, text)
        self.assertNotIn("Le Gall", text)
        # What is given is no longer asked.
        seats.attendee_partner_id.write({"birth_name": "LE GALL"})
        for person in seats.attendee_partner_id:
            person.nir = self.next_nir()
        self.assertEqual(order.passport_missing_count, 4)
        known.state = "cancel"
        self.assertEqual(order.passport_unnamed_count, 5)

    def test_what_was_purged_is_asked_again(self):
        """The issues of an attendee say what is asked, whatever became of a number given before."""
        order = self.make_order(2)
        purged, known = self.make_attendees(["Anne Le Gall", "Yves Le Gall"])
        self.seat(order, purged | known)
        self.assertEqual(order.passport_missing_count, 0)
        purged.sudo().nir_vault_ids._erase("purge")
        self.assertEqual(purged.nir_state, "purged")
        self.assertEqual(order.passport_nir_missing_count, 1)
        self.assertEqual(order.passport_nir_provided_count, 1)
        self.assertEqual(order.passport_missing_count, 1)

    def test_a_number_nobody_gave_is_not_provided(self):
        """Whoever sits in another's name is asked for nothing; that is no number given."""
        order = self.make_order(1)
        seat = self.seat(order, self.make_unknown(["Anne Le Gall"]), name="Yves Morel")
        self.assertIn("attendee_differs", seat.passport_issue_ids.mapped("code"))
        self.assertEqual(order.passport_nir_missing_count, 0)
        self.assertEqual(order.passport_nir_provided_count, 0)

    def test_nothing_missing(self):
        order = self.make_order(1)
        self.seat(order, self.make_attendee())
        self.assertFalse(self.env["passport.notice"]._missing_texts(order))
        text = self.html_of("quote", order)
        self.assertIn("nothing is left to give", text)
        self.assertNotIn("Still to be given", text)

    def test_more_attendees_than_sold(self):
        order = self.make_order(1)
        self.seat(order, self.make_attendees(["Anne Le Gall", "Yves Le Gall"]))
        self.assertEqual(order.passport_attendee_count, 2)
        self.assertEqual(order.passport_unnamed_count, 0)

    def test_private_person(self):
        """Spoken to directly; neither a name nor a SIRET is asked of who buys for oneself."""
        person = self.make_unknown(["Éloïse Cariou"], parent_id=False)
        order = self.make_order(1, partner=person)
        self.assertFalse(order.passport_siret_missing_count)
        self.assertFalse(order.passport_unnamed_count)
        self.assertEqual(order.passport_missing_count, 1)
        text = self.html_of("quote", order)
        for words in (
            "Passeport de prévention: your data",
            "enter in your Passeport de prévention",
            "your social security number (NIR)",
            "you may refuse to give your NIR",
        ):
            with self.subTest(words=words):
                self.assertIn(words, text)
        for words in ("attendees", "employer", "SIRET", "names"):
            with self.subTest(words=words):
                self.assertNotIn(words, text.split("your data")[1])
        person.write({"birth_name": "CARIOU", "nir": self.next_nir()})
        self.assertIn("All your data are there", self.html_of("quote", order))
        self.assertEqual(self.make_order(2, partner=person).passport_unnamed_count, 2)

    def test_employers_of_the_attendees_count(self):
        order = self.make_order(2)
        other = self.make_client("Filiale", False)
        self.seat(order, self.make_attendees(["Anne Le Gall"]), employer_id=other.id)
        self.assertEqual(order.passport_siret_missing_count, 1)
        other.company_registry = SIRET_OTHER_CLIENT
        self.assertEqual(order.passport_siret_missing_count, 0)

    def test_own_wording_of_each_company(self):
        order = self.make_order()
        self.company.passport_notice = "<p>Nos propres mots</p>"
        text = self.html_of("quote", order)
        self.assertIn("Nos propres mots", text)
        self.assertNotIn(WHY, text)
        # Emptied by an editor, which leaves a paragraph: the standard wording is back.
        self.company.passport_notice = "<p><br></p>"
        self.assertIn(WHY, self.html_of("quote", order))

    def test_standard_wording_follows_the_settings(self):
        self.company.write({"nir_retention_months": 7, "passport_privacy_email": "dpo@of.example"})
        text = self.html_of("quote", self.make_order())
        self.assertIn("7 months after the declaration is accepted", text)
        self.assertIn("dpo@of.example", text)
        self.company.write({"nir_retention_months": 1, "nir_unused_months": 1})
        text = self.html_of("quote", self.make_order())
        self.assertIn(
            "1 month after the declaration is accepted, and at the latest 1 month after", text
        )
        self.company.nir_retention_months = 0
        text = self.html_of("quote", self.make_order())
        self.assertIn("the NIR is erased as soon as the declaration is accepted", text)

    def test_qr_code_needs_no_network(self):
        order = self.make_order()
        html = self.env["ir.qweb"]._render(
            "passeport_prevention.sale_order_notice", {"order": order}
        )
        self.assertIn('src="data:image/png;base64,', html)
        self.assertNotIn("/report/barcode", html)

    def test_sales_staff_see_counts_and_no_nir(self):
        order = self.make_order()
        person = self.make_attendee()
        seat = self.seat(order, person)
        seen = self.as_role(order, "sales")
        self.assertEqual(seen.passport_nir_provided_count, 1)
        self.assertEqual(seen.passport_missing_count, 1)
        action = seen.action_passport_attendees()
        found = self.as_role(seat, "sales").search(action["domain"])
        self.assertEqual(found, seat)
        self.assertEqual(self.as_role(seat, "sales").nir_state, "provided")
        for fname in HIDDEN:
            for record in (seat, person):
                if fname in record._fields:
                    with self.subTest(fname=fname), self.assertRaises(AccessError):
                        self.as_role(record, "sales").read([fname])

    def test_order_form_for_sales_staff(self):
        arch = self.as_role(self.env["sale.order"], "sales").get_view(view_type="form")["arch"]
        names = etree.fromstring(arch).xpath("//@name")
        self.assertIn("passport_missing_count", names)
        self.assertIn("action_passport_attendees", names)

    def test_queries_do_not_grow(self):
        few, many = self.make_order(3), self.make_order(30)
        self.seat(few, self.make_attendees([f"A {n}" for n in range(3)]))
        self.seat(many, self.make_attendees([f"B {n}" for n in range(30)]))
        self.queries_of(lambda: self.html_of("quote", few))
        counts = [self.queries_of(lambda o=o: self.html_of("quote", o)) for o in (few, many)]
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_settings_of_the_company(self):
        settings = self.as_role(self.env["passport.settings"], "manager").create({})
        self.assertIn(WHY, settings.passport_notice_standard)
        settings.action_notice_from_standard()
        self.assertIn(WHY, self.company.passport_notice)
        settings.write({"passport_notice": "<p><br></p>", "passport_activity_region": "Occitanie"})
        self.assertFalse(self.company.passport_notice)
        self.assertEqual(self.company.passport_activity_region, "Occitanie")
        self.assertFalse(self.other_company.passport_activity_region)
        self.assertIn("dix jours", self.company.passport_cancellation_terms)


@tagged("post_install", "-at_install", "passport")
class TestPortalNotice(DocumentCase, HttpCase):
    def test_portal_page(self):
        order = self.make_order(3)
        order.action_quotation_sent()
        answer = self.url_open(order.get_portal_url())
        self.assertEqual(answer.status_code, 200)
        self.assertIn("names: 3 of 3 missing", answer.text)
        self.assertIn(order._passport_space_url(), answer.text)
        order.order_line = [Command.clear()]
        self.assertNotIn("names: ", self.url_open(order.get_portal_url()).text)
