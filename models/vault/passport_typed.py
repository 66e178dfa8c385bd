from odoo import api, models

from ...tools import authority_file, nir, siret
from ...tools.text import describe_character


class PassportTyped(models.AbstractModel):
    """What is wrong with a number or a name that somebody typed, in words that never repeat it."""

    _name = "passport.typed"
    _description = "What Somebody Typed"

    # ------------------------------------------------------------
    # While typing
    # ------------------------------------------------------------

    @api.model
    def _warning(self, text):
        """Return what an onchange answers to tell ``text``."""
        return {"warning": {"title": self.env._("Passeport de prévention"), "message": text}}

    @api.model
    def _nir_warning(self, text):
        """Return what an onchange answers to a NIR just typed: a warning, or ``None``."""
        parsed = nir.parse(text)
        if parsed.problem and parsed.problem != nir.EMPTY:
            return self._warning(self._nir_text(parsed.problem))
        if nir.KEY_UNCHECKED in parsed.warnings:
            return self._warning(
                self.env._(
                    "The number has 13 characters: without its two-digit key a typing error goes "
                    "unseen. Type the 15 characters if you have them."
                )
            )
        return None

    @api.model
    def _birth_name_warning(self, name):
        """Return what an onchange answers to a birth name just typed: a warning, or ``None``."""
        texts = self._birth_name_texts(name)
        return self._warning("\n".join(texts)) if texts else None

    @api.model
    def _siret_warning(self, text):
        """Return what an onchange answers to a SIRET just typed: a warning, or ``None``."""
        problem = text and siret.problem_of(text)
        return self._warning(self._siret_text(problem)) if problem else None

    # ------------------------------------------------------------
    # In words
    # ------------------------------------------------------------

    @api.model
    def _nir_text(self, problem):
        """Return what is wrong with a NIR, in words, without the number.

        :param problem: a code of ``tools/nir``
        """
        return {
            nir.SHORTENED: self.env._(
                "Excel shortened this number: format the column as text, then type or paste the number "
                "again."
            ),
            nir.FOREIGN_DIGITS: self.env._(
                "The social security number holds digits of another width or script: type plain digits."
            ),
            nir.BAD_CHARACTER: self.env._(
                "The social security number holds a character it cannot hold: it is made of digits, "
                "with 2A or 2B for Corsica."
            ),
            nir.BAD_LENGTH: self.env._(
                "The social security number has 15 characters, its two-digit key included."
            ),
            nir.BAD_SEX: self.env._("The first digit of the social security number is wrong."),
            nir.BAD_MONTH: self.env._(
                "The month of birth (4th and 5th characters) in the social security number is wrong."
            ),
            nir.BAD_KEY: self.env._(
                "The key of the social security number (last two digits) does not fit: one of its "
                "digits is wrong."
            ),
        }[problem]

    @api.model
    def _siret_text(self, problem):
        """Return what is wrong with a SIRET, in words.

        :param problem: a code of ``tools/siret``
        """
        return {
            siret.ZEROS: self.env._("A SIRET made of zeros only does not exist."),
            siret.SIREN: self.env._(
                "This is a SIREN (9 digits): add the 5 digits of the establishment."
            ),
            siret.VAT_NUMBER: self.env._(
                "This is a VAT number: type the 14 digits of the SIRET instead."
            ),
            siret.RCS: self.env._(
                "This is a number of the trade register (RCS): type the 14 digits of the SIRET instead."
            ),
            siret.SHORTENED: self.env._(
                "Excel shortened this number: format the column as text, then type or paste the number "
                "again."
            ),
            siret.LOST_ZEROS: self.env._(
                "This SIRET has lost the zeros it begins with: type its 14 digits."
            ),
            siret.DASHES: self.env._("Type this SIRET without dashes."),
            siret.INVISIBLE: self.env._(
                "This SIRET holds a character nobody sees: delete it and type the 14 digits."
            ),
            siret.BAD_CHARACTER: self.env._("A SIRET is made of digits only."),
            siret.BAD_LENGTH: self.env._("A SIRET has 14 digits."),
            siret.BAD_CHECKSUM: self.env._(
                "This SIRET does not exist: one of its digits is wrong."
            ),
        }[problem]

    @api.model
    def _birth_name_texts(self, name):
        """Return what is wrong with a birth name, a list of sentences."""
        texts = []
        for fault in authority_file.text_faults("adf", "NOM_TITULAIRE", name):
            if fault.code == "too_long":
                texts.append(
                    self.env._(
                        "The birth name has %(count)s characters; the portal takes %(max)s.",
                        count=len(name),
                        max=fault.limit,
                    )
                )
            elif fault.code == "digit":
                texts.append(self.env._("A birth name holds no digits."))
            elif fault.characters:
                texts.append(
                    self.env._(
                        "The birth name holds a character that the portal refuses: %s",
                        " ".join(map(describe_character, fault.characters)),
                    )
                )
        return texts

    # ------------------------------------------------------------
    # In a file
    # ------------------------------------------------------------

    @api.model
    def _import_faults(self, values):
        """Yield ``(field, message)`` of the values of one contact to import, and of its lines."""
        for fname in ("nir", "nir_entry"):
            problem = nir.parse(values.get(fname) or "").problem
            if problem and problem != nir.EMPTY:
                yield fname, self._nir_text(problem)
        for text in self._birth_name_texts(values.get("birth_name")):
            yield "birth_name", text
        for command in values.get("child_ids") or ():
            if len(command) == 3 and isinstance(command[2], dict):
                yield from self._import_faults(command[2])
