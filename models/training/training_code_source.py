import logging

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import code_list, open_data
from ..ground.passport_rights import MANAGER_GROUP
from .training_code import NOMENCLATURES

_logger = logging.getLogger(__name__)
# A list that archives more than this share of the codes, or holds more faulty records than that
# one, is taken for a wrong answer.
MOST_GONE = 0.3
MOST_FAULTY = 0.05
ACTIVITY = "passeport_prevention.mail_activity_type_codes"


class TrainingCodeSource(models.Model):
    """An open data set from which the codes of one nomenclature are kept up to date.

    The list is read in full before anything is written, then applied in one go. Whatever goes wrong
    leaves the codes as they were and tells the responsible manager.
    """

    _name = "training.code.source"
    _description = "Source of Official Codes"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "nomenclature, name, id"

    name = fields.Char(required=True, translate=True)
    nomenclature = fields.Selection(
        NOMENCLATURES,
        required=True,
        help="The register whose codes this source gives.",
    )
    interface = fields.Selection(
        [
            (open_data.OPENDATASOFT, "Opendatasoft (explore v2.1)"),
            (open_data.TABULAR, "data.gouv.fr (tabular)"),
        ],
        required=True,
        default=open_data.OPENDATASOFT,
        help="The kind of open data portal that publishes the codes.",
    )
    address = fields.Char(
        required=True,
        tracking=True,
        help="Address of the records over https, without parameters. Replace IDENTIFIANT by the "
        "identifier of the data set.",
    )
    code_field = fields.Char(
        string="Field of the Code", help="Found by its name or by what it holds, if empty."
    )
    label_field = fields.Char(
        string="Field of the Label", help="Found by its name or by what it holds, if empty."
    )
    end_field = fields.Char(
        string="Field of the End Date",
        help="The field that says until when a code is registered; leave it empty where "
        "there is none.",
    )
    condition = fields.Char(
        string="Filter",
        help="Opendatasoft: a condition, for instance domaine = 'SST'. data.gouv.fr: for instance "
        "Actif__exact=ACTIVE.",
    )
    is_complete = fields.Boolean(
        string="The List Is Complete",
        default=True,
        help="Codes that it does not hold have disappeared and are archived.",
    )
    is_automatic = fields.Boolean(
        string="Update Every Week",
        tracking=True,
        help="Looked up once a week; too great a change is never applied, but told to you.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        help="Is told when an update fails; a manager of the app if empty.",
    )
    active = fields.Boolean(default=True)
    tried_on = fields.Datetime(string="Last Update", readonly=True)
    succeeded_on = fields.Datetime(string="Last Successful Update", readonly=True)
    state = fields.Selection(
        [("never", "Never updated"), ("done", "Up to date"), ("failed", "Failed")],
        default="never",
        required=True,
        readonly=True,
    )
    message = fields.Text(string="Result", readonly=True)

    @api.constrains("address", "is_automatic")
    def _check_address(self):
        for source in self:
            if source.is_automatic and open_data.PLACEHOLDER in source.address:
                raise ValidationError(
                    self.env._(
                        "%(name)s: replace %(word)s in the address by the identifier of the data "
                        "set before updating every week.",
                        name=source.name,
                        word=open_data.PLACEHOLDER,
                    )
                )
            if "?" in source.address or not source.address.startswith(("https://", "http://")):
                raise ValidationError(
                    self.env._(
                        "%s: the address begins with https:// and has no parameters.", source.name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env["passport.training.check"]._check_typed(self, *vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self.env["passport.training.check"]._check_typed(self, vals)
        return super().write(vals)

    def action_update(self):
        """Read these sources and apply what they say, now."""
        self.check_access("write")
        for source in self:
            source._update()
        failed = self.filtered(lambda source: source.state == "failed")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if failed else "success",
                "sticky": bool(failed),
                "message": "\n".join(f"{source.name}: {source.message}" for source in self),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _cron_update(self):
        """Update the sources that are to be updated every week, each on its own."""
        sources = self.search([("is_automatic", "=", True)])
        self.env["ir.cron"]._commit_progress(remaining=len(sources))
        for source in sources:
            source._update()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _update(self):
        """Bring the codes up to date, or say what kept them from it; never raises."""
        self.ensure_one()
        try:
            # Outside of any write: a portal may take its time.
            listed = self._read_list()
            with self.env.cr.savepoint():
                message = self._apply_list(listed)
        except open_data.OpenDataError as error:
            self._failed(self._error_text(error))
        except Exception:
            _logger.exception("Update of the codes from source %s failed", self.id)
            self._failed(self.env._("Unexpected error; the server's log says more."))
        else:
            self._succeeded(message)

    def _read_list(self):
        """Return the ``code_list.CodeList`` that the source publishes.

        :raises open_data.OpenDataError: the answer is missing, partial or not a list of codes
        """
        if open_data.PLACEHOLDER in self.address:
            raise open_data.OpenDataError(open_data.ADDRESS, address=self.address)
        names = self._field_names()
        records = open_data.read_records(self.interface, self.address, names, self.condition or "")
        rows = (
            ["" if record[name] is None else str(record[name]) for name in names]
            for record in records
        )
        columns = code_list.Columns(0, 1, 2 if len(names) > 2 else None, header=None, start=0)
        listed = code_list.read_codes(rows, columns, self.nomenclature)
        if not listed.codes or len(listed.faults) > MOST_FAULTY * len(records):
            raise open_data.OpenDataError(
                open_data.SHAPE, faulty=len(listed.faults), total=len(records)
            )
        return listed

    def _field_names(self):
        """Return the names of the fields of code, label and, if there is one, end.

        :raises open_data.OpenDataError: nobody says, and they are not found by themselves
        """
        code, label, end = (
            (name or "").strip() for name in (self.code_field, self.label_field, self.end_field)
        )
        if not code or not label:
            rows = open_data.read_names(self.interface, self.address, self.condition or "")
            columns = code_list.find_columns(rows, self.nomenclature)
            if not columns:
                names = ", ".join(rows[0])
                raise open_data.OpenDataError(open_data.FIELDS, names=names[:500])
            code, label = code or rows[0][columns.code], label or rows[0][columns.label]
        return [name for name in (code, label, end) if name]

    def _apply_list(self, listed):
        """Apply a list; return what it changed, as text.

        :raises open_data.OpenDataError: far too many codes would be archived
        """
        lists = self.env["training.code.list"].sudo()
        plan = lists._compare(self.nomenclature, listed, self.is_complete)
        active = lists.env["training.code"].search_count([("nomenclature", "=", self.nomenclature)])
        if len(plan.gone) > MOST_GONE * active:
            raise open_data.OpenDataError(open_data.PARTIAL, gone=len(plan.gone), total=active)
        trainings = lists._trainings_with(self.nomenclature, plan.gone) if plan.gone else []
        lists._apply(self.nomenclature, plan, self.name)
        lines = [
            self.env._(
                "New codes: %(new)s; changed: %(changed)s; proposed again: %(back)s; archived: %(gone)s; "
                "unchanged: %(unchanged)s.",
                new=len(plan.new),
                changed=len(plan.changed),
                back=len(plan.back),
                gone=len(plan.gone),
                unchanged=plan.unchanged,
            )
        ]
        if listed.faults:
            lines.append(self.env._("Records that could not be used: %s.", len(listed.faults)))
        if trainings:
            names = ", ".join(trainings.mapped("display_name"))
            lines.append(self.env._("Trainings that use archived codes: %s", names))
        return "\n".join(lines)

    def _succeeded(self, message):
        now = fields.Datetime.now()
        self.sudo().write(
            {"state": "done", "tried_on": now, "succeeded_on": now, "message": message}
        )
        self.message_post(body=message)
        self.activity_unlink([ACTIVITY])

    def _failed(self, message):
        message = self.env._("%s The codes stay as they were.", message)
        self.sudo().write(
            {"state": "failed", "tried_on": fields.Datetime.now(), "message": message}
        )
        self.message_post(body=message)
        manager = self._responsible()
        if manager and not self.activity_search([ACTIVITY]):
            self.activity_schedule(
                ACTIVITY,
                summary=self.env._("The update of the official codes failed"),
                note=message,
                user_id=manager.id,
            )

    def _responsible(self):
        """Return who is told of a failure."""
        if self.user_id.active:
            return self.user_id
        return self.env["passport.rights"]._responsible(MANAGER_GROUP)

    def _error_text(self, error):
        params = error.params
        texts = {
            open_data.ADDRESS: self.env._(
                "The address must be a public one that begins with https://, with the identifier of "
                "the data set."
            ),
            open_data.UNREACHABLE: self.env._("The portal cannot be reached (%(detail)s)."),
            open_data.STATUS: self.env._("The portal answered with the error %(status)s."),
            open_data.TOO_LARGE: self.env._("The answer is larger than %(max)s MB."),
            open_data.TOO_MANY: self.env._(
                "The data set has %(total)s records and the portal gives %(max)s: narrow the filter, or "
                "import the file."
            ),
            open_data.NOT_JSON: self.env._("The answer is no data (JSON) but something else."),
            open_data.SHAPE: self.env._(
                "The answer does not look like a list of these codes. Check the fields."
            ),
            open_data.PARTIAL: self.env._(
                "The answer is not complete. Records read: %(found)s of %(total)s."
            ),
            open_data.EMPTY: self.env._("The answer holds no record."),
            open_data.FIELD: self.env._("The records have no field “%(field)s”."),
            open_data.FIELDS: self.env._(
                "Which fields hold the codes and the labels cannot be told: write their names. The "
                "records have: %(names)s."
            ),
        }
        text = texts[error.code]
        if "gone" in params:
            text = self.env._(
                "Codes that would be archived: %(gone)s of %(total)s. Import the file by hand if that is "
                "right."
            )
        return text % params if params else text
