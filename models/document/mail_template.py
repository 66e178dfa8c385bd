from odoo import models


class MailTemplate(models.Model):
    """E-mails that bring documents of the addon: all of one sending are printed in one go."""

    _inherit = "mail.template"

    def _generate_template_attachments(self, res_ids, render_fields, render_results=None):
        template = self
        if "report_template_ids" in render_fields:
            printed = self.report_template_ids._passport_print_apart(res_ids)
            template = self.with_context(passport_printed=printed)
        return super(MailTemplate, template)._generate_template_attachments(
            res_ids, render_fields, render_results=render_results
        )
