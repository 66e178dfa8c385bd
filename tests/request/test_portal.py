from odoo.tests import tagged

from ..common import SIRET_LA_POSTE, SIRET_OF_A
from ..common_portal import PortalCase

# Another establishment of the client's company.
SIRET_DEPOT = "78945612600026"


@tagged("post_install", "-at_install", "passport")
class TestPortal(PortalCase):
    """What a client's contacts do in the employer's space."""

    def setUp(self):
        super().setUp()
        self.login(self.hr)

    def words(self, response):
        return " ".join(response.text.split())

    def row(self, name="Zoé Martin", **values):
        return {"name": name, "nir": self.next_nir(), "birth_name": "MARTIN", **values}

    def registrations(self):
        return self.order.order_line.registration_ids

    # ------------------------------------------------------------
    # Naming and filling in
    # ------------------------------------------------------------

    def test_page_and_saving(self):
        page = self.get(self.url_of(self.order))
        self.assertEqual(page.status_code, 200)
        self.assertIn("Attendees complete: 0 / 3", self.words(page))
        row = self.row()
        answer = self.save(self.order, [row])
        self.assertEqual(answer.status_code, 303)
        person = self.registrations().attendee_partner_id
        self.assertEqual((person.name, person.birth_name), ("Zoé Martin", "MARTIN"))
        self.assertEqual(person.nir_state, "provided")
        page = self.get(answer.headers["Location"])
        self.assertIn("Attendees complete: 1 / 3", self.words(page))
        self.assertNotIn(row["nir"], page.text)
        self.assertNotIn("MARTIN", page.text)
        log = self.env["passport.nir.access"].search([("partner_id", "=", person.id)])
        self.assertEqual((log.action, log.user_id), ("write", self.hr))
        self.assertEqual(log.company_id, self.company)
        row_of_vault = self.env["passport.nir"].search([("partner_id", "=", person.id)])
        self.assertEqual(row_of_vault.collecting_company_id, self.company)

    def test_a_private_person_has_no_people(self):
        """What a client reads of its attendees, a private person reads of their own data."""
        person = self.env["res.partner"].create(
            {"name": "Éloïse Cariou", "email": "e@home.example"}
        )
        order = self.make_order(person, 1)
        pages = ("/my/passport", self.url_of(order), "/my/passport/statement", "/my/home")
        for url in pages[:3]:
            self.assertRegex(
                self.words(self.get(url.replace(str(order.id), str(self.order.id)))),
                "[Pp]eople|Attendee",
            )
        self.login(self.make_portal_user("portal_private", person))
        for url in pages:
            page = self.get(url)
            with self.subTest(url=url):
                self.assertEqual(page.status_code, 200)
                for words in ("your people", "people concerned", "of attendees", "as the employer"):
                    self.assertNotIn(words, self.words(page))

    def test_declared_for_another_training_still_says_for_whom(self):
        """Who they are stays as it was declared; the employer is a matter of this registration."""
        person = self.env["res.partner"].create(
            {"name": "Éloïse Cariou", "nir": self.next_nir(), "birth_name": "CARIOU"}
        )
        held = self.make_registration(attendee=person, without_employer=True)
        self.make_deposit(held)
        order = self.make_order(person, 1)
        seat = order.order_line.registration_ids
        seat.attendee_partner_id = person
        user = self.make_portal_user("portal_private", person)
        self.login(user)
        (shown,) = self.seats(order, user)
        self.assertFalse(shown.locked)
        self.assertEqual(shown.allowed, {"no_employer", "employer"})
        for values in ({"nir": self.next_nir()}, {"birth_name": "AUTRE"}):
            self.assertEqual(self.save(order, [values], user).status_code, 200)
        self.assertEqual(self.save(order, [{"no_employer": "1"}], user).status_code, 303)
        self.assertTrue(seat.without_employer)
        self.assertEqual(person.birth_name, "CARIOU")

    def test_who_changes_employer_takes_nobody_along(self):
        """The former employer keeps its people in sight; the new one sees none of them."""
        person = self.make_attendee("Zoé Lefèvre")
        session = self.make_registration(attendee=person, partner_id=self.contact.id).event_id
        self.save(self.order, [self.row("Yves Autret")])
        self.contact.parent_id = self.other_client
        self.env.flush_all()
        pages = (self.url_of(self.order), self.url_of(session))
        for user, seen in ((self.hr2, True), (self.outsider, False), (self.hr, False)):
            self.login(user)
            for page in pages:
                with self.subTest(user=user.login, page=page):
                    answer = self.get(page)
                    self.assertEqual(answer.status_code == 200, seen)
                    self.assertEqual("Lefèvre" in answer.text or "Autret" in answer.text, seen)
        self.assertFalse(self.space_registrations(self.outsider) & self.registrations())

    def test_what_is_booked_for_the_new_employer_is_its_own(self):
        self.contact.parent_id = self.other_client
        order = self.make_order(self.contact, 1)
        self.login(self.outsider)
        self.assertEqual(self.get(self.url_of(order)).status_code, 200)

    def test_who_is_named_after_the_contact_left_stays_in_sight(self):
        order = self.make_order(self.contact, 2, state="sent")
        self.env.flush_all()
        self.contact.parent_id = self.other_client
        self.env.flush_all()
        self.login(self.hr2)
        self.save(order, [self.row("Yves Autret")], self.hr2)
        self.assertEqual(self.seats(order, self.hr2)[0].person.name, "Yves Autret")
        self.assertEqual(order.order_line.registration_ids.passport_client_id, self.client)

    def test_a_customer_chosen_anew_is_the_client(self):
        self.order.partner_id = self.stranger
        self.assertEqual(self.order.passport_client_id, self.other_client)
        self.assertEqual(self.registrations().passport_client_id, self.other_client)

    def space_registrations(self, user):
        domain = self.env["passport.employer.space"]._registrations_domain(user)
        return self.env["event.registration"].search(domain)

    def test_errors_stay_with_their_attendee(self):
        good, wrong = self.row(), self.row("Éric Petit", nir="1 85 04 75")
        page = self.save(self.order, [good, wrong, {"nir": self.next_nir()}])
        self.assertEqual(page.status_code, 200)
        self.assertIn("has 15 characters", page.text)
        self.assertIn("Name the attendee first", page.text)
        self.assertIn('value="Éric Petit"', page.text)
        self.assertNotIn("1 85 04 75", page.text)
        self.assertEqual(self.registrations().attendee_partner_id.mapped("name"), ["Zoé Martin"])

    def test_what_is_refused(self):
        for values, fname in [
            ({"name": "12345"}, "name"),
            ({"name": "a" * 101}, "name"),
            ({"name": "Zoé | Martin"}, "name"),
            ({"name": self.client.name}, "name"),
            ({"name": "Zoé", "email": "zoe"}, "email"),
            ({"name": "Zoé", "nir": self.next_nir()[:13]}, "nir"),
            ({"name": "Zoé", "birth_name": "X" * 31}, "birth_name"),
            ({"name": "Zoé", "birth_name": self.next_nir()}, "birth_name"),
            ({"name": "Zoé", "birth_name": 'A"B'}, "birth_name"),
        ]:
            seats = self.seats(self.order)
            entries = self.env["passport.employer.entry"]._check(
                self.hr, seats, {seats[0].ref: values}
            )
            with self.subTest(values=values):
                self.assertEqual([set(entry.errors) for entry in entries], [{fname}])

    def test_booker_may_attend(self):
        self.save(self.order, [self.row("Maud LE BRIS")])
        self.assertEqual(self.registrations().attendee_partner_id, self.contact)

    def test_known_person_keeps_what_is_known(self):
        number = self.next_nir()
        person = self.make_attendee("Zoé Martin", nir=number, birth_name="AVANT")
        self.save(self.order, [self.row()])
        self.assertEqual(self.registrations().attendee_partner_id, person)
        self.assertEqual(person.birth_name, "AVANT")
        self.assertEqual(self.as_role(person, "declarant").nir.replace(" ", ""), number)

    def test_people_of_other_clients_are_not_matched(self):
        theirs = self.make_attendee(
            "Zoé Martin", parent_id=self.other_client.id, email="zoe@martin.example"
        )
        self.save(self.order, [self.row(email="zoe@martin.example")])
        self.assertNotEqual(self.registrations().attendee_partner_id, theirs)

    def test_number_of_somebody_else_is_not_told(self):
        """Nor that it is somebody's, neither that it is nobody's: the answers are the same."""
        known = self.next_nir()
        self.make_attendee("Autre Personne", nir=known, parent_id=self.other_client.id)
        pages = []
        for index, number in enumerate((known, self.next_nir())):
            order = self.make_order(self.contact, 1)
            answer = self.save(order, [self.row(f"Personne {'AB'[index]}", nir=number)])
            pages.append(
                self.words(self.get(answer.headers["Location"])).split("Attendees complete")[1][
                    :300
                ]
            )
        self.assertEqual(*pages)

    # ------------------------------------------------------------
    # What cannot be changed
    # ------------------------------------------------------------

    def allowed(self, record):
        return {seat.registration: seat.allowed for seat in self.seats(record)}

    def test_own_mistake_can_be_typed_again(self):
        self.save(self.order, [self.row()])
        person = self.registrations().attendee_partner_id
        number = self.next_nir()
        seats = self.seats(self.order)
        named = next(seat for seat in seats if seat.person)
        self.post(f"{self.url_of(self.order)}/attendees", {f"nir-{named.ref}": number})
        self.assertEqual(self.as_role(person, "declarant").nir.replace(" ", ""), number)

    def test_what_others_gave_cannot(self):
        registration = self.make_registration(partner_id=self.contact.id)
        self.assertEqual(self.allowed(registration.event_id)[registration], {"employer"})
        before = self.as_role(registration.attendee_partner_id, "declarant").nir
        page = self.save(registration.event_id, [{"nir": self.next_nir()}])
        self.assertIn("This can no longer be changed here", page.text)
        self.assertEqual(self.as_role(registration.attendee_partner_id, "declarant").nir, before)

    def test_refusals_and_declared_attendees_are_closed(self):
        refused = self.make_registration(
            attendee=self.make_attendee("Gwen Roch", nir=False), partner_id=self.contact.id
        )
        refused.attendee_partner_id.action_nir_refused()
        declared = self.make_registration(partner_id=self.contact.id)
        self.make_deposit(declared)
        for registration, word in ((refused, "refuses to give"), (declared, "nothing can be")):
            with self.subTest(word=word):
                event = registration.event_id
                self.assertEqual(self.allowed(event)[registration], set())
                self.assertIn(word, self.get(self.url_of(event)).text)
                before = registration.read(["employer_id", "attendee_partner_id"])
                number = {
                    "nir": self.next_nir(),
                    "birth_name": "AUTRE",
                    "employer": str(self.client.id),
                }
                self.save(event, [number])
                self.assertEqual(registration.read(["employer_id", "attendee_partner_id"]), before)
                self.assertNotEqual(registration.attendee_partner_id.birth_name, "AUTRE")

    def test_purged_number_is_asked_again(self):
        registration = self.make_registration(partner_id=self.contact.id)
        registration.attendee_partner_id._erase_nir()
        self.assertIn("nir", self.allowed(registration.event_id)[registration])
        self.assertIn("Purged", self.get(self.url_of(registration.event_id)).text)

    # ------------------------------------------------------------
    # Quotations
    # ------------------------------------------------------------

    def test_places_of_a_quotation_can_be_named(self):
        quote = self.make_order(self.contact, 3, state="sent")
        self.assertEqual(len(self.seats(quote)), 3)
        self.save(quote, [self.row(), self.row("Éric Petit")])
        registrations = quote.order_line.registration_ids
        self.assertEqual(set(registrations.mapped("state")), {"draft"})
        self.assertEqual(registrations.partner_id, self.contact)
        self.assertEqual(len(self.seats(quote)), 3)
        quote.action_confirm()
        self.assertEqual(len(quote.order_line.registration_ids), 3)
        self.assertEqual(len(registrations.attendee_partner_id), 2)

    def test_no_more_places_than_were_ordered(self):
        quote = self.make_order(self.contact, 1, state="sent")
        ref = self.seats(quote)[0].ref
        self.save(quote, [self.row()])
        self.post(f"{self.url_of(quote)}/attendees", {f"name-{ref}": "Deuxième Personne"})
        self.assertEqual(len(quote.order_line.registration_ids), 1)

    def test_trainings_that_are_not_declared_ask_for_nothing(self):
        training = self.make_training(passport_aims_prevention="no")
        session = self.make_session(training)
        registration = self.make_registration(session, partner_id=self.contact.id)
        self.assertEqual(registration.passport_state, "not_concerned")
        self.assertEqual(self.get(self.url_of(session)).status_code, 404)

    # ------------------------------------------------------------
    # Establishments
    # ------------------------------------------------------------

    def add(self, siret, name=""):
        data = {"siret": siret, "establishment": name}
        return self.post(f"{self.url_of(self.order)}/establishment", data)

    def test_establishment_is_added_and_chosen(self):
        before = self.client.company_registry
        self.assertEqual(self.add(SIRET_DEPOT, "Bréhat Poste").status_code, 303)
        depot = self.client.child_ids.filtered("is_company")
        self.assertEqual(depot.company_registry, SIRET_DEPOT)
        self.assertEqual(self.client.company_registry, before)
        self.assertIn("gave the SIRET of Bréhat Poste", self.client.message_ids[0].body)
        self.save(self.order, [self.row()])
        answer = self.post(f"{self.url_of(self.order)}/employer", {"employer": depot.id})
        self.assertEqual(answer.status_code, 303)
        named = self.registrations().filtered("attendee_partner_id")
        self.assertEqual(named.employer_id, depot)
        self.add(SIRET_DEPOT, "Encore une fois")
        self.assertEqual(len(self.client.child_ids.filtered("is_company")), 1)

    def test_wrong_establishments_are_refused(self):
        for siret, name, message in [
            ("", "X", "14 digits"),
            ("123", "X", "A SIRET has 14 digits"),
            ("12345678901234", "X", "does not exist"),
            (SIRET_LA_POSTE, "", "Give the name"),
            (SIRET_LA_POSTE, "x" * 101, "cannot be used"),
            (SIRET_LA_POSTE, self.next_nir(), "cannot be used"),
        ]:
            with self.subTest(siret=siret, name=name[:20]):
                self.assertIn(message, self.add(siret, name).text)
        self.assertFalse(self.client.child_ids.filtered("is_company"))

    def test_siret_of_a_client_that_has_none(self):
        self.client.company_registry = False
        self.assertEqual(self.add(SIRET_LA_POSTE).status_code, 303)
        self.assertEqual(self.client.company_registry, SIRET_LA_POSTE)

    def test_company_of_another_client_cannot_be_chosen(self):
        self.save(self.order, [self.row()])
        named = next(seat for seat in self.seats(self.order) if seat.person)
        page = self.post(
            f"{self.url_of(self.order)}/attendees", {f"employer-{named.ref}": self.other_client.id}
        )
        self.assertIn("Choose one of your establishments", page.text)
        self.assertEqual(named.registration.employer_id, self.client)

    def test_employer_outside_the_client_is_not_shown(self):
        registration = self.make_registration(partner_id=self.contact.id)
        registration.employer_id = self.other_client
        page = self.get(self.url_of(registration.event_id))
        self.assertIn("Another employer", page.text)
        self.assertNotIn(self.other_client.name, page.text)
        self.assertNotIn("employer", self.allowed(registration.event_id)[registration])

    def test_private_person_says_there_is_no_employer(self):
        person = self.env["res.partner"].create({"name": "Lou Seul", "email": "lou@seul.example"})
        user = self.make_portal_user("portal_lou", person)
        order = self.make_order(person, 1)
        self.login(user)
        seat = self.seats(order, user)[0]
        self.assertEqual(seat.person, person)
        page = self.get(self.url_of(order))
        self.assertIn("I have no employer", page.text)
        self.assertNotIn('id="establishments"', page.text)
        self.save(order, [{"no_employer": "1"}], user)
        self.assertTrue(seat.registration.without_employer)
        self.assertFalse(seat.registration.employer_id)
        answer = self.post(f"{self.url_of(order)}/establishment", {"siret": SIRET_OF_A})
        self.assertEqual(answer.status_code, 404)

    # ------------------------------------------------------------
    # Remarks, home
    # ------------------------------------------------------------

    def test_remarks_are_handed_on_as_notes(self):
        url = f"{self.url_of(self.order)}/remark"
        self.assertEqual(self.post(url, {"remark": "Zoé <b>remplace</b> Éric"}).status_code, 303)
        note = self.order.message_ids[0]
        self.assertIn("&lt;b&gt;remplace", note.body)
        self.assertEqual(note.author_id, self.contact)
        self.assertTrue(note.subtype_id.internal)
        number = self.next_nir()
        before = len(self.order.message_ids)
        page = self.post(url, {"remark": f"Le numéro de Zoé : {number}"})
        self.assertIn("seems to hold a social security number", page.text)
        self.assertNotIn(number, page.text)
        self.assertIn("Write your remark", self.post(url, {"remark": "  "}).text)
        self.assertIn("too long", self.post(url, {"remark": "x" * 2001}).text)
        self.assertEqual(len(self.order.message_ids), before)

    def test_counters_of_the_home_page(self):
        def counters(*names):
            answer = self.url_open("/my/counters", json={"params": {"counters": names}})
            return answer.json()["result"]

        self.assertEqual(
            counters("employer_booking_count", "employer_lacking_count"),
            {"employer_booking_count": 1, "employer_lacking_count": 3},
        )
        self.assertEqual(counters("employer_booking_count"), {"employer_booking_count": 1})
        self.save(self.order, [self.row()])
        self.make_order(self.contact, 2, state="sent")
        self.assertEqual(counters("employer_lacking_count"), {"employer_lacking_count": 4})

    def test_home_counts_what_the_pages_ask_for(self):
        """An order where nothing can be given any more is not called incomplete for ever."""
        nameless = self.make_attendee("Sans Rien", nir=False, birth_name=False)
        refused = self.make_attendee("Gwen Roch", nir=False, birth_name=False)
        declared = self.make_attendee("Déclaré Ailleurs")
        elsewhere = self.make_attendee("Autre Patron")
        registrations = [
            self.make_registration(attendee=person, partner_id=self.contact.id)
            for person in (nameless, refused, declared, elsewhere)
        ]
        refused.action_nir_refused()
        self.make_deposit(self.make_registration(attendee=declared))
        declared.sudo().birth_name = False
        self.other_client.company_registry = False
        registrations[3].employer_id = self.other_client
        self.client.company_registry = False
        registrations.append(
            self.make_registration(
                attendee=self.make_attendee("Sans Siret"), partner_id=self.contact.id
            )
        )
        model = self.env["event.registration"].sudo()
        counted = model.search(self.env["passport.employer.space"]._lacking_domain(self.hr))
        asked = {
            seat.registration: bool(seat.missing)
            for registration in registrations
            for seat in self.seats(registration.event_id)
        }
        # Of who is declared for another training the client's own SIRET is still asked.
        self.assertEqual([asked[reg] for reg in registrations], [True, False, True, False, True])
        self.assertEqual(
            [reg in counted for reg in registrations], [True, False, True, False, True]
        )

    def test_list_shows_what_lacks_data_first(self):
        complete = self.make_registration(partner_id=self.contact.id).event_id
        complete.name = "Session complète"
        page = self.get("/my/passport")
        self.assertIn(self.order.name, page.text)
        self.assertNotIn("Session complète", page.text)
        page = self.get("/my/passport?show=all").text
        self.assertLess(page.index(self.order.name), page.index("Session complète"))

    def test_a_rejected_pair_can_be_given_again(self):
        person = self.make_attendee("Noé Riou")
        registration = self.make_registration(attendee=person, partner_id=self.contact.id)
        (seat,) = self.seats(registration.event_id)
        self.assertNotIn("nir", seat.allowed)
        deposit = self.make_deposit(registration)
        self.as_role(deposit, "declarant")._render_file()
        deposit.action_mark_deposited()
        deposit.line_ids._reject("NIR et nom de naissance inconnus")
        (seat,) = self.seats(registration.event_id)
        self.assertEqual(seat.missing & {"nir", "birth_name"}, {"nir", "birth_name"})
        self.login(self.hr)
        self.save(registration.event_id, [{"nir": self.next_nir(), "birth_name": "RIOU LE GALL"}])
        self.assertEqual(person.birth_name, "RIOU LE GALL")

    def test_long_orders_have_pages(self):
        order = self.make_order(self.contact, 45)
        page = self.get(f"{self.url_of(order)}?page=3")
        self.assertEqual(page.text.count("<fieldset"), 5)
        self.assertIn("no. 41", self.words(page))
