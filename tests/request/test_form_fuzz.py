"""Whatever is sent to the personal form is answered: no error of the server, no number kept in clear."""

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import HttpCase, tagged

from ...models.request import passport_form_attempt
from ..vault.test_leaks import LeakCase, number, spaced
from .test_form_link import FormCase

MANY = 10_000
KEPT = ("res_partner", "event_registration", "passport_form_link", "mail_message")
NUMBER = number(7)
FIELDS = ("nir", "birth_name", "name_note", "notice", "action", "refuse_notice", "csrf_token", "x")
# Half surrogates cannot be sent as a form; the raw bodies below hold bytes that are no text.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
NUMBERS = st.sampled_from(
    (NUMBER, spaced(NUMBER), NUMBER[:13], NUMBER.replace("0", "０"), "1,85058E+14")
)
VALUES = st.one_of(
    TEXTS,
    NUMBERS,
    st.builds("{}{}{}".format, TEXTS, NUMBERS, TEXTS),
    st.sampled_from(("MOREL", "1", "refuse", "\x00", "é" * 4000)),
)
ANSWERS = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=len(FIELDS))
FEW = settings(max_examples=100, deadline=None, database=None, derandomize=True)


@tagged("post_install", "-at_install", "passport")
class TestFormFuzz(HttpCase, FormCase, LeakCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.path = f"/passeport/f/{self.token()}"
        unlimited = dict.fromkeys(passport_form_attempt.LIMITS, (MANY, 60))
        every = LeakCase.columns(self)
        self.kept = {table: every[table] for table in KEPT}
        self.enterContext(patch.dict(passport_form_attempt.LIMITS, unlimited))

    def columns(self):
        """Look only where an answer is kept, or told of."""
        return self.kept

    def send(self, body, **headers):
        """Send an answer; put back what it changed."""
        with self.env.cr.savepoint() as savepoint:
            response = self.url_open(self.path, data=body, headers=headers, allow_redirects=False)
            self.assertLess(response.status_code, 500)
            self.assertFalse(self.leaks_in(response.text))
            self.assertEqual(self.leaks_in_database(), [])
            savepoint.rollback()
            self.env.invalidate_all()

    def test_answers(self):
        @FEW
        @given(ANSWERS)
        def check(answer):
            self.send(answer)

        check()

    def test_bodies(self):
        @FEW
        @given(st.binary(max_size=200))
        def check(body):
            self.send(b"nir=" + body, **{"Content-Type": "application/x-www-form-urlencoded"})

        check()
