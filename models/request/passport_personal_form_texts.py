from odoo import api, models
from odoo.tools.image import image_data_uri


class PassportPersonalFormTexts(models.AbstractModel):
    """What the form says of who asks, for what, and why: the least that lets a person recognise it."""

    _name = "passport.personal.form.texts"
    _description = "Texts of the Personal Form"

    @api.model
    def _texts(self, link):
        """Return the values of the form's page that come from the training and its body."""
        link.ensure_one()
        registration = link.registration_id
        company = registration.company_id
        return {
            "company": company,
            "logo": self._logo(company),
            "training_name": registration.training_id.name or registration.event_id.name,
            "session_dates": self._session_dates_text(registration),
            "attendee_name": link.partner_id.name,
            "intro": self.env._(
                "%(company)s has to declare your training in your Passeport de prévention. This takes "
                "your social security number and your birth name.",
                company=company.name,
            ),
            "number_ok": self.env._("The number is complete and its key is right."),
            "notice": self._notice_texts(registration),
            "refusal": self._refusal_text(registration),
            "contact": " · ".join(filter(None, [company.name, company.phone, company.email])),
        }

    @api.model
    def _is_alone(self, registration):
        """Tell whether no employer stands behind this person: nobody is told of, or declares instead."""
        return registration.without_employer or not registration.employer_id

    @api.model
    def _refusal_text(self, registration):
        """Return what a refusal leads to."""
        company = registration.company_id.name
        if self._is_alone(registration):
            return self.env._(
                "You may refuse to give your number. %(company)s then does not declare this training, and it "
                "is not entered in your passport. Your refusal and its date are kept as a proof.",
                company=company,
            )
        return self.env._(
            "You may refuse to give your number. %(company)s then does not declare this training; "
            "your employer has to do it. Your refusal and its date are kept as a proof, and your "
            "employer is told.",
            company=company,
        )

    @api.model
    def _logo(self, company):
        # In the page itself: an address of the logo would tell the number of the company.
        has_own = company.logo_web and not company.uses_default_logo
        return has_own and image_data_uri(company.logo_web)

    @api.model
    def _session_dates_text(self, registration):
        start, end = registration._passport_session_dates()
        words = self.env["passport.words"]
        if not start:
            return ""
        if start == end:
            return self.env._("On %s", words._day(start))
        return self.env._(
            "From %(start)s to %(end)s",
            start=words._day(start),
            end=words._day(end),
        )

    @api.model
    def _notice_texts(self, registration):
        """Return the information notice as ``[(title, text)]``.

        Source: GDPR, article 13; Code du travail, articles L.4141-5 and L.6356-1; décret n° 2019-341
        du 19 avril 2019 for the use of the NIR.
        """
        company = registration.company_id
        return [
            (self.env._("Who asks, and what for"), self._notice_purpose(company)),
            (self.env._("Who sees these data"), self._notice_readers(registration)),
            (
                self.env._("How long they are kept"),
                self.env._(
                    "Your number is kept encrypted. It is erased %(used)s months after the declaration "
                    "was accepted, and after %(unused)s months if it was not used.",
                    used=company.nir_retention_months,
                    unused=company.nir_unused_months,
                ),
            ),
            (self.env._("Your rights"), self._notice_rights(company)),
        ]

    @api.model
    def _notice_readers(self, registration):
        company = registration.company_id.name
        if self._is_alone(registration):
            return self.env._(
                "The few people of %(company)s who declare trainings, and the Caisse des Dépôts, "
                "which runs the Passeport de prévention.",
                company=company,
            )
        return self.env._(
            "The few people of %(company)s who declare trainings, and the Caisse des Dépôts, "
            "which runs the Passeport de prévention. Your employer cannot read your number here.",
            company=company,
        )

    @api.model
    def _notice_purpose(self, company):
        return self.env._(
            "%(company)s asks for these data for one purpose: to declare your health-and-safety "
            "trainings in your Passeport de prévention, as the law requires of it (Code du travail, "
            "articles L.4141-5 and L.6356-1). Décret n° 2019-341 of 19 April 2019 allows the social "
            "security number to be used for this.",
            company=company.name,
        )

    @api.model
    def _notice_rights(self, company):
        return self.env._(
            "You may ask to see, correct or erase these data, or to restrict their use: write to "
            "%(contact)s. You may also complain to the CNIL (www.cnil.fr). You may refuse to give your "
            "number: see the bottom of this page.",
            contact=company.email or company.name,
        )

    @api.model
    def _not_stored(self, company):
        return self.env._(
            "Your answer could not be stored. Nothing was kept of it: please try again later, or tell "
            "%s.",
            company.name,
        )

    @api.model
    def _refusal_unread(self):
        return self.env._("Tick the box to confirm that you refuse.")
