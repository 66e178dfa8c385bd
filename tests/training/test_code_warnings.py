from odoo.tests import freeze_time, tagged

from ..common import MODULE, PassportCase

TO_COME = {"date_begin": "2026-11-12 08:00:00", "date_end": "2026-11-12 16:00:00"}


@tagged("post_install", "-at_install", "passport")
class TestCodeWarnings(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.certifying = cls.make_certifying_training()
        cls.rs = cls.certifying.rs_code_id
        cls.kind = cls.env.ref(f"{MODULE}.mail_activity_type_codes")

    def run_cron(self):
        self.env.flush_all()
        cron = self.env.ref(f"{MODULE}.ir_cron_code_warnings")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def activities(self, training):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "product.template"),
                ("res_id", "=", training.id),
                ("activity_type_id", "=", self.kind.id),
            ]
        )

    def found(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["product.template"].search([("has_passport_code_warning", "=", True)])

    def test_nothing_to_say_of_good_trainings(self):
        self.assertFalse(self.training.passport_code_warning)
        self.assertFalse(self.certifying.passport_code_warning)
        self.assertFalse(self.found() & (self.training + self.certifying))

    def test_certification_that_expires_before_a_session_ends(self):
        session = self.make_session(self.certifying, **TO_COME)
        self.rs.valid_until = "2026-11-11"
        self.env.invalidate_all()
        self.assertIn(self.rs.code, self.certifying.passport_code_warning)
        self.assertIn(self.certifying, self.found())
        self.assertTrue(session.passport_rs_expires)
        events = self.env["event.event"]
        self.assertIn(session, events.search([("passport_rs_expires", "=", True)]))
        self.assertNotIn(session, events.search([("passport_rs_expires", "=", False)]))
        self.assertIn(
            session, events.search([("training_id.has_passport_code_warning", "=", True)])
        )
        self.rs.valid_until = "2026-11-12"
        self.env.invalidate_all()
        self.assertFalse(self.certifying.passport_code_warning, "the last day is included")
        self.assertFalse(session.passport_rs_expires)

    def test_certification_that_has_expired(self):
        self.rs.valid_until = "2026-10-14"
        self.assertIn("ended", self.certifying.passport_code_warning)
        self.certifying.is_certifying = False
        self.assertNotIn("ended", self.certifying.passport_code_warning or "")

    def test_archived_codes(self):
        for fname in ("rome_code_ids", "formacode_ids", "nsf_code_ids"):
            code = self.training[fname][0]
            code.active = False
            self.env.invalidate_all()
            with self.subTest(fname=fname):
                self.assertIn(code.code, self.training.passport_code_warning)
                self.assertIn(self.training, self.found())
            code.active = True
        self.rs.active = False
        self.env.invalidate_all()
        self.assertIn(self.rs.code, self.certifying.passport_code_warning)

    def test_fewer_than_three_competences(self):
        self.training.rome_code_ids = self.codes("rome", 2)
        self.training.passport_is_transferable = False
        self.assertIn("2", self.training.passport_code_warning)
        self.training.passport_category = False
        self.assertFalse(self.training.passport_code_warning)

    def test_category_that_is_not_mandatory_yet(self):
        self.training.rome_code_ids = False
        with freeze_time("2026-06-30 10:00:00"):
            self.env.invalidate_all()
            self.assertFalse(self.training.passport_code_warning)
            self.training.passport_category = "1"
            self.assertTrue(self.training.passport_code_warning)

    def test_trainings_nobody_declares_are_left_alone(self):
        self.training.rome_code_ids = False
        for values in (
            {"passport_exclusion": "trainer"},
            {"passport_gives_proof": "no"},
            {"active": False},
        ):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                self.training.write(values)
                self.assertFalse(self.training.passport_code_warning)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_one_activity_until_it_is_mended(self):
        self.training.write({"rome_code_ids": False, "company_id": self.company.id})
        self.run_cron()
        activity = self.activities(self.training)
        self.assertEqual(len(activity), 1)
        self.assertTrue(activity.user_id.has_group(f"{MODULE}.group_passport_declarant"))
        self.assertIn(activity.user_id, self.users["declarant"] | self.users["manager"])
        self.assertIn("0", str(activity.note))
        self.run_cron()
        self.assertEqual(self.activities(self.training), activity)
        code = self.training.nsf_code_ids
        code.active = False
        self.run_cron()
        self.assertEqual(self.activities(self.training), activity)
        self.assertIn(code.code, str(activity.note))
        code.active = True
        self.training.rome_code_ids = self.codes("rome", 3)
        self.run_cron()
        self.assertFalse(self.activities(self.training))

    def test_archived_training_and_activities_of_people_are_left(self):
        self.training.rome_code_ids = False
        self.run_cron()
        own = self.training.activity_schedule(
            f"{MODULE}.mail_activity_type_codes", user_id=self.users["manager"].id
        )
        own.automated = False
        self.training.active = False
        self.run_cron()
        self.assertEqual(self.activities(self.training), own)

    def test_many_trainings_cost_the_same(self):
        def make(count):
            trainings = self.env["product.template"].create(
                [
                    {
                        "name": f"T{number}",
                        "service_tracking": "event",
                        "passport_category": "3",
                        "is_certifying": True,
                        "rs_code_id": self.rs.id,
                    }
                    for number in range(count)
                ]
            )
            return self.env["product.template"].browse(trainings.ids)

        self.rs.valid_until = "2026-01-01"
        warnings = self.env["passport.code.warning"]
        few, many = make(2), make(20)

        def read(trainings):
            return self.queries_of(lambda: trainings.mapped("passport_code_warning"))

        def sync(trainings):
            return self.queries_of(lambda: warnings._sync_activities(trainings))

        for measure in (read, sync):
            with self.subTest(measure=measure.__name__):
                measure(few + many)
                self.assertLessEqual(measure(many), measure(few) + 1)
