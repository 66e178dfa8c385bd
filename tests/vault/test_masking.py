from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from ..common import PassportCase
from .test_nir import NIR, SHOWN

WORDS = "Convocation"
REPLY = """From: carl@client.example
To: {to}
Subject: {subject}
Message-Id: <reply-1@client.example>
In-Reply-To: {message_id}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="B"

--B
Content-Type: text/plain; charset=utf-8

Bonjour, voici mon numero : {number}

--B
Content-Type: text/plain; charset=utf-8
Content-Disposition: attachment; filename="carte {number}.txt"

Rien.

--B--
"""


@tagged("post_install", "-at_install", "passport")
class TestMasking(PassportCase, MockEmail):
    """No number is stored in a message, whoever writes it and whichever way it comes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.make_session(user_id=cls.users["declarant"].id)
        cls.registration = cls.make_registration(cls.session)
        cls.declarants = cls.env.ref("passeport_prevention.group_passport_declarant").all_user_ids

    def assertHidden(self, record=None):
        self.env.flush_all()
        for table in ("mail_message", "mail_mail", "ir_attachment", "mail_tracking_value"):
            self.env.cr.execute(
                # Without what separates the parts of a number, tags included.
                f"SELECT regexp_replace(regexp_replace(to_jsonb(t)::text, '<[^>]*>', '', 'g'),"
                f" '[^0-9a-z]', '', 'g') FROM {table} t"
            )
            rows = [row for (row,) in self.env.cr.fetchall() if NIR[:13] in row]
            self.assertEqual(rows, [], table)
        if record:
            activity = record.activity_ids
            self.assertEqual(len(activity), 1)
            self.assertIn(activity.user_id, self.declarants)
            self.assertNotIn(NIR[:5], activity.summary + activity.note)

    def test_note(self):
        for body in (f"Son numéro : {SHOWN}", SHOWN.replace(" ", "-"), f"N°{NIR}"):
            self.as_role(self.registration, "user").message_post(body=body)
            self.assertIn("•••", self.registration.message_ids[0].body)
        # Told once, until somebody has looked at it.
        self.assertHidden(self.registration)

    def test_written_to_be_sent_later(self):
        """What waits to be posted, and what stands in the composer, is kept in the database too."""
        message = self.env["mail.scheduled.message"].create(
            {
                "model": "res.partner",
                "res_id": self.client.id,
                "author_id": self.env.user.partner_id.id,
                "subject": f"N° {SHOWN}",
                "body": f"<p>Son numéro : {SHOWN}</p>",
                "scheduled_date": "2030-01-01 08:00:00",
            }
        )
        composer = self.env["mail.compose.message"].create(
            {
                "model": "res.partner",
                "res_ids": str(self.client.ids),
                "subject": f"N° {SHOWN}",
                "body": f"<p>Son numéro : {SHOWN}</p>",
            }
        )
        for _time in range(2):
            self.env.flush_all()
            for record in (message, composer):
                self.env.cr.execute(
                    f"SELECT concat(subject, body) FROM {record._table} WHERE id = %s", record.ids
                )
                (text,) = self.env.cr.fetchone()
                with self.subTest(model=record._name):
                    self.assertNotIn(SHOWN, text)
                    self.assertIn("Son numéro", text)
            message.write({"body": f"<p>Son numéro : {SHOWN}</p>", "subject": SHOWN})
            composer.write({"body": f"<p>Son numéro : {SHOWN}</p>", "subject": SHOWN})

    def test_mail_that_waits_is_changed(self):
        mail = self.env["mail.mail"].create({"body_html": "<p>Rien</p>", "subject": "Rien"})
        mail.write({"body_html": f"<p>Son numéro : {SHOWN}</p>", "subject": f"N° {SHOWN}"})
        self.assertHidden()

    def test_changed_afterwards(self):
        message = self.registration.message_post(body=WORDS)
        message.body = f"Son numéro : {SHOWN}"
        self.assertIn("•••", message.body)
        self.assertHidden(self.registration)

    def test_name_of_a_file(self):
        self.registration.message_post(attachments=[(f"{NIR}.pdf", b"x")])
        self.assertEqual(self.registration.message_ids[0].attachment_ids.name, "•••.pdf")
        attachment = self.env["ir.attachment"].create({"name": "x.txt", "raw": SHOWN.encode()})
        attachment.name = f"carte {SHOWN}.txt"
        self.assertEqual(attachment.name, "carte •••.txt")
        self.assertHidden()

    def test_on_sessions_contacts_and_mails(self):
        for record in (self.session, self.client, self.registration.attendee_partner_id):
            record.message_post(body=SHOWN, subject=NIR)
            self.assertHidden(record)
        self.env["mail.mail"].create({"body_html": f"<p>{SHOWN}</p>", "email_to": "a@b.example"})
        self.assertHidden()

    def test_tracked(self):
        self.flush_tracking()
        # What was there before numbers were refused in names.
        self.env.cr.execute(
            "UPDATE event_registration SET name = %s WHERE id = %s",
            [f"Jean {SHOWN}", self.registration.id],
        )
        self.registration.invalidate_recordset()
        tracked = self.registration.with_context(tracking_disable=False, mail_notrack=False)
        tracked.name = "Jean"
        self.flush_tracking()
        values = self.env["mail.tracking.value"].search([("old_value_char", "like", "Jean •••")])
        self.assertTrue(values)
        self.assertHidden()

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.flush()

    def reply(self, record, subject="Re: Votre convocation", save_original=False):
        message = record.message_post(body=WORDS, message_type="comment")
        text = REPLY.format(
            to="catchall@of.example",
            subject=subject,
            message_id=message.message_id,
            number="1 85 04 75 006 084 23",
        )
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                record._name, text, thread_id=record.id, save_original=save_original
            )

    def test_reply_through_the_gateway(self):
        self.reply(self.registration, subject=f"Re: {SHOWN}", save_original=True)
        message = self.registration.message_ids[0]
        self.assertIn("voici mon numero : •••", message.body)
        self.assertEqual(message.subject, "Re: •••")
        self.assertEqual(message.attachment_ids.mapped("name"), ["carte •••.txt"])
        self.assertHidden(self.registration)

    def test_record_made_of_a_mail(self):
        text = REPLY.format(
            to="contacts@of.example", subject=f"Mon numéro {SHOWN}", message_id="", number=SHOWN
        )
        with self.mock_mail_gateway():
            made = self.env["mail.thread"].message_process(
                "res.partner", text, custom_values={"company_id": self.company.id}
            )
        self.assertNotIn(SHOWN, self.env["res.partner"].browse(made).name or "")
        self.assertHidden()

    def test_what_is_no_number_is_left_alone(self):
        body = "<p>SIRET 628 412 000 00017, tél. 06 12 34 56 78, le 09/09/2026</p>"
        self.registration.message_post(body=WORDS, subject=WORDS)
        message = self.registration.message_post(body=WORDS)
        message.body = body
        self.assertEqual(message.body, body)
        self.assertFalse(self.registration.activity_ids)

    def test_messages_of_other_apps_people(self):
        masking = self.env["passport.masking"]
        for model, expected in (("hr.employee", False), ("event.event", True), (False, True)):
            values = {"model": model, "body": SHOWN}
            with self.subTest(model=model):
                self.assertEqual(masking._message_values(values), expected)
                self.assertEqual(values["body"] == SHOWN, not expected)

    def test_no_declarant_nobody_to_tell(self):
        self.declarants.sudo().write({"active": False})
        self.registration.message_post(body=SHOWN)
        self.assertFalse(self.registration.activity_ids)
        self.assertHidden()
