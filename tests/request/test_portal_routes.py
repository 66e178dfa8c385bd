from urllib.parse import parse_qs, urlsplit

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_portal import PortalCase

REFUSED = (403, 404)


@tagged("post_install", "-at_install", "passport")
class TestPortalRoutes(PortalCase):
    """Each row of the table in docs/portal-employer.md: who reaches which route, and what it gives.

    The same answer for what is somebody else's and for what does not exist.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.make_attendee("Zoé Lefèvre", birth_name="SECRETNAME")
        cls.registration = cls.make_registration(attendee=cls.person, partner_id=cls.contact.id)
        cls.event = cls.registration.event_id
        cls.pages = (f"/my/passport/orders/{cls.order.id}", f"/my/passport/sessions/{cls.event.id}")

    def reads(self):
        return [suffix for page in self.pages for suffix in (page, f"{page}/sheet")]

    def writes(self):
        ref = self.seats(self.order)[0].ref
        uploaded = self.env["passport.portal.upload"]._keep(
            self.hr, f"orders/{self.order.id}", [[3, {"ref": ref, "name": "Intrus Total"}, {}]]
        )
        seat = self.seats(self.event)[0]
        return [
            (f"{self.pages[0]}/attendees", {f"name-{ref}": "Intrus Total"}),
            (f"{self.pages[1]}/attendees", {f"employer-{seat.ref}": self.other_client.id}),
            (f"{self.pages[0]}/employer", {"employer": self.other_client.id}),
            (f"{self.pages[0]}/establishment", {"siret": "12345678200010", "establishment": "X"}),
            (f"{self.pages[0]}/remark", {"remark": "Intrus total"}),
            (f"{self.pages[0]}/upload", {}),
            (f"{self.pages[0]}/upload/{uploaded.token}/keep", {}),
            (f"{self.pages[0]}/upload/{uploaded.token}/forget", {}),
        ]

    def snapshot(self):
        """Return all that these routes can write."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT (SELECT json_agg(json_build_array(id, name, attendee_partner_id, employer_id,
                                                     without_employer) ORDER BY id)
                      FROM event_registration),
                   (SELECT json_agg(json_build_array(id, name, birth_name, company_registry,
                                                     nir_state) ORDER BY id) FROM res_partner),
                   (SELECT json_agg(json_build_array(id, blind_index) ORDER BY id)
                      FROM passport_nir),
                   (SELECT json_agg(json_build_array(id, envelope IS NULL) ORDER BY id)
                      FROM passport_portal_upload),
                   (SELECT count(*) FROM mail_message)
            """
        )
        return self.env.cr.fetchone()

    # ------------------------------------------------------------
    # Who gets in
    # ------------------------------------------------------------

    def test_client_s_contacts_read_their_own(self):
        for user in (self.hr, self.hr2):
            self.login(user)
            for url in (*self.reads(), "/my/passport", "/my/passport?show=all"):
                with self.subTest(user=user.login, url=url):
                    response = self.get(url)
                    self.assertEqual(response.status_code, 200)
                    self.assertEqual(response.headers["Cache-Control"], "no-store")
                    self.assertNotIn("SECRETNAME", response.text)
                    self.assertNotIn(self.other_order.name + "<", response.text)

    @mute_logger("odoo.http")
    def test_others_read_nothing(self):
        missing = f"/my/passport/orders/{self.other_order.id + 100_000}"
        internal = [self.users[role] for role in ("internal", "sales", "event", "user", "manager")]
        for user in (self.outsider, self.users["portal"], *internal):
            self.login(user)
            nowhere = self.get(missing)
            self.assertEqual(nowhere.status_code, 404)
            for url in self.reads():
                with self.subTest(user=user.login, url=url):
                    response = self.get(url)
                    self.assertEqual(response.status_code, 404)
                    self.assertNotIn("Lefèvre", response.text)
                    self.assertNotIn(self.order.name, response.text)

    def test_home_of_others_is_empty(self):
        for user in (self.users["portal"], self.users["internal"], self.users["manager"]):
            self.login(user)
            response = self.get("/my/passport?show=all")
            with self.subTest(user=user.login):
                self.assertEqual(response.status_code, 200)
                self.assertIn("You have booked no training", response.text)

    def test_visitors_have_to_log_in(self):
        self.login(None)
        for url in (*self.reads(), "/my/passport"):
            with self.subTest(url=url):
                response = self.get(url)
                self.assertEqual(response.status_code, 303)
                self.assertIn("/web/login?redirect=", response.headers["Location"])

    def test_token_of_the_quotation_is_no_key(self):
        token = self.order._portal_ensure_token()
        self.login(None)
        response = self.get(f"{self.pages[0]}?access_token={token}")
        self.assertIn("/web/login", response.headers["Location"])
        self.login(self.outsider)
        self.assertEqual(self.get(f"{self.pages[0]}?access_token={token}").status_code, 404)

    @mute_logger("odoo.http")
    def test_others_write_nothing(self):
        writes = self.writes()
        before = self.snapshot()
        for user in (self.outsider, self.users["internal"], self.users["manager"], None):
            self.login(user)
            for url, data in writes:
                with self.subTest(user=user and user.login, url=url):
                    response = self.post(url, data)
                    self.assertIn(response.status_code, REFUSED if user else (303, 400, 403))
                    if response.status_code == 303:
                        self.assertIn("/web/login", response.headers["Location"])
        self.assertEqual(self.snapshot(), before)

    @mute_logger("odoo.http")
    def test_writes_are_posts_with_a_csrf_token(self):
        writes = self.writes()
        before = self.snapshot()
        self.login(self.hr)
        for url, data in writes:
            with self.subTest(url=url):
                for token in (False, "0" * 41):
                    response = self.post(url, {**data, "csrf_token": token or ""}, csrf=False)
                    self.assertEqual(response.status_code, 200)
                    self.assertIn("You have logged in again", response.text)
                # Reading it leads back to the page.
                response = self.get(url)
                self.assertEqual(response.status_code, 303)
                page = response.headers["Location"].partition("?")[0]
                self.assertTrue(url.startswith(page[page.index("/my/") :]), page)
        self.assertEqual(self.snapshot(), before)

    @mute_logger("odoo.http")
    def test_options_reach_no_handler(self):
        writes = self.writes()
        before = self.snapshot()
        self.login(self.hr)
        for url, data in [*writes, *((url, {}) for url in (*self.reads(), "/my/passport"))]:
            with self.subTest(url=url):
                self.env.flush_all()
                response = self.open(url, method="OPTIONS", data=data)
                self.env.invalidate_all()
                self.assertEqual(response.status_code, 405)
        self.assertEqual(self.snapshot(), before)

    def test_what_was_typed_before_another_login_is_there_still(self):
        ref = self.seats(self.order)[0].ref
        number = self.next_nir()
        self.login(self.hr)
        response = self.post(
            f"{self.pages[0]}/attendees",
            {f"name-{ref}": "Zoé Martin", f"nir-{ref}": number, "csrf_token": "x"},
            csrf=False,
        )
        self.assertIn('value="Zoé Martin"', response.text)
        self.assertNotIn(number, response.text)

    @mute_logger("odoo.http")
    def test_lost_session_comes_back_to_the_page(self):
        ref = self.seats(self.order)[0].ref
        url = f"{self.pages[0]}/attendees"
        self.login(self.hr)
        self.opener.cookies.clear()
        response = self.post(url, {f"name-{ref}": "Zoé Martin"}, csrf=False)
        self.assertEqual(response.status_code, 303)
        location = urlsplit(response.headers["Location"])
        self.assertEqual(location.path, "/web/login")
        (target,) = parse_qs(location.query)["redirect"]
        self.login(self.hr)
        response = self.get(target)
        self.assertEqual(response.status_code, 303)
        page = self.get(response.headers["Location"])
        self.assertEqual(page.status_code, 200)
        self.assertIn("Your session had ended", page.text)
        self.assertIn(f"name-{ref}", page.text)

    def test_odd_numbers_are_not_found(self):
        self.login(self.hr)
        for url in (
            "/my/passport/orders/0",
            f"/my/passport/orders/{10**20}",
            f"/my/passport/sessions/{10**20}",
            "/my/passport/invoices/1",
            f"{self.pages[0]}/upload/{'x' * 100}",
        ):
            with self.subTest(url=url):
                self.assertEqual(self.get(url).status_code, 404)
        for page in ("-1", "x", "9" * 30, "²"):
            self.assertEqual(self.get(f"{self.pages[0]}?page={page}").status_code, 200)
        self.assertEqual(self.get("/my/passport/page/999999").status_code, 200)

    def test_requests_too_big_are_refused(self):
        self.login(self.hr)
        big = {"remark": "x" * 300_000}
        self.assertEqual(self.post(f"{self.pages[0]}/remark", big).status_code, 413)
        response = self.upload(self.order, b"x" * (9 * 1024 * 1024))
        self.assertEqual(response.status_code, 413)

    # ------------------------------------------------------------
    # What is whose
    # ------------------------------------------------------------

    def test_references_of_another_page_or_client_do_nothing(self):
        stranger = self.seats(self.other_order, self.outsider)[0].ref
        other_page = self.seats(self.event)[0].ref
        before = self.snapshot()
        self.login(self.hr)
        for ref in (stranger, other_page, self.order.id, "X"):
            response = self.post(f"{self.pages[0]}/attendees", {f"name-{ref}": "Intrus Total"})
            # The same answer whether it is somebody's or nobody's.
            self.assertIn("taken or cancelled meanwhile: Intrus Total", response.text)
        self.assertEqual(self.snapshot(), before)
        self.assertFalse(
            {seat.ref for seat in self.seats(self.order)}
            & {seat.ref for seat in self.seats(self.order, self.outsider)}
        )

    def test_other_fields_are_not_written(self):
        ref = self.seats(self.event)[0].ref
        before = self.snapshot()
        self.login(self.hr)
        for fname in ("state", "partner_id", "nir_state", "employer_id", "attendee_partner_id"):
            self.post(f"{self.pages[1]}/attendees", {f"{fname}-{ref}": "1"})
        self.assertEqual(self.snapshot(), before)

    def test_upload_of_a_colleague_stays_the_colleague_s(self):
        ref = self.seats(self.order)[0].ref
        upload = self.env["passport.portal.upload"]._keep(
            self.hr2, f"orders/{self.order.id}", [[3, {"ref": ref, "name": "Zoé Martin"}, {}]]
        )
        self.login(self.hr)
        page = self.get(f"{self.pages[0]}/upload/{upload.token}")
        self.assertNotIn("Zoé Martin", page.text)
        self.post(f"{self.pages[0]}/upload/{upload.token}/keep")
        self.assertFalse(self.order.order_line.registration_ids.attendee_partner_id)
        self.login(self.hr2)
        self.assertIn("Zoé Martin", self.get(f"{self.pages[0]}/upload/{upload.token}").text)

    def test_registration_between_two_clients_is_nobody_s(self):
        seat = self.order.order_line.registration_ids[0]
        seat.partner_id = self.stranger
        self.assertEqual(len(self.seats(self.order)), 2)
        self.assertFalse(self.seats(self.order, self.outsider))
        self.assertFalse(self.seats(seat.event_id, self.outsider))

    def test_establishment_s_contact_does_not_see_the_head_office(self):
        depot = self.make_client("Menuiserie Bréhat - Dépôt", "", parent_id=self.client.id)
        user = self.make_portal_user("portal_depot", self.make_contact("Anne Dépôt", depot))
        order = self.make_order(user.partner_id, 1)
        self.assertFalse(self.seats(self.order, user))
        self.assertTrue(self.seats(order, user))
        self.assertTrue(self.seats(order, self.hr))

    def test_drafts_and_cancelled_orders_do_not_show(self):
        draft = self.make_order(self.contact, 1, state="draft")
        sent = self.make_order(self.contact, 2, state="sent")
        self.login(self.hr)
        self.assertEqual(self.get(self.url_of(draft)).status_code, 404)
        self.assertEqual(self.get(self.url_of(sent)).status_code, 200)
        self.assertFalse(self.seats(draft))
        self.order._action_cancel()
        self.assertEqual(self.get(self.url_of(self.order)).status_code, 404)

    def test_an_order_signed_again_shows_its_people_again(self):
        self.login(self.hr)
        self.save(self.order, [{"name": "Zoé Martin"}, {"name": "Éric Petit"}])
        named = self.order.order_line.registration_ids.filtered("attendee_partner_id")
        self.assertEqual(len(named), 2)
        self.order._action_cancel()
        self.assertEqual(self.get(self.url_of(self.order)).status_code, 404)
        self.order.action_draft()
        self.order._validate_order()  # as the client's signature does
        page = self.get(self.url_of(self.order))
        self.assertEqual(page.status_code, 200)
        seats = self.seats(self.order)
        self.assertEqual(len(seats), 3)
        people = [seat.person.name for seat in seats if seat.person]
        self.assertEqual(sorted(people), ["Zoé Martin", "Éric Petit"])
        self.assertEqual({seat.registration for seat in seats if seat.person}, set(named))
        for name in people:
            self.assertIn(name, page.text)
        self.assertNotIn("cancel", set(named.mapped("state")))

    def test_rights_of_portal_users(self):
        for model in (
            "event.registration",
            "passport.nir",
            "passport.nir.access",
            "passport.portal.upload",
            "passport.declaration.line",
        ):
            records = self.as_role(self.env[model], "portal")
            with self.subTest(model=model):
                self.assertFalse(
                    [op for op in ("read", "write", "create", "unlink") if records.has_access(op)]
                )
        for role in self.users:
            uploads = self.as_role(self.env["passport.portal.upload"], role)
            with self.subTest(role=role):
                self.assertFalse(uploads.has_access("read") or uploads.has_access("create"))
