from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ...tools.code_list import CERTIFICATIONS
from ...tools.text import fold
from ..ground.followers import following

# How far what is known of a code or a family can be trusted, as the sources of the data say.
RELIABILITIES = [
    ("official_text", "Official text"),
    ("official_sheet", "Official sheet"),
    ("aligned", "Codes of a related official sheet"),
    ("cross_checked", "Found in two sources"),
    ("valid_codes", "Valid codes, no official sheet"),
    ("single_source", "One source only"),
    ("doubtful", "Doubtful"),
    ("not_established", "Not established"),
]
# The fields of a training that its family fills.
ELIGIBILITY_FIELDS = (
    "passport_aims_prevention",
    "passport_gives_proof",
    "passport_is_transferable",
)
# What a certifying training leads to is in either register.
CERTIFICATION_DOMAIN = [("nomenclature", "in", CERTIFICATIONS)]
CODE_FIELDS = ("formacode_ids", "nsf_code_ids", "rome_code_ids")


class TrainingReference(models.AbstractModel):
    """What the official codes and the official families share: shipped by the addon, kept by users.

    Each has a field ``search_key``, the folded text that searches look into.

    The addon's update refreshes what it ships, and nothing else: what users added, archived or
    chose stays theirs. What a later version ships no more is archived where a training uses it.
    """

    _name = "training.reference"
    _description = "Training Reference Data"
    # ``{model: (field, …)}``: the stored fields that hold such records.
    _used_in: dict[str, tuple[str, ...]] = {}
    # Who follows the creation and the change of such a record, in this order.
    _create_followers = ()
    _write_followers = ()
    # Whether what users change is theirs: the addon's update then leaves the record alone.
    _is_kept_once_changed = False

    reliability = fields.Selection(
        RELIABILITIES,
        readonly=True,
        help="How far the shipped data can be trusted; empty for what users added.",
    )
    note = fields.Char(
        translate=True, readonly=True, help="What the sources say about this reliability."
    )
    source = fields.Char(help="Where this comes from.")
    active = fields.Boolean(
        default=True,
        help="What is archived is no longer proposed; trainings that use it keep it.",
    )

    def _in_use(self):
        """Return those of these records that a training uses, archived trainings included."""
        used = self.browse()
        if self:
            self.env.flush_all()
        for model_name, fnames in self._used_in.items():
            model = self.env[model_name].sudo().with_context(active_test=False)
            for fname in fnames:
                groups = model._read_group([(fname, "in", self.ids)], [fname])
                used |= self.browse([record.id for (record,) in groups])
        return self & used

    @api.model
    def _search_display_name(self, operator, value):
        """Search by any of the words, whatever the case, the accents and the order."""
        if (
            operator not in ("ilike", "not ilike")
            or not isinstance(value, str)
            or not value.strip()
        ):
            return super()._search_display_name(operator, value)
        words = fold(value).replace("\0", " ").encode(errors="ignore").decode().split()
        domain = Domain.AND(Domain("search_key", "like", word) for word in words)
        return ~domain if operator == "not ilike" else domain

    @api.model_create_multi
    def create(self, vals_list):
        self.env["passport.training.check"]._check_typed(self, *vals_list)
        with following(self._create_followers, self, vals_list) as made:
            made.append(super().create(vals_list))
        return made[0]

    def write(self, vals):
        self.env["passport.training.check"]._check_typed(self, vals)
        with following(self._write_followers, self, vals):
            result = super().write(vals)
        is_update = self.env.context.get("training_reference_load")
        if self._is_kept_once_changed and vals.keys() - {"active"} and not is_update:
            self.env["ir.model.data"].sudo().search(
                [("model", "=", self._name), ("res_id", "in", self.ids), ("noupdate", "=", False)]
            ).noupdate = True
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if used := self._in_use():
            raise UserError(
                self.env._(
                    "Trainings use %s. Archive it instead: it will no longer be proposed, and they "
                    "keep it.",
                    ", ".join(used[:5].mapped("display_name")),
                )
            )

    def unlink(self):
        """Archive instead of deleting where the addon's update drops what a training uses."""
        used = self.browse()
        if self.env.context.get(MODULE_UNINSTALL_FLAG):
            used = self._in_use()
            used.active = False
        return super(TrainingReference, self - used).unlink()

    def _load_records_write(self, values):
        return super(
            TrainingReference, self.with_context(training_reference_load=True)
        )._load_records_write(values)
