"""What statements of SQL share."""

from odoo.tools import SQL


def id_array(ids):
    """Return ids as an array of SQL.

    As one text, which the database reads five times faster than a list of as many numbers.

    :param ids: an iterable of ids of records in the database
    """
    return SQL("%s::int[]", "{" + ",".join(map(str, ids)) + "}")
