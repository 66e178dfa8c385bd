import unittest

from ...tools.pasted_columns import in_grid_order


class TestPastedColumns(unittest.TestCase):
    """Cells pasted without labels: what nothing tells is in the order of the grid."""

    def test_in_grid_order(self):
        for found, named in (
            (["name", "email", "siret", None, None], {3: "birth_name", 4: "nir"}),
            (["name", "email", None, None, None], {2: "employer", 3: "birth_name", 4: "nir"}),
            (["last_name", "first_name", "email", None], {3: "employer"}),
            (["name", "email", "siret", None, "nir"], {3: "birth_name"}),
            (["name", None], {1: "employer"}),
            (["name", "nir", None], {}),
            ([None, "email"], {0: "name"}),
            (["name", "email", "siret", None, None, None], {3: "birth_name", 4: "nir"}),
            ([], {}),
        ):
            with self.subTest(found=found):
                self.assertEqual(in_grid_order(found), named)
