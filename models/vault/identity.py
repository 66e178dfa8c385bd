"""Has the user given the password lately? As Odoo asks it before what is delicate, and as long."""

import functools
import sys
import time

from odoo.http import request
from odoo.tools import safe_eval

from odoo.addons.base.models import ir_qweb
from odoo.addons.base.models.res_users import check_identity

CONFIRMED_SECONDS = 10 * 60
# Where code that somebody typed into a screen is run from: server actions, computed fields of
# one's own, templates of mails and reports.
_TYPED_CODE = (safe_eval.__file__, ir_qweb.__file__)


def is_confirmed():
    """Tell whether the password was given in the last ten minutes.

    Only a session of the web client is asked: it is what stays open on a desk. Programs give a
    password or a key of their own with each call.
    """
    if not request or not request.session.uid:
        return True
    return request.session.get("identity-check-last", 0) > time.time() - CONFIRMED_SECONDS


def confirmed(method):
    """Ask the password before an action that a button calls, unless it was given lately.

    Like Odoo's ``check_identity``, but that programs, who give theirs with each call, may call it.
    """
    asked = check_identity(method)

    @functools.wraps(method)
    def wrapped(self, *args, **kwargs):
        return (method if is_confirmed() else asked)(self, *args, **kwargs)

    # What Odoo looks for before it goes on after the password was given.
    setattr(wrapped, "__has_check_identity", True)
    return wrapped


def is_typed_code():
    """Tell whether code that somebody typed into a screen is being run at this moment."""
    frame = sys._getframe(1)
    while frame:
        if frame.f_code.co_filename in _TYPED_CODE:
            return True
        frame = frame.f_back
    return False
