import functools

from werkzeug.exceptions import MethodNotAllowed

from odoo import http
from odoo.http import request


def route(*paths, methods, **routing):
    """Return the decorator of a handler, as Odoo's ``http.route``, for the methods named and no other.

    Odoo lets OPTIONS requests into every route, past the check of the CSRF token: what a handler
    writes would be written for whoever sends one.
    """
    allowed = {*methods, "HEAD"} if "GET" in methods else set(methods)

    def decorate(handler):
        @functools.wraps(handler)
        def guarded(self, *args, **kwargs):
            if request.httprequest.method not in allowed:
                raise MethodNotAllowed(valid_methods=sorted(allowed))
            return handler(self, *args, **kwargs)

        return http.route(list(paths), methods=list(methods), **routing)(guarded)

    return decorate
