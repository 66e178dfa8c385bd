from lxml import html as lxml_html

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..document_common import REPORTS, DocumentCase


@tagged("post_install", "-at_install", "passport")
class TestAttestation(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.held = cls.make_session(address_id=cls.venue.id, trainer_ids=cls.trainer.ids)

    def test_attestation(self):
        seat = self.make_registration(self.held, outcome="passed")
        text = self.html_of("attestation", seat)
        for words in (
            "Training attestation",
            "Prévention Atlantique",
            "53351234567",
            "Zoé Lefèvre",
            "employer: Menuiserie Bréhat",
            "Sauveteur secouriste du travail",
            "from 9 September 2026 to 10 September 2026",
            "14 hours",
            "Secourir une victime",
            "Skills assessed: acquired",
            "from 10 September 2026 to 9 September 2028",
            "Ronan Kermarec",
        ):
            with self.subTest(words=words):
                self.assertIn(words, text)

    def test_result_and_hours_of_the_person(self):
        seat = self.make_registration(self.held, outcome="failed", attended_hours=10.5)
        text = self.html_of("attestation", seat)
        self.assertIn("Skills assessed: not acquired", text)
        self.assertIn("10.5 hours", text)
        self.assertIn("for 10.5 hours", self.html_of("certificate", seat))
        seat.outcome = "attended"
        self.assertIn("no assessment of skills recorded", self.html_of("attestation", seat))

    def test_who_failed_holds_nothing_valid(self):
        passed = self.make_registration(self.held, outcome="passed")
        failed = self.make_registration(self.held, self.make_attendee("Luc Morel"))
        failed.write({"outcome": "failed", "validity_end_date": "2028-09-09"})
        endless = self.make_registration(self.held, self.make_attendee("Marc Tanguy"))
        endless.write({"outcome": "failed", "validity_end_date": False})
        self.assertIn("Validity from 10 September 2026", self.html_of("attestation", passed))
        for seat in (failed, endless):
            text = self.html_of("attestation", seat)
            with self.subTest(seat=seat.name):
                self.assertIn("not acquired", text)
                for words in ("Validity", "2028", "without end"):
                    self.assertNotIn(words, text)

    def test_declared_only_where_it_is(self):
        sentence = "This training is declared by the training body"
        seat = self.make_registration(self.held)
        self.assertIn(sentence, self.html_of("attestation", seat))
        unknown = self.make_unknown(["Paul Riou"])
        unknown.action_nir_refused()
        refused = self.make_registration(self.held, unknown)
        self.assertNotIn(sentence, self.html_of("attestation", refused))
        self.training.passport_eligible = False
        self.assertNotIn(
            sentence,
            self.html_of(
                "attestation", self.make_registration(self.held, self.make_attendee("Marc Tanguy"))
            ),
        )

    def test_one_hour(self):
        seat = self.make_registration(self.held, attended_hours=1)
        self.assertIn("Duration attended 1 hour Place", self.html_of("attestation", seat))

    def test_without_end_and_without_employer(self):
        self.training.validity_months = 0
        seat = self.make_registration(self.held, without_employer=True)
        text = self.html_of("attestation", seat)
        self.assertIn("without end", text)
        self.assertNotIn("employer:", text)

    def test_certificate(self):
        text = self.html_of("certificate", self.make_registration(self.held))
        for words in (
            "Completion certificate",
            "Zoé Lefèvre",
            "[X] training action",
            "from 9 September 2026 to 10 September 2026",
            "14 hours",
            "3 years",
        ):
            self.assertIn(words, text)

    def test_slot(self):
        session = self.make_session(is_multi_slots=True)
        slot = self.make_slot(session, "2026-09-10")
        seat = self.make_registration(session, event_slot_id=slot.id)
        self.assertIn("on 10 September 2026", self.html_of("attestation", seat))

    def test_language(self):
        """The attendee's, else who booked's, else the one of declarations, which is French."""
        seat = self.make_registration(self.held, self.make_attendee(lang=False))
        self.client.lang = False
        self.patch(type(self.env["res.lang"]), "_passport_lang", lambda _self: "fr_FR")
        self.assertEqual(seat._passport_document_lang(), "fr_FR")
        self.client.lang = "en_US"
        self.assertEqual(seat._passport_document_lang(), "en_US")

    def test_only_for_who_attended(self):
        absent = self.make_registration(self.held, self.make_attendee("Luc Morel"), state="open")
        early = self.make_registration(self.session, self.make_attendee("Marc Tanguy"))
        nobody = self.env["event.registration"].create(
            {"event_id": self.held.id, "partner_id": self.client.id, "state": "done"}
        )
        there = self.make_registration(self.held)
        for report in ("attestation", "certificate"):
            with self.subTest(report=report), self.assertRaises(UserError) as caught:
                self.html_of(report, absent | early | nobody | there)
            message = str(caught.exception)
            self.assertIn("Luc Morel: not marked as attended", message)
            self.assertIn("Marc Tanguy: the session is not finished yet", message)
            self.assertIn("the attendee is not named", message)
            self.assertNotIn("Zoé", message)

    def test_who_may_print(self):
        seat = self.make_registration(self.held)
        for role in ("user", "event", "declarant"):
            self.assertIn("Zoé", self.html_of("attestation", self.as_role(seat, role)))
        for role in ("internal", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.html_of("attestation", self.as_role(seat, role))

    def test_queries_do_not_grow(self):
        few, many = self.make_ready(3, self.held), self.make_ready(30, self.make_session())
        for report in ("attestation", "certificate"):
            self.queries_of(lambda r=report: self.html_of(r, few))
            counts = [
                self.queries_of(lambda r=report, s=seats: self.html_of(r, s))
                for seats in (few, many)
            ]
            with self.subTest(report=report):
                self.assertLessEqual(counts[1], counts[0] + 2)

    def test_many_documents_are_joined_for_a_plain_wkhtmltopdf(self):
        seats = self.make_ready(3, self.held)
        report = self.env.ref("passeport_prevention.action_report_attestation")
        content = report._render_qweb_html(report.report_name, seats.ids)[0]
        for repeats, bodies in ((False, 1), (True, 3)):
            self.patch(type(report), "_passport_repeats_headers", lambda _self, r=repeats: r)
            found, _ids, _header, _footer, margins = report._prepare_html(
                content, report_model="event.registration"
            )
            with self.subTest(repeats=repeats):
                self.assertEqual(len(found), bodies)
                self.assertEqual("".join(found).count("Training attestation</h2>"), 3)
                self.assertEqual("data-report-margin-top" in margins, not repeats)

    def test_letterhead_only_where_headers_are_not_repeated(self):
        seat = self.make_registration(self.held)
        values = {
            "company": self.company,
            "report_type": "pdf",
            "image_data_uri": lambda value: "data:,",
        }
        report = type(self.env["ir.actions.report"])
        for repeats in (False, True):
            self.patch(report, "_passport_repeats_headers", lambda _self, r=repeats: r)
            html = seat.env["ir.qweb"]._render("passeport_prevention.report_letterhead", values)
            self.assertEqual(self.company.name in html, not repeats)


@tagged("post_install", "-at_install", "passport")
class TestAttendanceSheet(DocumentCase):
    def test_sheet(self):
        order = self.make_order(2)
        self.seat(order, self.make_attendees(["Yves Le Gall", "Anne Le Gall"]))
        self.seat(order, self.make_attendee("Luc Morel"), state="cancel")
        text = self.html_of("attendance", self.session)
        for words in (
            "Attendance sheet",
            "Sauveteur secouriste du travail",
            "from 9 November 2026 to 10 November 2026",
            "Mon 9 Nov 2026",
            "Tue 10 Nov 2026",
            "Menuiserie Bréhat",
            "Trainer: Ronan Kermarec",
            "53351234567",
            "Sheet 1 of 1",
        ):
            with self.subTest(words=words):
                self.assertIn(words, text)
        self.assertEqual((text.count("Morning"), text.count("Afternoon")), (2, 2))
        self.assertLess(text.index("Anne Le Gall"), text.index("Yves Le Gall"))
        self.assertNotIn("Luc Morel", text)

    def test_timezone_of_the_session(self):
        """From 21:00 UTC on it is the next day on Réunion."""
        session = self.make_sold_session(
            date_tz="Indian/Reunion",
            date_begin="2026-11-08 21:00:00",
            date_end="2026-11-09 08:00:00",
        )
        text = self.html_of("attendance", session)
        self.assertIn("on 9 November 2026", text)
        self.assertIn("from 1:00", text)

    def test_many_attendees_and_days_take_more_sheets(self):
        session = self.make_sold_session(date_end="2026-11-13 16:00:00")
        self.make_registrations(
            session, self.make_attendees([f"Personne {n:02d}" for n in range(20)]), state="open"
        )
        pages = self.env["passport.attendance.sheet"]._pages(session)
        # 10 half-days on 2 sheets, 20 people on 3.
        self.assertEqual(len(pages), 6)
        self.assertEqual([page["number"] for page in pages], list(range(1, 7)))
        text = self.html_of("attendance", session)
        self.assertEqual(text.count("Attendance sheet"), 6)
        self.assertIn("Sheet 6 of 6", text)
        for number in range(20):
            self.assertEqual(text.count(f"Personne {number:02d}"), 2)

    def test_slots_have_their_own_sheets(self):
        session = self.make_sold_session(is_multi_slots=True)
        slots = self.make_slot(session, "2026-11-09") | self.make_slot(session, "2026-11-10")
        for slot, name in zip(slots, ("Anne Le Gall", "Yves Le Gall"), strict=True):
            self.make_registration(
                session, self.make_attendee(name), event_slot_id=slot.id, state="open"
            )
        first, second = self.env["passport.attendance.sheet"]._pages(session)
        self.assertEqual(first["attendees"][0].name, "Anne Le Gall")
        self.assertEqual(second["slot"], slots[1])
        self.assertEqual(len(first["half_days"]), 2)

    def test_a_long_name_makes_no_row_higher(self):
        """Rows are counted to fill a sheet of paper: what is too long for one is cut."""
        self.client.name = "Société coopérative pour la rénovation du patrimoine bâti " * 3
        session = self.make_sold_session()
        self.make_registrations(session, self.make_attendee("Anne Le Gall"), state="open")
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            REPORTS["attendance"], session.ids
        )
        page = lxml_html.fromstring(content)
        for words in ("Société coopérative", "Anne Le Gall"):
            (cell,) = page.xpath(f"//td/div[contains(., '{words}')]")
            self.assertIn("max-height", cell.get("style"))
            self.assertIn("overflow: hidden", cell.get("style"))

    def test_empty_session_has_lines_to_fill_in(self):
        self.assertIn("Sheet 1 of 1", self.html_of("attendance", self.make_sold_session()))

    def test_queries_do_not_grow(self):
        sessions = [self.make_sold_session(name=name) for name in "ab"]
        for session, size in zip(sessions, (3, 30), strict=True):
            people = self.make_attendees([f"P{size} {n}" for n in range(size)])
            self.make_registrations(session, people, state="open")
        self.queries_of(lambda: self.html_of("attendance", sessions[0]))
        few, many = (self.queries_of(lambda s=s: self.html_of("attendance", s)) for s in sessions)
        self.assertLessEqual(many, few + 1)
