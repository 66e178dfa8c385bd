from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..common import MODULE, PassportCase


@tagged("post_install", "-at_install", "passport")
class TestTrainingForm(PassportCase):
    """The app's own form: the family first, then whether the training is ready."""

    def form(self, role="declarant", record=None):
        action = self.env.ref(f"{MODULE}.product_template_passport_action")._get_action_dict()
        views = {mode: view for view, mode in action["views"]}
        model = self.as_role(self.env["product.template"], role)
        model = model.browse(record.ids) if record else model
        return Form(
            model.with_context(default_type="service", default_service_tracking="event"),
            view=self.env["ir.ui.view"].browse(views["form"]),
        )

    def test_declarants_and_managers_make_a_training_by_its_family(self):
        for role in ("declarant", "manager"):
            with self.subTest(role=role):
                form = self.form(role)
                self.assertEqual(form.passport_training_state, "open")
                form.passport_family_id = self.env.ref(f"{MODULE}.training_family_sst")
                self.assertEqual(form.passport_training_state, "ready")
                self.assertFalse(form.passport_training_issues)
                training = form.save()
                self.assertEqual(training.name, training.passport_family_id.name)
                self.assertEqual(training.service_tracking, "event")
                self.assertTrue(training.product_variant_id)
                self.assertEqual(training.passport_training_state, "ready")

    def test_others_make_none(self):
        for role in ("user", "sales", "event", "internal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.env["product.template"], role).create({"name": "X"})

    def test_declarants_and_managers_plan_a_session(self):
        for role in ("declarant", "manager"):
            with self.subTest(role=role):
                form = Form(self.as_role(self.env["event.event"], role))
                form.name = "SST de novembre"
                form.training_id = self.training
                form.date_begin, form.date_end = "2026-11-02 08:00:00", "2026-11-03 16:00:00"
                self.assertEqual(form.save().training_id, self.training)

    def test_what_is_missing_is_told_while_it_is_typed(self):
        form = self.form()
        form.name = "Formation maison"
        self.assertEqual(form.passport_training_state, "open")
        for fname in (
            "passport_aims_prevention",
            "passport_gives_proof",
            "passport_is_transferable",
        ):
            setattr(form, fname, "yes")
        self.assertEqual(form.passport_training_state, "incomplete")
        self.assertNotIn("Formation maison", form.passport_training_issues, "it is its own form")
        for line in form.passport_training_issues.splitlines():
            self.assertRegex(line, "^[A-Z0-9]")
        self.assertNotIn("NewId", form.passport_training_issues)
        form.passport_exclusion = "cse"
        self.assertEqual(form.passport_training_state, "excluded")

    def test_states_are_found(self):
        templates = self.env["product.template"]
        open_one = templates.create({"name": "Ticket", "service_tracking": "event"})
        incomplete = self.make_training(rome_code_ids=False)
        for product, state in (
            (self.training, "ready"),
            (incomplete, "incomplete"),
            (open_one, "open"),
        ):
            self.assertIn(product, templates.search([("passport_training_state", "=", state)]))
            self.assertNotIn(product, templates.search([("passport_training_state", "!=", state)]))


@tagged("post_install", "-at_install", "passport")
class TestTypedValues(PassportCase):
    """What a person types never ends in a traceback."""

    def test_numbers_out_of_range(self):
        family = self.env.ref(f"{MODULE}.training_family_sst")
        session = self.make_session(self.training)
        registration = self.make_registration(session)
        end = registration.validity_end_date
        for fname, values in {
            "validity_months": (95_680, -1, 601, 3_000_000_000, 10**40, "x", float("nan")),
            "training_duration": (-1, 2001, 1e308, float("inf"), float("nan")),
        }.items():
            for value in values:
                for record in (self.training, family):
                    if fname not in record._fields:
                        continue
                    with (
                        self.subTest(record=record._name, fname=fname, value=value),
                        self.env.cr.savepoint(),
                        self.assertRaisesRegex(ValidationError, "from 0 to"),
                    ):
                        record.write({fname: value})
                with (
                    self.subTest(fname=fname, value=value),
                    self.assertRaisesRegex(ValidationError, "Neuve – .*from 0 to"),
                ):
                    self.make_training(name="Neuve", **{fname: value})
        self.assertEqual(registration.validity_end_date, end)
        self.training.write({"validity_months": 600, "training_duration": 2000})
        self.assertEqual(registration.validity_end_date.year, 2076)

    def test_texts_that_cannot_be_stored(self):
        code = self.codes("rome")
        source = self.env.ref(f"{MODULE}.training_code_source_nsf")
        for text in ("A\0B", "A\ud800B", "\udfff"):
            for record, fname in (
                (self.training, "name"),
                (self.training, "jdr_name"),
                (self.env.ref(f"{MODULE}.training_family_sst"), "keywords"),
                (code, "source"),
                (source, "condition"),
                (source, "code_field"),
            ):
                with (
                    self.subTest(model=record._name, fname=fname),
                    self.assertRaisesRegex(ValidationError, "cannot be stored"),
                ):
                    record.write({fname: text})
            with self.assertRaises(ValidationError):
                self.make_training(name=text)
            with self.assertRaises(ValidationError):
                self.env["training.code"].create(
                    {"nomenclature": "rome", "code": "99999", "name": text}
                )
            self.assertFalse(self.env["training.code"].name_search(f"zzz{text}"))
            self.assertFalse(self.env["training.family"]._suggest(text))

    def test_odd_titles(self):
        for title in ("%", "_", "\\", "'", "🚧" * 100, "x" * 5000, "<b>", "{{ 1 }}"):
            with self.subTest(title=title[:5]):
                training = self.make_training(name=title)
                self.assertTrue(training.passport_training_state)
                self.env["training.family"]._suggest(title)
                self.env["training.code"].name_search(title)


@tagged("post_install", "-at_install", "passport")
class TestOtherProducts(PassportCase):
    """A product that is no training meets nothing of the passport."""

    def setUp(self):
        super().setUp()
        self.product = self.env["product.template"].create({"name": "Gala", "type": "service"})
        self.ticket = self.env["product.template"].create(
            {"name": "Conférence", "type": "service", "service_tracking": "event"}
        )

    def test_silent(self):
        for product in self.product + self.ticket:
            self.assertFalse(product.is_passport_training)
            self.assertFalse(product.passport_code_warning)
            self.assertFalse(product.passport_training_issues)
            self.assertFalse(product.has_passport_code_warning)
        self.ticket.passport_gives_proof = "no"
        self.assertTrue(self.ticket.is_passport_training, "somebody said what it is")

    def tables_of(self, function):
        """Return the addon's tables and columns that the queries of ``function`` touch."""
        self.env.flush_all()
        self.env.invalidate_all()
        queries = []
        execute = type(self.env.cr).execute

        def spy(cursor, query, *args, **kwargs):
            queries.append(str(getattr(query, "code", query)))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", spy):
            function()
            self.env.flush_all()
        self.assertTrue(queries)
        names = ("training_family", "training_code", "formacode_rel", "nsf_rel", "rome_rel",
                 "event_event", "event_registration", "passport_deadline", "passport_law")  # fmt: skip
        return [
            query
            for query in queries
            if any(f'"{name}' in query or f"_{name}" in query for name in names)
        ]

    def test_saving_looks_nothing_up(self):
        def save():
            self.product.write({"list_price": 2, "name": "Gala de fin d'année"})

        def create():
            self.env["product.template"].create({"name": "Other", "type": "service"})

        for function in (save, create):
            with self.subTest(function=function.__name__):
                self.assertEqual(self.tables_of(function), [])

    def test_form_reads_no_more_than_the_codes(self):
        form = self.env.ref("product.product_template_only_form_view")
        arch = self.env["product.template"].get_view(form.id)["arch"]
        names = {node.get("name") for node in etree.fromstring(arch).iter("field")}
        spec = {
            name: {"fields": {"display_name": {}}} if self.product._fields[name].relational else {}
            for name in names
            if name in self.product._fields
        }
        touched = self.tables_of(lambda: self.product.web_read(spec))
        self.assertLessEqual(len(touched), 3, touched)
