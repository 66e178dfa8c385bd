"""The same people, laid out as clients do: always the same people come out."""

import csv
import io
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools import nir
from ...tools.list_reader import read_people
from ...tools.table_file import TableError
from ...tools.text import fold

firsts = st.sampled_from(("Maëlle", "Jean-Noël", "Solène", "Awa", "Zoé", "Paul"))
lasts = st.sampled_from(("LE BIHAN", "KERVELLA", "N'DIAYE", "DUPONT-MARTIN", "DE LA TOUR", "ÉTÉ"))
bodies = st.builds(
    "{}{:02d}{:02d}35{:03d}{:03d}".format,
    st.sampled_from("12"),
    st.integers(0, 99),
    st.integers(1, 12),
    st.integers(1, 999),
    st.integers(1, 999),
)
people = st.lists(
    st.tuples(firsts, lasts, bodies), min_size=1, max_size=6, unique_by=lambda row: row[:2]
)


def number(body):
    return body + nir.control_key(body)


SHAPES = {
    "in one": (("N° de sécu",), lambda body: [number(body)]),
    "key apart": (("NIR", "Clé"), lambda body: [body, str(int(nir.control_key(body)))]),
    "spaced": (("N° SS",), lambda body: [nir.display(number(body))]),
    "dashed": (("Sécurité sociale",), lambda body: [f"{body}-{nir.control_key(body)}"]),
}
ORDERS = {
    "two": (("Nom", "Prénom"), lambda first, last: [last, first]),
    "two turned": (("Prénom", "Nom"), lambda first, last: [first, last]),
    "one": (("NOM Prénom",), lambda first, last: [f"{last} {first}"]),
    "one turned": (("Stagiaire",), lambda first, last: [f"{first} {last}"]),
    "comma": (("Participant",), lambda first, last: [f"{last}, {first}"]),
}


class TestLaidOut(TestCase):
    def found_in(self, rows, separator=";", encoding="utf-8"):
        stream = io.StringIO()
        csv.writer(stream, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(rows)
        return read_people(stream.getvalue().encode(encoding)).people

    def test_a_total_beside_the_numbers_is_nobody(self):
        rows = [["Nom", "Prénom", "NIR"], ["KERVELLA", "Jean", ""], ["TOTAL", "", "12"]]
        self.assertEqual([person.name for person in self.found_in(rows)], ["Jean KERVELLA"])

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(
        people,
        st.sampled_from(list(SHAPES)),
        st.sampled_from(list(ORDERS)),
        st.integers(0, 3),
        st.booleans(),
        st.booleans(),
        st.tuples(
            st.sampled_from((";", ",", "\t", "|")), st.sampled_from(("utf-8", "utf-16", "cp1252"))
        ),
    )
    def test_the_same_people(self, who, shape, order, titles, total, numbered, written):
        number_headers, number_cells = SHAPES[shape]
        name_headers, name_cells = ORDERS[order]

        def row(count, cells):
            return [*([count] if numbered else []), *cells]

        rows = [[f"Liste n° {index}"] for index in range(titles)]
        rows.append(row("N°", (*name_headers, *number_headers)))
        for index, (first, last, body) in enumerate(who, start=1):
            rows.append(row(str(index), (*name_cells(first, last), *number_cells(body))))
        if total:
            rows.append(row("", [f"Total : {len(who)}"]))
        found = self.found_in(rows, *written)
        expected = [(fold(f"{first} {last}"), number(body)) for first, last, body in who]
        self.assertEqual([(fold(person.name), person.nir) for person in found], expected)
        self.assertEqual({person.birth_name for person in found}, {""})

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(
        st.lists(
            st.lists(
                st.text(max_size=12)
                | st.sampled_from(("Nom", "Prénom", "NIR", "Zoé", number("2900229019012"))),
                max_size=5,
            ),
            max_size=8,
        )
    )
    def test_any_table_gives_people_or_the_reader_s_own_error(self, rows):
        try:
            found = self.found_in(rows)
        except (TableError, UnicodeEncodeError):
            return
        for person in found:
            self.assertIn(len(person.nir), (0, 13, 15))
            self.assertNotRegex(person.name, r"\d{13}")
            self.assertNotRegex(person.birth_name, r"\d{13}")
