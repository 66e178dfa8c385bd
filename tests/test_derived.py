"""What follows from other values is written by no user: walked over all fields, of all models."""

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.ground.base import is_derived
from .test_walk import NOISE, WalkCase

# What makes the difference for the law; named, so that the walk cannot lose them.
SURE = {
    "event.registration": {
        *("passport_state", "passport_issue_ids", "passport_deadline", "passport_document"),
        *("passport_line_state", "attendee_created"),
    },
    "passport.declaration": {"name", "state", "line_count", "accepted_count"},
    "passport.declaration.line": {"state", "unique_id", "number_index", "file_position"},
    "passport.deposit": {"name", "state", "file_sha256", "generated_on", "generated_by_id"},
    "res.partner": {"nir_state", "nir_state_date"},
}


@tagged("post_install", "-at_install", "passport")
class TestDerived(WalkCase):
    def derived(self, model):
        return [name for name in self.own_fields(model) if is_derived(model._fields[name])]

    def walked(self):
        for model in self.own_models():
            if not model._abstract and not model._transient and model._auto:
                yield model, self.derived(model)

    def value_of(self, records, name):
        """Return a value for a field as the web client would send it."""
        field = records._fields[name]
        value = field.convert_to_write(records[:1].sudo()[name], records[:1].sudo())
        if field.type == "many2many":
            return [(5, 0, 0)]
        return value or {
            "boolean": True,
            "integer": 7,
            "float": 7.0,
            "char": "x",
            "many2one": 1,
        }.get(field.type)

    def assertRefused(self, call, where):
        quiet = mute_logger(*NOISE, "odoo.addons.base.models.ir_rule")
        with self.env.cr.savepoint() as savepoint, quiet:
            try:
                call()
            except AccessError:
                refused = True
            else:
                refused = False
            savepoint.rollback()
        self.env.invalidate_all()
        self.assertTrue(refused, f"{where} is not refused")

    def test_no_user_writes_them(self):
        for model, names in self.walked():
            records = self.sample(model)[:1]
            for name in names:
                self.counts["fields"] += 1
                value = self.value_of(records, name)
                for role in ("declarant", "manager"):
                    mine = self.as_role(model, role)
                    where = f"{model._name}.{name} as {role}"
                    if records:
                        self.assertRefused(
                            lambda mine=mine, ids=records.ids, name=name, value=value: call_kw(
                                mine, "write", [ids, {name: value}], {}
                            ),
                            where,
                        )
                    self.assertRefused(
                        lambda mine=mine, name=name, value=value: call_kw(
                            mine, "create", [{name: value}], {}
                        ),
                        f"{where}, created",
                    )
        self.assertGreater(self.counts["fields"], 120)

    def test_not_by_a_default_either(self):
        mine = self.as_role(self.env["event.registration"], "manager")
        with self.assertRaises(AccessError):
            mine.with_context(default_passport_state="declared").create(
                {"event_id": self.make_session().id, "name": "Zoé"}
            )

    def test_what_the_law_rests_on_is_among_them(self):
        for model, names in SURE.items():
            self.assertLessEqual(names, set(self.derived(self.env[model])), model)

    def test_forms_show_them_as_readonly(self):
        mine = self.as_role(self.env["passport.deposit"], "manager")
        for name, field in mine.fields_get(self.derived(mine), ["readonly"]).items():
            self.assertTrue(field["readonly"], name)

    def test_changes_of_state_leave_a_trace(self):
        deposit = self.deposit.with_context(tracking_disable=False, mail_notrack=False)
        # Odoo tracks nothing of what was made in the same transaction.
        self.env.cr.flush()
        for action, record in (
            ("action_mark_deposited", deposit),
            ("action_accept", deposit.line_ids),
            ("action_undo_answer", deposit.line_ids),
        ):
            told = deposit if record == deposit else record.declaration_id
            before = len(told.message_ids)
            getattr(self.as_role(record, "declarant"), action)()
            self.env.flush_all()
            self.env.cr.flush()
            told.invalidate_recordset()
            with self.subTest(action=action):
                self.assertGreater(len(told.message_ids), before, f"{action} {told}")
