import uuid

from odoo import api, fields, models

from ..ground.selections import LINE_STATES, LIVE_STATES
from ..readiness.event_registration_readiness import JDR_COLUMNS


class PassportDeclarationLine(models.Model):
    """One attendee in one declaration, with the values declared frozen, the NIR excepted.

    Life: ``prepared`` → ``in_deposit`` (its declaration is in a deposit) → ``deposited`` (the
    training body gave the file to the portal, or typed it there) → ``accepted`` or ``rejected``;
    ``withdrawn`` when it is given up: before the deposit by cancelling, afterwards only once the
    holder was deleted on the portal. A line is live until it is rejected or withdrawn, and a
    registration has one live line at most: the database itself sees to it, whatever two users do
    at once.

    Lines are written by the addon's own methods, never by users.
    """

    _name = "passport.declaration.line"
    _description = "Declared Attendee"
    _order = "declaration_id desc, birth_name, id"
    _rec_name = "birth_name"
    _check_company_auto = True

    declaration_id = fields.Many2one(
        "passport.declaration", required=True, ondelete="cascade", index=True, readonly=True
    )
    deposit_id = fields.Many2one(
        related="declaration_id.deposit_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(related="declaration_id.company_id", store=True, index=True)
    event_id = fields.Many2one(related="declaration_id.event_id", store=True, index=True)
    training_id = fields.Many2one(related="declaration_id.training_id", store=True)
    registration_id = fields.Many2one(
        "event.registration",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Attendee",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
    )
    attendee_name = fields.Char(string="Name", related="partner_id.name")
    unique_id = fields.Char(
        string="Unique Identifier",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: str(uuid.uuid4()),
        help="ID_UNIQUE_PARTENAIRE: never used twice, in any file, even after a restore.",
    )
    # Frozen when the declaration is prepared.
    birth_name = fields.Char(readonly=True)
    has_employer = fields.Boolean(readonly=True)
    employer_id = fields.Many2one("res.partner", readonly=True, ondelete="restrict")
    siret = fields.Char(string="SIRET", readonly=True)
    employer_reference = fields.Char(string="Employer's Reference", readonly=True)
    validity_start_date = fields.Date(string="Valid From", readonly=True)
    validity_end_date = fields.Date(string="Valid Until", readonly=True)
    jdr_result = fields.Char(string="Result Obtained", readonly=True)
    jdr_mention = fields.Char(string="Distinction", readonly=True)
    jdr_proof_link = fields.Char(string="Link to the Proof", readonly=True)
    jdr_proof_reference = fields.Char(string="Number of the Proof", readonly=True)

    state = fields.Selection(
        LINE_STATES,
        default="prepared",
        required=True,
        readonly=True,
        index=True,
    )
    is_live = fields.Boolean(compute="_compute_is_live", store=True)
    reject_reason = fields.Char(string="Reason of the Rejection", readonly=True)
    file_position = fields.Integer(
        string="Line in the File",
        readonly=True,
        copy=False,
        help="Set once the import file is generated; the line with the column names not counted.",
    )

    _unique_id_unique = models.Constraint(
        "unique(unique_id)", "A unique identifier is never used twice."
    )
    _one_live_line = models.UniqueIndex(
        "(registration_id) WHERE state IN ('prepared', 'in_deposit', 'deposited', 'accepted')",
        "One of these attendees is already in a declaration. Reload the page: a colleague may have "
        "prepared it at the same time.",
    )

    @api.depends("state")
    def _compute_is_live(self):
        for line in self:
            line.is_live = line.state in LIVE_STATES

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._tell_registrations()
        return result

    def _tell_registrations(self):
        """Tell the registrations of these lines where their last line stands.

        Withdrawn lines are left aside: their attendees are free.
        """
        registrations = self.sudo().registration_id
        lines = self.sudo().search_fetch(
            [("registration_id", "in", registrations.ids), ("state", "!=", "withdrawn")],
            ["registration_id", "state"],
            order="id",
        )
        last = {line.registration_id.id: line.state for line in lines}
        for state, found in registrations.grouped(lambda reg: last.get(reg.id, False)).items():
            found.filtered(lambda reg, state=state: reg.passport_line_state != state).write(
                {"passport_line_state": state}
            )

    @api.model
    def _values_of_registration(self, registration):
        """Return the values to freeze for one registration (to be read as superuser)."""
        employer = registration.employer_id
        has_employer = not registration.without_employer
        return {
            "registration_id": registration.id,
            "partner_id": registration.attendee_partner_id.id,
            "birth_name": registration.attendee_partner_id.birth_name,
            "has_employer": has_employer,
            "employer_id": employer.id if has_employer else False,
            "siret": employer._passport_siret() if has_employer else False,
            "employer_reference": has_employer and registration.employer_reference,
            "validity_start_date": registration.validity_start_date,
            "validity_end_date": registration.validity_end_date,
            **{
                fname: registration.passport_document == "jdr" and registration[fname]
                for fname in JDR_COLUMNS
            },
        }

    def _stale(self):
        """Return the lines whose frozen values differ from what the records say now."""
        return self.filtered(
            lambda line: any(
                (line._fields[fname].convert_to_write(line[fname], line) or False)
                != (value or False)
                for fname, value in self._values_of_registration(line.registration_id).items()
            )
        )

    def _row(self, number):
        """Return this line as a row of the import file (see ``tools/authority_file.py``).

        :param number: the attendee's NIR
        """
        self.ensure_one()
        return {
            **self.declaration_id._training_row(),
            "ID_UNIQUE_PARTENAIRE": self.unique_id,
            "NIR": number,
            "NOM_TITULAIRE": self.birth_name or "",
            "PRESENCE_EMPLOYEUR": self.has_employer,
            "SIRET_EMPLOYEUR": self.siret or "",
            "REFERENCE_EMPLOYEUR": self.employer_reference or "",
            "DATE_DEBUT_VALIDITE": self.validity_start_date or None,
            "DATE_FIN_VALIDITE": self.validity_end_date or None,
            **{column: self[fname] or "" for fname, column in JDR_COLUMNS.items()},
        }
