import unittest

from ...tools import open_data
from ...tools.open_data import OpenDataError, read_records


class TestPaging(unittest.TestCase):
    def listed(self, answers, api=open_data.OPENDATASOFT, where=""):
        """Read two fields from canned answers; ``self.asked`` is what was asked."""
        self.asked = []
        left = list(answers)

        def get(address, parameters):
            self.asked.append(parameters)
            return left.pop(0)

        return read_records(api, "https://portal", ["code", "label"], where, get)

    def page(self, start, count):
        return [{"code": str(number), "label": "X"} for number in range(start, start + count)]

    def assert_refused(self, code, answers, **kwargs):
        with self.assertRaises(OpenDataError) as caught:
            self.listed(answers, **kwargs)
        self.assertEqual(caught.exception.code, code)

    def test_opendatasoft_pages_are_read_in_one_order(self):
        answers = [
            {"total_count": 130, "results": self.page(0, 100)},
            {"total_count": 130, "results": self.page(100, 30)},
        ]
        self.assertEqual(len(self.listed(answers, where="a = 'b'")), 130)
        self.assertEqual([asked["offset"] for asked in self.asked], [0, 100])
        self.assertEqual(self.asked[0]["select"], "code,label")
        self.assertEqual((self.asked[0]["order_by"], self.asked[0]["where"]), ("code", "a = 'b'"))

    def test_tabular_pages_are_read_in_one_order(self):
        answers = [
            {"data": self.page(0, 50), "meta": {"page": 1, "total": 60}, "links": {}},
            {"data": self.page(50, 10), "meta": {"page": 2, "total": 60}, "links": {}},
        ]
        found = self.listed(answers, open_data.TABULAR, "Actif__exact=ACTIVE")
        self.assertEqual(len(found), 60)
        self.assertEqual([asked["page"] for asked in self.asked], [1, 2])
        self.assertEqual(self.asked[1]["Actif__exact"], "ACTIVE")
        self.assertEqual(self.asked[1]["code__sort"], "asc")

    def test_answers_that_fall_short_are_refused(self):
        ods = [
            (open_data.PARTIAL, [{"total_count": 3, "results": self.page(0, 2)}]),
            (open_data.PARTIAL, [{"total_count": 200, "results": self.page(0, 100)},
                                 {"total_count": 199, "results": self.page(100, 99)}]),
            (open_data.PARTIAL, [{"total_count": 200, "results": self.page(0, 100)},
                                 {"total_count": 200, "results": []}]),
            (open_data.EMPTY, [{"total_count": 0, "results": []}]),
            (open_data.TOO_MANY, [{"total_count": 10_001, "results": self.page(0, 100)}]),
            (open_data.SHAPE, [[]]),
            (open_data.SHAPE, [{"error_code": "X"}]),
            (open_data.SHAPE, [{"total_count": "many", "results": []}]),
            (open_data.SHAPE, [{"total_count": 1, "results": ["x"]}]),
            (open_data.SHAPE, [{"total_count": 1, "results": {}}]),
            (open_data.FIELD, [{"total_count": 1, "results": [{"code": "1"}]}]),
        ]  # fmt: skip
        for code, answers in ods:
            with self.subTest(answers=answers):
                self.assert_refused(code, answers)
        tabular = [
            (open_data.SHAPE, [{"data": [], "meta": None}]),
            (open_data.SHAPE, [{"data": self.page(0, 1), "meta": {"page": 7, "total": 1}}]),
            (open_data.PARTIAL, [{"data": self.page(0, 40), "meta": {"page": 1, "total": 45}}]),
        ]
        for code, answers in tabular:
            with self.subTest(answers=answers):
                self.assert_refused(code, answers, api=open_data.TABULAR)

    def test_page_that_comes_again_is_refused(self):
        for api, first, again in (
            (
                open_data.OPENDATASOFT,
                {"total_count": 200, "results": self.page(0, 100)},
                {"total_count": 200, "results": self.page(0, 100)},
            ),
            (
                open_data.OPENDATASOFT,
                {"total_count": 200, "results": self.page(0, 100)},
                {"total_count": 200, "results": self.page(90, 100)},
            ),
            (
                open_data.TABULAR,
                {"data": self.page(0, 50), "meta": {"page": 1, "total": 100}},
                {"data": self.page(0, 50), "meta": {"page": 2, "total": 100}},
            ),
        ):
            with self.subTest(api=api):
                self.assert_refused(open_data.PARTIAL, [first, again], api=api)

    def test_code_that_is_there_twice_may_end_a_page_and_begin_the_next(self):
        answers = [
            {"total_count": 130, "results": self.page(0, 100)},
            {"total_count": 130, "results": [*self.page(99, 1), *self.page(100, 29)]},
        ]
        self.assertEqual(len(self.listed(answers)), 130)

    def test_counts_that_are_none(self):
        for count in (-1, True, 1.0, None, "1", 10**30):
            with self.subTest(count=count), self.assertRaises(OpenDataError):
                self.listed([{"total_count": count, "results": self.page(0, 1)}])

    def test_names_of_the_fields(self):
        answer = {"data": [{"__id": 1, "Code": 42817, "Libellé": None}], "meta": {}}
        rows = open_data.read_names(open_data.TABULAR, "https://portal", get=lambda *args: answer)
        self.assertEqual(rows, [["__id", "Code", "Libellé"], ["1", "42817", ""]])
        for answer in ({"data": []}, {"data": {}}, {"data": [1]}, [], {}):
            with self.subTest(answer=answer), self.assertRaises(OpenDataError):
                open_data.read_names(
                    open_data.TABULAR, "https://portal", get=lambda *args, answer=answer: answer
                )
