from odoo import api, models
from odoo.exceptions import UserError

from ...tools import table_file


class PassportTable(models.AbstractModel):
    """Why can a file that somebody hands in not be read as a table? Said in one place for all."""

    _name = "passport.table"
    _description = "Words about Files of Tables"

    @api.model
    def _refusal(self, error, file_name, more=None):
        """Return the :class:`UserError` that names the file, what is wrong and how it is mended.

        :param error: a :class:`~..tools.table_file.TableError`
        :param file_name: as the file was handed in, or nothing
        :param more: ``{code: sentence}`` of what the caller's own reader refuses
        """
        texts = {**self._texts(), **(more or {})}
        name = file_name or self.env._("The file")
        return UserError(f"{name}: {texts[error.code] % error.params}")

    @api.model
    def _texts(self):
        return {
            table_file.EMPTY: self.env._("it is empty."),
            table_file.TOO_LARGE: self.env._("it is larger than %(max)s MB."),
            table_file.TOO_MANY_ROWS: self.env._("it has more than %(max)s rows."),
            table_file.TOO_MANY_COLUMNS: self.env._("it has more than %(max)s columns."),
            table_file.PROTECTED: self.env._(
                "it is protected by a password. Take the password away, then try again."
            ),
            table_file.OLD_EXCEL: self.env._(
                "it is of the format of Excel before 2007. Save it as .xlsx, then try again."
            ),
            table_file.UNKNOWN_FORMAT: self.env._(
                "it is no table. A CSV file or a workbook of Excel (.xlsx, .xls) or LibreOffice (.ods) is "
                "needed."
            ),
            table_file.BROKEN: self.env._(
                "it is damaged or cut. Fetch it or save it again, then try again."
            ),
        }
