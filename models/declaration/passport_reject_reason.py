from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ...tools import return_reason, return_status

# What to correct.
KINDS = [
    ("person", "The person: NIR and birth name"),
    ("employer", "The employer: SIRET"),
    ("training", "The training: codes"),
    ("other", "Something else"),
]


class PassportRejectReason(models.Model):
    """A known reason why the authority rejects an attendee: how to recognise it, and what to correct.

    The wording of the authority's answers is not published and may change: managers correct the
    keywords here, without touching the addon.
    """

    _name = "passport.reject.reason"
    _description = "Reason of a Rejection"
    _order = "sequence, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="How this reason is called here, for your colleagues.",
    )
    sequence = fields.Integer(default=50, help="The first reason that is recognised counts.")
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        KINDS,
        string="What to Correct",
        required=True,
        default="other",
        help="Where attendees rejected for this reason are corrected, and who is told.",
    )
    keywords = fields.Text(
        help="How the authority words this reason: one wording a line. A line is recognised when all its "
        "words are found, in any order; accents, capitals, plurals and feminines do not matter. A star "
        "stands for any end of a word: expir*.",
    )
    advice = fields.Char(translate=True, help="What to do, shown to whoever mends it.")

    @api.constrains("keywords", "kind")
    def _check_keywords(self):
        for reason in self:
            if any(len(line) == 1 and len(line[0]) < 3 for line in reason._wordings()):
                raise ValidationError(
                    self.env._(
                        "%s: a single word of one or two letters would be found everywhere.",
                        reason.name,
                    )
                )

    def _wordings(self):
        """Return the wordings of this reason, each as a list of words."""
        return return_reason.wordings_of(self.keywords)

    @api.model
    @tools.ormcache()
    def _known_wordings(self):
        """Return ``[(id, wordings)]`` of all reasons, in their order."""
        return [(reason.id, reason._wordings()) for reason in self.sudo().search([])]

    @api.model
    def _recognise(self, text):
        """Return the known reason that ``text``, the authority's words, gives; empty if none fits."""
        words = return_status.words_of(text)
        for reason_id, wordings in self._known_wordings():
            if any(return_reason.matches(wording, words) for wording in wordings):
                return self.browse(reason_id)
        return self.browse()

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        result = super().write(vals)
        if "kind" in vals:
            lines = self.env["passport.declaration.line"].sudo()
            lines = lines.search([("reject_reason_id", "in", self.ids)])
            self.env["passport.readiness"]._refresh(lines.registration_id)
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
