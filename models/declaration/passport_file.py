import hashlib
import io
import logging
from collections import deque
from contextlib import closing

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools import authority_file, nir
from ...tools.authority_columns import FILE_NAME_FORBIDDEN
from ..ground.passport_rights import DECLARANT_GROUP
from ..vault.passport_vault import EXPORT

_logger = logging.getLogger(__name__)
# What a deposit keeps of its file; empty while there is none.
NO_FILE = {
    "state": "draft",
    "file_name": False,
    "file_sha256": False,
    "file_size": 0,
    "file_line_count": 0,
    "file_line_end": False,
    "file_bom": False,
    "generated_on": False,
    "generated_by_id": False,
}


class PassportFile(models.AbstractModel):
    """The import file of a deposit: checked, written, hashed and sealed in one pass over its lines.

    Until it is generated the file follows the data; afterwards it is what it was, byte for byte.
    Everything that makes it is kept with the lines, the numbers sealed; the file itself is not.
    """

    _name = "passport.file"
    _description = "Import File of a Deposit"

    # ------------------------------------------------------------
    # What is asked of a file
    # ------------------------------------------------------------

    @api.model
    def _render(self, deposit):
        """Return the file of a deposit as bytes: see ``_render_file`` there."""
        held = io.BytesIO()
        if self._is_to_make(deposit):
            self._make(deposit.sudo(), held)
        else:
            held.writelines(self._stream(deposit))
        return held.getvalue()

    @api.model
    def _generate(self, deposit):
        """Make the file of a draft deposit, keeping what makes it come again and nothing of it.

        A file that was made is left alone; it is checked that it can still be had.
        """
        if self._is_to_make(deposit):
            self._make(deposit.sudo())
        else:
            lines = deposit.sudo()._file_lines()
            seals = self.env["passport.nir.seal"].sudo()
            sealed = seals.search_count([("line_id", "in", lines.ids)])
            self._check_whole(deposit, len(lines) - sealed)

    @api.model
    def _stream(self, deposit):
        """Return an iterator over the bytes of a generated file: see ``_stream_file`` there.

        Rights are checked and the log is told now, not while it is read. What is read last comes
        only if the whole is what was generated.

        :raises UserError: no file was generated, or its numbers are gone
        """
        numbers = self._numbers_again(deposit)
        return self._again(deposit.sudo(), numbers)

    @api.model
    def _numbers_again(self, deposit):
        """Check that the file can be had again, and return the numbers in it."""
        deposit.ensure_one()
        self._check_user(deposit)
        if not deposit.file_sha256:
            raise UserError(
                self.env._("%s has no file yet: click “Generate the File” first.", deposit.name)
            )
        return self._sealed_numbers(deposit.sudo())

    @api.model
    def _is_to_make(self, deposit):
        """Tell whether the file is still to be made; the deposit is held then."""
        deposit.ensure_one()
        self._check_user(deposit)
        if deposit.state == "draft":
            self.env["passport.deposit.gate"]._hold(deposit)
        if deposit.state == "cancelled":
            raise UserError(self.env._("%s is cancelled: it has no file any more.", deposit.name))
        return deposit.state == "draft"

    @api.model
    def _check_user(self, deposit):
        """Check that the user may see NIRs and sees this deposit."""
        self.env["passport.rights"]._check(
            DECLARANT_GROUP,
            self.env._(
                "Only declarants may generate import files: they hold social security numbers."
            ),
        )
        deposit.check_access("read")

    # ------------------------------------------------------------
    # The first time
    # ------------------------------------------------------------

    @api.model
    def _make(self, deposit, held=None):
        """Make a new file after all checks, and keep what makes it come again.

        :param held: a binary stream to write the file into; it is only hashed if there is none
        :raises UserError: says what is wrong; nothing is written then
        """
        self.env["passport.file.check"]._check_lines(deposit)
        numbers = self._numbers(deposit)
        rows = _CheckedRows(deposit.document, self.env["passport.clock"]._today())
        company = deposit.company_id
        chunks = authority_file.render_rows(
            deposit.document,
            rows.good(self.env["passport.file.rows"]._rows(deposit, numbers)),
            company._passport_line_end(),
            company.passport_bom,
        )
        digest, size = hashlib.sha256(), 0
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            if held is not None:
                held.write(chunk)
        self._check_made(deposit, rows, size)
        self._keep(deposit, rows.line_ids, digest.hexdigest(), size)
        self.env["passport.nir.seal"]._seal(numbers)

    @api.model
    def _numbers(self, deposit):
        """Return ``{line id: NIR as the authority takes it}``, through the vault's door."""
        self.env["passport.declaration.line"].flush_model()
        pairs = self.env.execute_query(
            SQL(
                "SELECT line.id, line.partner_id FROM passport_declaration_line line WHERE %s",
                self.env["passport.file.rows"]._condition(deposit),
            )
        )
        people = self.env["res.partner"].browse(dict.fromkeys(pid for _line_id, pid in pairs))
        known = self.env["passport.vault"]._numbers(
            people, EXPORT, deposit.name, deposit.company_id
        )
        return {line_id: nir.parse(known.get(pid)).body or "" for line_id, pid in pairs}

    @api.model
    def _check_made(self, deposit, rows, size):
        """Check what was found while the file was written.

        :raises UserError: a rule of the authority is broken
        """
        if faults := rows.finish():
            text = self.env["passport.file.check"]._fault_text(deposit, rows.line_ids, faults)
            raise UserError(text)
        if size > authority_file.MAX_FILE_BYTES:
            raise UserError(
                self.env._(
                    "The file of %s would be larger than the 200 MB the authority takes. Spread its "
                    "declarations over several deposits.",
                    deposit.name,
                )
            )

    @api.model
    def _keep(self, deposit, line_ids, digest, size):
        """Keep the place and number of each line, and what proves which file it was."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE passport_declaration_line line
                   SET file_position = place.position, declared_index = line.number_index
                  FROM unnest(%s) WITH ORDINALITY AS place(id, position)
                 WHERE place.id = line.id
                """,
                line_ids,
            )
        )
        self.env["passport.declaration.line"].invalidate_model(["file_position", "declared_index"])
        now = fields.Datetime.now()
        deposit.write(
            {
                "state": "generated",
                "file_name": self._name_of(deposit, self.env["passport.clock"]._day_of(now)),
                "file_sha256": digest,
                "file_size": size,
                "file_line_count": len(line_ids),
                "file_line_end": deposit.company_id._passport_line_end(),
                "file_bom": deposit.company_id.passport_bom,
                "generated_on": now,
                "generated_by_id": self.env.uid,
            }
        )

    @api.model
    def _name_of(self, deposit, day):
        """Return the name of the file; what no file may be called becomes a dash."""
        forbidden = dict.fromkeys(map(ord, FILE_NAME_FORBIDDEN), "-")
        siren = deposit.company_id._passport_siren()
        number = deposit.name.translate(forbidden)
        return authority_file.file_name(siren, deposit.document, day, number)

    # ------------------------------------------------------------
    # From then on
    # ------------------------------------------------------------

    @api.model
    def _sealed_numbers(self, deposit):
        """Return ``{line id: number}`` of a generated file, through the vault's door.

        :raises UserError: some are gone
        """
        lines = deposit._file_lines()
        numbers = self.env["passport.nir.seal"]._numbers_of(lines, deposit)
        self._check_whole(deposit, len(lines) - len(numbers))
        return numbers

    @api.model
    def _check_whole(self, deposit, gone):
        """Check that no number of a file is gone.

        :param gone: how many are
        """
        if gone:
            raise UserError(
                self.env._(
                    "The file of %(deposit)s can no longer be generated: %(count)s of its social "
                    "security numbers were erased or purged since. What was declared "
                    "stays readable here, and the fingerprint (SHA-256) proves which file it was.",
                    deposit=deposit.name,
                    count=gone,
                )
            )

    @api.model
    def _again(self, deposit, numbers):
        """Yield the file that was generated, the last piece only once the whole is known to be it.

        :raises UserError: it comes out different, before the last piece
        """
        rows = (row for _id, row in self.env["passport.file.rows"]._rows(deposit, numbers))
        chunks = authority_file.render_rows(
            deposit.document, rows, deposit.file_line_end, deposit.file_bom
        )
        digest, waiting = hashlib.sha256(), deque()
        for chunk in chunks:
            digest.update(chunk)
            waiting.append(chunk)
            if len(waiting) > 1:
                yield waiting.popleft()
        if digest.hexdigest() != deposit.file_sha256:
            _logger.error("The file of %s does not come out as it was generated", deposit.name)
            raise UserError(
                self.env._(
                    "The file of %s does not come out as it was generated, so it is not delivered. If "
                    "it was not given to the authority, put the deposit back to draft and generate it "
                    "anew.",
                    deposit.name,
                )
            )
        yield from waiting

    @api.model
    def _stream_apart(self, deposit):
        """Return what :meth:`_stream` does, read through a connection of its own.

        For an answer that goes on after the transaction in which it was asked for has ended.
        """
        numbers = self._numbers_again(deposit)
        registry, uid, context = self.env.registry, self.env.uid, dict(self.env.context)

        def chunks():
            with closing(registry.cursor()) as cr:
                env = api.Environment(cr, uid, context, su=True)
                yield from env[self._name]._again(env[deposit._name].browse(deposit.id), numbers)

        return chunks()

    @api.model
    def _forget(self, deposit):
        """Go back to draft: a file that was never given to the authority leaves nothing behind."""
        lines = deposit._file_lines()
        self.env["passport.nir.seal"]._forget_lines(lines)
        self.env.cr.execute(
            "UPDATE passport_declaration_line SET file_position = NULL, declared_index = NULL"
            " WHERE id = ANY(%s)",
            (lines.ids,),
        )
        lines.invalidate_model(["file_position", "declared_index"])
        deposit.write(NO_FILE)


class _CheckedRows:
    """Checks the rows of a file as they go by, and remembers whose they were."""

    def __init__(self, document, today):
        self.line_ids = []
        self._check = authority_file.FileCheck(document, today)
        self._faults = []
        self._declaration, self._numbers = None, set()

    def good(self, rows):
        """Yield the rows with nothing wrong in them; what is wrong with the others is kept."""
        for line_id, row in rows:
            self.line_ids.append(line_id)
            if found := [*self._check.add(row), *self._repeated(row)]:
                self._faults += found
            else:
                yield row

    def finish(self):
        """Return all faults, once every row went by."""
        return self._faults + self._check.finish()

    def _repeated(self, row):
        """Return the fault of a number that is twice in one declaration; these follow each other."""
        if row["ID_DECLARATION"] != self._declaration:
            self._declaration, self._numbers = row["ID_DECLARATION"], set()
        is_repeated = bool(row["NIR"]) and row["NIR"] in self._numbers
        self._numbers.add(row["NIR"])
        place = len(self.line_ids) - 1
        return [authority_file.Fault("duplicate_number", place, "NIR")] if is_repeated else []
