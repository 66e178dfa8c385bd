from typing import NamedTuple

from odoo import api, models
from odoo.tools import format_date

from ...tools import attendee_sheet, calendar, list_reader, siret, table_file
from ...tools.same_name import name_key


class CheckedSheet(NamedTuple):
    """What an uploaded sheet comes to: ``good`` entries to keep, and ``wrong`` rows as
    ``(line, name, [message])``, in the order of the sheet; ``doubtful`` ones of the good rows, alike.
    Messages never hold a NIR."""

    good: list
    wrong: list
    doubtful: list


class PassportEmployerSheet(models.AbstractModel):
    """The employer's space: the sheet for many attendees at once."""

    _name = "passport.employer.sheet"
    _description = "Sheet of the Employer's Space"

    @api.model
    def _write(self, seats):
        """Return the bytes of the XLSX sheet for the seats that lack something.

        It holds no NIR and no birth name; a row is known by the reference of its seat.
        """
        rows = [
            {
                "ref": seat.ref,
                "session": self._session_label(seat),
                "name": seat.person.name or "",
            }
            for seat in seats
            if seat.missing
        ]
        return attendee_sheet.write_sheet(
            self.env._("Attendees"),
            self._headers(),
            rows,
            self.env._("Help"),
            self._help(),
        )

    @api.model
    def _session_label(self, seat):
        """Return session and dates of a seat, as its page and its sheet show them."""
        source = seat.registration or seat.line
        start = source.event_slot_id.start_datetime or seat.event.date_begin
        day = format_date(self.env, calendar.local_date(start, seat.event._passport_timezone()))
        return f"{seat.event.name} ({day})"

    @api.model
    def _headers(self):
        return {
            "ref": self.env._("Reference (do not change)"),
            "session": self.env._("Session"),
            "name": self.env._("Attendee (first name and name)"),
            "email": self.env._("E-mail of the attendee (optional)"),
            "nir": self.env._("Social security number (15 characters)"),
            "birth_name": self.env._("Birth name"),
            "siret": self.env._("SIRET of the establishment (if it is another one)"),
        }

    @api.model
    def _help(self):
        return [
            self.env._("Fill one row for each attendee, then upload the sheet on the same page."),
            self.env._("Leave empty what you do not know: only what is filled is taken."),
            self.env._(
                "Social security number: the 15 characters, its two-digit key included; spaces do not "
                "matter."
            ),
            self.env._("Birth name: exactly as on the identity document, 30 characters at most."),
            self.env._(
                "SIRET: one of the establishments shown on the page; add a new one there first."
            ),
            self.env._("Values only: cells that hold a formula are not taken."),
            self.env._(
                "Do not send this file by e-mail once it is filled, and delete it after the upload."
            ),
        ]

    @api.model
    def _check(self, user, seats, rows):
        """Check the rows of an uploaded sheet against the seats of its page; nothing is written.

        :param rows: list of ``(line, {column: text}, {column: code})``, as the sheet was read
        :returns: a :class:`CheckedSheet`
        """
        by_ref = {seat.ref: seat for seat in seats}
        establishments = self.env["passport.employer.establishment"]._of(user.commercial_partner_id)
        typed, wrong, lines = {}, [], {}
        free = self._free_refs(seats, rows)
        for line, values, bad in rows:
            values = dict(values)
            ref = values.pop("ref", "").upper()
            if ref in by_ref and not values and not bad:
                continue
            if not ref and values.get("name"):
                if not free:
                    wrong.append((line, *self._one_too_many(values["name"], seats, free is None)))
                    continue
                ref = free.pop(0)
            seat = by_ref.get(ref)
            errors = self._row_errors(seat, ref in lines, values, bad)
            if seat:
                lines.setdefault(ref, line)
                self._row_employer(values, establishments, errors)
            if errors:
                name = seat.person.name if seat and seat.person else values.get("name", "")
                # What is typed in a row nobody knows may be anything, a NIR in the wrong column too.
                wrong.append((line, name if seat else "", errors))
            else:
                typed[ref] = values
        good, doubtful = [], []
        for entry in self.env["passport.employer.entry"]._check(user, seats, typed):
            line, name = (
                lines[entry.seat.ref],
                entry.seat.person.name or entry.values.get("name", ""),
            )
            if entry.errors:
                wrong.append((line, name, list(entry.errors.values())))
                continue
            good.append(entry)
            if doubts := self._doubts(entry.values, name):
                doubtful.append((line, name, doubts))
        return CheckedSheet(
            good, *(sorted(rows, key=lambda row: row[0]) for rows in (wrong, doubtful))
        )

    @api.model
    def _doubts(self, values, name):
        """Return what should be looked at in a row that can be kept: a civility that does not fit the
        number, two names in the birth name, for instance."""
        typed = self.env["passport.typed"]
        found = (typed._nir_warning(values.get("nir"), name) or {}).get("warning", {})
        return [
            *filter(None, [found.get("message")]),
            *typed._birth_name_doubts(values.get("birth_name")),
        ]

    @api.model
    def _rows_of_list(self, seats, content, file_name):
        """Return the rows of a list that is not this page's sheet, as the sheet's are read.

        Somebody who is named already is known by the name; the others take free seats. Of who is
        known elsewhere nothing is told.

        :param content: a file of whatever layout, see ``tools/list_reader``
        :raises UserError: the list cannot be read
        """
        try:
            found = list_reader.read_people(content, limits=table_file.SMALL)
        except table_file.TableError as error:
            raise self.env["passport.enrolment.words"]._file_error(error, file_name) from None
        named = {name_key(seat.person.name): seat.ref for seat in seats if seat.person}
        rows = []
        for person in found.people:
            ref = named.pop(name_key(person.name), "") if person.name else ""
            values = {
                "ref": ref,
                "name": person.name,
                "email": "" if ref else person.email,
                # As it was typed where something is wrong with it: what it is gets told.
                "nir": person.nir or found.cell(person.line, "nir"),
                "birth_name": person.birth_name,
                "siret": person.siret or found.cell(person.line, "siret"),
            }
            filled = {fname: text for fname, text in values.items() if text}
            rows.append((person.line, filled, {}))
        return rows

    @api.model
    def _free_refs(self, seats, rows):
        """Return the references of free seats whose rows are not there or empty, for added rows.

        ``None`` where they are of several sessions: nobody can tell which one is meant.
        """
        used = {
            values["ref"].upper()
            for _line, values, bad in rows
            if values.get("ref") and (bad or len(values) > 1)
        }
        free = [seat for seat in seats if not seat.person and seat.ref not in used]
        session_of = self.env["passport.employer.entry"]._session_of
        return None if len(set(map(session_of, free))) > 1 else [seat.ref for seat in free]

    @api.model
    def _one_too_many(self, name, seats, is_ambiguous):
        """Return what to tell of a person in an added row who gets no seat: name, errors."""
        shown = "" if any(char.isdigit() for char in name) else name
        if is_ambiguous:
            text = self.env._(
                "Seats are free in several sessions: give this person's data in the row of one of them, "
                "which has a reference."
            )
        else:
            text = self.env._(
                "Seats ordered: %(count)s. No seat is left for %(name)s. Write to us in a remark to "
                "order one more.",
                count=len(seats),
                name=shown or self.env._("this person"),
            )
        return shown, [text]

    @api.model
    def _row_errors(self, seat, is_repeated, values, bad):
        """Return what is wrong with a row as such; drop the name that only repeats the attendee's."""
        if not seat:
            return [
                self.env._(
                    "The reference of this row is not one of this page's attendees: download the "
                    "sheet again."
                )
            ]
        if is_repeated:
            return [self.env._("The reference of this row is there twice.")]
        errors = [
            self.env._("A cell holds a formula: paste the value instead.")
            if code == attendee_sheet.FORMULA
            else self.env._("A cell holds something else than text: type it as text.")
            for code in dict.fromkeys(bad.values())
        ]
        if seat.person and values.get("name"):
            if name_key(values.pop("name")) != name_key(seat.person.name):
                errors.append(
                    self.env._("The name does not fit the reference of this row: were rows moved?")
                )
        if seat.person and values.pop("email", None):
            errors.append(
                self.env._("The e-mail address of an attendee who is named cannot be changed here.")
            )
        return errors

    @api.model
    def _row_employer(self, values, establishments, errors):
        """Replace the SIRET of a row by the client's establishment that has it."""
        typed = values.pop("siret", "")
        # Zeros that a spreadsheet took away come back where the number is right with them.
        number = siret.proposal_of(typed) or siret.compact(typed)
        if not number:
            return
        if problem := siret.problem_of(number):
            errors.append(self.env["passport.typed"]._siret_text(problem))
            return
        for company in establishments:
            if company._passport_siret() == number:
                values["employer"] = str(company.id)
                return
        errors.append(
            self.env._(
                "This SIRET is not one of your establishments: add it on the page, then upload again."
            )
        )
