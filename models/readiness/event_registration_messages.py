from odoo import api, models

from ...tools.text import describe_character


class EventRegistration(models.Model):
    """The words of the readiness issues: the record, what is wrong, where to mend it."""

    _inherit = "event.registration"

    @api.model
    def _passport_message(self, code, record, params, texts=None):
        """Return the text a user reads for one issue.

        :param code: a code of ``passport.issue``
        :param record: the record to mend
        :param params: what the rule found: counts, limits, characters; never a NIR
        :param texts: what :meth:`_passport_message_texts` returned, to ask it once for many
        """
        texts = texts or self._passport_message_texts()
        values = dict(params, name=record.sudo().display_name or "")
        if "characters" in params:
            values["characters"] = " ".join(map(describe_character, params["characters"]))
        if "field" in params:
            values["field"] = record._fields[params["field"]]._description_string(self.env)
        if "problem" in params:
            values["problem"] = self.env["res.partner"]._siret_problem_text(params["problem"])
        if "other" in params:
            values["other"] = self.env["res.partner"].sudo().browse(params["other"]).display_name
        return texts[code] % values

    @api.model
    def _passport_message_texts(self):
        """Return ``{code: text with placeholders}`` for every readiness code."""
        return {
            **self._passport_session_texts(),
            **self._passport_training_texts(),
            **self._passport_attendee_texts(),
            **self._passport_employer_texts(),
            **self._passport_warning_texts(),
        }

    @api.model
    def _passport_session_texts(self):
        return {
            "session_not_finished": self.env._("%(name)s: the session is not finished yet."),
            "not_attended": self.env._(
                "%(name)s: not marked as attended. Mark the attendance on the registration."
            ),
            "subcontracted": self.env._(
                "%(name)s: delivered for another training body, which declares its attendees."
            ),
            "training_missing": self.env._("%(name)s: choose the training on the session."),
            "already_declared": self.env._("Already in the declaration %(name)s."),
        }

    @api.model
    def _passport_training_texts(self):
        return {
            "not_eligible": self.env._(
                "%(name)s: not to declare, according to the training's page “Passeport de "
                "prévention”."
            ),
            "rome_count": self.env._(
                "%(name)s: %(count)s ROME competences on the training; %(min)s to %(max)s are needed."
            ),
            "formacode_count": self.env._(
                "%(name)s: %(count)s Formacodes on the training; %(min)s to %(max)s are needed."
            ),
            "nsf_count": self.env._(
                "%(name)s: %(count)s NSF specialities on the training; %(min)s to %(max)s are needed."
            ),
            "rs_missing": self.env._("%(name)s: choose the RS certification on the training."),
            "jdr_incomplete": self.env._(
                "%(name)s: choose the kind of certificate on the training and enter its name (%(max)s "
                "characters at most)."
            ),
            "training_name_too_long": self.env._(
                "%(name)s: the training's name has %(count)s characters; the portal takes %(max)s."
            ),
        }

    @api.model
    def _passport_attendee_texts(self):
        return {
            "attendee_missing": self.env._(
                "%(name)s: the attendee is not named. Enter their name on the registration."
            ),
            "nir_missing": self.env._(
                "%(name)s: the social security number is missing on the contact."
            ),
            "nir_invalid": self.env._(
                "%(name)s: the social security number is wrong. Enter it again on the contact."
            ),
            "nir_refused": self.env._(
                "%(name)s: refuses to give the social security number; the employer declares."
            ),
            "birth_name_missing": self.env._("%(name)s: the birth name is missing on the contact."),
            "birth_name_too_long": self.env._(
                "%(name)s: the birth name has %(count)s characters; the portal takes %(max)s. Check "
                "the identity document: it must not be shortened."
            ),
            "forbidden_character": self.env._(
                "%(name)s: “%(field)s” holds a character the portal refuses: %(characters)s"
            ),
            "outcome_missing": self.env._(
                "%(name)s: passed or failed? The training gives a certificate of success: enter the "
                "outcome on the registration."
            ),
            "jdr_value_invalid": self.env._(
                "%(name)s: “%(field)s” is too long, or no address that begins with http."
            ),
            "duplicate_attendee": self.env._(
                "%(name)s: registered twice in this session. Cancel one of the registrations."
            ),
        }

    @api.model
    def _passport_employer_texts(self):
        return {
            "employer_missing": self.env._(
                "%(name)s: choose the employer on the registration, or tick “No Employer”."
            ),
            "siret_missing": self.env._(
                "%(name)s: the employer's SIRET is missing on the contact."
            ),
            "siret_invalid": self.env._("%(name)s: the employer's SIRET is wrong. %(problem)s"),
            "dates_invalid": self.env._(
                "%(name)s: a date is missing or the end comes before the start."
            ),
            "validity_before_end": self.env._(
                "%(name)s: the validity begins before the end of the session. Change “Valid From” on "
                "the registration."
            ),
        }

    @api.model
    def _passport_warning_texts(self):
        return {
            "nir_provisional": self.env._(
                "%(name)s: provisional social security number; the portal may not know it."
            ),
            "nir_month_unusual": self.env._(
                "%(name)s: unusual month of birth in the social security number. Check it."
            ),
            "nir_key_unchecked": self.env._(
                "%(name)s: social security number typed without its key, so not checked."
            ),
            "rs_transmitted": self.env._(
                "%(name)s: the certifying body transmits this RS certification to the passport itself. "
                "Make sure it is not declared twice."
            ),
            "same_nir_other_contact": self.env._(
                "%(name)s: same social security number as the contact %(other)s. Merge them if they "
                "are one person."
            ),
        }
