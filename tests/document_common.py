import re
from html import unescape
from unittest.mock import patch

from odoo.fields import Command

from .common import PassportCase

REPORTS = {
    "quote": "sale.report_saleorder",
    "agreement": "passeport_prevention.report_agreement",
    "agreement_session": "passeport_prevention.report_agreement_session",
    "convocation": "passeport_prevention.report_convocation",
    "attestation": "passeport_prevention.report_attestation",
    "certificate": "passeport_prevention.report_certificate",
    "attendance": "passeport_prevention.report_attendance",
}
PROGRAMME = {
    "training_objectives": "<p>Secourir une victime</p>",
    "training_content": "<p>Protéger, examiner, alerter</p>",
    "training_duration": 14,
    "training_means": "<p>Mannequins et défibrillateur</p>",
    "training_assessment": "<p>Épreuve pratique</p>",
    "training_prerequisites": "Aucun prérequis",
}


class DocumentCase(PassportCase):
    """A session to come that is sold, and everything agreements must tell."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Documents default to French, whose words come from a file these tests do not depend on.
        cls.startClassPatcher(
            patch.object(type(cls.env["res.lang"]), "_passport_lang", lambda _self: "en_US")
        )
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        cls.client.lang = "en_US"
        cls.training.write({**PROGRAMME, "list_price": 290, "taxes_id": False})
        cls.company.write(
            {
                "passport_activity_number": "53351234567",
                "passport_activity_region": "Bretagne",
                "passport_cancellation_terms": "<p>Rien n'est dû avant dix jours</p>",
                "city": "Rennes",
                "email": "contact@atlantique.example",
            }
        )
        cls.venue = cls.env["res.partner"].create({"name": "Centre de Rennes", "city": "Rennes"})
        cls.trainer = cls.env["res.partner"].create(
            {"name": "Ronan Kermarec", "function": "Formateur SST"}
        )
        cls.session = cls.make_sold_session()
        cls.booker = cls.env["res.partner"].create(
            {"name": "Hélène Quiniou", "parent_id": cls.client.id, "email": "rh@brehat.example"}
        )

    @classmethod
    def make_sold_session(cls, training=None, **values):
        training = cls.training if training is None else training
        return cls.make_session(
            training,
            **{
                "name": "SST de novembre",
                "date_begin": "2026-11-09 08:00:00",
                "date_end": "2026-11-10 16:00:00",
                "address_id": cls.venue.id,
                "trainer_ids": [Command.set(cls.trainer.ids)],
                "event_ticket_ids": [
                    Command.create(
                        {"name": "Inscription", "product_id": training.product_variant_id.id}
                    )
                ],
                **values,
            },
        )

    @classmethod
    def make_order(cls, quantity=2, sessions=None, partner=None, **values):
        sessions = cls.session if sessions is None else sessions
        return cls.env["sale.order"].create(
            {
                "company_id": cls.company.id,
                "partner_id": (partner or cls.booker).id,
                "user_id": False,
                "order_line": [
                    Command.create(
                        {
                            "product_id": session.event_ticket_ids.product_id.id,
                            "event_id": session.id,
                            "event_ticket_id": session.event_ticket_ids.id,
                            "product_uom_qty": quantity,
                        }
                    )
                    for session in sessions
                ],
                **values,
            }
        )

    @classmethod
    def seat(cls, order, attendees, **values):
        """Register people on the first line of an order."""
        return cls.env["event.registration"].create(
            [
                {
                    "sale_order_line_id": order.order_line[0].id,
                    "attendee_partner_id": attendee.id,
                    "state": "open",
                    **values,
                }
                for attendee in attendees
            ]
        )

    @classmethod
    def make_unknown(cls, names, **values):
        """Create people of whom neither NIR nor birth name is known."""
        return cls.make_attendees(names, **{"nir": False, "birth_name": False, **values})

    def html_of(self, report, records):
        """Return the page of a report as its user sees it, as text with single blanks."""
        reports = records.env["ir.actions.report"]
        content, kind = reports._render_qweb_html(REPORTS.get(report, report), records.ids)
        self.assertEqual(kind, "html")
        text = unescape(re.sub(r"<[^>]*>", " ", content.decode()))
        return re.sub(r"\s+", " ", text)
