from odoo.tests import tagged

from ...models.ground.selections import TRAINER_QUALIFICATIONS, TRAINING_MODALITIES
from ...tools import authority_file
from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestContracts(PassportCase):
    """What stands in two places for good reasons must stay the same in both."""

    def test_selections_are_the_portals_values(self):
        self.assertEqual(
            {key for key, _label in TRAINING_MODALITIES}, set(authority_file.MODALITIES)
        )
        self.assertEqual(
            {key for key, _label in TRAINER_QUALIFICATIONS},
            set(authority_file.TRAINER_QUALIFICATIONS),
        )

    def test_every_issue_has_its_row_and_its_words(self):
        issues = self.env["passport.issue"].search([])
        self.assertEqual(set(issues._messages()), set(issues.mapped("code")))
        warnings = issues.filtered(lambda issue: not issue.is_blocking)
        self.assertEqual(set(warnings.mapped("code")), warnings._codes("warning"))
