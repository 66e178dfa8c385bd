from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.tools import format_date

from ...tools.text import describe_character

# What can be asked of the person or of the employer; each is a column ``asks_…``.
ASKABLE = ("name", "nir", "birth_name", "employer", "siret")


class IssueKind(NamedTuple):
    """What the code has to know of an issue, apart from its words."""

    id: int
    severity: str
    asks: frozenset
    stops_asking: bool
    mend_field: str


class PassportIssue(models.Model):
    """A reason why an attendee cannot be declared, or a warning about one.

    The rows are the addon's data, one for each code that ``event.registration._passport_issues``
    can return: here, and nowhere else, stands what an issue says, whether it blocks, who mends it
    and where, and which data it asks for.
    """

    _name = "passport.issue"
    _description = "Declaration Issue"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    message = fields.Char(
        translate=True,
        readonly=True,
        help="What a user reads. %(name)s is the record to mend; the other placeholders are what the "
        "rule found.",
    )
    severity = fields.Selection(
        [
            ("blocking", "Blocks the declaration"),
            ("warning", "To be looked at"),
            ("not_concerned", "Not to be declared"),
        ],
        required=True,
        readonly=True,
        default="blocking",
    )
    is_blocking = fields.Boolean(
        string="Blocking",
        compute="_compute_is_blocking",
        store=True,
        help="An attendee with a blocking issue cannot be declared. A warning does not block.",
    )
    mended_by = fields.Selection(
        [
            ("person", "The attendee"),
            ("employer", "The employer"),
            ("session", "Who runs the session"),
            ("training", "Who describes the trainings"),
            ("declarant", "The declarant"),
            ("nobody", "Nobody"),
        ],
        required=True,
        readonly=True,
        default="declarant",
    )
    mend_on = fields.Selection(
        [
            ("registration", "The registration"),
            ("person", "The attendee's contact"),
            ("employer", "The employer's contact"),
            ("session", "The session"),
            ("training", "The training"),
            ("declaration", "The declaration"),
        ],
        string="Mended On",
        required=True,
        readonly=True,
        default="registration",
    )
    mend_field = fields.Char(
        readonly=True, help="The field that is mended, where the rule itself names none."
    )
    asks_name = fields.Boolean(string="Asks for the Name", readonly=True)
    asks_nir = fields.Boolean(string="Asks for the NIR", readonly=True)
    asks_birth_name = fields.Boolean(string="Asks for the Birth Name", readonly=True)
    asks_employer = fields.Boolean(string="Asks for the Employer", readonly=True)
    asks_siret = fields.Boolean(string="Asks for the SIRET", readonly=True)
    stops_asking = fields.Boolean(
        readonly=True, help="With this issue nothing is asked any more, of anybody."
    )
    sequence = fields.Integer(default=10)

    _code_unique = models.Constraint("unique(code)", "Each issue code exists once.")

    @api.depends("severity")
    def _compute_is_blocking(self):
        for issue in self:
            issue.is_blocking = issue.severity != "warning"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # ------------------------------------------------------------
    # Public to the rest of the addon
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _kinds(self):
        """Return ``{code: IssueKind}`` of all issues, empty while the addon is being installed."""
        return {
            issue.code: IssueKind(
                issue.id,
                issue.severity,
                frozenset(name for name in ASKABLE if issue[f"asks_{name}"]),
                issue.stops_asking,
                issue.mend_field or "",
            )
            for issue in self.sudo().search([])
        }

    @api.model
    def _codes(self, *severities):
        """Return the codes of the issues of some severities, as a set."""
        return {code for code, kind in self._kinds().items() if kind.severity in severities}

    @api.model
    @tools.ormcache("self.env.lang")
    def _messages(self):
        """Return ``{code: message with placeholders}`` in the user's language."""
        return {issue.code: issue.message or issue.name for issue in self.sudo().search([])}

    @api.model
    def _message(self, code, record, params):
        """Return the text a user reads for one issue.

        :param code: a code of an issue
        :param record: the record to mend
        :param params: what the rule found: counts, limits, characters; never a NIR
        """
        return self._speaker()(code, record._name, record.id, record.sudo().display_name, params)

    @api.model
    def _speaker(self):
        """Return what says issues, for any number of them: :meth:`Speaker.__call__`."""
        return Speaker(self.env)

    @api.model
    def _contact_name(self, partner_id):
        """Return the name of a contact, to who may read it: contacts of other companies have none."""
        seen = self.env["res.partner"].browse(partner_id)._filtered_access("read")
        return seen.display_name or self.env._("of another company (not yours to see)")

    @api.model
    def _session_name(self, event_id):
        """Return the name of a session, to who may read it: as with contacts."""
        seen = self.env["event.event"].browse(event_id)._filtered_access("read")
        return seen.display_name or self.env._("of another company (not yours to see)")


class Speaker:
    """Says issues in the user's language; what it looked up once, it keeps."""

    def __init__(self, env):
        self.env = env
        self.messages = env["passport.issue"]._messages()
        self.known = {}

    def __call__(self, code, model, record_id, name, params):
        """Return the text of one issue.

        :param model: of the record to mend
        :param name: of the record to mend, looked up where it is not given
        :param params: what the rule found
        """
        if name is None:
            name = self._keep(("name", model, record_id), self._name, model, record_id)
        values = {"name": name}
        if params:
            values.update(params)
            for param in params.keys() & TELLERS.keys():
                values[param] = TELLERS[param](self, model, params[param])
        return self.messages[code] % values

    def _keep(self, key, function, *args):
        if key not in self.known:
            self.known[key] = function(*args)
        return self.known[key]

    def _name(self, model, record_id):
        return self.env[model].sudo().browse(record_id).display_name or ""

    def _characters(self, _model, characters):
        return " ".join(map(describe_character, characters))

    def _day(self, _model, day):
        return format_date(self.env, day)

    def _field(self, model, fname):
        field = self.env[model]._fields[fname]
        return self._keep(("field", model, fname), field._description_string, self.env)

    def _problem(self, _model, problem):
        say = self.env["passport.typed"]._siret_text
        return self._keep(("problem", problem), say, problem)

    def _other(self, _model, partner_id):
        say = self.env["passport.issue"]._contact_name
        return self._keep(("other", partner_id), say, partner_id)

    def _session(self, _model, event_id):
        say = self.env["passport.issue"]._session_name
        return self._keep(("session", event_id), say, event_id)


# Parameters that are no text yet.
TELLERS = {
    "characters": Speaker._characters,
    "day": Speaker._day,
    "field": Speaker._field,
    "other": Speaker._other,
    "problem": Speaker._problem,
    "session": Speaker._session,
}
