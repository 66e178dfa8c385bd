from datetime import date
from unittest import TestCase

from ...tools.return_file import (
    ACCEPTED,
    REJECTED,
    SILENT,
    UNCLEAR,
    Entry,
)
from ...tools.return_match import Candidate, Matcher


def candidate(key, name="Zoé Lefèvre", birth_name="LEFÈVRE", **values):
    return Candidate(
        **{
            "key": key,
            "unique_id": f"id-{key}",
            "state": "deposited",
            "partner_id": 100 + key,
            "name": name,
            "birth_name": birth_name,
            "declarations": ("D-1", "D-1 - SST"),
            **values,
        }
    )


def entry(number=1, answer=REJECTED, **values):
    return Entry(numbers=[number], answer=answer, **values)


class TestMatch(TestCase):
    def keys(self, candidates, **values):
        return sorted(found.key for found in Matcher(candidates).find(entry(**values)))

    def test_days_tell_sessions_of_one_person_apart(self):
        first = (date(2026, 9, 9), date(2026, 9, 10))
        second = (date(2026, 10, 1), date(2026, 10, 1))
        people = [candidate(1, days=first), candidate(2, days=second), candidate(3)]
        named = {"birth_name": "LEFÈVRE"}
        self.assertEqual(self.keys(people, **named), [1, 2, 3])
        self.assertEqual(self.keys(people[:2], **named, days=first), [1])
        self.assertEqual(self.keys(people[:2], **named, days=(date(2026, 10, 1),)), [2])
        self.assertEqual(self.keys(people[:2], **named, days=(date(2026, 11, 1),)), [])
        # Where a declaration has no days, they tell nothing.
        self.assertEqual(self.keys(people, **named, days=first), [1, 3])
        self.assertEqual(self.keys(people, unique_id="id-1", days=second), [1])

    def test_unique_id_alone_decides(self):
        people = [candidate(1), candidate(2, "Jean Martin", "MARTIN")]
        self.assertEqual(self.keys(people, unique_id="ID-2", name="Zoé Lefèvre"), [2])
        # An id that we do not know is nobody, whatever else the row says.
        self.assertEqual(self.keys(people, unique_id="x", name="Zoé Lefèvre"), [])

    def test_names(self):
        people = [
            candidate(1, "Zoé Lefèvre", "LEFÈVRE"),
            candidate(2, "Anne Dupont", "LE GOFF"),
            candidate(3, "Jean-Luc Martin", "MARTIN"),
            candidate(4, "Marie Martin", "MARTIN"),
        ]
        for values, keys in [
            ({"name": "LEFEVRE Zoe"}, [1]),
            ({"name": "Lefevre"}, [1]),
            ({"birth_name": "lefèvre"}, [1]),
            ({"name": "DUPONT Anne"}, [2]),
            ({"name": "LE GOFF Anne"}, [2]),
            ({"birth_name": "LE GOFF", "first_name": "Anne"}, [2]),
            ({"name": "Dupont", "first_name": "Anne"}, [2]),
            # A married name alone is not how the portal knows her.
            ({"name": "Dupont"}, []),
            ({"name": "MARTIN"}, [3, 4]),
            ({"name": "MARTIN", "first_name": "Jean Luc"}, [3]),
            ({"name": "MARTIN", "first_name": "Jean"}, [3]),
            ({"birth_name": "MARTIN", "first_name": "Marie"}, [4]),
            ({"birth_name": "MARTIN", "name": "Marie Martin"}, [4]),
            ({"name": "MARTIN Paul"}, []),
            ({"name": "MARTINE"}, []),
            ({"first_name": "Marie"}, [4]),
            ({"name": "Zoé"}, []),
            ({}, []),
        ]:
            with self.subTest(**values):
                self.assertEqual(self.keys(people, **values), keys)

    def test_nir_and_what_else_the_row_says(self):
        people = [
            candidate(1, partner_id=7),
            candidate(2, partner_id=7, declarations=("D-2", "D-2 - ATEX")),
            candidate(3, "Jean Martin", "MARTIN", partner_id=8),
        ]
        for values, keys in [
            ({"partner_ids": [8]}, [3]),
            ({"partner_ids": [7]}, [1, 2]),
            ({"partner_ids": [7], "declaration": "d-2 - atex"}, [2]),
            ({"partner_ids": [7], "declaration": "D-9"}, []),
            ({"partner_ids": [8], "birth_name": "DUPONT"}, []),
            # A NIR nobody holds is nobody: the name is no second choice.
            ({"partner_ids": [], "birth_name": "MARTIN"}, []),
        ]:
            with self.subTest(**values):
                self.assertEqual(self.keys(people, **values), keys)

    def test_found_by_its_id_only(self):
        people = [candidate(1, by_id_only=True), candidate(2)]
        self.assertEqual(self.keys(people, name="Lefèvre"), [2])
        self.assertEqual(self.keys(people, unique_id="id-1"), [1])


