from odoo import fields, models


class ProductTemplate(models.Model):
    """The programme of a training: what agreements, convocations and attestations print."""

    _inherit = "product.template"

    training_objectives = fields.Html(
        string="Objectives",
        translate=True,
        help="What attendees are able to do afterwards. Printed on agreements and attestations.",
    )
    training_content = fields.Html(
        string="Content", translate=True, help="The programme, printed on agreements."
    )
    training_public = fields.Text(
        string="For Whom",
        translate=True,
        help="Whom the training is meant for, in a few words: printed in the programme.",
    )
    training_prerequisites = fields.Text(
        string="Prerequisites",
        translate=True,
        help="What attendees have to know or hold beforehand. Write “none” if there are none: the "
        "contract of a private person must tell.",
    )
    training_means = fields.Html(
        string="Teaching and Technical Means",
        translate=True,
        help="Methods, rooms, equipment, documents handed out.",
    )
    training_assessment = fields.Html(
        string="Follow-up and Assessment",
        translate=True,
        help="How attendance is followed, how skills are assessed and what attendees receive.",
    )
    training_to_bring = fields.Text(
        string="What to Bring",
        translate=True,
        help="Equipment and papers attendees need, printed on convocations.",
    )
    training_accessibility = fields.Text(
        string="Accessibility",
        translate=True,
        help="What the training asks of people, and which adaptations are possible for attendees "
        "with a disability.",
    )
