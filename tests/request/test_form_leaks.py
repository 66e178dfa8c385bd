from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..vault.test_leaks import PREFIX, LeakCase, number, spaced
from .test_attendee_form import ANSWER, HttpFormCase


@tagged("post_install", "-at_install", "passport")
class TestFormLeaks(HttpFormCase, LeakCase):
    """What is typed on the attendee's form is nowhere in clear, whatever becomes of it."""

    def registered(self, name):
        person = self.make_attendee(
            name, nir=False, birth_name=False, email=f"{name.lower()}@example.com"
        )
        return self.make_registration(self.session_sst, person)

    def answer(self, registration, **values):
        path = f"/passeport/f/{self.token(registration)}"
        response = self.post({**ANSWER, **values}, path)
        self.assertFalse(self.leaks_in(response.text + str(response.headers)))
        return response.status_code

    def test_none_anywhere(self):
        with self.debug_log() as log:
            right, wrong, boxes, broken = map(self.registered, ("Anne", "Bob", "Cleo", "Dan"))
            self.assertEqual(self.answer(right, nir=spaced(number(60))), 303)
            self.assertEqual(self.answer(wrong, nir=number(61)[:-2] + "00"), 422)
            self.assertEqual(self.answer(wrong, nir=number(61), notice=""), 422)
            self.assertEqual(self.answer(wrong, nir=number(61), action="refuse"), 422)
            self.assertEqual(
                self.answer(boxes, birth_name=number(62), name_note=spaced(number(63))), 422
            )
            with patch.object(
                self.registry["passport.nir"], "_sealed", side_effect=UserError("no key")
            ):
                self.assertEqual(self.answer(broken, nir=number(64)), 422)
            self.env.flush_all()
        declared = self.as_role(right.attendee_partner_id, "declarant")
        self.assertIn(PREFIX, declared.nir.replace(" ", ""))
        self.assertEqual(self.leaks_in_database(), [])
        self.assertEqual(self.leaks_in_filestore(), [])
        self.assertEqual(self.leaks_in_attachments(), [])
        self.assertIn("INSERT INTO", log.getvalue())
        self.assertEqual(self.leaks_in(log.getvalue()), [])
