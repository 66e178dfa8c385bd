from odoo import api, fields, models
from odoo.fields import Command, Domain

DIGEST_SESSIONS = 20


class PassportDigest(models.AbstractModel):
    """The weekly digest: what is late and blocked, for the declarants of a training body.

    It holds counts and names of sessions, nothing about people.
    """

    _name = "passport.digest"
    _description = "Weekly Digest of Declarations"

    @api.model
    def _send(self, company):
        """Send the digest of a company, one mail for each language of its readers.

        :returns: the mails, none where there is nothing to say or nobody to say it to
        """
        mails = self.env["mail.mail"].sudo()
        readers = self._readers(company)
        if not readers or not self._content(company):
            return mails
        template = self.env.ref("passeport_prevention.mail_template_deadline_digest")
        for lang, users in readers.grouped("lang").items():
            localized = company.with_context(lang=lang)
            mail_id = template.with_context(
                lang=lang, digest=self.with_context(lang=lang)._content(localized)
            ).send_mail(
                company.id,
                email_values={"recipient_ids": [Command.set(users.partner_id.ids)]},
            )
            mails |= mails.browse(mail_id)
        company.sudo().passport_digest_on = self.env["passport.clock"]._today()
        return mails

    @api.model
    def _readers(self, company):
        """Return the declarants of a company that have an e-mail address."""
        declarants = self.env.ref("passeport_prevention.group_passport_declarant").sudo()
        return declarants.all_user_ids.filtered(
            lambda user: user.active and user.email and company in user.company_ids
        )

    @api.model
    def _content(self, company):
        """Return what the digest tells, ``{}`` when there is nothing to tell.

        Only what is an obligation counts. In a constant number of queries.

        :returns: ``{"late": block, "blocked": block, "url": address of the list}``; a block is
            ``{"attendees": count, "sessions": count, "rows": [{"name", "deadline", "count", "url"}]}``
            with the most urgent sessions first
        """
        mandatory = Domain("company_id", "=", company.id) & Domain(
            "passport_obligation", "=", "mandatory"
        )
        base_url = company.get_base_url()
        late = self._block(base_url, mandatory & Domain("passport_deadline_state", "=", "late"))
        blocked = self._block(
            base_url,
            mandatory
            & Domain("passport_is_pending", "=", True)
            & Domain("passport_standing", "in", ("blocked", "rejected"))
            & Domain("event_end_date", "<=", fields.Datetime.now()),
        )
        if not late["attendees"] and not blocked["attendees"]:
            return {}
        url = f"{base_url}/odoo/passport-attendees"
        return {"late": late, "blocked": blocked, "url": url}

    @api.model
    def _block(self, base_url, domain):
        groups = (
            self.env["event.registration"]
            .sudo()
            ._read_group(domain, ["event_id"], ["passport_deadline:min", "__count"])
        )
        groups.sort(key=lambda group: (group[1], group[0].id))
        shown = groups[:DIGEST_SESSIONS]
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
