import configparser
import logging
import os
from collections import Counter

from odoo import api, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools import cipher
from ...tools.log_filter import protect
from .followers import SEALED_MODELS

_logger = logging.getLogger(__name__)

KEYS_VARIABLE = "PASSPORT_NIR_KEYS"
KEYS_SECTION = "passeport_prevention"
KEYS_OPTION = "nir_keys"
KEY_FILE = "passeport_prevention.keys"
ROTATION_BATCH = 500


class LostKeysError(Exception):
    """The key file is gone, and numbers were encrypted with its keys."""

    def __init__(self, key_ids):
        super().__init__()
        self.key_ids = key_ids


class PassportNirKeys(models.AbstractModel):
    """The keys of the vault: where they come from, what is wrong with them, their rotation.

    They are read from the environment variable ``PASSPORT_NIR_KEYS``, else from the option
    ``nir_keys`` of the section ``[passeport_prevention]`` of ``odoo.conf``, else from the key file
    beside the filestore, made on first use. The first key is the primary: it encrypts. A new
    primary put before the others starts a rotation.
    """

    _name = "passport.nir.keys"
    _description = "Keys of the NIR Vault"

    def _register_hook(self):
        super()._register_hook()
        protect(("odoo.service.model", "odoo.domains"))
        for problem in self._problems_for_log():
            _logger.warning("NIR vault: %s", problem)

    # ------------------------------------------------------------
    # Where the keys are
    # ------------------------------------------------------------

    @api.model
    def _ring(self):
        """Return the :class:`~..tools.cipher.KeyRing` of this server, to open with.

        :raises UserError: the configured keys cannot be read, or the key file is gone
        """
        try:
            return cipher.parse_keys(self._text())
        except LostKeysError as error:
            _logger.error("The key file of the NIR vault is missing: %s", self._file_path())
            raise UserError(self._restore_text(error.key_ids)) from None
        except (cipher.KeyFormatError, OSError, UnicodeError) as error:
            _logger.error("The keys of the NIR vault cannot be read: %s", error)
            raise UserError(
                self.env._(
                    "The encryption keys of the NIRs cannot be read. Ask your administrator to check "
                    "them: the server's log tells what is wrong."
                )
            ) from None

    @api.model
    def _ring_or_none(self):
        """Return the key ring, or ``None`` where its keys cannot be read."""
        try:
            return self._ring()
        except UserError:
            return None

    @api.model
    def _sealing_ring(self):
        """Return the key ring to seal with.

        A key that an administrator configured is used whatever is in the vault. That of the key file
        is not while numbers are there that it does not open: it was made for something else.

        :raises UserError: the keys cannot be read, or are not those of this database
        """
        ring = self._ring()
        source, _text = self._configured()
        if not source and (lost := self._lost_key_ids(ring.key_ids)):
            raise UserError(self._restore_text(lost))
        return ring

    @api.model
    def _seal_text(self, text, context):
        """Return ``text`` sealed for ``context``: what is uploaded and may hold numbers."""
        return self._sealing_ring().encrypt(text, context)

    @api.model
    def _open_text(self, envelope, context):
        """Return the text sealed in ``envelope``, or ``None`` when the keys do not open it any more."""
        ring = self._ring_or_none()
        try:
            return ring.decrypt(envelope, context) if ring else None
        except cipher.UnreadableError:
            return None

    @api.model
    def _text(self):
        """Return the keys as text; the key file is made only where nothing was ever encrypted."""
        source, text = self._configured()
        if source:
            return text
        path = self._file_path()
        if not os.path.exists(path) and (lost := self._lost_key_ids(())):
            raise LostKeysError(lost)
        return cipher.read_or_create_key_file(path)

    @api.model
    def _lost_key_ids(self, known):
        """Return the ids of the keys that sealed something and are none of ``known``."""
        lost = set()
        for model in self._sealed_models():
            model.flush_model(["key_id"])
            self.env.cr.execute(
                SQL(
                    "SELECT DISTINCT key_id FROM %s WHERE key_id != ALL(%s)",
                    SQL.identifier(model._table),
                    list(known),
                )
            )
            lost |= {key_id for (key_id,) in self.env.cr.fetchall()}
        return sorted(lost)

    @api.model
    def _restore_text(self, key_ids):
        return self.env._(
            "Social security numbers were encrypted with keys that are not on this server (%(keys)s), so "
            "nothing is encrypted with another one. Your administrator has to put them back: into the "
            "key file %(path)s, the variable %(variable)s or the configuration of Odoo. If they are lost "
            "for good, a new key has to be written there by hand.",
            keys=", ".join(key_ids),
            path=self._file_path(),
            variable=KEYS_VARIABLE,
        )

    @api.model
    def _configured(self):
        """Return ``(where, text)`` of configured keys, or ``(None, "")`` when the key file serves."""
        if text := os.environ.get(KEYS_VARIABLE):
            return "environment", text
        # Odoo reads its own section of the file only, and warns of options it does not know.
        parser = configparser.RawConfigParser()
        parser.read(tools.config["config"] or [])
        if text := parser.get(KEYS_SECTION, KEYS_OPTION, fallback=""):
            return "configuration", text
        return None, ""

    @api.model
    def _file_path(self):
        """Return the path of the key file: beside the filestore, never inside it."""
        return os.path.join(tools.config["data_dir"], KEY_FILE)

    # ------------------------------------------------------------
    # What is wrong with them
    # ------------------------------------------------------------

    @api.model
    def _problems_for_log(self):
        """Return what the administrator should know when the server starts, without making a key."""
        source, text = self._configured()
        path = self._file_path()
        problems = []
        try:
            if not source and os.path.exists(path):
                if cipher.is_exposed(path):
                    problems.append(f"the key file {path} can be read by others: chmod 600 it")
                with open(path, encoding="ascii") as stream:
                    text = stream.read()
            known = cipher.parse_keys(text).key_ids if text else ()
        except (cipher.KeyFormatError, OSError, UnicodeError) as error:
            return [*problems, f"the keys cannot be read: {error}"]
        if unknown := [key_id for key_id in self._row_counts() if key_id not in known]:
            problems.append(f"NIRs were encrypted with keys that are missing: {', '.join(unknown)}")
        return problems

    @api.model
    def _row_counts(self):
        """Return ``{key id: number of NIRs it encrypts}``."""
        counts = Counter()
        for model in self._sealed_models():
            counts.update(dict(model._read_group([], ["key_id"], ["__count"])))
        return dict(counts)

    @api.model
    def _sealed_models(self):
        """Return the models that hold sealed numbers: the vault, and the copies made from it."""
        return [self.env[name].sudo() for name in SEALED_MODELS]

    @api.model
    def _report(self):
        """Return what the settings page tells about the keys.

        :returns: ``{"source", "primary", "path", "counts": {key id: rows}, "problems": [text]}``
        """
        source, _text = self._configured()
        ring = self._ring_or_none()
        path = False if source else self._file_path()
        counts = self._row_counts()
        return {
            "source": source or "file",
            "primary": ring.primary_id if ring else False,
            "path": path,
            "counts": counts,
            "problems": self._problems(ring, path, counts),
        }

    @api.model
    def _problems(self, ring, path, counts):
        problems = []
        if path and (gone := sorted(counts.keys() - set(ring.key_ids if ring else ()))):
            problems.append(self._restore_text(gone))
        elif not ring:
            problems.append(
                self.env._("The keys cannot be read: NIRs can neither be read nor entered.")
            )
        if path and os.path.exists(path):
            if cipher.is_exposed(path):
                problems.append(
                    self.env._("The key file can be read by others: give it the mode 0600.")
                )
            if self._is_inside_filestore(path):
                problems.append(
                    self.env._("The key file lies in the filestore, so in its backups: move it.")
                )
        lost = sum(count for key_id, count in counts.items() if not self._opens(ring, key_id))
        if lost:
            problems.append(
                self.env._(
                    "NIRs that cannot be read, since their key is missing: %s. Put the key back, or "
                    "enter the NIRs again.",
                    lost,
                )
            )
        return problems

    @api.model
    def _readable_ids(self):
        """Return the ids of the keys whose numbers can be read, each tried on one of them."""
        ring = self._ring_or_none()
        vault = self.env["passport.nir"].sudo()
        read = ["envelope", "key_id", "partner_id"]
        samples = [
            vault.search_fetch([("key_id", "=", key_id)], read, order="id", limit=1)
            for key_id in (ring.key_ids if ring else ())
        ]
        return {row.key_id for row in samples if row and row._opens_with(ring)}

    @api.model
    def _opens(self, ring, key_id):
        """Tell whether ``ring`` opens what the key ``key_id`` sealed, tried on one of its rows."""
        rows = (
            model.search([("key_id", "=", key_id)], order="id", limit=1)
            for model in self._sealed_models()
        )
        row = next(filter(None, rows))
        return row._opens_with(ring)

    @api.model
    def _is_inside_filestore(self, path):
        filestore = os.path.realpath(tools.config.filestore(self.env.cr.dbname))
        return os.path.realpath(path).startswith(os.path.dirname(filestore) + os.sep)

    # ------------------------------------------------------------
    # Rotation
    # ------------------------------------------------------------

    @api.model
    def _rotate(self, batch=ROTATION_BATCH):
        """Encrypt anew, with the primary key, what an older key still encrypts.

        Batch after batch, each committed: an interrupted run goes on where it stopped.
        """
        ring = self._ring_or_none()
        if not ring:
            return
        old_keys = [key_id for key_id in ring.key_ids if key_id != ring.primary_id]
        domain = [("key_id", "in", old_keys)]
        remaining = sum(model.search_count(domain) for model in self._sealed_models())
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        for model in self._sealed_models():
            last_id = 0
            while rows := model.search([*domain, ("id", ">", last_id)], limit=batch, order="id"):
                last_id = rows[-1].id
                self._reseal(rows, ring)
                remaining -= len(rows)
                if not self.env["ir.cron"]._commit_progress(len(rows), remaining=max(remaining, 0)):
                    return

    @api.model
    def _reseal(self, rows, ring):
        """Seal rows anew; what somebody else holds at this moment is left to him."""
        rows = rows.try_lock_for_update()
        rows._reseal(ring)
        vault = self.env["passport.nir"]
        people = rows.mapped(rows._sealed_person)
        vault._tell(touched=people | vault._twins(people))
