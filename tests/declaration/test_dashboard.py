import json
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools.json import json_default

from odoo.addons.mail.tests.common import mail_new_test_user

from ..common import NOW, PassportCase

STAFF = ("user", "declarant", "manager")


@tagged("post_install", "-at_install", "passport")
class TestDashboard(PassportCase):
    """Every number of the first screen is that of the list behind it, for each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.passport_activity_number = "53350000035"

    def data(self, role="user", **kwargs):
        """Return the dashboard as the web client gets it."""
        data = self.as_role(self.env["passport.dashboard"], role).get_data(**kwargs)
        return json.loads(json.dumps(data, default=json_default))

    def numbers_of(self, data):
        """Return all ``(name, kind of list, number)`` of the dashboard."""
        for name, number in data["totals"].items():
            yield f"total {name}", "attendees", number
        for quarter in data["quarters"]:
            for name, number in quarter["numbers"].items():
                yield f"{quarter['key']} {name}", "attendees", number
        for reason in data["reasons"]:
            yield reason["name"], "attendees", reason
        for deadline in data["deadlines"]:
            yield deadline["key"], "attendees", deadline
        for name, number in data["renewals"].items():
            yield name, "renewals", number
        if data["nir"]:
            yield "nir", "nir", data["nir"]

    def make_everything(self):
        """Have attendees everywhere a column tells of."""
        session = self.make_session()
        ready = self.make_ready(3, session)
        self.make_attendee("Sans Numéro")
        nameless = self.make_attendees(["Sans Nir", "Sans Nom"], nir=False)
        nameless[1].birth_name = False
        self.make_registrations(session, nameless)
        refusing = self.make_attendee("Refus Net", nir=False)
        self.make_registrations(session, refusing)
        refusing.action_nir_refused()
        first_quarter = self.make_session(
            date_begin="2026-02-09 07:00:00", date_end="2026-02-10 15:00:00"
        )
        late = self.make_registrations(first_quarter, self.make_attendees(["Late Un", "Late Deux"]))
        self.make_registrations(
            self.make_session(date_begin="2025-03-10 07:00:00", date_end="2025-03-11 15:00:00"),
            self.make_attendee("Volontaire"),
        )
        done = self.make_ready(4, self.make_session(name="Déclarée"))
        deposit = self.make_deposit(done)
        lines = deposit.sudo().line_ids
        transition = self.env["passport.transition"]
        transition._move(lines, "deposited")
        transition._move(lines[0], "accepted", answered_on=NOW)
        transition._move(lines[1], "rejected", answered_on=NOW)
        prepared = self.make_ready(1, self.make_session(name="Préparée"))
        self.declare(prepared)
        self.make_registrations(
            self.make_session(date_begin="2026-12-01 07:00:00", date_end="2026-12-02 15:00:00"),
            self.make_attendee("À Venir"),
            state="open",
        )
        late[0].validity_end_date = NOW.date() + timedelta(days=10)
        return ready

    def test_counts(self):
        self.make_everything()
        data = self.data()
        totals = {name: number["count"] for name, number in data["totals"].items()}
        self.assertEqual(
            totals,
            {
                "to_declare": 9,
                "ready": 5,
                "blocked": 2,
                "rejected": 1,
                "prepared": 1,
                "deposited": 2,
                "accepted": 1,
                "overdue": 0,
            },
        )
        self.assertEqual(
            # Nothing of early 2025: it was never to be declared.
            [quarter["key"] for quarter in data["quarters"]],
            ["2026-3", "2026-1"],
        )
        self.assertEqual(
            [(quarter["voluntary"], bool(quarter["deadline"])) for quarter in data["quarters"]],
            [(False, True), (True, False)],
        )
        self.assertEqual(data["renewals"]["to_renew"]["count"], 1)
        self.assertEqual(data["setup"], [])

    def test_each_number_is_its_list(self):
        self.make_everything()
        for role in STAFF:
            data = self.data(role)
            numbers = list(self.numbers_of(data))
            self.assertGreater(len(numbers), 30)
            for name, kind, number in numbers:
                with self.subTest(role=role, name=name):
                    view = data["views"][kind]
                    self.assertEqual(view["mobile_view_mode"], "kanban")
                    listed = self.as_role(self.env[view["res_model"]], role)
                    self.assertEqual(listed.search_count(number["domain"]), number["count"])

    def test_what_to_do_is_in_the_lists_that_open(self):
        self.make_everything()
        unmarked = self.make_session(name="À marquer")
        self.make_registrations(unmarked, self.make_attendee("Non Marqué"), state="open")
        for role in STAFF:
            tasks = {task["key"]: task["count"] for task in self.data(role)["tasks"]}
            self.assertEqual(tasks["mark"], 1)
            marked_by_step = self.as_role(self.env["event.event"], role).search(
                [("passport_step", "=", "1_mark")]
            )
            self.assertEqual(len(marked_by_step), 1)
            self.assertEqual(
                tasks["ask"] + tasks["fix"], self.data(role)["totals"]["blocked"]["count"]
            )
            self.assertEqual(tasks["prepare"], self.data(role)["totals"]["ready"]["count"])
            self.assertEqual((tasks["group"], tasks["correct"]), (1, 1))
            dashboard = self.as_role(self.env["passport.dashboard"], role)
            for key, count in tasks.items():
                action = dashboard.open_task(key)
                if key == "prepare":
                    self.assertEqual(action["res_model"], "passport.declare")
                    continue
                with self.subTest(role=role, key=key):
                    listed = self.as_role(self.env[action["res_model"]], role)
                    self.assertEqual(listed.search_count(action["domain"]), count)

    def test_nothing_to_do(self):
        self.declare(self.make_ready(1))
        self.assertEqual([task["key"] for task in self.data()["tasks"]], ["group"])

    def test_what_to_do_is_told_to_who_follows_declarations(self):
        for role in ("sales", "event", "internal", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.env["passport.dashboard"], role).open_task("prepare")

    def test_lists_open_for_each_role(self):
        for role in STAFF:
            for kind, view in self.data(role)["views"].items():
                with self.subTest(role=role, kind=kind):
                    model = self.as_role(self.env[view["res_model"]], role)
                    model.get_views(
                        [
                            *view["views"],
                            (bool(view["search_view_id"]) and view["search_view_id"][0], "search"),
                        ]
                    )

    def test_overdue_and_deadlines(self):
        session = self.make_session(
            self.make_training(passport_category="1"),
            date_begin="2025-10-09 07:00:00",
            date_end="2025-10-10 15:00:00",
        )
        self.make_registrations(session, self.make_attendees(["Un", "Deux"]))
        self.make_registrations(self.make_session(), self.make_attendee("Trois"))
        data = self.data()
        self.assertEqual(data["totals"]["overdue"]["count"], 2)
        late, coming = data["deadlines"]
        self.assertEqual((late["days_left"], late["urgency"], late["count"]), (-15, "late", 2))
        self.assertEqual((coming["urgency"], coming["count"]), ("ok", 1))
        by_key = {quarter["key"]: quarter for quarter in data["quarters"]}
        self.assertEqual(by_key["2025-4"]["urgency"], "late")

    def test_reasons(self):
        session = self.make_session()
        self.make_registrations(session, self.make_attendees(["A B", "C D"], nir=False))
        self.make_registrations(session, self.make_attendee("E F", birth_name=False))
        reasons = self.data()["reasons"]
        self.assertEqual(
            [(reason["name"], reason["count"], reason["share"]) for reason in reasons],
            [("NIR missing", 2, 100), ("Birth name missing", 1, 50)],
        )

    def test_others_are_refused(self):
        for role in ("sales", "event", "internal", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.data(role)

    def test_nir_is_the_managers(self):
        self.make_attendee()
        self.assertIsNone(self.data("user")["nir"])
        self.assertIsNone(self.data("declarant")["nir"])
        self.assertEqual(self.data("manager")["nir"]["count"], 0)
        self.assertNotIn("nir", self.data("declarant")["views"])

    def test_holds_no_person(self):
        self.make_everything()
        text = json.dumps(self.data("manager"), ensure_ascii=False)
        for word in ("Late Un", "Sans Nir", "Personne", "18504"):
            self.assertNotIn(word, text)

    def test_companies_apart(self):
        theirs = self.make_session(company_id=self.other_company.id)
        self.make_registrations(theirs, self.make_attendee("Ailleurs"))
        self.assertEqual(self.data()["totals"]["to_declare"]["count"], 0)
        with self.assertRaises(AccessError):
            self.data(company_ids=self.other_company.ids)
        self.users["user"].company_ids |= self.other_company
        self.assertEqual(self.data()["totals"]["to_declare"]["count"], 1)
        data = self.data(company_ids=self.other_company.ids)
        self.assertEqual(data["totals"]["to_declare"]["count"], 1)
        data = self.data(company_ids=self.company.ids)
        self.assertEqual(data["totals"]["to_declare"]["count"], 0)

    def test_first_steps_tick_themselves(self):
        empty = self.make_company("Organisme neuf", False)
        empty.passport_sending_answered_on = False
        self.users["manager"].write(
            {"company_ids": [Command.set(empty.ids)], "company_id": empty.id}
        )
        self.users["user"].write({"company_ids": [Command.set(empty.ids)], "company_id": empty.id})
        self.env["product.template"].search([("company_id", "=", False)]).passport_eligible = False
        data = self.data("manager")
        self.assertFalse(data["quarters"] or data["reasons"] or data["deadlines"])

        def steps(role="manager"):
            return {step["key"]: step["done"] for step in self.data(role)["setup"]}

        self.assertEqual(
            steps(),
            {
                "company": False,
                "key": True,
                "training": False,
                "session": False,
                "sending": False,
                "file": False,
            },
        )
        empty.write({"company_registry": "81234567600017"})
        self.assertFalse(steps()["company"])
        empty.write({"passport_activity_number": "5335"})
        (company, *_others) = self.data("manager")["setup"]
        self.assertEqual(
            [fault[:35] for fault in company["faults"]], ["The activity declaration number has"]
        )
        empty.write({"passport_activity_number": "53 35 00000 35"})
        self.assertTrue(steps()["company"])
        training = self.make_training()
        self.assertTrue(steps()["training"])
        actions = {step["key"]: step["action"] for step in self.data("user")["setup"]}
        self.assertFalse(actions["company"])
        self.assertTrue(self.env.ref(actions["session"]))
        self.make_session(training, company_id=empty.id)
        waiting = [key for key, is_done in steps().items() if not is_done]
        self.assertEqual(waiting, ["sending", "file"])
        # Even if the answer is that nothing may be.
        empty.passport_sending_answered_on = NOW
        self.assertEqual([key for key, is_done in steps().items() if not is_done], ["file"])
        # They stay until the first file has left.
        held = self.make_session(training, company_id=empty.id)
        deposit = self.make_deposit(self.make_ready(1, held), company_id=empty.id)
        self.assertIn("file", steps())
        self.env["passport.transition"]._move(deposit.sudo().line_ids, "deposited")
        self.assertEqual(steps(), {})

    def test_broken_key_is_a_step_again(self):
        report = {"primary": False, "problems": ["x"]}
        with patch.object(self.registry["passport.nir.keys"], "_report", lambda keys: report):
            steps = {step["key"]: step["done"] for step in self.data("manager")["setup"]}
        self.assertFalse(steps["key"])

    def test_constant_number_of_queries(self):
        counts = []
        for size in (1, 5, 40):
            self.make_ready(size, self.make_session())
            people = self.make_attendees([f"Bloquée {size} {n}" for n in range(size)], nir=False)
            self.make_registrations(self.make_session(), people)
            dashboard = self.as_role(self.env["passport.dashboard"], "manager")
            counts.append(self.queries_of(dashboard.get_data))
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[2], 60)

    def test_is_the_first_screen(self):
        root = self.env.ref("passeport_prevention.passport_menu_root")
        self.assertEqual(
            root.child_id.sorted("sequence")[0].action,
            self.env.ref("passeport_prevention.passport_dashboard_action"),
        )


@tagged("post_install", "-at_install", "passport")
class TestDashboardInBrowser(HttpCase):
    """The real clock runs here: a browser waits for ever where time stands still."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        training = cls.env["product.template"].create(
            {
                "name": "Gestes et postures",
                "type": "service",
                "service_tracking": "event",
                "passport_aims_prevention": "yes",
                "passport_gives_proof": "yes",
                "passport_is_transferable": "yes",
                "passport_category": "3",
            }
        )
        company = cls.env["res.company"].create({"name": "Organisme du navigateur"})
        mail_new_test_user(
            cls.env,
            login="passport_browser",
            groups="passeport_prevention.group_passport_declarant",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        end = datetime.now().replace(microsecond=0) - timedelta(days=2)
        session = cls.env["event.event"].create(
            {
                "name": "Session du navigateur",
                "date_begin": end - timedelta(days=1),
                "date_end": end,
                "company_id": company.id,
                "training_id": training.id,
                "event_mail_ids": False,
            }
        )
        cls.env["event.registration"].create(
            [
                {"event_id": session.id, "name": name, "state": "done"}
                for name in ("Anne Un", "Bruno Deux")
            ]
        )

    def test_numbers_open_their_lists_without_errors_in_the_console(self):
        # Made before the browser asks for it: on a busy machine it would give up waiting.
        for kind in ("js", "css"):
            bundle = self.env["ir.qweb"]._get_asset_bundle("web.assets_web", **{kind: True})
            getattr(bundle, kind)()
        self.browser_js(
            "/odoo/passport",
            """
            const wait = async (find) => {
                for (let i = 0; i < 300; i++) {
                    const found = find();
                    if (found) return found;
                    await new Promise((done) => setTimeout(done, 100));
                }
                throw new Error("nothing found: " + find);
            };
            (async () => {
                const tile = await wait(() => document.querySelector(".o_passport_tile"));
                const shown = tile.querySelector(".fs-1").textContent.trim();
                if (shown !== "2") throw new Error("to declare: " + shown);
                tile.click();
                await wait(() => document.querySelectorAll(".o_list_view .o_data_row").length === 2);
                console.log("test successful");
            })().catch((error) => console.error(error.message));
            """,
            login="passport_browser",
            timeout=120,
        )
