from odoo import api, models
from odoo.exceptions import ValidationError

from ...tools import authority_file, nir, person_name, siret
from ...tools.text import clean_text, describe_character, numerals


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
    def _nir_warning(self, text, name=None):
        """Return what an onchange answers to a NIR just typed: a warning, or ``None``.

        :param name: the person's name, whose civility may contradict the number
        """
        parsed = nir.parse(text)
        if parsed.problem:
            is_empty = parsed.problem == nir.EMPTY
            return None if is_empty else self._warning(self._nir_text(parsed.problem))
        texts = [self._nir_doubt(code) for code in parsed.warnings]
        told, _rest = person_name.split_civility(name)
        if told and told != nir.sex_of(parsed.body):
            texts.append(
                self.env._(
                    "The civility in the name and the first digit of the number do not fit: check whose "
                    "number it is."
                )
            )
        return self._warning("\n".join(texts)) if texts else None

    @api.model
    def _birth_name_typed(self, record):
        """Clean the birth name just typed on ``record``; return what its onchange answers."""
        record.birth_name = clean_text(record.birth_name)
        return self._birth_name_warning(record.birth_name)

    @api.model
    def _birth_name_warning(self, name):
        """Return what an onchange answers to a birth name just typed: a warning, or ``None``."""
        texts = [*self._birth_name_texts(name), *self._birth_name_doubts(name)]
        return self._warning("\n".join(texts)) if texts else None

    @api.model
    def _siret_warning(self, text):
        """Return what an onchange answers to a SIRET just typed: a warning, or ``None``."""
        problem = text and siret.problem_of(text)
        return self._warning(self._siret_text(problem, text)) if problem else None

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
    def _nir_doubt(self, code):
        """Return what is unusual with a NIR just typed, in words.

        :param code: a warning of ``tools/nir``
        """
        return {
            nir.KEY_UNCHECKED: self.env._(
                "The number has 13 characters: without its two-digit key a typing error goes "
                "unseen. Type the 15 characters if you have them."
            ),
            nir.PROVISIONAL: self.env._(
                "The number is provisional (it begins with 3, 4, 7 or 8): the authority will probably not "
                "recognise it. Ask for the definitive number."
            ),
            nir.MONTH_UNUSUAL: self.env._(
                "The month of birth in the number is unusual: compare it with the card."
            ),
        }[code]

    @api.model
    def _siret_text(self, problem, text=""):
        """Return what is wrong with a SIRET, in words.

        :param problem: a code of ``tools/siret``
        :param text: what was typed, for a proposal of what is meant
        """
        told = {
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
        if proposal := siret.proposal_of(text):
            return self.env._("%(problem)s Probably meant: %(siret)s", problem=told, siret=proposal)
        return told

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

    @api.model
    def _birth_name_doubts(self, name):
        """Return what should be looked at in a birth name that the authority's file can hold."""
        texts = []
        if name and person_name.look_alikes(name):
            texts.append(
                self.env._(
                    "The birth name holds characters that only look like those of a keyboard. Probably "
                    "meant: %s",
                    person_name.plain(name),
                )
            )
        if name and person_name.second_name_mark(name):
            texts.append(
                self.env._(
                    "These seem to be two names: the authority compares the birth name alone, without the "
                    "name of a marriage."
                )
            )
        return texts

    @api.model
    def _check_birth_name(self, name, whose):
        """Refuse digits in a birth name, lest a number typed into the wrong box is kept in clear.

        :param whose: the person, for the message
        :raises ValidationError: names the person, never what was typed
        """
        if numerals(name):
            raise ValidationError(
                self.env._(
                    "%s: a birth name holds no digits. A social security number has a field of its own.",
                    whose,
                )
            )

    # ------------------------------------------------------------
    # In a file
    # ------------------------------------------------------------

    @api.model
    def _import_rows(self, rows):
        """Yield ``(info, field, message)`` of what is wrong in the rows of an import of contacts.

        :param rows: as ``_convert_records`` gives them: ``(record id, external id, values, info)``
        """
        numbers = {}
        for record_id, _xid, values, info in rows:
            faults = list(self._import_faults(values))
            for fname, message in faults:
                yield info, fname, message
            if "birth_name" in dict(faults):
                # Told already: it would be refused again, with the rows beside it.
                self._drop_birth_names(values)
            for owner_id, fname, number in self._import_numbers(record_id, values):
                numbers.setdefault(number, []).append((owner_id, info, fname))
        reason = self.env._("Import of contacts")
        holders = self.env["passport.vault"]._holders(numbers, reason)
        for number, places in numbers.items():
            others = set(holders.get(number, ())) - {places[0][0]}
            yield from self._import_repeated(places, others)

    @api.model
    def _import_numbers(self, record_id, values):
        """Yield ``(contact id, field, number without its key)`` of one row and of its lines."""
        for fname in ("nir", "nir_entry"):
            if body := nir.parse(values.get(fname) or "").body:
                yield record_id, fname, body
        for line in self._import_lines(values):
            yield from self._import_numbers(None, line)

    @api.model
    def _import_repeated(self, places, other_ids):
        first, *others = places
        for _record_id, info, fname in others:
            if info is not first[1]:
                message = self.env._("This social security number stands twice in the file.")
                yield info, fname, message
        if other_ids:
            people = self.env["res.partner"].browse(other_ids)
            message = self.env._(
                "This social security number is already that of %s: a person has one contact.",
                ", ".join(people.mapped("display_name")),
            )
            yield first[1], first[2], message

    @api.model
    def _import_faults(self, values):
        """Yield ``(field, message)`` of the values of one contact to import, and of its lines."""
        for fname in ("nir", "nir_entry"):
            problem = nir.parse(values.get(fname) or "").problem
            if problem and problem != nir.EMPTY:
                yield fname, self._nir_text(problem)
        for text in self._birth_name_texts(values.get("birth_name")):
            yield "birth_name", text
        for line in self._import_lines(values):
            yield from self._import_faults(line)

    @api.model
    def _drop_birth_names(self, values):
        values.pop("birth_name", None)
        for line in self._import_lines(values):
            self._drop_birth_names(line)

    @api.model
    def _import_lines(self, values):
        """Return the values of the contacts of a company that come with it."""
        commands = values.get("child_ids") or ()
        return [
            command[2] for command in commands if len(command) == 3 and isinstance(command[2], dict)
        ]
