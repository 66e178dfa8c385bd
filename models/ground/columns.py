"""What statements of SQL share."""

from odoo.fields import Domain
from odoo.tools import SQL


def id_array(ids):
    """Return ids as an array of SQL.

    As one text, which the database reads five times faster than a list of as many numbers.

    :param ids: an iterable of ids of records in the database
    """
    return SQL("%s::int[]", "{" + ",".join(map(str, ids)) + "}")


def among(ids):
    """Return the domain of the records that have these ids, however many.

    :param ids: an iterable of ids of records in the database
    """
    array = id_array(ids)
    return Domain.custom(
        to_sql=lambda _model, alias, _query: SQL("%s = ANY(%s)", SQL.identifier(alias, "id"), array)
    )
