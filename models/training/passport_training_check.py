from odoo import api, models
from odoo.exceptions import ValidationError

from ...tools import authority_file
from ...tools.text import is_storable

# Formacode, NSF and ROME: readiness code and column that sets the limits.
CODE_COLUMNS = {
    "rome_code_ids": ("rome_count", "COMPETENCE_TRANSFERABLE"),
    "formacode_ids": ("formacode_count", "DOMAINE_FORMATION"),
    "nsf_code_ids": ("nsf_count", "SPECIALITE_FORMATION"),
}
# What can be typed: a validity of a working life, a training of a year.
MOST = {"validity_months": 600, "training_duration": 2000}


class PassportTrainingCheck(models.AbstractModel):
    """What in a training breaks a rule of the import file?

    Faults are ``(code, parameters)``; the codes are those of ``passport.issue``, the words are said
    where they are read.
    """

    _name = "passport.training.check"
    _description = "Check of Trainings"

    @api.model
    def _check_typed(self, records, *vals_list):
        """Refuse typed values that no training has, and that the database cannot hold.

        :param records: trainings, families or codes that the values are for, none for new ones
        :raises ValidationError: a number out of its range, a text with characters that are none
        """
        for vals in vals_list:
            for fname, value in vals.items():
                if isinstance(value, str) and not is_storable(value):
                    raise ValidationError(
                        self.env._(
                            "%(field)s: the text holds a character that cannot be stored. Type it "
                            "again.",
                            field=self._label(records, fname),
                        )
                    )
                most = MOST.get(fname)
                if most and value and not _is_within(value, most):
                    raise ValidationError(
                        self.env._(
                            "%(name)s – %(field)s: from 0 to %(max)s.",
                            name=vals.get("name") or records[:1].display_name or "",
                            field=self._label(records, fname),
                            max=most,
                        )
                    )

    def _label(self, records, fname):
        field = records._fields.get(fname)
        return field._description_string(self.env) if field else fname

    @api.model
    def _faults(self, training, document):
        """Return the faults of one training whose attendees are given ``document``."""
        faults = self._code_faults(training) + self._name_faults(training)
        return faults + (self._certificate_faults(training) if document == "jdr" else [])

    def _code_faults(self, training):
        faults = []
        required = {"rome_code_ids"} if training.is_certifying else set(CODE_COLUMNS)
        for fname, (code, column_name) in CODE_COLUMNS.items():
            fewest, most = authority_file.column("adf", column_name).count
            count = len(training[fname])
            if fname in required and not fewest <= count <= most:
                faults.append((code, {"count": count, "min": fewest, "max": most}))
        if training.is_certifying and not training.rs_code_id:
            faults.append(("rs_missing", {}))
        return faults

    def _name_faults(self, training):
        codes = {"too_long": "training_name_too_long"}
        return self._text_faults("name", training._passport_name(), "NOM_FORMATION", codes)

    def _certificate_faults(self, training):
        codes = {"required": "jdr_incomplete", "too_long": "jdr_incomplete"}
        faults = self._text_faults("jdr_name", training.jdr_name, "NOM_JDR", codes)
        if not training.jdr_type and "jdr_incomplete" not in dict(faults):
            limit = authority_file.column("jdr", "NOM_JDR").max_length
            faults.append(("jdr_incomplete", {"max": limit}))
        return faults + self._text_faults(
            "jdr_option", training.jdr_option, "NOM_OPTION_SPECIALITE"
        )

    def _text_faults(self, fname, text, column, codes=None):
        """Return what keeps a text of a training from being written into a column of the file.

        :param codes: ``{code of authority_file.TextFault: code of the issue}``; a character that
            no file can hold is one wherever it stands
        """
        text = text or ""
        limit = authority_file.column("jdr", column).max_length
        faults = {}
        for fault in authority_file.text_faults("jdr", column, text):
            code = (codes or {}).get(fault.code, "forbidden_character")
            if code == "forbidden_character":
                faults[code] = {"characters": fault.characters, "field": fname}
            else:
                faults[code] = {"count": len(text), "max": limit}
        return list(faults.items())


def _is_within(value, most):
    """Tell whether a value is a number from 0 to ``most``; "not a number" compares with nothing."""
    try:
        return 0 <= float(value) <= most
    except (TypeError, ValueError):
        return False
