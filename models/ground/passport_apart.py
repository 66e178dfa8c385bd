import logging
import traceback

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class PassportApart(models.AbstractModel):
    """What fails for one of many keeps nobody else from being served: scheduled actions send by it.

    Else the one whose document cannot be printed would stand before all others, run after run.
    """

    _name = "passport.apart"
    _description = "Work That Fails for One Alone"

    @api.model
    def _do(self, title, items, do):
        """Do something with all of these at once; where that fails, with one after another.

        :param title: what it is, for the log
        :param items: a list, or records
        :param do: called with some of them, as they were given
        :returns: a list of those for which it failed; nothing of it stays, and the log tells
        """
        try:
            with self.env.cr.savepoint():
                do(items)
            return []
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if len(items) <= 1:
                # Where it failed, not on what: an error's text may hold anything.
                _logger.error(
                    "%s: failed for one of them: %s\n%s",
                    title,
                    type(error).__name__,
                    "".join(traceback.format_tb(error.__traceback__)),
                )
                return list(items)
        parts = [items[place : place + 1] for place in range(len(items))]
        return [item for part in parts for item in self._do(title, part, do)]
