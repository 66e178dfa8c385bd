from odoo import api, models
from odoo.exceptions import UserError

from ..session.certificate import JDR_COLUMNS

JDR_FIELDS = ("jdr_type", "jdr_name", "jdr_option", "jdr_mode")


class PassportFrozen(models.AbstractModel):
    """What a declaration freezes of its session and attendees, and what changed since.

    To be called as superuser: whoever follows declarations sees what they say, whatever else the
    user may read.
    """

    _name = "passport.frozen"
    _description = "Frozen Values of Declarations"

    # ------------------------------------------------------------
    # What is frozen
    # ------------------------------------------------------------

    @api.model
    def _declaration_values(self, registration):
        """Return the values to freeze of the registration's session and training."""
        event, training = registration.event_id, registration.training_id
        start, end = registration._passport_session_dates()
        certifying = training.is_certifying
        is_jdr = registration.passport_document == "jdr"
        return {
            "event_id": event.id,
            "event_slot_id": registration.event_slot_id.id,
            "training_id": training.id,
            "training_name": training._passport_name(),
            "date_start": start,
            "date_end": end,
            "modality": event.training_modality,
            "trainer_qualification": event.trainer_qualification,
            "is_certifying": certifying,
            "rome_codes": "/".join(training.rome_code_ids.mapped("code")),
            "rs_code": certifying and training.rs_code_id.code,
            "formacodes": not certifying and "/".join(training.formacode_ids.mapped("code")),
            "nsf_codes": not certifying and "/".join(training.nsf_code_ids.mapped("code")),
            **{fname: is_jdr and training[fname] for fname in JDR_FIELDS},
        }

    @api.model
    def _line_values(self, registration):
        """Return the values to freeze for one registration."""
        employer = registration.employer_id
        has_employer = registration.employer_is_declared
        is_jdr = registration.passport_document == "jdr"
        return {
            "registration_id": registration.id,
            "partner_id": registration.attendee_partner_id.id,
            "birth_name": registration.attendee_partner_id.birth_name,
            "has_employer": has_employer,
            "employer_id": employer.id if has_employer else False,
            "siret": employer._passport_siret() if has_employer else False,
            "employer_reference": has_employer and registration.employer_reference,
            "validity_start_date": registration.validity_start_date,
            # Who failed an assessed training has no validity that could end.
            "validity_end_date": registration.outcome != "failed"
            and registration.validity_end_date,
            **{fname: is_jdr and registration[fname] for fname in JDR_COLUMNS},
        }

    # ------------------------------------------------------------
    # What changed since
    # ------------------------------------------------------------

    @api.model
    def _has_changed(self, declaration, registration, fnames=None):
        """Tell whether what was declared differs from what the registration's session says now.

        :param fnames: look at these fields only
        """
        values = self._declaration_values(registration)
        return _differs(declaration, {fname: values[fname] for fname in fnames or values})

    @api.model
    def _stale_declarations(self, declarations):
        """Return the declarations whose frozen training differs from what the session says now."""
        return declarations.filtered(
            lambda declaration: self._has_changed(
                declaration, declaration._live_lines()[:1].registration_id
            )
        )

    @api.model
    def _stale_lines(self, lines):
        """Return the lines whose frozen values differ from what the records say now."""
        return lines.filtered(lambda line: _differs(line, self._line_values(line.registration_id)))

    @api.model
    def _check_sessions(self, declarations):
        """Refuse declarations with an attendee who belongs into another one by now.

        :raises UserError: names the attendees; a declaration never mixes sessions or documents
        """
        moved = declarations._live_lines().filtered(
            lambda line: (
                line.registration_id.event_id != line.event_id
                or line.registration_id.event_slot_id != line.declaration_id.event_slot_id
                or line.registration_id.passport_document != line.declaration_id.document
            )
        )
        if moved:
            raise UserError(
                self.env._(
                    "These attendees were moved to another session, or passed or failed after all, "
                    "since their declaration was prepared. Cancel it and prepare it anew: %s",
                    ", ".join(
                        f"{line.declaration_id.name}, {line.attendee_name}" for line in moved[:10]
                    ),
                )
            )

    @api.model
    def _update(self, declarations):
        """Freeze anew what sessions and attendees say now.

        Whoever was typed into the authority's form with values that change now is typed again.
        """
        self._check_sessions(declarations)
        stale = self._stale_declarations(declarations)
        lines = self._stale_lines(declarations._live_lines())
        typed = (stale._lines_to_type() | lines).filtered("typed_on")
        for declaration in stale:
            registration = declaration._live_lines()[:1].registration_id
            declaration.write(self._declaration_values(registration))
        for line in lines:
            line.write(self._line_values(line.registration_id))
        self.env["passport.assisted.entry"]._untick_changed(typed)


def _differs(record, values):
    """Tell whether the fields of ``record`` hold something else than ``values``."""
    return any(
        (record._fields[fname].convert_to_write(record[fname], record) or False) != (value or False)
        for fname, value in values.items()
    )
