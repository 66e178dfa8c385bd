import io
import re
from unittest import skipUnless
from unittest.mock import patch

from reportlab.pdfgen.canvas import Canvas

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools.pdf import PdfReader

from odoo.addons.base.models.ir_actions_report import _wkhtml
from odoo.addons.mail.tests.common import MailCase

from ...models.document import pdf_outline
from ..document_common import REPORTS, DocumentCase

PEOPLE = ("Anne Tanguy", "Yves Lagadec", "Marc Morvan", "Zoé Guillou", "Luc Prigent")
FAILED = "wkhtmltopdf failed"
LOGGER = "odoo.addons.passeport_prevention.models.document.ir_actions_report"


def pages_of(content):
    return PdfReader(io.BytesIO(content)).pages


def text_of(content):
    text = " ".join(page.extract_text() for page in pages_of(content))
    return re.sub(r"\s+", " ", text)


@tagged("post_install", "-at_install", "passport")
class TestPrintTogether(DocumentCase, HttpCase, MailCase):
    """Many convocations are printed in one go, and each e-mail brings its own attendee's alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        order = cls.make_order(len(PEOPLE))
        people = cls.make_unknown(PEOPLE)
        for number, person in enumerate(people):
            person.email = f"p{number}@brehat.example"
        people[1].lang = people[3].lang = "fr_FR"
        cls.seats = cls.seat(order, people)
        cls.reports = cls.env["ir.actions.report"]

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].sudo().set_param("report.url", self.base_url())
        self.runs = []
        run = type(self.reports)._run_wkhtmltopdf
        self.fails_with = None

        def counted(reports, bodies, *args, **options):
            html = "".join(bodies)
            self.runs.append([name for name in PEOPLE if name in html])
            if self.fails_with and self.fails_with(self.runs[-1]):
                raise UserError(FAILED)
            return run(reports, bodies, *args, **options)

        self.patch(type(self.reports), "_run_wkhtmltopdf", counted)

    def print_in_mails(self, seats):
        """Send convocations; return ``{recipient: [attachment]}``."""
        service = self.env["passport.convocations"].with_context(force_report_rendering=True)
        with self.mock_mail_gateway(mail_unlink_sent=False):
            service._send(seats)
        mails = self.env["mail.mail"].sudo().search([("attachment_ids", "!=", False)])
        return {mail.email_to: mail.attachment_ids for mail in mails}

    def assertOwn(self, content, seat):
        text = text_of(content)
        found = [name for name in PEOPLE if name in text]
        self.assertEqual(found, [seat.attendee_partner_id.name])
        for page in pages_of(content):
            links = page.get("/Annots", ())
            self.assertFalse([link for link in links if "invalid" in str(link.get_object())])
        return text

    def assertOwnInMails(self, found):
        self.assertEqual(len(found), len(PEOPLE))
        for seat in self.seats:
            attachment = found[seat.attendee_partner_id.email]
            lang = seat._passport_document_lang()
            with self.subTest(seat=seat.attendee_partner_id.name):
                text = self.assertOwn(attachment.raw, seat)
                self.assertEqual("Convocation to a training" in text, lang == "en_US")
                name = seat.with_context(lang=lang)._passport_file_name("convocation")
                self.assertEqual(attachment.name, f"{name}.pdf")

    def make_long(self):
        self.session.training_access = "\n".join(f"Étape {number}" for number in range(150))

    @skipUnless(_wkhtml().state == "ok", "wkhtmltopdf is not installed")
    def test_each_gets_their_own(self):
        for is_long in (False, True):
            if is_long:
                self.make_long()
            with self.subTest(is_long=is_long):
                found = self.print_in_mails(self.seats)
                self.assertOwnInMails(found)
                # One run for each language.
                self.assertEqual(
                    self.runs, [[*PEOPLE[::2]], [PEOPLE[1], PEOPLE[3]]], "printed together"
                )
                pages = {len(pages_of(one.raw)) for one in found.values()}
                self.assertEqual(pages == {1}, not is_long)
            self.env["mail.mail"].sudo().search([]).unlink()
            self.runs.clear()

    @skipUnless(_wkhtml().state == "ok", "wkhtmltopdf is not installed")
    def test_sessions_of_different_length(self):
        """Each has its pages, one or many, and the pictures of nobody else."""
        self.make_long()
        other = self.seat(
            self.make_order(1, self.make_sold_session()), self.seats[0].attendee_partner_id
        )
        seats = self.seats[1] | other | self.seats[2]
        report = self.env.ref("passeport_prevention.action_report_convocation")
        printed = report.with_context(force_report_rendering=True)._passport_print_apart(seats.ids)
        self.assertEqual(len(self.runs), 1)
        for seat, is_long in zip(seats, (True, False, True), strict=True):
            stream = printed.take(report, seat.ids)[seat.id]["stream"]
            self.assertOwn(stream.getvalue(), seat)
            self.assertEqual(len(pages_of(stream.getvalue())) > 1, is_long)
        self.assertIsNone(printed.take(report, seats[:1].ids), "handed out once")

    @skipUnless(
        _wkhtml().state == "ok" and not _wkhtml().is_patched_qt,
        "wkhtmltopdf writes an outline itself",
    )
    def test_one_by_one_where_they_cannot_be_told_apart(self):
        self.make_long()
        self.patch(pdf_outline, "outlined", lambda content: content)
        self.assertOwnInMails(self.print_in_mails(self.seats))
        self.assertEqual(self.runs[1:4], [[PEOPLE[0]], [PEOPLE[2]], [PEOPLE[4]]])

    @skipUnless(_wkhtml().state == "ok", "wkhtmltopdf is not installed")
    def test_one_by_one_where_the_run_fails(self):
        self.fails_with = lambda names: len(names) > 1
        with self.assertLogs(LOGGER, "WARNING"):
            self.assertOwnInMails(self.print_in_mails(self.seats))

    @skipUnless(_wkhtml().state == "ok", "wkhtmltopdf is not installed")
    def test_job_names_who_fails(self):
        """Whoever's document cannot be printed is named; the others' leave."""
        self.fails_with = lambda names: PEOPLE[2] in names
        jobs = self.env["passport.job"]
        job = jobs._start("convocation", self.seats, "Convocations", origin=self.session)
        worker = self.env["passport.job.worker"].with_context(force_report_rendering=True)
        environment = type(worker)._env_of

        def rendering(worker, job):
            env = environment(worker, job)
            return env(context={**env.context, "force_report_rendering": True})

        self.patch(type(worker), "_env_of", rendering)
        with self.mock_mail_gateway(mail_unlink_sent=False), self.assertLogs(LOGGER, "WARNING"):
            while worker._turn(job.sudo()):
                pass
        self.assertEqual((job.done_count, job.left_count), (4, 1))
        self.assertIn(f"{PEOPLE[2]}: {FAILED}", job.left_text)
        mails = self.env["mail.mail"].sudo().search([("attachment_ids", "!=", False)])
        self.assertEqual(len(mails), 4)

    def test_other_reports_are_printed_by_odoo(self):
        report = self.env.ref("event.action_report_event_registration_full_page_ticket")
        context = {"force_report_rendering": True}
        printed = report.with_context(**context)._passport_print_apart(self.seats.ids)
        self.assertIsNone(printed.take(report, self.seats[:1].ids))
        self.assertFalse(self.runs)

    def test_printed_by_hand_nothing_is_marked(self):
        """Many printed on one paper are not parted, and hold no mark."""
        report = self.env.ref("passeport_prevention.action_report_convocation")
        content = self.reports._render_qweb_html(REPORTS["convocation"], self.seats.ids)[0]
        self.patch(type(self.reports), "_passport_repeats_headers", lambda _self: False)
        for is_apart in (False, True):
            apart = report.with_context(passport_apart=is_apart)
            bodies, ids, *_rest = apart._prepare_html(content, report_model=report.model)
            self.assertEqual(len(bodies), 1)
            self.assertEqual(bodies[0].count(pdf_outline.MARK), 5 * is_apart)
            self.assertEqual(ids, self.seats.ids if is_apart else [None])


@tagged("post_install", "-at_install", "passport")
class TestOutline(DocumentCase):
    def make_pdf(self, pages):
        """Return a PDF; each page is a list of the links that stand on it."""
        stream = io.BytesIO()
        canvas = Canvas(stream)
        for links in pages:
            for link in links:
                canvas.linkURL(link, (10, 10, 20, 20))
            canvas.showPage()
        canvas.save()
        return stream.getvalue()

    def test_marks_become_an_outline(self):
        other = "https://of.example"
        mark = pdf_outline.MARK
        pages = [[f"{mark}7", other], [], [f"{mark}9"], [other], [f"{mark}11"]]
        content = pdf_outline.outlined(self.make_pdf(pages))
        reader = PdfReader(io.BytesIO(content))
        found = [
            [link.get_object()["/A"]["/URI"] for link in page.get("/Annots") or ()]
            for page in reader.pages
        ]
        self.assertEqual(found, [[other], [], [], [other], []])
        # As Odoo reads it.
        root = reader.trailer["/Root"]
        node, starts = root["/Outlines"]["/First"], []
        while node is not None:
            starts.append(root["/Dests"][node["/Dest"]][0])
            node = node.get("/Next")
        self.assertEqual(starts, [0, 2, 4])

    def test_nothing_marked(self):
        content = pdf_outline.outlined(self.make_pdf([[], []]))
        reader = PdfReader(io.BytesIO(content))
        self.assertNotIn("/Outlines", reader.trailer["/Root"])
        self.assertEqual(len(reader.pages), 2)


@tagged("post_install", "-at_install", "passport")
class TestAddressesJudgedOnce(DocumentCase, MailCase):
    """Whether an address is wrong is asked once for all to whom convocations are sent."""

    def make_seats(self, count):
        people = self.make_unknown([f"Stagiaire {count} {number}" for number in range(count)])
        for number, person in enumerate(people):
            # Every third one is reached by the booker.
            person.email = number % 3 and f"p{count}.{number}@brehat.example"
        return self.seat(self.make_order(count), people)

    def test_once(self):
        seats = self.make_seats(6)
        asked = []
        wrong = type(self.env["passport.letter"])._wrong

        def counted(letters, emails):
            asked.append(set(emails))
            return wrong(letters, asked[-1])

        with (
            patch.object(type(self.env["passport.letter"]), "_wrong", counted),
            self.mock_mail_gateway(),
        ):
            sent, _jobs = self.env["passport.convocations"]._send_or_queue(seats)
        self.assertEqual(sent, seats)
        self.assertEqual(len(asked), 1)
        self.assertEqual(len(asked[0]), 5, "four of their own, and the bookers'")

    def test_queries_do_not_grow(self):
        """Neither of who is queued, nor of the dialog, nor of each e-mail by more than Odoo's own."""
        self.company.passport_convocations_at_once = 0
        counts = []
        for size in (3, 6, 36):
            seats = self.make_seats(size)
            counts.append(
                self.queries_of(lambda s=seats: s.env["passport.convocations"]._send_or_queue(s))
            )
        self.assertLessEqual(counts[2], counts[1] + 2)
