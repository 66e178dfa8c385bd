from odoo.tests import tagged

from ...tools import table_limits
from ..common import PassportCase

CODES = [
    value for name, value in vars(table_limits).items() if name.isupper() and isinstance(value, str)
]


@tagged("post_install", "-at_install", "passport")
class TestTable(PassportCase):
    def refusal(self, code, *args):
        error = table_limits.TableError(code, max=20)
        return self.env["passport.table"]._refusal(error, *args).args[0]

    def test_every_code_has_its_words(self):
        """Each names the file, and no two say the same."""
        texts = {self.refusal(code, "noms.xlsx") for code in CODES}
        self.assertEqual(len(texts), len(CODES))
        self.assertTrue(all(text.startswith("noms.xlsx: ") for text in texts))

    def test_limits_are_told(self):
        text = self.refusal(table_limits.TOO_LARGE, "noms.xlsx")
        self.assertEqual(text, "noms.xlsx: it is larger than 20 MB.")

    def test_a_file_without_a_name(self):
        self.assertEqual(self.refusal(table_limits.EMPTY, False), "The file: it is empty.")

    def test_the_words_of_a_reader_of_its_own(self):
        text = self.refusal("no_people", "noms.xlsx", {"no_people": "no column of names."})
        self.assertEqual(text, "noms.xlsx: no column of names.")
