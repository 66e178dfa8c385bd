import ipaddress
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import hmac

SCOPE = "passeport_prevention.form_attempt"
# Kind: how many within how many minutes, for one key (an address of the network, a link, an e-mail).
# The trainees of one room share one address: what they do rightly is counted by link or e-mail, or
# has a wide limit.
LIMITS = {
    "wrong_link": (30, 60),
    "answer_link": (15, 60),
    "new_link": (100, 60),
    "new_link_email": (3, 24 * 60),
    # Of one user of the employer's space.
    "employer_save": (200, 60),
    "employer_remark": (10, 60),
    "employer_upload": (20, 60),
}
KEPT_MINUTES = max(minutes for _count, minutes in LIMITS.values())


class PassportFormAttempt(models.Model):
    """What was tried lately on the public pages and in the employer's space, so that it can be limited.

    Kept in the database: all workers of the server count together. Addresses are keyed hashes,
    and an entry is deleted after a day.
    """

    _name = "passport.form.attempt"
    _description = "Attempt on the Personal Form or in the Employer's Space"
    _log_access = False

    kind = fields.Char(required=True)
    key_hash = fields.Char(required=True)
    moment = fields.Datetime(required=True, default=fields.Datetime.now)

    _kind_key_hash_moment_idx = models.Index("(kind, key_hash, moment)")

    @api.model
    def _is_over(self, kind, key):
        """Tell whether the limit of this kind is reached for this key."""
        count, minutes = LIMITS[kind]
        since = fields.Datetime.now() - timedelta(minutes=minutes)
        domain = [("kind", "=", kind), ("key_hash", "=", self._hash(key)), ("moment", ">", since)]
        return self.sudo().search_count(domain, limit=count) >= count

    @api.model
    def _add(self, kind, key):
        """Count one attempt."""
        self.sudo().create({"kind": kind, "key_hash": self._hash(key)})

    @api.model
    def _take(self, kind, key):
        """Count one attempt unless the limit is reached; tell whether it was allowed."""
        if self._is_over(kind, key):
            return False
        self._add(kind, key)
        return True

    @api.model
    def _hash(self, key):
        return hmac(self.sudo().env, SCOPE, str(key))

    @api.model
    def _network(self, address):
        """Return what one visitor cannot change at will: the /64 network of an IPv6 address."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return address or ""
        if parsed.version == 4:
            return str(parsed)
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))

    @api.autovacuum
    def _gc_attempts(self):
        limit = fields.Datetime.now() - timedelta(minutes=KEPT_MINUTES)
        self.sudo().search([("moment", "<", limit)]).unlink()
