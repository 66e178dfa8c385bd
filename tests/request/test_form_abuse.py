import logging
import re
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NOW, nir_with_key
from ..vault.test_nir import NIR
from .test_attendee_form import ANSWER, HttpFormCase


@tagged("post_install", "-at_install", "passport")
class TestAttendeeFormAbuse(HttpFormCase):
    def other_registration(self):
        person = self.make_attendee(
            "Théo Riou", nir=False, birth_name=False, email="theo@example.com"
        )
        return self.make_registration(self.session_sst, person)

    GUESSES = ("wrong", "short", "altered", "id")

    def unusable(self):
        """Yield the name and the path of every kind of link that opens nothing."""
        yield "wrong", "/passeport/f/" + "A" * 40
        yield "short", "/passeport/f/A"
        yield "altered", self.path[:-1] + ("A" if self.path[-1] != "A" else "B")
        yield "id", f"/passeport/f/{self.link().id}"
        for name, values in {
            "used": {"done_on": NOW, "outcome": "given"},
            "refused": {"done_on": NOW, "outcome": "refused"},
            "revoked": {"revoked_on": NOW},
            "expired": {"expires_on": NOW - timedelta(minutes=1)},
        }.items():
            registration = self.other_registration()
            path = f"/passeport/f/{self.token(registration)}"
            registration.sudo().passport_form_link_ids.write(values)
            yield name, path
        registration = self.other_registration()
        path = f"/passeport/f/{self.token(registration)}"
        registration.attendee_partner_id.write({"nir": self.next_nir(), "birth_name": "RIOU"})
        yield "nothing to ask", path

    def test_no_link_tells_why_it_opens_nothing(self):
        seen = set()
        for name, path in self.unusable():
            with self.subTest(name=name):
                for response in (self.get(path), self.post(ANSWER, path)):
                    headers = {
                        key: value
                        for key, value in response.headers.items()
                        if key not in ("Date", "Content-Length", "Set-Cookie")
                    }
                    seen.add((response.status_code, response.text, str(sorted(headers.items()))))
                    self.assertEqual(response.status_code, 404)
        self.assertEqual(len(seen), 1)
        self.assertTrue(
            self.page(self.get("/passeport/f/x")).xpath("//form[@action='/passeport/lien']")
        )

    def test_other_person_s_link_is_hers_alone(self):
        registration = self.other_registration()
        response = self.get(f"/passeport/f/{self.token(registration)}")
        self.assertIn("Théo Riou", response.text)
        self.assertNotIn("Inès", response.text)
        self.post(ANSWER, f"/passeport/f/{self.token(registration)}")
        self.assertEqual(registration.attendee_partner_id.nir_state, "provided")
        self.assertEqual(self.ines.nir_state, "missing")

    def test_posted_ids_change_nothing(self):
        registration = self.other_registration()
        self.post(
            {
                **ANSWER,
                "registration_id": registration.id,
                "partner_id": registration.attendee_partner_id.id,
            }
        )
        self.assertEqual(registration.attendee_partner_id.nir_state, "missing")
        self.assertEqual(self.ines.nir_state, "provided")

    def test_what_is_sent_is_no_line_of_the_log(self):
        """Neither an answer nor what mailings add to addresses, names of values included."""
        with self.assertNoLogs("odoo.http", "WARNING"):
            for path in (
                self.path,
                "/passeport/lien",
                "/passeport/lien/envoye",
                "/passeport/merci",
            ):
                self.get(f"{path}?utm_source=mail&{NIR}=1")
            self.post(ANSWER)
            self.post({"email": "ines@example.com"}, "/passeport/lien")
        self.assertEqual(self.ines.nir_state, "provided")

    def test_values_in_the_address_are_ignored(self):
        path = f"{self.path}?nir={NIR}&birth_name=MOREL&notice=1&action=give"
        self.assertNotIn(NIR, self.get(path).text)
        self.assertEqual(self.ines.nir_state, "missing")
        self.assertEqual(self.post({"action": "give"}, path).status_code, 422)
        self.assertEqual(self.ines.nir_state, "missing")

    @mute_logger("odoo.http", "werkzeug")
    def test_oversized_body_is_refused(self):
        for path in (self.path, "/passeport/lien"):
            response = self.post({**ANSWER, "more": "x" * 20_000}, path)
            self.assertEqual(response.status_code, 413)
            response = self.post(ANSWER, path, files={"file": b"x" * 20_000})
            self.assertEqual(response.status_code, 413)
        self.assertEqual(self.ines.nir_state, "missing")

    @mute_logger("odoo.http")
    def test_other_methods_are_refused(self):
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
            for path in (self.path, f"{self.path}/vu", "/passeport/lien", "/passeport/merci"):
                with self.subTest(method=method, path=path):
                    response = self.url_open(path, method=method, data=ANSWER)
                    self.assertEqual(response.status_code, 405)
        self.env.invalidate_all()
        self.assertEqual(self.ines.nir_state, "missing")
        self.assertFalse(self.registration.passport_form_opened_on)

    def test_wrong_links_are_limited_per_address(self):
        with self.limit("wrong_link", 3):
            for _ in range(3):
                self.assertEqual(self.get("/passeport/f/wrong").status_code, 404)
            for response in (self.get("/passeport/f/wrong"), self.post(ANSWER, "/passeport/f/x")):
                self.assertEqual(response.status_code, 429)
                self.assertEqual(response.headers["Retry-After"], "3600")
            # Others behind the same address have their own links still.
            self.assertEqual(self.get().status_code, 200)
            self.assertEqual(self.post(ANSWER).status_code, 303)
        self.assertEqual(self.ines.nir_state, "provided")

    def test_a_used_link_is_no_guess(self):
        dead = [path for name, path in self.unusable() if name not in self.GUESSES]
        self.assertGreaterEqual(len(dead), 5)
        with self.limit("wrong_link", 1):
            for path in dead * 3:
                for response in (self.get(path), self.post(ANSWER, path)):
                    self.assertEqual(response.status_code, 404)
            self.assertEqual(self.get().status_code, 200)
        self.assertFalse(self.env["passport.form.attempt"].search([("kind", "=", "wrong_link")]))

    def test_a_class_behind_one_address(self):
        people = self.make_attendees([f"Personne {n:02d}" for n in range(40)], nir=False)
        for number, person in enumerate(people):
            person.email = f"p{number}@example.com"
        seats = self.make_registrations(self.session_sst, people)
        paths = [f"/passeport/f/{self.token(seat)}" for seat in seats]
        for path in paths:
            self.assertEqual(self.get(path).status_code, 200)
            self.assertEqual(self.post({**ANSWER, "notice": ""}, path).status_code, 422)
            answer = {**ANSWER, "nir": self.next_nir()}
            self.assertEqual(self.post(answer, path).status_code, 303)
            self.assertEqual(self.get(path).status_code, 404)
        self.assertEqual(set(people.mapped("nir_state")), {"provided"})

    def test_answers_are_limited_per_link(self):
        with self.limit("answer_link", 2):
            for _ in range(2):
                self.assertEqual(self.post({**ANSWER, "nir": NIR[:-1]}).status_code, 422)
            self.assertEqual(self.post(ANSWER).status_code, 429)
            self.assertEqual(self.ines.nir_state, "missing")
            other = f"/passeport/f/{self.token(self.other_registration())}"
            self.assertEqual(self.post(ANSWER, other).status_code, 303)

    def test_limits_end_and_are_forgotten(self):
        attempts = self.env["passport.form.attempt"]
        with self.limit("wrong_link", 1):
            self.get("/passeport/f/wrong")
            self.assertEqual(self.get("/passeport/f/wrong").status_code, 429)
            attempts.search([]).moment = NOW - timedelta(minutes=61)
            self.assertEqual(self.get("/passeport/f/wrong").status_code, 404)
        attempts.search([]).moment = NOW - timedelta(days=2)
        attempts._add("wrong_link", "127.0.0.1")
        attempts._gc_attempts()
        self.assertEqual(len(attempts.search([])), 1)

    def test_network_addresses_are_not_kept(self):
        self.get("/passeport/f/wrong")
        self.env.cr.execute("SELECT to_jsonb(a)::text FROM passport_form_attempt a")
        rows = self.env.cr.fetchall()
        self.assertTrue(rows)
        self.assertNotIn("127.0.0.1", str(rows))

    def test_neighbours_in_ipv6_are_one(self):
        network = self.env["passport.form.attempt"]._network
        self.assertEqual(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"))
        self.assertNotEqual(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"))
        self.assertEqual(network("::ffff:192.0.2.1"), network("192.0.2.1"))
        self.assertNotEqual(network("192.0.2.1"), network("192.0.2.2"))
        self.assertEqual(network(None), "")

    def test_links_are_not_in_the_server_s_log(self):
        for name in ("werkzeug", "odoo.http"):
            with self.subTest(name=name), self.assertLogs(name, "WARNING") as logs:
                logging.getLogger(name).warning('"GET %s HTTP/1.1" %s', self.path, 200)
                self.assertEqual(
                    logs.records[0].getMessage(), '"GET /passeport/f/*** HTTP/1.1" 200'
                )

    def test_provisional_number_is_taken(self):
        self.post({**ANSWER, "nir": nir_with_key("7850475006084")})
        self.assertEqual(self.ines.nir_state, "provided")


@tagged("post_install", "-at_install", "passport")
class TestNewLink(HttpFormCase):
    def requests(self):
        return self.env["passport.form.request"].sudo().search([])

    def ask(self, email):
        return self.post({"email": email}, "/passeport/lien")

    def answer(self):
        """Run the scheduled action; return the e-mails that it has sent."""
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *_, **__: 60):
            sent = self.leave(self.env["passport.form.request"]._cron_answer)
        self.assertFalse(self.requests())
        return sent

    def test_same_answer_for_everybody(self):
        self.client.email = "rh@client.example"
        answers = set()
        for email in ("ines@example.com", "nobody@example.com", "rh@client.example"):
            response = self.ask(email)
            location = response.headers["Location"]
            answers.add((response.status_code, location, self.get(location).text))
            self.assertNotIn(email, self.get(location).text)
        self.assertEqual(len(answers), 1)
        self.assertEqual(len(self.requests()), 3)

    def test_goes_to_the_attendee_s_own_address_only(self):
        self.client.email = "rh@client.example"
        self.env["event.registration"].create(
            {
                "event_id": self.session_sst.id,
                "partner_id": self.client.id,
                "name": "Max Rio",
                "email": "rh@client.example",
            }
        )
        for email in ("INES@example.com", "nobody@example.com", "rh@client.example"):
            self.ask(email)
        (mail,) = self.answer()
        self.assertEqual(mail["email_to"], ["ines@example.com"])
        self.assertIn(self.path, mail["body"])

    def test_used_expired_and_revoked_links_are_replaced(self):
        for values in ({"revoked_on": NOW}, {"expires_on": NOW - timedelta(days=1)}):
            with self.subTest(values=values):
                self.link().write(values)
                self.ask("ines@example.com")
                (mail,) = self.answer()
                self.assertNotIn(self.path, mail["body"])
                (path,) = set(re.findall(r"/passeport/f/[\w-]{40}", mail["body"]))
                self.assertEqual(self.get(path).status_code, 200)
                self.path = path

    def test_nothing_when_there_is_nothing_to_ask(self):
        for values in ({"nir": NIR, "birth_name": "MOREL"}, {"nir_state": "refused"}):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                self.ines.write(values)
                self.env["passport.form.request"]._ask("ines@example.com")
                self.assertFalse(self.answer())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_not_for_sessions_of_long_ago(self):
        self.session_sst.write(
            {"date_begin": "2026-01-09 07:00:00", "date_end": "2026-01-10 15:00:00"}
        )
        self.ask("ines@example.com")
        self.assertFalse(self.answer())

    def test_what_is_no_address(self):
        for email in (
            "",
            "ines",
            "ines@",
            "a@example.com,b@example.com",
            "x" * 300 + "@example.com",
            "%@%",
        ):
            with self.subTest(email=email[:20]):
                self.assertEqual(self.ask(email).status_code, 422)
        self.assertFalse(self.requests())

    def test_limited_per_address_without_saying_so(self):
        texts = {self.ask("ines@example.com").headers["Location"] for _ in range(5)}
        self.assertEqual(len(texts), 1)
        self.assertEqual(len(self.requests()), 3)

    def test_limited_per_network_address(self):
        with self.limit("new_link", 2):
            for _ in range(2):
                self.assertEqual(self.ask("ines@example.com").status_code, 303)
            self.assertEqual(self.ask("ines@example.com").status_code, 429)

    def test_forgotten_when_not_answered(self):
        self.ask("nobody@example.com")
        self.requests()._gc_requests()
        self.assertTrue(self.requests())
        self.env.cr.execute(
            "UPDATE passport_form_request SET create_date = %s", (NOW - timedelta(days=2),)
        )
        self.env.invalidate_all()
        self.requests()._gc_requests()
        self.assertFalse(self.requests())
