from markupsafe import Markup

from odoo import api, fields, models
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


class ProductTemplate(models.Model):
    """The official family of a training, which fills everything the passport wants to know."""

    _inherit = "product.template"

    passport_family_id = fields.Many2one(
        "training.family",
        string="Official Family",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Choosing it fills the three answers, the category, the document, the validity and "
        "the official codes.",
    )
    passport_family_note = fields.Char(related="passport_family_id.note", string="About the Family")
    passport_family_differs = fields.Boolean(
        string="Differs from Its Family", compute="_compute_passport_family_differs", store=True
    )
    passport_family_difference = fields.Text(
        string="Differences from the Family", compute="_compute_passport_family_difference"
    )

    def _passport_family_dependencies(self):
        return [
            "passport_family_id.is_scope_doubtful",
            "passport_family_id.validity_basis",
            "passport_family_id.name",
            *FAMILY_FIELDS,
            *(
                f"passport_family_id.{fname}"
                for fname in FAMILY_FIELDS
                if fname in self.env["training.family"]._fields
            ),
        ]

    @api.depends(lambda self: self._passport_family_dependencies())
    def _compute_passport_family_differs(self):
        for product in self:
            product.passport_family_differs = bool(product._passport_family_differences())

    @api.depends(lambda self: self._passport_family_dependencies())
    def _compute_passport_family_difference(self):
        for product in self:
            product.passport_family_difference = (
                "\n".join(
                    self.env._(
                        "%(field)s: %(difference)s",
                        field=self._fields[fname]._description_string(self.env),
                        difference=text,
                    )
                    for fname, text in product._passport_family_differences()
                )
                or False
            )

    @api.onchange("passport_family_id")
    def _onchange_passport_family_id(self):
        if self.passport_family_id:
            if not self.name:
                self.name = self.passport_family_id.name
            self.update(self.passport_family_id._passport_values())

    @api.model_create_multi
    def create(self, vals_list):
        """Fill what a family describes and the values do not give."""
        default = self.env.context.get("default_passport_family_id")
        filled = []
        for vals in vals_list:
            family = self._passport_family(vals.get("passport_family_id", default))
            name = {"name": family.name} if family and not vals.get("name") else {}
            filled.append({**self._passport_family_fill(vals, family), **name})
        return super().create(filled)

    def write(self, vals):
        """Fill what a newly chosen family describes and the values do not give."""
        family = self._passport_family(vals.get("passport_family_id"))
        changed = self.filtered(lambda product: product.passport_family_id != family)
        if not family or not changed or self.env.context.get("passport_family_keep"):
            return super().write(vals)
        super(ProductTemplate, self - changed).write(dict(vals))
        filled = self._passport_family_fill(vals, family)
        changed._log_passport_family(family, filled.keys() - vals.keys())
        return super(ProductTemplate, changed).write(filled)

    def action_apply_passport_family(self):
        """Give these trainings what their family describes, whatever they hold now."""
        for family, products in self.grouped("passport_family_id").items():
            if family:
                values = family._passport_values()
                products._log_passport_family(family, values.keys())
                products.write(values)

    def action_create_passport_family(self):
        """Create a family that describes this training, give it to the training, and open it."""
        self.ensure_one()
        family = self.env["training.family"].create(self._passport_family_vals())
        self.with_context(passport_family_keep=True).passport_family_id = family
        return {
            "type": "ir.actions.act_window",
            "res_model": "training.family",
            "res_id": family.id,
            "views": [(False, "form")],
        }

    @api.model
    def _passport_family(self, family_id):
        """Return the family of a value written by a form, a program or an import."""
        return self.env["training.family"].browse(family_id or []).exists()

    @api.model
    def _passport_family_fill(self, vals, family):
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

    def _passport_family_vals(self):
        """Return the values of a family that describes this training as it is."""
        self.ensure_one()
        family = self.env["training.family"]
        values = {
            fname: [Command.set(self[fname].ids)] if fname in CODE_FIELDS else self[fname]
            for fname in FAMILY_FIELDS
            if fname in family._fields
        }
        return {
            **values,
            "name": self._passport_name(),
            "rs_code_id": self.rs_code_id.id,
            "passport_document": self.passport_document or "adf",
            "validity_basis": "recommended" if self.validity_months else "no_period",
            "is_scope_doubtful": not self.passport_eligible,
        }

    def _passport_family_differences(self, family=None):
        """Return what differs from the family, as ``[(field name, text), …]``."""
        self.ensure_one()
        family = family or self.passport_family_id
        if not family:
            return []
        differences = []
        for fname, expected in family._passport_values().items():
            field = self._fields[fname]
            if fname in CODE_FIELDS:
                wanted = set(self.env["training.code"].browse(_ids(expected)).mapped("code"))
                text = self._passport_codes_difference(wanted, set(self[fname].mapped("code")))
            else:
                actual = self[fname].id if field.type == "many2one" else self[fname]
                text = (
                    (actual or expected)
                    and actual != expected
                    and self._passport_difference(fname, expected)
                )
            if text:
                differences.append((fname, text))
        return differences

    def _passport_difference(self, fname, expected):
        return self.env._(
            "%(actual)s, the family says %(expected)s",
            actual=self._passport_family_text(fname, self[fname]),
            expected=self._passport_family_text(fname, expected),
        )

    def _passport_codes_difference(self, wanted, actual):
        texts = []
        if wanted - actual:
            texts.append(self.env._("%s missing", ", ".join(sorted(wanted - actual))))
        if actual - wanted:
            texts.append(self.env._("%s added", ", ".join(sorted(actual - wanted))))
        return "; ".join(texts)

    def _passport_family_text(self, fname, value):
        """Return one value of a training as a user reads it."""
        field = self._fields[fname]
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

    def _log_passport_family(self, family, fnames):
        """Note on these trainings what ``family`` is about to replace, of the fields ``fnames``."""
        for product in self:
            replaced = [
                Markup("<li>%s: %s</li>")
                % (self._fields[fname]._description_string(self.env), text)
                for fname, text in product._passport_family_differences(family)
                if fname in fnames
            ]
            if replaced:
                product._message_log(
                    body=Markup("<p>%s</p><ul>%s</ul>")
                    % (
                        self.env._("Family “%s” applied. Until then:", family.name),
                        Markup("").join(replaced),
                    )
                )


def _ids(commands):
    """Return the ids of the commands that :meth:`training.family._passport_values` gives."""
    return [code_id for command in commands for code_id in (command[2] or [])]
