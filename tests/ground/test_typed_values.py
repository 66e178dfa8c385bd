from datetime import date

from lxml import etree

from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import MODULE, SIRET_OTHER_CLIENT, PassportCase


@tagged("post_install", "-at_install", "passport")
class TestTypedValues(PassportCase):
    """No value a person typed is ever replaced by a computed one.

    Walks every field of the addon that is stored, computed and editable, as the registry knows them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_client("Autre", SIRET_OTHER_CLIENT)
        cls.session = cls.make_session()
        cls.person = cls.make_attendee("Prise au Hasard", parent_id=cls.other.id)
        cls.coming = cls.make_session(
            is_multi_slots=True,
            date_begin="2026-12-01 06:00:00",
            date_end="2026-12-20 17:00:00",
            event_ticket_ids=[
                Command.create({"name": name, "product_id": cls.training.product_variant_id.id})
                for name in ("Place", "Place offerte")
            ],
        )
        cls.slots = cls.make_slot(cls.coming, "2026-12-02") | cls.make_slot(
            cls.coming, "2026-12-03"
        )
        cls.deposit = cls.env["passport.deposit"].create({"company_id": cls.company.id})
        cls.needed = cls.values_needed()

    @classmethod
    def values_needed(cls):
        """Return what a record of each model needs, in the order a person would give it."""
        dates = {"date_begin": "2026-09-09 07:00:00", "date_end": "2026-09-10 15:00:00"}
        rejection = {"reason": "SIRET inconnu"}
        return {
            "event.registration": {
                "event_id": cls.session,
                "partner_id": cls.client,
                "name": "Nouvelle Venue",
            },
            "event.event": {"name": "Session", **dates},
            "passport.declare": {"company_id": cls.company, "channel": "form"},
            "passport.deposit.reject": {"deposit_id": cls.deposit, **rejection},
            "passport.enrol.line": {
                "wizard_id": cls.env["passport.enrol"].create({"purpose": "enrol"}),
                "training_id": cls.training,
                "event_id": cls.coming,
            },
            "passport.enrol.list": {"event_id": cls.session},
            "passport.line.reject": rejection,
            "product.template": {
                "name": "Formation",
                "passport_aims_prevention": "yes",
                "passport_gives_proof": "yes",
                "passport_is_transferable": "no",
            },
            "training.code": {"nomenclature": "rncp", "code": "RNCP999", "name": "Essai"},
        }

    # ------------------------------------------------------------
    # What is walked
    # ------------------------------------------------------------

    def proposed_fields(self):
        """Yield ``(model, field)`` of the addon's stored, computed and editable fields."""
        for name, model in sorted(self.env.items()):
            if model._abstract:
                continue
            for field in model._fields.values():
                own = field._modules and field._modules[-1] == MODULE
                if own and field.compute and field.store and not field.readonly:
                    if not field.related and not field.inherited:
                        yield name, field

    def typed_value(self, field):
        """Return a value that nothing would propose, as ``write`` takes it."""
        if field.type == "selection":
            return field.get_values(self.env)[-1]
        if field.type != "many2one":
            return {"date": date(2031, 5, 17), "integer": 7, "boolean": True}[field.type]
        return {
            "event.event": lambda: self.make_session(name="Choisie à la main"),
            "event.event.ticket": lambda: self.coming.event_ticket_ids[-1:],
            "event.slot": lambda: self.slots[-1:],
            "passport.reject.reason": lambda: self.env["passport.reject.reason"].search(
                [("kind", "=", "training")], limit=1
            ),
            "product.template": lambda: self.make_training(name="Choisie à la main"),
            "res.partner": lambda: self.make_client("Choisie à la main", False),
        }[field.comodel_name]().id

    def values_of(self, model):
        self.assertIn(model, self.needed, "say what a record of this model needs")
        return {fname: getattr(value, "id", value) for fname, value in self.needed[model].items()}

    def assert_kept(self, record, field, value):
        for _turn in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            found = field.convert_to_write(record[field.name], record)
            self.assertEqual(found, value)
            # As if all that it is proposed from had changed.
            self.env.add_to_compute(field, record)

    # ------------------------------------------------------------
    # Walks
    # ------------------------------------------------------------

    def test_fields_are_found(self):
        found = {f"{model}.{field.name}" for model, field in self.proposed_fields()}
        self.assertLessEqual(
            {"event.registration.employer_id", "event.event.training_id"}, found, found
        )

    def test_value_given_at_creation_stays(self):
        for model, field in self.proposed_fields():
            with self.subTest(model=model, field=field.name):
                value = self.typed_value(field)
                record = self.env[model].create({**self.values_of(model), field.name: value})
                self.assert_kept(record, field, value)

    def test_value_written_stays(self):
        for model, field in self.proposed_fields():
            with self.subTest(model=model, field=field.name):
                value = self.typed_value(field)
                record = self.env[model].create(self.values_of(model))
                self.env.flush_all()
                record.write({field.name: value})
                self.assert_kept(record, field, value)

    def test_value_typed_into_a_form_stays(self):
        """Typed first: everything it is proposed from comes after it, before the first save."""
        for model, field in self.proposed_fields():
            view = etree.fromstring(self.env[model].get_view(view_type="form")["arch"])
            if not view.xpath(f"//field[@name='{field.name}'][not(@readonly='1')]"):
                continue  # this one comes from imports and programs only
            with self.subTest(model=model, field=field.name):
                value = self.typed_value(field)
                self.assert_kept(self.filled_form(model, field, value).save(), field, value)

    def filled_form(self, model, field, value):
        """Return a form where a value is typed before most others; what is read-only is there."""
        needed = dict(self.needed[model])
        fixed = {fname for fname in needed if self.env[model]._fields[fname].readonly} | set(
            list(needed)[:1]
        )
        defaults = {
            f"default_{fname}": getattr(needed.pop(fname), "id", None) or self.needed[model][fname]
            for fname in sorted(fixed)
        }
        form = Form(self.env[model].with_context(**defaults))
        many2one = field.type == "many2one"
        typed = self.env[field.comodel_name].browse(value) if many2one else value
        setattr(form, field.name, typed)
        for fname, given in needed.items():
            setattr(form, fname, given)
        return form

    def test_forms_carry_what_was_typed(self):
        """A view where a proposed value can be typed carries the names of those typed."""
        proposed = {}
        for model, field in self.proposed_fields():
            proposed.setdefault(model, set()).add(field.name)
        for model, fnames in proposed.items():
            views = self.env["ir.ui.view"].search(
                [("model", "=", model), ("type", "in", ("form", "list")), ("mode", "=", "primary")]
            )
            for view in views:
                arch = etree.fromstring(self.env[model].get_view(view.id)["arch"])
                with self.subTest(view=view.name):
                    self.assert_carried(arch, fnames)

    def assert_carried(self, arch, fnames):
        if arch.tag == "list" and not arch.get("editable"):
            return
        fields = arch.xpath("//field[not(ancestor::field)]")
        editable = {node.get("name") for node in fields if node.get("readonly") != "1"}
        if fnames & editable:
            self.assertIn("typed_fields", {node.get("name") for node in fields})

    # ------------------------------------------------------------
    # What is proposed still follows
    # ------------------------------------------------------------

    def test_employer_chosen_without_a_contact_stays(self):
        chosen = self.make_client("Choisie à la main", False)
        registration = self.env["event.registration"].create(
            {
                "event_id": self.session.id,
                "partner_id": self.client.id,
                "name": "Sans Contact",
                "employer_id": chosen.id,
            }
        )
        self.assertTrue(registration.attendee_partner_id)
        self.assertEqual(registration.employer_id, chosen)
        registration.attendee_partner_id = self.person
        self.assertEqual(registration.employer_id, chosen)

    def test_typed_again_as_proposed_it_follows_again(self):
        registration = self.make_registration(self.session)
        registration.validity_start_date = date(2026, 10, 1)
        self.session.date_end = "2026-09-11 15:00:00"
        self.assertEqual(registration.validity_start_date, date(2026, 10, 1))
        registration.validity_start_date = date(2026, 9, 11)
        self.session.date_end = "2026-09-12 15:00:00"
        self.assertEqual(registration.validity_start_date, date(2026, 9, 12))

    def test_without_end_is_a_value_too(self):
        registration = self.make_registration(self.session)
        registration.validity_end_date = False
        self.session.date_end = "2026-09-11 15:00:00"
        self.assertEqual(registration.validity_start_date, date(2026, 9, 11))
        self.assertFalse(registration.validity_end_date)

    def test_untouched_form_types_nothing(self):
        form = Form(self.env["event.registration"])
        form.event_id = self.session
        form.partner_id = self.client
        form.name = "Rien de Choisi"
        registration = form.save()
        self.assertFalse(registration.typed_fields)
        self.session.date_end = "2026-09-11 15:00:00"
        self.assertEqual(registration.validity_start_date, date(2026, 9, 11))
        registration.attendee_partner_id = self.person
        self.assertEqual(registration.employer_id, self.other)

    def test_training_chosen_on_the_session_stays(self):
        ticketed = self.make_training(name="Vendue")
        session = self.make_session()
        session.write(
            {
                "event_ticket_ids": [
                    (0, 0, {"name": "Place", "product_id": ticketed.product_variant_id.id})
                ]
            }
        )
        self.assertEqual(session.training_id, self.training)
