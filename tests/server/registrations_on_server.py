import time
from datetime import datetime

from ...tooling.web_client import ServerError
from .common import ServerCase, number_of

OPTIONS = {
    "quoting": '"',
    "separator": ",",
    "has_headers": True,
    "encoding": "utf-8",
    "float_thousand_separator": " ",
    "float_decimal_separator": ",",
}


class RegistrationsOnServer(ServerCase):
    """Registrations in sessions with the mail "after each registration", where Odoo would commit."""

    def import_rows(self, session_id, text, columns, dryrun):
        context = {"default_event_id": session_id, "default_partner_id": self.data["client"]}
        values = {
            "res_model": "event.registration",
            "file": text,
            "file_name": "inscriptions.csv",
            "file_type": "text/csv",
        }
        wizard = self.staff.call("base_import.import", "create", [values], context=context)
        return self.staff.call(
            "base_import.import",
            "execute_import",
            wizard,
            columns,
            columns,
            OPTIONS,
            dryrun=dryrun,
            context=context,
        )

    def test_import_tried_out_stores_nothing(self):
        session_id = self.make_session()
        text = "Nom du participant,Email\nJane Un,j1@x.example\nJohn Deux,j2@x.example\n"
        result = self.import_rows(session_id, text, ["name", "email"], dryrun=True)
        self.assertEqual(result["messages"], [])
        self.assertEqual(self.registrations(session_id), [])

    def test_import_stores_each_row_once_and_mails_follow(self):
        session_id = self.make_session()
        text = f"Nom,NIR\nJane Trois,{number_of(9001)}\nJohn Quatre,{number_of(9002)}\n"
        for dryrun in (True, False):
            result = self.import_rows(session_id, text, ["name", "nir_entry"], dryrun=dryrun)
            self.assertEqual(result["messages"], [])
        found = self.registrations(session_id)
        self.assertEqual([row["name"] for row in found], ["Jane Trois", "John Quatre"])
        self.assertTrue(all(row["attendee_partner_id"] for row in found))
        self.assertEqual([row["nir_state"] for row in found], ["provided"] * 2)
        self.wait_until(lambda: self.sent(session_id) == 2)
        time.sleep(3)
        self.assertEqual(self.sent(session_id), 2, "once each")

    def test_wrong_row_leaves_nothing(self):
        session_id = self.make_session()
        wrong = number_of(9003)[:-2] + "00"
        text = f"Nom,NIR\nJane Cinq,{number_of(9004)}\nJohn Six,{wrong}\n"
        result = self.import_rows(session_id, text, ["name", "nir_entry"], dryrun=False)
        self.assertEqual([message["rows"]["from"] for message in result["messages"]], [1])
        self.assertEqual(self.registrations(session_id), [])

    def test_first_registration_of_a_new_session(self):
        session_id = self.make_session()
        values = {
            "event_id": session_id,
            "partner_id": self.data["client"],
            "name": "Première Venue",
            "email": "premiere@x.example",
        }
        self.staff.call("event.registration", "web_save", [], values, {"display_name": {}})
        (row,) = self.registrations(session_id)
        self.assertTrue(row["attendee_partner_id"])
        self.wait_until(lambda: self.sent(session_id) == 1)

    def test_what_fails_after_the_registration_leaves_none(self):
        session_id = self.make_session()
        # Nobody is named: the birth name has nobody to go to, once the registration is there.
        values = {
            "event_id": session_id,
            "partner_id": self.data["client"],
            "birth_name": "SANS NOM",
        }
        with self.assertRaisesRegex(ServerError, "UserError"):
            self.staff.call("event.registration", "create", [values])
        self.assertEqual(self.registrations(session_id), [])

    def test_session_in_the_past_writes_to_nobody(self):
        past = self.make_session(days=-20)
        coming = self.make_session()
        for session_id in (past, coming):
            values = {
                "event_id": session_id,
                "partner_id": self.data["client"],
                "name": f"Personne Notée {datetime.now():%f}".translate(
                    str.maketrans("0123456789", "abcdefghij")
                ),
                "email": "notee@x.example",
            }
            self.staff.call("event.registration", "create", [values])
        self.wait_until(lambda: self.sent(coming) == 1)
        self.assertEqual(self.sent(past), 0)
