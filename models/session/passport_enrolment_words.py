from odoo import api, models

from ...tools import list_reader, list_rows, nir, siret


class PassportEnrolmentWords(models.AbstractModel):
    """What is told of a list of people and of its rows; never a number."""

    _name = "passport.enrolment.words"
    _description = "Words about Lists of People"

    @api.model
    def _file_error(self, error, file_name):
        """Return the :class:`UserError` that tells why a list cannot be read.

        :param error: a :class:`~..tools.table_file.TableError`
        """
        own = {
            list_reader.NO_PEOPLE: self.env._(
                "no column of names is found in it. Give the columns a label, such as “Nom”, “Prénom”, "
                "“N° de sécurité sociale”."
            ),
        }
        return self.env["passport.table"]._refusal(error, file_name, own)

    @api.model
    def _fault(self, fault):
        """Return what is wrong with a row, or with a value that is not taken from it."""
        if fault.code.startswith(list_rows.SIRET):
            problem = fault.code.removeprefix(list_rows.SIRET)
            return (
                self.env["passport.typed"]._siret_text(problem) if problem in siret.PROBLEMS else ""
            )
        if fault.code in (nir.PROVISIONAL, nir.MONTH_UNUSUAL, nir.KEY_UNCHECKED):
            return self.env["passport.typed"]._nir_doubt(fault.code)
        if fault.code.startswith(list_rows.NIR):
            return self.env["passport.typed"]._nir_text(fault.code.removeprefix(list_rows.NIR))
        return self._row_fault(fault.code) % {"line": fault.line}

    @api.model
    def _row_fault(self, code):
        return {
            list_rows.NAME_MISSING: self.env._("The name is missing."),
            list_rows.NAME_ODD: self.env._("This is no name of a person."),
            list_rows.TWICE: self.env._("The same person is on the list twice: see row %(line)s."),
            list_rows.SAME_NUMBER: self.env._(
                "The same social security number as row %(line)s: it is taken for neither."
            ),
            list_rows.EMAIL_ODD: self.env._("The e-mail address is none: it is not taken."),
            list_rows.BIRTH_NAME_ODD: self.env._("The birth name is none: it is not taken."),
            list_rows.TWO_NAMES: self.env._(
                "The birth name holds two names: it is not taken. Give the name on the identity document."
            ),
            list_rows.NUMBER_ELSEWHERE: self.env._(
                "A social security number stands in a column of another kind, which is not taken. Put it "
                "into a column of its own, such as “N° de sécurité sociale”."
            ),
            list_rows.OTHER_SEX: self.env._(
                "The title and the first digit of the social security number do not fit each other."
            ),
        }[code]

    @api.model
    def _of_row(self, row):
        """Return all that is told of one row, in sentences."""
        texts = [self._fault(fault) for fault in row.person.faults]
        texts += [text for code, text in self._matches(row).items() if code in row.told]
        return [text for text in texts if text]

    @api.model
    def _matches(self, row):
        name = row.partner.display_name if row.partner else ""
        return {
            "registered": self.env._("Already registered in this session."),
            "no_seat": self.env._("No seat is left."),
            "other_name": self.env._("Known by the number as %s.", name),
            "other_number": self.env._(
                "Another social security number is known of this person: it is kept."
            ),
            "number_of_another": self.env._(
                "Another contact has this social security number: it is not taken."
            ),
            "no_declarant": self.env._(
                "The social security number is not taken: only declarants may enter it."
            ),
            "refusal_known_number": self.env._(
                "Refuses to give the number, which is known: erase it first if that is meant."
            ),
            "refusal_untold": self.env._(
                "Refuses to give the number: a declarant records the refusal on the contact."
            ),
            "employer_new": self.env._("The employer is new: it is created with its SIRET."),
            "employer_unknown": self.env._("No employer has this SIRET: choose or create it."),
            "employer_unsure": self.env._(
                "The employer “%s” is to be chosen.", row.person.employer
            ),
        }
