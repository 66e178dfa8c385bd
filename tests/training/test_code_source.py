from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...tools import open_data_http
from ..common import MODULE, PassportCase
from ..portal_server import Portal


@tagged("post_install", "-at_install", "passport")
class TestCodeSource(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = Portal()
        cls.addClassCleanup(cls.portal.close)
        cls.startClassPatcher(patch.object(open_data_http, "PUBLIC_ONLY", False))
        cls.waits = []
        cls.startClassPatcher(patch.object(open_data_http.time, "sleep", cls.waits.append))
        source = cls.env["training.code.source"]
        cls.ods = source.create(
            {
                "name": "ROME of the portal",
                "nomenclature": "rome",
                "interface": "opendatasoft",
                "address": f"{cls.portal.root}/ods/records",
                "code_field": "code",
                "label_field": "libelle",
                "condition": "domaine = 'SST'",
                "user_id": cls.users["manager"].id,
            }
        )
        cls.tabular = source.create(
            {
                "name": "RS of France compétences",
                "nomenclature": "rs",
                "interface": "tabular",
                "address": f"{cls.portal.root}/tabular/data/",
                "code_field": "code",
                "label_field": "libelle",
                "end_field": "fin",
                "condition": "Actif__exact=ACTIVE",
                "user_id": cls.users["manager"].id,
            }
        )

    def setUp(self):
        super().setUp()
        self.portal.reset()
        self.waits.clear()

    def publish(self, nomenclature, more=(), without=()):
        """Let the portal hold the codes that are known, with and without some."""
        codes = self.env["training.code"].search([("nomenclature", "=", nomenclature)])
        self.portal.records = [
            {
                "code": code.code,
                "libelle": code.name,
                "fin": str(code.valid_until or "") or None,
                "Actif": "ACTIVE",
            }
            for code in codes
            if code.code not in without
        ] + [
            {"code": code, "libelle": label, "fin": end, "Actif": "ACTIVE"}
            for code, label, end in more
        ]

    def update(self, source):
        source = self.as_role(source, "manager")
        source.action_update()
        self.env.flush_all()
        self.env.invalidate_all()
        return source.sudo()

    def codes_now(self):
        self.env.invalidate_all()
        codes = self.env["training.code"].with_context(active_test=False).search([], order="id")
        return [(code.code, code.name, code.active, code.valid_until) for code in codes]

    def by_code(self, nomenclature, code):
        codes = self.env["training.code"].with_context(active_test=False)
        return codes.search([("nomenclature", "=", nomenclature), ("code", "=", code)])

    def assert_refused(self, source, told):
        """Update, and find the codes as they were and the manager told."""
        before = self.codes_now()
        source = self.update(source)
        self.assertEqual(self.codes_now(), before)
        self.assertEqual(source.state, "failed")
        self.assertIn(told, source.message)
        self.assertIn("stay as they were", source.message)
        self.assertEqual(source.activity_ids.user_id, self.users["manager"])
        self.assertIn(told, str(source.message_ids[0].body))

    # ------------------------------------------------------------
    # What goes well
    # ------------------------------------------------------------

    def test_opendatasoft(self):
        more = [(str(910000 + number), f"Compétence {number}", None) for number in range(150)]
        self.publish("rome", more, without=["100016"])
        self.portal.records[0]["libelle"] = "Libellé nouveau"
        changed = self.portal.records[0]["code"]
        training = self.make_training(rome_code_ids=self.by_code("rome", "100016").ids)
        source = self.update(self.ods)
        self.assertEqual(source.state, "done", source.message)
        self.assertEqual(len(self.portal.requests), 3)
        self.assertEqual(self.portal.requests[0][1]["where"], "domaine = 'SST'")
        self.assertEqual(self.by_code("rome", changed).name, "Libellé nouveau")
        self.assertEqual(self.by_code("rome", "910149").name, "Compétence 149")
        self.assertFalse(self.by_code("rome", "100016").active)
        self.assertIn(training.name, source.message)
        self.assertIn("New codes: 150;", source.message)
        self.assertFalse(source.activity_ids)
        self.assertTrue(source.succeeded_on)

    def test_tabular(self):
        more = [
            (f"RS9{number:03d}", f"Certification {number}", "2030-01-31") for number in range(60)
        ]
        self.publish("rs", more)
        source = self.update(self.tabular)
        self.assertEqual(source.state, "done", source.message)
        self.assertEqual(len(self.portal.requests), 2)
        self.assertEqual(self.portal.requests[1][1]["Actif__exact"], "ACTIVE")
        self.assertEqual(str(self.by_code("rs", "RS9059").valid_until), "2030-01-31")
        self.assertEqual(str(self.by_code("rs", "RS6879").valid_until), "2029-10-31")

    def test_what_passes_is_tried_again(self):
        self.publish("rome")
        self.portal.faults = [503, 429, lambda handler, *args: handler.connection.close(), None]
        self.assertEqual(self.update(self.ods).state, "done")
        self.assertEqual(self.waits, [2, 4])

    def test_portal_says_how_long_to_wait(self):
        self.publish("rome")
        self.portal.faults = [
            lambda handler, *args: handler.send_body(
                b"", status=503, headers=[("Retry-After", "7")]
            ),
            lambda handler, *args: handler.send_body(
                b"", status=503, headers=[("Retry-After", "86400")]
            ),
        ]
        self.assertEqual(self.update(self.ods).state, "done")
        self.assertEqual(self.waits, [7, 30])

    def test_portal_that_moved_is_followed(self):
        self.publish("rome")
        self.portal.faults = [
            lambda handler, path, query: handler.send_body(
                b"", status=302, headers=[("Location", f"/ods/moved?{handler.path.split('?')[1]}")]
            )
        ]
        self.assertEqual(self.update(self.ods).state, "done")

    def test_success_closes_what_a_failure_opened(self):
        self.portal.faults = [404]
        self.assert_refused(self.ods, "404")
        self.portal.faults = [404]
        self.assert_refused(self.ods, "404")
        self.assertEqual(len(self.ods.activity_ids), 1)
        self.publish("rome")
        self.assertFalse(self.update(self.ods).activity_ids)

    # ------------------------------------------------------------
    # What goes wrong
    # ------------------------------------------------------------

    def test_partial_answers_apply_nothing(self):
        self.publish("rome", [("910001", "Nouvelle", None)])
        self.portal.total = len(self.portal.records) + 5
        self.assert_refused(self.ods, "not complete")
        self.publish("rs", [("RS9001", "Nouvelle", None)])
        self.portal.total = len(self.portal.records) + 60
        self.assert_refused(self.tabular, "not complete")

    def test_page_that_comes_again_applies_nothing(self):
        more = [(str(910000 + number), f"X{number}", None) for number in range(150)]
        self.publish("rome", more)
        self.portal.faults = [
            None,
            lambda handler, path, query: handler.send_json(
                self.portal.answer(path, {**query, "offset": 0})
            ),
        ]
        self.assert_refused(self.ods, "not complete")

    def test_second_page_that_fails_applies_nothing(self):
        self.publish("rome", [(str(910000 + number), "X", None) for number in range(20)])
        self.portal.faults = [None, 500, 500, 500, 500]
        self.assert_refused(self.ods, "500")

    def test_wrong_content_applies_nothing(self):
        self.publish("rome")
        page = b"<html><body>Maintenance</body></html>"
        for told, fault in [
            ("no data", lambda handler, *args: handler.send_body(page)),
            ("no data", lambda handler, *args: handler.send_body(b"\xff\xfe{", "application/json")),
            ("does not look", lambda handler, *args: handler.send_json({"error_code": "X"})),
            ("does not look", lambda handler, *args: handler.send_json([1, 2])),
            ("no record", lambda handler, *args: handler.send_json(
                {"total_count": 0, "results": []})),
            ("no field", lambda handler, *args: handler.send_json(
                {"total_count": 1, "results": [{"id": 1}]})),
            ("does not look", lambda handler, *args: handler.send_json(
                {"total_count": 1, "results": [{"code": "K2111", "libelle": "Formateur"}]})),
        ]:  # fmt: skip
            with self.subTest(told=told):
                self.portal.faults = [fault]
                self.assert_refused(self.ods, told)

    def test_answer_cut_short_applies_nothing(self):
        self.publish("rome")
        cut = [lambda handler, *args: handler.send_body(b'{"total_count"', announced=900)] * 4
        self.portal.faults = cut
        self.assert_refused(self.ods, "cannot be reached")

    def test_answer_that_is_too_large_applies_nothing(self):
        self.publish("rome")
        with patch.object(open_data_http, "MAX_BYTES", 1000):
            self.assert_refused(self.ods, "larger")

    def test_list_that_would_archive_most_codes_applies_nothing(self):
        self.portal.records = [{"code": "100240", "libelle": "Seule"}]
        self.assert_refused(self.ods, "would be archived")

    def test_unreachable_portal_applies_nothing(self):
        gone = Portal()
        gone.close()
        self.ods.address = f"{gone.root}/ods/records"
        self.assert_refused(self.ods, "cannot be reached")

    def test_inner_network_is_never_asked(self):
        self.publish("rome")
        with patch.object(open_data_http, "PUBLIC_ONLY", True):
            self.assert_refused(self.ods, "public one")
        self.assertFalse(self.portal.requests)
        self.portal.faults = [
            lambda handler, *args: handler.send_body(
                b"", status=302, headers=[("Location", "ftp://127.0.0.1/x")]
            )
        ]
        self.assert_refused(self.ods, "public one")

    def test_unexpected_error_is_told_too(self):
        self.publish("rome", [("910001", "Nouvelle", None)])
        target = type(self.env["training.code.list"])
        with (
            patch.object(target, "_upsert", side_effect=ValueError),
            mute_logger(f"odoo.addons.{MODULE}.models.training.training_code_source"),
        ):
            self.assert_refused(self.ods, "log says more")

    # ------------------------------------------------------------
    # Who and when
    # ------------------------------------------------------------

    def test_off_by_default(self):
        sources = self.env["training.code.source"].search(
            [("id", "not in", (self.ods + self.tabular).ids)]
        )
        self.assertEqual(set(sources.mapped("nomenclature")), {"rome", "formacode", "nsf", "rs"})
        self.assertEqual(set(sources.mapped("interface")), {"opendatasoft", "tabular"})
        self.assertFalse(any(sources.mapped("is_automatic")))

    def test_address_that_is_not_known_is_asked_for(self):
        source = self.env.ref(f"{MODULE}.training_code_source_rome")
        with self.assertRaisesRegex(ValidationError, "IDENTIFIANT"):
            source.is_automatic = True
        source = self.update(source)
        self.assertEqual(source.state, "failed")
        self.assertFalse(self.portal.requests)

    def play(self, name):
        """Have a shipped source ask the portal of this machine what it would ask data.gouv.fr."""
        source = self.env.ref(f"{MODULE}.{name}")
        address = source.address
        self.assertRegex(
            address, "^https://tabular-api.data.gouv.fr/api/resources/[0-9a-f-]{36}/data/$"
        )
        source.address = address.replace("https://tabular-api.data.gouv.fr", self.portal.root)
        return source

    def test_specialities_of_data_gouv_fr(self):
        codes = self.env["training.code"].search([("nomenclature", "=", "nsf")])
        self.portal.records = [
            {
                "Code NSF": code.code,
                "Groupe": code.code[:2],
                "Champs": None,
                "Libellé de la spécialité": code.name,
            }
            for code in codes[:97]
        ] + [
            {
                "Code NSF": "344t",
                "Groupe": "34",
                "Champs": None,
                "Libellé de la spécialité": "Sécurité",
            }
        ]
        source = self.update(self.play("training_code_source_nsf"))
        self.assertEqual(source.state, "done", source.message)
        self.assertEqual(self.by_code("nsf", "344t").name, "Sécurité")
        self.assertEqual(self.by_code("nsf", "344t").nsf_function, "t")
        self.assertTrue(codes[-1].active, "the list is one of health and safety only")
        path, query = self.portal.requests[1]
        self.assertEqual(path, "/api/resources/404c0366-e87b-4886-a41a-d28779c1e266/data/")
        self.assertEqual(query, {"page_size": "50", "Code NSF__sort": "asc", "page": "2"})

    def test_formacodes_of_data_gouv_fr_whatever_their_fields_are_called(self):
        codes = self.env["training.code"].search([("nomenclature", "=", "formacode")])
        for names in (("Code Formacode", "Libellé"), ("Formacode", "Domaine"), ("col_1", "col_2")):
            with self.subTest(names=names), self.env.cr.savepoint() as savepoint:
                self.portal.records = [
                    {names[0]: int(code.code), names[1]: code.name} for code in codes
                ] + [{names[0]: 99921.0, names[1]: "Nouveau"}]
                source = self.update(self.play("training_code_source_formacode"))
                self.assertEqual(source.state, "done", source.message)
                self.assertEqual(self.by_code("formacode", "99921").name, "Nouveau")
                self.assertIn("New codes: 1;", source.message)
                savepoint.rollback()
                self.env.invalidate_all()
        self.portal.records = [{"a": "x", "b": "y"}]
        self.assert_refused_by(self.play("training_code_source_formacode"), "__id, a, b")

    def assert_refused_by(self, source, told):
        source.user_id = self.users["manager"]
        self.assert_refused(source, told)

    def test_weekly_action_updates_those_that_are_on_each_on_its_own(self):
        self.tabular.is_automatic = True
        (self.ods + self.tabular).user_id = False
        self.publish("rs")
        cron = self.env.ref(f"{MODULE}.ir_cron_update_codes")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual((self.ods.state, self.tabular.state), ("never", "done"))
        self.ods.is_automatic = True
        self.portal.faults = [404]
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual((self.ods.state, self.tabular.state), ("failed", "done"))
        self.assertTrue(self.ods.activity_ids.user_id.has_group(f"{MODULE}.group_passport_manager"))

    def test_managers_only_may_update_and_change_addresses(self):
        for role in ("user", "declarant", "sales", "internal", "portal"):
            source = self.as_role(self.ods, role)
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    source.action_update()
                with self.assertRaises(AccessError):
                    source.write({"address": "https://example.org/x"})
        self.assertFalse(self.portal.requests)

    def test_addresses_have_no_parameters(self):
        for address in ("ftp://x/y", "https://x/y?a=b", "x"):
            with self.subTest(address=address), self.assertRaises(ValidationError):
                self.ods.address = address
