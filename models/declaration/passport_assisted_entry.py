from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import authority_file, authority_form, nir
from ..ground.passport_rights import DECLARANT_GROUP
from ..vault.passport_vault import REVEAL

# Codes of a column, and the nomenclatures they may be of.
NOMENCLATURES = {
    "COMPETENCE_TRANSFERABLE": ("rome",),
    "CERTIFICATION_VISEE": ("rs", "rncp"),
    "DOMAINE_FORMATION": ("formacode",),
    "SPECIALITE_FORMATION": ("nsf",),
}
CHOICES = {
    "MODALITE_DISPENSE": "modality",
    "QUALIFICATION_FORMATEUR": "trainer_qualification",
    "TYPE_JDR": "jdr_type",
    "MODE_OBTENTION": "jdr_mode",
}


class PassportAssistedEntry(models.AbstractModel):
    """A declaration typed into the authority's web form, value by value.

    A declarant copies the values one after another and ticks off each attendee once typed; whoever
    opens the same declaration later, or at the same time, goes on from the ticks stored on the
    lines. Nothing is shown to be typed that an import file could not hold: the checks are those of
    a deposit. When all are ticked, the declaration is marked as deposited.
    """

    _name = "passport.assisted.entry"
    _description = "Assisted Entry"

    # ------------------------------------------------------------
    # The sheet
    # ------------------------------------------------------------

    @api.model
    def _sheet(self, declaration):
        """Return what the client action shows of a declaration, see ``entry_sheet`` there."""
        self._check_user(declaration)
        is_open = declaration.state == "prepared"
        declaration = declaration.sudo()
        lines = declaration._lines_to_type()
        problems = self._problems(declaration) if is_open else []
        labels = declaration._fields["state"]._description_selection(self.env)
        document = declaration._fields["document"]._description_selection(self.env)
        return {
            "id": declaration.id,
            "name": declaration.name,
            "document": dict(document)[declaration.document],
            "training_name": declaration.training_name,
            "date_end": authority_file.format_value(declaration.date_end or None),
            "state": declaration.state,
            "state_label": dict(labels)[declaration.state],
            "problems": [
                {"message": text, "model": record and record._name, "res_id": record and record.id}
                for text, record in problems
            ],
            **self._values(declaration, lines, with_values=not problems),
        }

    # ------------------------------------------------------------
    # Ticks
    # ------------------------------------------------------------

    @api.model
    def _tick(self, line, version):
        """Tick ``line`` off as typed; see ``entry_tick`` there."""
        self._check_line(line)
        self._check_can_be_typed(line.declaration_id)
        line = line.sudo()
        if version != authority_form.version(line.declaration_id.document, line._row(None)):
            raise UserError(
                self.env._(
                    "%s: the values changed while you typed them. Compare them with the authority before "
                    "you tick this attendee off.",
                    line.attendee_name,
                )
            )
        if not line.typed_on:
            line.write({"typed_on": fields.Datetime.now(), "typed_by_id": self.env.uid})

    @api.model
    def _untick(self, line):
        self._check_line(line)
        line.sudo().write({"typed_on": False, "typed_by_id": False})

    @api.model
    def _untick_changed(self, lines):
        """Take back the ticks of attendees whose values changed after they were typed."""
        lines.write({"typed_on": False, "typed_by_id": False})
        for declaration, found in lines.grouped("declaration_id").items():
            declaration._message_log(
                body=self.env._(
                    "Values changed after these attendees were typed into the authority's form; they are to be "
                    "typed again: %s",
                    ", ".join(found.mapped("attendee_name")),
                )
            )

    @api.model
    def _number(self, line):
        """Return the NIR to type of ``line``, told to the access log."""
        self._check_line(line)
        self._check_can_be_typed(line.declaration_id)
        person, vault = line.sudo().partner_id, self.env["passport.vault"]
        declaration = line.sudo().declaration_id
        numbers = vault._numbers(person, REVEAL, declaration.name, declaration.company_id)
        number = numbers.get(person.id)
        return nir.parse(number).body

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.model
    def _check_all_typed(self, declaration):
        """Check that every attendee of ``declaration`` is ticked off."""
        self._check_user(declaration)
        missing = declaration._lines_to_type().filtered(lambda line: not line.typed_on)
        if missing:
            raise UserError(
                self.env._(
                    "%(declaration)s: these attendees are not ticked off yet: %(names)s",
                    declaration=declaration.name,
                    names=", ".join(missing.sudo().mapped("attendee_name")),
                )
            )

    @api.model
    def _check_not_half_typed(self, declarations):
        """Check that the assisted entry of these declarations is either done or never begun."""
        for declaration in declarations:
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

    @api.model
    def _check_user(self, declarations):
        """Check that the user may type these declarations into the authority's web form."""
        self.env["passport.rights"]._check(
            DECLARANT_GROUP,
            self.env._(
                "Only declarants may open the assisted entry: it gives social security numbers."
            ),
        )
        declarations.check_access("read")
        for declaration in declarations:
            if declaration.channel != "form":
                raise UserError(
                    self.env._(
                        "%s is made for an import file: there is nothing to type.", declaration.name
                    )
                )

    @api.model
    def _check_can_be_typed(self, declarations):
        """Check that nothing wrong would be typed.

        :raises UserError: says what is wrong, or that the declaration was deposited meanwhile
        """
        for declaration in declarations:
            if declaration.state != "prepared":
                raise UserError(
                    self.env._(
                        "%s is deposited or cancelled: nothing can be typed or ticked off any more.",
                        declaration.name,
                    )
                )
            problems = [text for text, _record in self._problems(declaration.sudo())]
            if problems:
                raise UserError(
                    self.env._(
                        "%(declaration)s cannot be typed at the moment.\n\n%(problems)s",
                        declaration=declaration.name,
                        problems=self.env["passport.file.check"]._shorten(problems),
                    )
                )

    @api.model
    def _check_line(self, line):
        """Check that the user may work on this line in the assisted entry, and that it is open."""
        line.ensure_one()
        self._check_user(line.declaration_id)
        line.check_access("read")
        if line.state != "prepared":
            raise UserError(
                self.env._(
                    "%s is deposited or withdrawn: ticks cannot change any more.",
                    line.sudo().attendee_name,
                )
            )

    @api.model
    def _problems(self, declaration):
        """Return why nothing may be typed, as a list of (text, record to mend or ``None``).

        The record is this declaration itself where its values are to be updated.

        The checks of a deposit's file: everybody can still be declared, the frozen values are still
        those of the records, and no rule of the authority is broken.
        """
        lines = declaration._lines_to_type()
        ignored = {*self.env["passport.issue"]._codes("warning"), "already_declared"}
        texts = [
            (message, record)
            for found in lines.registration_id._passport_issues().values()
            for code, message, record in found
            if code not in ignored
        ]
        return texts or self._stale(declaration) or self._faults(declaration, lines)

    @api.model
    def _stale(self, declaration):
        frozen = self.env["passport.frozen"]
        try:
            frozen._check_sessions(declaration)
        except UserError as error:
            return [(str(error), None)]
        stale = [
            *frozen._stale_lines(declaration._lines_to_type()).mapped("attendee_name"),
            *frozen._stale_declarations(declaration).mapped("name"),
        ]
        if not stale:
            return []
        text = self.env._(
            "Data changed since the declaration was prepared: %s. Click “Update Values” to take the "
            "new values; whoever was typed with the old ones is then to be typed again.",
            ", ".join(stale),
        )
        return [(text, declaration)]

    @api.model
    def _faults(self, declaration, lines):
        stand_ins = self.env["passport.vault"]._stand_ins(lines.partner_id)
        rows = [line._row(stand_ins.get(line.partner_id.id, "")) for line in lines]
        today = self.env["passport.clock"]._today()
        rules = self.env["passport.file.check"]._rule_texts()
        texts = []
        for fault in authority_file.check_file(declaration.document, rows, today):
            line = lines[fault.row] if fault.row is not None else lines.browse()
            text = self.env._(
                "%(who)s: the field “%(field)s” breaks a rule of the authority (%(rule)s).",
                who=line.attendee_name or declaration.name,
                field=self._labels().get(fault.column) or fault.column or declaration.name,
                rule=rules.get(fault.code, fault.code),
            )
            texts.append((text, line.registration_id or None))
        if len(lines) > authority_file.MAX_ROWS_WEB_FORM:
            text = self.env._(
                "%(declaration)s has %(count)s attendees; the authority's web form takes %(max)s.",
                declaration=declaration.name,
                count=len(lines),
                max=authority_file.MAX_ROWS_WEB_FORM,
            )
            texts.append((text, None))
        return texts

    # ------------------------------------------------------------
    # The values to type
    # ------------------------------------------------------------

    @api.model
    def _values(self, declaration, lines, with_values):
        rows = {line: line._row(None) for line in lines}
        attendees = [
            {
                "id": line.id,
                "name": line.attendee_name,
                "birth_name": line.birth_name,
                "typed_on": fields.Datetime.to_string(line.typed_on) if line.typed_on else False,
                "typed_by": line.typed_by_id.name,
                "typed_by_id": line.typed_by_id.id,
                "version": authority_form.version(declaration.document, row),
                "fields": [],
            }
            for line, row in rows.items()
        ]
        training = []
        if with_values and lines:
            columns = authority_form.attendee_columns(declaration.document)
            for attendee, row in zip(attendees, rows.values(), strict=True):
                attendee["fields"] = self._form_fields(columns, row)
            columns = authority_form.training_columns(declaration.document)
            row = declaration._training_row()
            training = self._form_fields(columns, row, self._code_names(row))
        return {"training": training, "attendees": attendees}

    @api.model
    def _form_fields(self, columns, row, code_names=None):
        """Return the fields of one block of the form, as the client action shows them."""
        labels = self._labels()
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

    @api.model
    def _code_names(self, row):
        """Return what the codes of the training block mean: ``{(column, code): label}``."""
        declarations = self.env["passport.declaration"]
        names = {}
        for column, fname in CHOICES.items():
            choices = declarations._fields[fname]._description_selection(self.env)
            names.update({(column, value): label for value, label in choices})
        wanted = {code for column in NOMENCLATURES for code in row[column]}
        codes = self.env["training.code"].with_context(active_test=False)
        found = codes.search_fetch([("code", "in", list(wanted))], ["nomenclature", "code", "name"])
        for column, nomenclatures in NOMENCLATURES.items():
            known = {code.code: code.name for code in found if code.nomenclature in nomenclatures}
            names.update({(column, code): known.get(code) for code in row[column]})
        return {key: label or "" for key, label in names.items()}

    @api.model
    def _labels(self):
        """Return how a person calls the authority's columns, in the user's language."""
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
            "CERTIFICATION_VISEE": self.env._("Certification aimed at (RS or RNCP)"),
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
