from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command, Domain

DIGEST_SESSIONS = 20
# Sent weekly; the scheduled action may be late or run again.
DIGEST_DAYS = 6


class ResCompany(models.Model):
    """The weekly digest: what is late and blocked, for the declarants of a training body.

    It holds counts and names of sessions, nothing about people.
    """

    _inherit = "res.company"

    @api.model
    def _cron_passport_digest(self):
        """Send each company its digest; nothing to those that have nothing to be told."""
        limit = self.env["passport.clock"]._today() - timedelta(days=DIGEST_DAYS)
        companies = self.search(
            ["|", ("passport_digest_on", "=", False), ("passport_digest_on", "<=", limit)]
        )
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            company._passport_send_digest()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _passport_send_digest(self):
        """Send the digest of this company, one mail for each language of its readers.

        :returns: the mails, none where there is nothing to say or nobody to say it to
        """
        self.ensure_one()
        mails = self.env["mail.mail"].sudo()
        readers = self._passport_digest_readers()
        if not readers or not self._passport_digest():
            return mails
        template = self.env.ref("passeport_prevention.mail_template_deadline_digest")
        for lang, users in readers.grouped("lang").items():
            localized = self.with_context(lang=lang)
            mail_id = template.with_context(
                lang=lang, digest=localized._passport_digest()
            ).send_mail(
                self.id,
                email_values={"recipient_ids": [Command.set(users.partner_id.ids)]},
            )
            mails |= mails.browse(mail_id)
        self.sudo().passport_digest_on = self.env["passport.clock"]._today()
        return mails

    def _passport_digest_readers(self):
        """Return the declarants of this company that have an e-mail address."""
        declarants = self.env.ref("passeport_prevention.group_passport_declarant").sudo()
        return declarants.all_user_ids.filtered(
            lambda user: user.active and user.email and self in user.company_ids
        )

    def _passport_digest(self):
        """Return what the digest tells, ``{}`` when there is nothing to tell.

        Only what is an obligation counts. In a constant number of queries.

        :returns: ``{"late": block, "blocked": block, "url": address of the list}``; a block is
            ``{"attendees": count, "sessions": count, "rows": [{"name", "deadline", "count", "url"}]}``
            with the most urgent sessions first
        """
        self.ensure_one()
        mandatory = Domain("company_id", "=", self.id) & Domain(
            "passport_obligation", "=", "mandatory"
        )
        late = self._passport_digest_block(
            mandatory & Domain("passport_deadline_state", "=", "late")
        )
        blocked = self._passport_digest_block(
            mandatory
            & Domain("passport_is_pending", "=", True)
            & Domain("passport_state", "in", ("blocked", "rejected"))
            & Domain("event_end_date", "<=", fields.Datetime.now())
        )
        if not late["attendees"] and not blocked["attendees"]:
            return {}
        url = f"{self.get_base_url()}/odoo/passport-attendees"
        return {"late": late, "blocked": blocked, "url": url}

    def _passport_digest_block(self, domain):
        groups = (
            self.env["event.registration"]
            .sudo()
            ._read_group(domain, ["event_id"], ["passport_deadline:min", "__count"])
        )
        groups.sort(key=lambda group: (group[1], group[0].id))
        shown = groups[:DIGEST_SESSIONS]
        base_url = self.get_base_url()
        return {
            "attendees": sum(count for *_session, count in groups),
            "sessions": len(groups),
            "more": len(groups) - len(shown),
            "rows": [
                {
                    "name": event.name,
                    "deadline": deadline,
                    "count": count,
                    "url": f"{base_url}/odoo/passport-sessions/{event.id}",
                }
                for event, deadline, count in shown
            ],
        }
