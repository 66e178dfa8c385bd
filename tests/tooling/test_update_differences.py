from unittest import TestCase

from ...tooling.commands.test_update import MAY_CHANGE, MAY_GROW, differences


class TestUpdateDifferences(TestCase):
    """What an update changed is told, whatever became of it, and nothing else is."""

    def found(self, before, after, table="passport_deposit"):
        """Return the differences of one table, given as lists of rows."""
        dumps = [{table: {str(row["id"]): row for row in rows}} for rows in (before, after)]
        return differences(*dumps)

    def test_nothing_changed(self):
        rows = [{"id": 1, "name": "DEP-1", "note": None, "done": False}]
        with_new_column = [{**row, "mark": "x"} for row in rows]
        self.assertEqual(self.found(rows, with_new_column), [])

    def test_empty_column_gone(self):
        rows = [{"id": 1, "note": None, "done": False}]
        self.assertEqual(self.found(rows, [{"id": 1}]), [])

    def test_column_gone_with_what_was_typed(self):
        found = self.found([{"id": 1, "note": "typed"}], [{"id": 1}])
        self.assertEqual(
            found, ["passport_deposit.note: 1 rows have another value\n  1: 'typed' → None"]
        )

    def test_other_values(self):
        before = [{"id": number, "name": "a", "done": False} for number in range(1, 13)]
        after = [{**row, "name": "b", "done": None} for row in before]
        done, name = self.found(before, after)
        self.assertIn("passport_deposit.done: 12 rows", done)
        self.assertEqual(name.splitlines()[1:], [f"  {number}: 'a' → 'b'" for number in (1, 2, 3)])

    def test_rows_gone_and_new(self):
        found = self.found([{"id": 1}, {"id": 2}], [{"id": 2}, {"id": 10}])
        self.assertEqual(
            found,
            [
                "passport_deposit: 1 rows are gone: ['1']",
                "passport_deposit: 1 rows are new: ['10']",
            ],
        )

    def test_table_gone(self):
        found = differences({"passport_deposit": {"1": {"id": 1}}}, {})
        self.assertEqual(found, ["passport_deposit: the table is gone, with 1 rows"])

    def test_what_may_differ_is_let_through_there_alone(self):
        for place in MAY_CHANGE:
            table, column = place.split(".")
            rows = [{"id": 1, column: "before"}], [{"id": 1, column: "after"}]
            self.assertEqual(self.found(*rows, table=table), [])
            self.assertTrue(self.found(*rows, table="passport_nir"))
        for table in MAY_GROW:
            self.assertEqual(self.found([], [{"id": 1}], table=table), [])
            self.assertTrue(self.found([{"id": 1}], [], table=table))
