from markupsafe import Markup

from odoo import api, models
from odoo.fields import Command

from .training_reference import CODE_FIELDS, ELIGIBILITY_FIELDS

# What a family may describe, in the order in which differences are told.
FAMILY_FIELDS = (
    *ELIGIBILITY_FIELDS,
    "passport_exclusion",
    "passport_category",
    "passport_document",
    "jdr_type",
    "jdr_name",
    "jdr_option",
    "jdr_mode",
    "validity_months",
    "is_certifying",
    "rs_code_id",
    "rome_code_ids",
    "formacode_ids",
    "nsf_code_ids",
)


class PassportFamilyFilling(models.AbstractModel):
    """What does a family give its trainings, and where do they differ from it?

    A value somebody gives wins over the family's; what a family replaces is noted on the training.
    """

    _name = "passport.family.filling"
    _description = "Filling of Trainings by Their Family"

    # ------------------------------------------------------------
    # Filling
    # ------------------------------------------------------------

    @api.model
    def _to_create(self, vals_list):
        """Return the values of new trainings, with what their family says of the rest."""
        default = self.env.context.get("default_passport_family_id")
        filled = []
        for vals in vals_list:
            family = self._family(vals.get("passport_family_id", default))
            name = {"name": family.name} if family and not vals.get("name") else {}
            filled.append({**self._fill(vals, family), **name})
        return filled

    @api.model
    def _to_write(self, trainings, vals):
        """Return ``[(trainings, values to write), …]``: those whose family changes are filled."""
        family = self._family(vals.get("passport_family_id"))
        if not family or self.env.context.get("passport_family_keep"):
            return [(trainings, vals)]
        changed = trainings.filtered(lambda training: training.passport_family_id != family)
        if not changed:
            return [(trainings, vals)]
        filled = self._fill(vals, family)
        self._log(changed, family, filled.keys() - vals.keys())
        others = trainings - changed
        return [(others, vals), (changed, filled)] if others else [(changed, filled)]

    @api.model
    def _apply_again(self, trainings):
        """Give these trainings what their family describes, whatever they hold now."""
        for family, products in trainings.grouped("passport_family_id").items():
            if family:
                values = family._passport_values()
                self._log(products, family, values.keys())
                products.write(values)

    @api.model
    def _make_family(self, training):
        """Create a family that describes a training as it is, and give it to the training."""
        family = self.env["training.family"].create(self._family_values(training))
        training.with_context(passport_family_keep=True).passport_family_id = family
        return family

    def _family(self, family_id):
        """Return the family of a value written by a form, a program or an import."""
        if not family_id:
            return self.env["training.family"]
        return self.env["training.family"].browse(family_id).exists()

    def _fill(self, vals, family):
        """Return ``vals`` and what ``family`` says of the fields they do not give.

        An empty cell of an imported file gives nothing; a field emptied in a form is a choice.
        """
        if not family:
            return vals
        values = family._passport_values()
        is_file = self.env.context.get("import_file")
        given = {
            fname: value
            for fname, value in vals.items()
            if value or not is_file or fname not in values
        }
        return {**values, **given}

    def _family_values(self, training):
        family = self.env["training.family"]
        values = {
            fname: [Command.set(training[fname].ids)] if fname in CODE_FIELDS else training[fname]
            for fname in FAMILY_FIELDS
            if fname in family._fields
        }
        return {
            **values,
            "name": training._passport_name(),
            "rs_code_id": training.rs_code_id.id,
            "passport_document": training.passport_document or "adf",
            "validity_basis": "recommended" if training.validity_months else "no_period",
            "is_scope_doubtful": not training.passport_eligible,
        }

    def _log(self, trainings, family, fnames):
        """Note on trainings what ``family`` is about to replace, of the fields ``fnames``."""
        for training in trainings:
            replaced = [
                Markup("<li>%s: %s</li>") % (self._label(fname), text)
                for fname, text in self._differences(training, family)
                if fname in fnames
            ]
            if replaced:
                training._message_log(
                    body=Markup("<p>%s</p><ul>%s</ul>")
                    % (
                        self.env._("Family “%s” applied. Until then:", family.name),
                        Markup("").join(replaced),
                    )
                )

    # ------------------------------------------------------------
    # Differences
    # ------------------------------------------------------------

    @api.model
    def _difference_text(self, training):
        """Return what differs from the family, a line each, ``False`` if nothing does."""
        lines = [
            self.env._("%(field)s: %(difference)s", field=self._label(fname), difference=text)
            for fname, text in self._differences(training)
        ]
        return "\n".join(lines) or False

    @api.model
    def _differences(self, training, family=None):
        """Return what differs from the family, as ``[(field name, text), …]``."""
        family = family or training.passport_family_id
        if not family:
            return []
        found = [
            (fname, self._difference(training, fname, expected))
            for fname, expected in family._passport_values().items()
        ]
        return [(fname, text) for fname, text in found if text]

    def _difference(self, training, fname, expected):
        """Return how one value of a training differs from the family's, empty if it does not."""
        if fname in CODE_FIELDS:
            codes = self.env["training.code"].browse(_ids(expected))
            return self._codes_difference(
                set(codes.mapped("code")), set(training[fname].mapped("code"))
            )
        is_record = training._fields[fname].type == "many2one"
        actual = training[fname].id if is_record else training[fname]
        if actual == expected or not (actual or expected):
            return ""
        return self.env._(
            "%(actual)s, the family says %(expected)s",
            actual=self._value_text(fname, training[fname]),
            expected=self._value_text(fname, expected),
        )

    def _codes_difference(self, wanted, actual):
        texts = []
        if wanted - actual:
            texts.append(self.env._("%s missing", ", ".join(sorted(wanted - actual))))
        if actual - wanted:
            texts.append(self.env._("%s added", ", ".join(sorted(actual - wanted))))
        return "; ".join(texts)

    def _label(self, fname):
        return self.env["product.template"]._fields[fname]._description_string(self.env)

    def _value_text(self, fname, value):
        """Return one value of a training as a user reads it."""
        field = self.env["product.template"]._fields[fname]
        if field.type == "many2one":
            record = value if isinstance(value, models.Model) else self.env[field.comodel_name]
            value = (record or record.browse(value or [])).display_name
        elif field.type == "selection":
            value = dict(field._description_selection(self.env)).get(value)
        elif field.type == "boolean":
            value = self.env._("yes") if value else self.env._("no")
        elif fname == "validity_months" and not value:
            value = self.env._("without end")
        return str(value) if value else self.env._("nothing")


def _ids(commands):
    """Return the ids of the commands that :meth:`training.family._passport_values` gives."""
    return [code_id for command in commands for code_id in (command[2] or [])]
