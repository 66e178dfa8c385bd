from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import authority_file, authority_form
from ..ground.passport_rights import DECLARANT_GROUP
from ..readiness.event_registration_readiness import WARNING_CODES

NOMENCLATURES = {
    "COMPETENCE_TRANSFERABLE": "rome",
    "CERTIFICATION_VISEE": "rs",
    "DOMAINE_FORMATION": "formacode",
    "SPECIALITE_FORMATION": "nsf",
}
CHOICES = {
    "MODALITE_DISPENSE": "modality",
    "QUALIFICATION_FORMATEUR": "trainer_qualification",
    "TYPE_JDR": "jdr_type",
    "MODE_OBTENTION": "jdr_mode",
}


class PassportDeclaration(models.Model):
    """Assisted entry: a declaration typed into the portal's web form, value by value.

    A declarant copies the values one after another and ticks off each attendee once typed; whoever
    opens the same declaration later, or at the same time, goes on from the ticks stored on the
    lines. Nothing is shown to be typed that an import file could not hold: the checks are those of
    a deposit. When all are ticked, the declaration is marked as deposited.
    """

    _inherit = "passport.declaration"

    typed_count = fields.Integer(
        string="Typed into the Portal",
        compute="_compute_typed_count",
        help="How many attendees were ticked off in the assisted entry.",
    )

    @api.depends("line_ids.typed_on", "line_ids.state")
    def _compute_typed_count(self):
        for declaration in self:
            declaration.typed_count = len(declaration._lines_to_type().filtered("typed_on"))

    def _lines_to_type(self):
        return self.line_ids.filtered(lambda line: line.state != "withdrawn")

    # ------------------------------------------------------------
    # Buttons, and what the client action calls
    # ------------------------------------------------------------

    def action_open_entry(self):
        """Open the assisted entry of this declaration."""
        self.ensure_one()
        self._check_entry()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "passeport_prevention.passport_entry_action"
        )
        return {**action, "context": {"active_id": self.id, "active_ids": self.ids}}

    @api.readonly
    def entry_sheet(self):
        """Return what the assisted entry shows: the values in the portal's order, who was typed.

        There are no values to type while something is wrong: ``problems`` says what, and where to
        mend it. The NIR is never part of it (see ``action_entry_nir`` of the lines).

        :raises AccessError: the user is no declarant, or does not see this declaration
        :raises UserError: the declaration is made for an import file
        """
        self.ensure_one()
        self._check_entry()
        declaration = self.sudo()
        lines = declaration._lines_to_type()
        problems = declaration._entry_problems() if self.state == "prepared" else []
        labels = self._fields["state"]._description_selection(self.env)
        document = self._fields["document"]._description_selection(self.env)
        return {
            "id": self.id,
            "name": self.name,
            "document": dict(document)[self.document],
            "training_name": self.training_name,
            "date_end": authority_file.format_value(self.date_end or None),
            "state": self.state,
            "state_label": dict(labels)[self.state],
            "problems": [
                {"message": text, "model": record and record._name, "res_id": record and record.id}
                for text, record in problems
            ],
            **declaration._entry_values(lines, with_values=not problems),
        }

    def action_entry_deposit(self):
        """Mark this declaration as deposited, once every attendee is ticked off.

        :raises UserError: somebody is not typed yet
        """
        self.ensure_one()
        self._check_entry()
        missing = self._lines_to_type().filtered(lambda line: not line.typed_on)
        if missing:
            raise UserError(
                self.env._(
                    "%(declaration)s: these attendees are not ticked off yet: %(names)s",
                    declaration=self.name,
                    names=", ".join(missing.sudo().mapped("attendee_name")),
                )
            )
        self.action_mark_deposited()
        return self.entry_sheet()

    def action_mark_deposited(self):
        for declaration in self:
            total = len(declaration._lines_to_type())
            if 0 < declaration.typed_count < total:
                raise UserError(
                    self.env._(
                        "%(declaration)s: %(typed)s of its %(total)s attendees are ticked off in the "
                        "assisted entry. Tick off the others there first.",
                        declaration=declaration.name,
                        typed=declaration.typed_count,
                        total=total,
                    )
                )
        return super().action_mark_deposited()

    def action_update_values(self):
        """Whoever was typed with values that change now has to be typed again."""
        self._check_user()
        self._check_not_sent()
        declarations = self.sudo()
        changed = declarations._stale()._lines_to_type() | declarations._lines_to_type()._stale()
        result = super().action_update_values()
        changed.filtered("typed_on")._untick_changed()
        return result

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    def _check_entry(self):
        """Check that the user may type this declaration into the portal's web form."""
        self.env["passport.rights"]._check(
            DECLARANT_GROUP,
            self.env._(
                "Only declarants may open the assisted entry: it gives social security numbers."
            ),
        )
        self.check_access("read")
        for declaration in self:
            if declaration.channel != "form":
                raise UserError(
                    self.env._(
                        "%s is made for an import file: there is nothing to type.", declaration.name
                    )
                )

    def _check_can_be_typed(self):
        """Check that nothing wrong would be typed.

        :raises UserError: says what is wrong, or that the declaration was deposited meanwhile
        """
        for declaration in self:
            if declaration.state != "prepared":
                raise UserError(
                    self.env._(
                        "%s is deposited or cancelled: nothing can be typed or ticked off any more.",
                        declaration.name,
                    )
                )
            problems = [text for text, _record in declaration.sudo()._entry_problems()]
            if problems:
                raise UserError(
                    self.env._(
                        "%(declaration)s cannot be typed at the moment.\n\n%(problems)s",
                        declaration=declaration.name,
                        problems=self.env["passport.deposit"]._shorten(problems),
                    )
                )

    def _entry_problems(self):
        """Return why nothing may be typed, as a list of (text, record to mend or ``None``).

        The record is this declaration itself where its values are to be updated.

        The checks of a deposit's file: everybody can still be declared, the frozen values are still
        those of the records, and no rule of the portal is broken.
        """
        self.ensure_one()
        lines = self._lines_to_type()
        texts = [
            (message, record)
            for found in lines.registration_id._passport_issues().values()
            for code, message, record in found
            if code not in WARNING_CODES and code != "already_declared"
        ]
        return texts or self._entry_stale() or self._entry_faults(lines)

    def _entry_stale(self):
        try:
            self._check_sessions()
        except UserError as error:
            return [(str(error), None)]
        stale = [
            *self._lines_to_type()._stale().mapped("attendee_name"),
            *self._stale().mapped("name"),
        ]
        if not stale:
            return []
        text = self.env._(
            "Data changed since the declaration was prepared: %s. Click “Update Values” to take the "
            "new values; whoever was typed with the old ones is then to be typed again.",
            ", ".join(stale),
        )
        return [(text, self)]

    def _entry_faults(self, lines):
        numbers = lines._entry_numbers()
        rows = [line._row(numbers[line]) for line in lines]
        deposits = self.env["passport.deposit"]
        today = self.env["passport.clock"]._today()
        rules = deposits._rule_texts()
        texts = []
        for fault in authority_file.check_file(self.document, rows, today):
            line = lines[fault.row] if fault.row is not None else lines.browse()
            text = self.env._(
                "%(who)s: the field “%(field)s” breaks a rule of the portal (%(rule)s).",
                who=line.attendee_name or self.name,
                field=self._entry_labels().get(fault.column) or fault.column or self.name,
                rule=rules.get(fault.code, fault.code),
            )
            texts.append((text, line.registration_id or None))
        if len(lines) > authority_file.MAX_ROWS_WEB_FORM:
            text = self.env._(
                "%(declaration)s has %(count)s attendees; the portal's web form takes %(max)s.",
                declaration=self.name,
                count=len(lines),
                max=authority_file.MAX_ROWS_WEB_FORM,
            )
            texts.append((text, None))
        return texts

    # ------------------------------------------------------------
    # The values to type
    # ------------------------------------------------------------

    def _entry_values(self, lines, with_values):
        rows = {line: line._row(None) for line in lines}
        attendees = [
            {
                "id": line.id,
                "name": line.attendee_name,
                "birth_name": line.birth_name,
                "typed_on": fields.Datetime.to_string(line.typed_on) if line.typed_on else False,
                "typed_by": line.typed_by_id.name,
                "typed_by_id": line.typed_by_id.id,
                "version": authority_form.version(self.document, row),
                "fields": [],
            }
            for line, row in rows.items()
        ]
        training = []
        if with_values and lines:
            columns = authority_form.attendee_columns(self.document)
            for attendee, row in zip(attendees, rows.values(), strict=True):
                attendee["fields"] = self._entry_fields(columns, row)
            columns = authority_form.training_columns(self.document)
            training = self._entry_fields(columns, self._training_row(), self._entry_code_names())
        return {"training": training, "attendees": attendees}

    def _entry_fields(self, columns, row, code_names=None):
        """Return the fields of one block of the form, as the client action shows them."""
        labels = self._entry_labels()
        shown = []
        for col in columns:
            texts = authority_form.texts_to_type(col, row.get(col.name))
            names = code_names or {}
            shown.append(
                {
                    "column": col.name,
                    "label": labels[col.name],
                    "is_secret": col.name == authority_form.SECRET,
                    "values": [
                        {"text": text, "label": names.get((col.name, text), "")} for text in texts
                    ],
                }
            )
        return shown

    def _entry_code_names(self):
        """Return what the codes of the training block mean: ``{(column, code): label}``."""
        row = self._training_row()
        names = {}
        for column, fname in CHOICES.items():
            choices = self._fields[fname]._description_selection(self.env)
            names.update({(column, value): label for value, label in choices})
        wanted = {code for column in NOMENCLATURES for code in row[column]}
        codes = self.env["training.code"].with_context(active_test=False)
        found = codes.search_fetch([("code", "in", list(wanted))], ["nomenclature", "code", "name"])
        by_key = {(code.nomenclature, code.code): code.name for code in found}
        for column, nomenclature in NOMENCLATURES.items():
            names.update({(column, code): by_key.get((nomenclature, code)) for code in row[column]})
        return {key: label or "" for key, label in names.items()}

    def _entry_labels(self):
        """Return how a person calls the portal's columns, in the user's language."""
        return {
            "ID_DECLARATION": self.env._("Number of the declaration"),
            "REFERENCE_DECLARATION": self.env._("Reference of the declaration"),
            "ID_UNIQUE_PARTENAIRE": self.env._("Unique identifier"),
            "NOM_FORMATION": self.env._("Name of the training"),
            "DATE_DEBUT_FORMATION": self.env._("Start of the training"),
            "DATE_FIN_FORMATION": self.env._("End of the training"),
            "MODALITE_DISPENSE": self.env._("How it was delivered"),
            "COMPETENCE_TRANSFERABLE": self.env._("Transferable competences (ROME)"),
            "QUALIFICATION_FORMATEUR": self.env._("Qualification of the trainer"),
            "FORMATION_CERTIFIANTE": self.env._("Certifying training"),
            "CERTIFICATION_VISEE": self.env._("Certification aimed at (RS)"),
            "DOMAINE_FORMATION": self.env._("Domains of the training (Formacode)"),
            "SPECIALITE_FORMATION": self.env._("Specialities of the training (NSF)"),
            "TYPE_JDR": self.env._("Kind of certificate of success"),
            "NOM_JDR": self.env._("Name of the certificate of success"),
            "NOM_OPTION_SPECIALITE": self.env._("Option or speciality"),
            "MODE_OBTENTION": self.env._("How it was obtained"),
            "PRESENCE_FORMATION": self.env._("Was there a training?"),
            "NIR": self.env._("Social security number (NIR), without its key"),
            "NOM_TITULAIRE": self.env._("Birth name of the holder"),
            "PRESENCE_EMPLOYEUR": self.env._("Is there an employer?"),
            "SIRET_EMPLOYEUR": self.env._("SIRET of the employer"),
            "REFERENCE_EMPLOYEUR": self.env._("Employer's reference"),
            "DATE_DEBUT_VALIDITE": self.env._("Start of validity"),
            "DATE_FIN_VALIDITE": self.env._("End of validity"),
            "RESULTAT_OBTENU": self.env._("Result obtained"),
            "MENTION_OBTENUE": self.env._("Distinction obtained"),
            "LIEN_PREUVE": self.env._("Link to the proof"),
            "IDENTIFIANT_PREUVE": self.env._("Number of the proof"),
        }