class TestVerdicts(TestCase):
    def judge(self, people, entries, **values):
        return [
            (verdict.key, verdict.outcome, verdict.numbers, verdict.reason)
            for verdict in Matcher(people).judge(entries, **values)
        ]

    def test_outcomes(self):
        people = [
            candidate(1),
            candidate(2),
            candidate(3, state="accepted"),
            candidate(4, state="rejected"),
            candidate(5, state="prepared"),
            candidate(6, state="withdrawn"),
            candidate(7, is_elsewhere=True),
            candidate(8),
            candidate(9),
        ]
        rows = [
            entry(1, ACCEPTED, unique_id="id-1"),
            entry(2, REJECTED, unique_id="id-2", reason="x"),
            entry(3, REJECTED, unique_id="id-3"),
            entry(4, ACCEPTED, unique_id="id-4"),
            entry(5, ACCEPTED, unique_id="id-5"),
            entry(6, ACCEPTED, unique_id="id-6"),
            entry(7, ACCEPTED, unique_id="id-7"),
            entry(8, UNCLEAR, unique_id="id-8"),
            entry(9, SILENT, unique_id="id-9"),
            entry(10, REJECTED, unique_id="?"),
            entry(11, REJECTED, name="Lefèvre", reason="y"),
        ]
        self.assertEqual(
            [(number, outcome) for _key, outcome, (number,), _reason in self.judge(people, rows)],
            [
                (1, "accept"),
                (2, "reject"),
                (3, "already_accepted"),
                (4, "already_rejected"),
                (5, "not_deposited"),
                (6, "not_deposited"),
                (7, "elsewhere"),
                (8, "unclear"),
                (9, "no_answer"),
                (10, "unknown"),
                (11, "ambiguous"),
            ],
        )

    def test_silent_rows_mean_what_the_user_says(self):
        for answer, outcome, reason in [
            (None, "no_answer", ""),
            (ACCEPTED, "accept", ""),
            (REJECTED, "reject", "voir le portail"),
        ]:
            with self.subTest(answer=answer):
                found = self.judge(
                    [candidate(1)],
                    [entry(1, SILENT, unique_id="id-1")],
                    without_reason=answer,
                    default_reason="voir le portail",
                )
                self.assertEqual(found, [(1, outcome, [1], reason)])

    def test_one_attendee_in_several_rows(self):
        rows = [
            entry(1, REJECTED, unique_id="id-1", reason="NIR"),
            entry(2, REJECTED, unique_id="id-1", reason="SIRET"),
            entry(3, REJECTED, unique_id="id-1", reason="NIR"),
        ]
        self.assertEqual(
            self.judge([candidate(1)], rows), [(1, "reject", [1, 2, 3], "NIR ; SIRET")]
        )
        rows.append(entry(4, ACCEPTED, unique_id="id-1"))
        self.assertEqual(self.judge([candidate(1)], rows)[0][:3], (1, "conflict", [1, 2, 3, 4]))

    def test_many_rows_are_found_quickly(self):
        people = [candidate(n, f"Prénom{n} Nom{n}", f"NOM{n}") for n in range(5000)]
        rows = [entry(n, name=f"NOM{n}", first_name=f"Prénom{n}") for n in range(5000)]
        found = self.judge(people, rows)
        self.assertEqual([key for key, *_rest in found], list(range(5000)))
