from lxml import html as lxml_html

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..document_common import PROGRAMME, REPORTS, DocumentCase

CONVENTION = "Vocational training agreement"
CONTRACT = "Individual vocational training contract"


@tagged("post_install", "-at_install", "passport")
class TestAgreement(DocumentCase):
    def make_private_order(self, **values):
        person = self.env["res.partner"].create({"name": "Éloïse Cariou"})
        return self.make_order(1, partner=person, **values)

    def test_mentions_of_the_law(self):
        """Articles L.6353-1 and D.6353-1, R.6351-6 and L.6352-12 of the Code du travail."""
        order = self.make_order(3, training_funding="OPCO 2i : 500 €")
        self.seat(order, self.make_attendees(["Anne Le Gall", "Yves Le Gall"]))
        self.company.passport_signatory_id = self.env["res.partner"].create(
            {"name": "Yann Kerdoncuff", "function": "Directeur"}
        )
        text = self.html_of("agreement", order)
        for words in (
            CONVENTION,
            "Prévention Atlantique",
            "number 53351234567 with the prefect of the region Bretagne",
            "This registration does not amount to an approval by the State.",
            "Yann Kerdoncuff, Directeur",
            "Menuiserie Bréhat",
            self.client.company_registry,
            "Represented by Hélène Quiniou",
            "Sauveteur secouriste du travail",
            "Secourir une victime",
            "Protéger, examiner, alerter",
            "14 hours",
            "from 9 November 2026 to 10 November 2026",
            "from 9:00",
            "Centre de Rennes",
            "Headcount: 3",
            "Anne Le Gall, Yves Le Gall",
            "To be named before the training begins: 1.",
            "Mannequins et défibrillateur",
            "Ronan Kermarec (Formateur SST)",
            "Épreuve pratique",
            "870.00",
            "OPCO 2i",
            "Rien n'est dû avant dix jours",
            "article L.6354-1",
            "article L.4141-5",
            "Signature and stamp",
        ):
            with self.subTest(words=words):
                self.assertIn(words, text)
        self.assertNotIn("withdraw", text)

    def test_contract_of_a_private_person(self):
        """Articles L.6353-3 to L.6353-7, and L.221-18 of the Code de la consommation."""
        order = self.make_private_order(training_signed_remotely=False)
        text = self.html_of("agreement", order)
        for words in (
            CONTRACT,
            "10 days to withdraw by registered letter",
            "No sum may be asked",
            "30 % of the price at most",
            "force majeure",
            "Aucun prérequis",
            "Ronan Kermarec (Formateur SST)",
        ):
            with self.subTest(words=words):
                self.assertIn(words, text)
        self.assertNotIn("SIRET, ", text)
        self.assertNotIn("L.221-18", text)
        order.training_signed_remotely = True
        text = self.html_of("agreement", order)
        self.assertIn("14 days to withdraw", text)
        self.assertIn("L.221-18", text)

    def test_who_buys_for_oneself_is_the_attendee(self):
        text = self.html_of("agreement", self.make_private_order())
        self.assertIn("2. Attendee Name: Éloïse Cariou.", text)
        self.assertIn("your Passeport de prévention", text)
        self.assertIn("your social security number (NIR) your birth name To be given", text)
        for words in ("To be named", "your attendees", "the employer", "for each attendee", "(s)"):
            with self.subTest(words=words):
                self.assertNotIn(words, text)

    def test_private_persons_may_have_terms_of_their_own(self):
        terms = {
            "company": "Rien n'est dû avant dix jours",
            "private": "Aucune somme n'est retenue",
        }
        client, person = self.make_order(1), self.make_private_order()
        self.assertIn(terms["company"], self.html_of("agreement", person))
        self.company.passport_private_terms = f"<p>{terms['private']}</p>"
        self.assertIn(terms["company"], self.html_of("agreement", client))
        text = self.html_of("agreement", person)
        self.assertIn(terms["private"], text)
        self.assertNotIn(terms["company"], text)

    def test_one_attendee_or_several(self):
        """Said as it is: one attendee, one trainer; several; so many that a list is easier to read."""
        one = self.html_of("agreement", self.make_order(1))
        for words in ("2. Attendee ", "your attendee's data", "Trainer: Ronan Kermarec"):
            self.assertIn(words, one)
        self.assertNotIn("your attendees", one)
        self.session.trainer_ids |= self.env["res.partner"].create({"name": "Lise Abgrall"})
        order = self.make_order(60)
        people = self.make_attendees([f"Personne {number:02}" for number in range(7)])
        self.seat(order, people[:6])
        several = self.html_of("agreement", order)
        for words in ("2. Attendees Headcount: 60.", "your attendees' data", "Trainers: Ronan"):
            self.assertIn(words, several)
        self.assertIn("Names: Personne 00, Personne 01", several)
        self.assertIn("before the training begins: 54", several)
        self.seat(order, people[6])
        many = self.html_of("agreement", order)
        self.assertIn("Personne 00 Personne 01 Personne 02", many)
        self.assertNotIn("Names:", many)

    def test_price_stays_with_its_heading(self):
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            REPORTS["agreement"], self.make_order(1).ids
        )
        (block,) = lxml_html.fromstring(content).xpath(
            "//table[contains(., 'Total excluding tax')]/parent::div"
        )
        self.assertIn("avoid", block.get("style"))
        self.assertIn("3. Price and payment", block.text_content())

    def test_address_without_a_country_is_written_as_in_france(self):
        person = self.env["res.partner"].create(
            {"name": "Éloïse Cariou", "street": "2 rue du Bac", "zip": "35000", "city": "Rennes"}
        )
        person.country_id = False
        text = self.html_of("agreement", self.make_order(1, partner=person))
        self.assertIn("2 rue du Bac, 35000 Rennes", text)

    def test_what_arranges_the_page_is_no_table_of_the_layout(self):
        """Odoo's layouts frame and colour every table: those of signatures and notices are none."""
        order = self.make_order(1)
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            REPORTS["agreement"], order.ids
        )
        page = lxml_html.fromstring(content)
        for words in ("For the client", "Still to be given"):
            (table,) = page.xpath(f"//table[contains(., '{words}')]")
            self.assertIn("o_ignore_layout_styling", table.get("class"))

    def test_signatures_never_stand_alone_on_a_page(self):
        """What comes before the signatures is kept on their page: the notice, else the last clauses."""
        ineligible = self.make_training(passport_eligible=False, **PROGRAMME)
        other = self.make_sold_session(ineligible)
        for sessions, words in (
            (self.session, "your attendee's data"),
            (other, "article L.6354-1"),
        ):
            report = self.env["ir.actions.report"]
            order = self.make_order(1, sessions=sessions)
            content, _kind = report._render_qweb_html(REPORTS["agreement"], order.ids)
            (block,) = lxml_html.fromstring(content).xpath(
                "//*[contains(@class, 'o_passport_signatures')]/ancestor::div[contains(@style, 'avoid')][1]"
            )
            with self.subTest(words=words):
                self.assertIn(words, block.text_content().split("Made in two copies")[0])

    def test_one_for_each_session(self):
        other = self.make_sold_session(name="SST de décembre")
        order = self.make_order(1, sessions=self.session | other)
        both = self.html_of("agreement", order)
        self.assertEqual(both.count(CONVENTION), 1)
        self.assertIn("580.00", both)
        each = self.html_of("agreement_session", order)
        self.assertEqual(each.count(CONVENTION), 2)
        self.assertNotIn("580.00", each)
        self.assertIn("SST de décembre", each)

    def test_what_is_missing_is_named_and_blocks(self):
        order = self.make_order(1)
        self.assertFalse(order.training_agreement_issues)
        self.training.write({"training_objectives": "<p><br></p>", "training_duration": 0})
        self.session.address_id = False
        self.company.passport_activity_number = False
        order.invalidate_recordset()
        issues = order.training_agreement_issues
        for words in (
            "activity declaration number",
            "Objectives",
            "Duration",
            "“SST de novembre”: enter the venue",
        ):
            self.assertIn(words, issues)
        for act in (
            order.action_print_training_agreement,
            lambda: self.html_of("agreement", order),
            lambda: self.html_of("agreement_session", order),
        ):
            with self.assertRaises(UserError) as caught:
                act()
            self.assertIn(f"{order.name}: ", str(caught.exception))
            self.assertIn("Objectives", str(caught.exception))

    def test_contract_needs_more(self):
        self.training.training_prerequisites = False
        self.session.trainer_ids = False
        self.assertFalse(self.make_order(1).training_agreement_issues)
        issues = self.make_private_order().training_agreement_issues
        self.assertIn("Prerequisites", issues)
        self.assertIn("choose the trainers", issues)

    def test_online_session_has_its_address(self):
        self.session.write({"address_id": False, "event_url": "https://classe.example/sst"})
        order = self.make_order(1)
        self.assertFalse(order.training_agreement_issues)
        self.assertIn("https://classe.example/sst", self.html_of("agreement", order))

    def test_order_without_training(self):
        order = self.env["sale.order"].create({"partner_id": self.booker.id})
        self.assertFalse(order.has_training)
        with self.assertRaises(UserError):
            self.html_of("agreement", order)

    def test_sales_staff_print_it(self):
        order = self.make_order(2)
        self.seat(order, self.make_attendee())
        seen = self.as_role(order, "sales")
        self.assertEqual(
            seen.action_print_training_agreement()["report_name"],
            "passeport_prevention.report_agreement",
        )
        self.assertIn("Zoé Lefèvre", self.html_of("agreement", seen))
        for role in ("internal", "user", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.html_of("agreement", self.as_role(order, role))

    def test_queries_do_not_grow_with_attendees(self):
        orders = [self.make_order(size) for size in (3, 30)]
        for order in orders:
            size = int(order.order_line.product_uom_qty)
            self.seat(order, self.make_attendees([f"P{size} {n}" for n in range(size)]))
        self.queries_of(lambda: self.html_of("agreement", orders[0]))
        few, many = (self.queries_of(lambda o=o: self.html_of("agreement", o)) for o in orders)
        self.assertLessEqual(many, few + 1)
