"""Employers' sheets and mails as they came from outside, and what is right for each."""

from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from ..common import PassportCase
from ..common_portal import PortalCase
from .test_letters import LetterCase

SIRET = "00062841200017"
NUMBERS = ("290022901901274", "185055612103401", "288123523807734", "293069934105538")
REPLY = """From: Carl Cinq <atelier5@roscadec.example>
To: contact@prevention-formation-ouest.example
Subject: Re: Votre convocation
Message-Id: <reponse-1@roscadec.example>
In-Reply-To: {message_id}
Content-Type: text/plain; charset=utf-8

Bonjour, voici mon numero : 1 85 05 78 006 084 91
"""
DSN = """From: MAILER-DAEMON@roscadec.example
To: bounce@exemple-of.example
Subject: Undelivered Mail Returned to Sender
Message-Id: <dsn-1@roscadec.example>
References: {message_id}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.roscadec.example

Final-Recipient: rfc822; rebond@roscadec.example
Action: failed
Status: 5.1.1

--B--
"""


@tagged("post_install", "-at_install", "passport")
class TestEmployersSheets(PortalCase):
    def setUp(self):
        super().setUp()
        self.client.company_registry = SIRET
        self.login(self.hr)

    def check(self, rows):
        """Fill in the sheet of the order, row by row; return the address of its check and the page."""
        sheet = self.get(f"{self.url_of(self.order)}/sheet").content
        answer = self.upload(self.order, self.fill(sheet, rows))
        self.assertEqual(answer.status_code, 303)
        url = answer.headers["Location"]
        return url, " ".join(self.get(url).text.split())

    def seats_by_name(self):
        seats = self.order.order_line.registration_ids
        return {seat.attendee_partner_id.name: seat for seat in seats if seat.attendee_partner_id}

    def test_lost_zeros_of_a_siret_and_a_number_with_a_hyphen(self):
        url, page = self.check(
            [
                {
                    "name": "Maëlle LE BIHAN",
                    "nir": int(NUMBERS[0]),
                    "birth_name": "LE BIHAN",
                    "siret": 62841200017,
                },
                {
                    "name": "Jean-Noël KERVELLA",
                    "nir": "1850556121034-01",
                    "birth_name": "KERVELLA",
                    "siret": "000 628 412 00017",
                },
                {"name": "Solène GUÉGUEN", "nir": NUMBERS[2], "birth_name": "GUÉGUEN"},
            ]
        )
        self.assertIn("Rows that can be kept: 3", page)
        self.post(f"{url}/keep")
        seats = self.seats_by_name()
        for name, number in zip(
            ("Maëlle LE BIHAN", "Jean-Noël KERVELLA", "Solène GUÉGUEN"), NUMBERS, strict=False
        ):
            found = self.nir_of(seats[name].attendee_partner_id).replace(" ", "")
            self.assertEqual(found, number)
            self.assertEqual(seats[name].employer_id.company_registry, SIRET)

    def test_a_fourth_person_for_three_seats(self):
        names = ("Maëlle LE BIHAN", "Jean-Noël KERVELLA", "Solène GUÉGUEN", "Awa N'DIAYE")
        rows = [
            {"name": name, "nir": number, "birth_name": name.split(maxsplit=1)[1]}
            for name, number in zip(names, NUMBERS, strict=True)
        ]
        rows[3]["ref"] = None
        url, page = self.check(rows)
        self.assertIn("Seats ordered: 3. No seat is left for Awa N&#39;DIAYE", page)
        self.assertNotIn("is not one of this page", page)
        self.post(f"{url}/keep")
        self.assertEqual(set(self.seats_by_name()), set(names[:3]))

    def test_civility_and_two_birth_names(self):
        known = self.make_attendee("Solène GUÉGUEN", nir=False, birth_name=False)
        url, page = self.check(
            [
                {
                    "name": "LE BIHAN Maëlle",
                    "nir": NUMBERS[0],
                    "birth_name": "LE BIHAN (ép. CORRE)",
                },
                {"name": "KERVELLA Jean-Noël", "nir": NUMBERS[1], "birth_name": "KERVELLA"},
                {"name": "M. GUÉGUEN Solène", "nir": NUMBERS[2], "birth_name": "GUÉGUEN"},
            ]
        )
        doubtful = page.partition("Rows to look at before you keep them: 2")[2]
        self.assertRegex(
            doubtful, r"Row 3</strong> <strong>LE BIHAN Maëlle</strong> – [^<]*two names"
        )
        self.assertRegex(
            doubtful, r"Row 5</strong> <strong>M. GUÉGUEN Solène</strong> – [^<]*civility"
        )
        self.assertNotIn(NUMBERS[2], page)
        self.post(f"{url}/keep")
        people = self.order.order_line.registration_ids.attendee_partner_id
        self.assertIn(known, people)
        self.assertEqual(len(people.filtered(lambda person: "GUÉGUEN" in person.name)), 1)
        self.assertFalse(people.filtered(lambda person: person.name.startswith("M.")))


@tagged("post_install", "-at_install", "passport")
class TestReplyWithANumber(PassportCase, MockEmail):
    def test_masked_and_the_declarant_is_told(self):
        registration = self.make_registration()
        words = "Convocation"
        message = registration.message_post(body=words, message_type="comment")
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                registration._name,
                REPLY.format(message_id=message.message_id),
                thread_id=registration.id,
            )
        self.env.flush_all()
        self.assertIn("voici mon numero : •••", registration.message_ids[0].body)
        self.env.cr.execute(
            "SELECT regexp_replace(concat(body, subject), '[^0-9]', '', 'g') FROM mail_message"
            " WHERE model = 'event.registration' AND res_id = %s",
            [registration.id],
        )
        self.assertFalse([text for (text,) in self.env.cr.fetchall() if "1850578006084" in text])
        declarants = self.env.ref("passeport_prevention.group_passport_declarant").all_user_ids
        self.assertIn(registration.activity_ids.user_id, declarants)


@tagged("post_install", "-at_install", "passport")
class TestRequestThatBounced(LetterCase):
    def test_the_address_is_wrong_and_the_employer_is_asked(self):
        self.registration.email = "rebond@roscadec.example"
        self.leave(self.registration.action_passport_ask)
        message = DSN.format(message_id=self.letter().message_id)
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(False, message)
        self.env.invalidate_all()
        self.assertTrue(self.registration.passport_address_wrong)
        self.assertEqual(self.registration.passport_form_state, "wrong")
        asked = [address for days in (7, 14, 21) for address in self.remind(days)]
        self.assertNotIn("rebond@roscadec.example", asked)
        self.assertIn("rh@client.example", asked)
