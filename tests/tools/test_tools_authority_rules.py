"""The file's own check beside another reading of the same rules, written here from the operator's guides."""

import re
import unicodedata
from datetime import date, datetime
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools import authority_file, nir
from .test_tools_authority_jdr import ROW as JDR_ROW
from .test_tools_authority_row import CERTIFYING, ROW, SELF_EMPLOYED

TODAY = date(2026, 11, 26)
NAME = "NOM_TITULAIRE"
LENGTHS = {
    "ID_DECLARATION": 255,
    "REFERENCE_DECLARATION": 280,
    "ID_UNIQUE_PARTENAIRE": 255,
    "NOM_FORMATION": 250,
    "NOM_JDR": 255,
    NAME: 30,
    "REFERENCE_EMPLOYEUR": 255,
    "RESULTAT_OBTENU": 1000,
    "MENTION_OBTENUE": 255,
    "IDENTIFIANT_PREUVE": 255,
    "NOM_OPTION_SPECIALITE": None,
    "LIEN_PREUVE": None,
}
CODES = {
    "COMPETENCE_TRANSFERABLE": (3, 10, 70),
    "CERTIFICATION_VISEE": (1, 1, 9),
    "DOMAINE_FORMATION": (1, 5, 30),
    "SPECIALITE_FORMATION": (1, 3, 15),
}
CHOICES = {
    "MODALITE_DISPENSE": "PRESENTIEL A_DISTANCE MIXTE",
    "QUALIFICATION_FORMATEUR": (
        "ENSEIGNANT FORMATEUR_D_ADULTES_FORMATION_SPECIALISEE INGENIEUR PREVENTEUR PSYCHOLOGUE "
        "RESPONSABLE_QHSE ANCIEN_PROFESSIONNEL"
    ),
    "TYPE_JDR": "DIPLOME TITRE HABILITATION CERTIFICAT",
    "MODE_OBTENTION": "PAR_ADMISSION PAR_SCORING",
}
DATES = ("DATE_DEBUT_FORMATION", "DATE_FIN_FORMATION", "DATE_DEBUT_VALIDITE", "DATE_FIN_VALIDITE")
YES_NO = ("FORMATION_CERTIFIANTE", "PRESENCE_EMPLOYEUR", "PRESENCE_FORMATION")
ALWAYS = ("ID_DECLARATION", "REFERENCE_DECLARATION", "ID_UNIQUE_PARTENAIRE", "NIR", NAME)
ALWAYS += ("COMPETENCE_TRANSFERABLE", "PRESENCE_EMPLOYEUR", "DATE_DEBUT_VALIDITE")
OF_TRAINING = (
    "NOM_FORMATION",
    "DATE_DEBUT_FORMATION",
    "DATE_FIN_FORMATION",
    "FORMATION_CERTIFIANTE",
)
OF_TRAINING_IF_ANY = (
    *OF_TRAINING,
    *("MODALITE_DISPENSE", "QUALIFICATION_FORMATEUR", "CERTIFICATION_VISEE"),
    *("DOMAINE_FORMATION", "SPECIALITE_FORMATION"),
)


class Reading:
    """The columns of one row that break a rule, as the guides have it."""

    def __init__(self, document, row):
        self.row = {name: value for name, value in row.items() if value not in (None, "", (), [])}
        self.wrong = {name for name, value in self.row.items() if not self.is_fit(name, value)}
        self.require(*ALWAYS, *(("TYPE_JDR", "NOM_JDR") if document == "jdr" else ()))
        trained = document == "adf" or self.row.get("PRESENCE_FORMATION") is True
        if trained:
            self.require(*OF_TRAINING)
            self.read_training()
        else:
            self.forbid(*OF_TRAINING_IF_ANY)
        self.read_employer()
        self.read_dates(trained)

    def require(self, *names):
        self.wrong.update(name for name in names if name not in self.row)

    def forbid(self, *names):
        self.wrong.update(name for name in names if name in self.row)

    def is_fit(self, name, value):
        if name in CODES:
            fewest, most, length = CODES[name]
            return (
                type(value) in (list, tuple)
                and all(type(code) is str and re.fullmatch("[0-9A-Za-z]+", code) for code in value)
                and fewest <= len(value) <= most
                and len(set(value)) == len(value)
                and len("/".join(value)) <= length
            )
        if name in DATES:
            return type(value) is date
        if name in YES_NO:
            return value is True or value is False
        if type(value) is not str:
            return False
        if name in CHOICES:
            return value in CHOICES[name].split()
        if name == "NIR":
            body = re.fullmatch("[1-478][0-9]{2}([0-9]{2})([0-9]{2}|2[AB])[0-9]{6}", value)
            return bool(body) and (
                1 <= int(body[1]) <= 12 or int(body[1]) in (20, *range(30, 43), *range(50, 100))
            )
        if name == "SIRET_EMPLOYEUR":
            return (
                bool(re.fullmatch("[0-9]{14}", value))
                and set(value) != {"0"}
                and self.has_key(value)
            )
        return self.is_text(name, value)

    def is_text(self, name, value):
        """No separator, quote, control or invisible character, no outer space, no more than its length."""
        bad = {"|", '"'}
        if any(
            char in bad or unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
            for char in value
        ):
            return False
        if value[0].isspace() or value[-1].isspace() or len(value) > (LENGTHS[name] or len(value)):
            return False
        if name == "LIEN_PREUVE":
            return bool(re.match("(?i)https?://[^/ ]", value)) and not re.search(r"\s", value)
        return name != NAME or not any(char.isnumeric() for char in value)

    @staticmethod
    def has_key(number):
        """Luhn's sum, of the SIREN and of the whole; La Poste has a rule of its own."""

        def luhn(digits):
            doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
            return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0

        is_post = number.startswith("356000000") and sum(map(int, number)) % 5 == 0
        return luhn(number[:9]) and (luhn(number) or is_post)

    def read_training(self):
        certifying = self.row.get("FORMATION_CERTIFIANTE")
        for name, wanted in [
            ("CERTIFICATION_VISEE", certifying is True),
            ("DOMAINE_FORMATION", certifying is False),
            ("SPECIALITE_FORMATION", certifying is False),
        ]:
            (self.require if wanted else self.forbid)(name)

    def read_employer(self):
        if self.row.get("PRESENCE_EMPLOYEUR") is True:
            self.require("SIRET_EMPLOYEUR")
        else:
            self.forbid("SIRET_EMPLOYEUR", "REFERENCE_EMPLOYEUR")

    def read_dates(self, trained):
        days = {name: self.row[name] for name in DATES if type(self.row.get(name)) is date}
        for before, after in [(0, 1), (1, 2), (2, 3)]:
            first, second = days.get(DATES[before]), days.get(DATES[after])
            if first and second and second < first and (trained or before):
                self.wrong.add(DATES[after])
        if trained:
            self.wrong.update(name for name in DATES[:2] if name in days and days[name] > TODAY)


texts = st.text(st.sampled_from("abÉ'- 0１|\"\t\u00a0\u200b\u202f/é"), max_size=8)
some_codes = ("1234", "RS6869", "RNCP12345", "344r", "1234567890")
wrong_codes = ("１２３４", "12 3", "", "a|b", "é", 12)
codes = st.lists(st.sampled_from(some_codes + wrong_codes), max_size=12)
days = st.dates(date(2026, 9, 1), date(2026, 12, 31))
numbers = st.sampled_from(
    (
        "1850475006084",
        "285042A006084",
        "185047500608459",
        "１８５０４７５００６０８４",
        "1850475 06084",
    )
    + ("5850475006084", "1854375006084", "7859975006084", "185042a006084", 1850475006084)
)
sirets = st.sampled_from(
    (
        "81234567600017",
        "35600000049837",
        "81234567600018",
        "812 345 676 00017",
        "８１２３４５６７６０００１７",
    )
    + ("00000000000000", "812345676", 81234567600017)
)
links = st.sampled_from(
    (
        "https://a.example/1",
        "HTTP://a.example",
        "ftp://a",
        "https://",
        "a.example",
        "https://a b",
        " https://a",
    )
    + ("https://a|b", "https://é.example/ü?x=1", "http:///x")
)
odd = st.sampled_from(
    (None, "", (), [], 0, 1, 1.5, True, False, "x", ("x",), datetime(2026, 9, 10, 9), {"a": 1})
)


def values_of(name):
    if name in CODES:
        return codes | codes.map(tuple)
    if name in DATES:
        return days
    if name in YES_NO:
        return st.booleans()
    if name in CHOICES:
        return st.sampled_from(CHOICES[name].split()) | st.just("autre")
    special = {"NIR": numbers, "SIRET_EMPLOYEUR": sirets, "LIEN_PREUVE": links}
    long = st.sampled_from([(LENGTHS.get(name) or 255) + more for more in (0, 1)]).map(
        lambda size: "É" * size
    )
    return special[name] if name in special else texts | long


@st.composite
def rows_of(draw, document):
    row = dict(ROW if document == "adf" else JDR_ROW)
    row.update(draw(st.sampled_from(({}, CERTIFYING, SELF_EMPLOYED))))
    names = [col.name for col in authority_file.DOCUMENTS[document]]
    if document == "jdr" and draw(st.booleans()):
        row.update(
            dict.fromkeys(OF_TRAINING_IF_ANY, ""),
            PRESENCE_FORMATION=draw(st.sampled_from((False, None))),
        )
    for name in draw(st.lists(st.sampled_from(names), max_size=4)):
        row[name] = draw(values_of(name) | odd)
    return row


class TestRules(TestCase):
    def compare(self, document, row):
        found = {fault.column for fault in authority_file.check_row(document, row, TODAY)}
        self.assertEqual(found, Reading(document, row).wrong, row)

    def test_the_rows_of_the_other_tests(self):
        for values in ({}, CERTIFYING, SELF_EMPLOYED):
            self.assertEqual(Reading("adf", {**ROW, **values}).wrong, set())
        self.assertEqual(Reading("jdr", JDR_ROW).wrong, set())

    @settings(max_examples=800, deadline=None, database=None, derandomize=True)
    @given(rows_of("adf"))
    def test_attestations(self, row):
        self.compare("adf", row)

    @settings(max_examples=800, deadline=None, database=None, derandomize=True)
    @given(rows_of("jdr"))
    def test_certificates(self, row):
        self.compare("jdr", row)

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(st.lists(rows_of("adf"), max_size=4), st.booleans())
    def test_what_is_found_right_is_written_as_it_is(self, rows, alike):
        for number, row in enumerate(rows):
            if alike:
                row.update({"ID_DECLARATION": f"D{number}", "ID_UNIQUE_PARTENAIRE": f"u{number}"})
        if authority_file.check_file("adf", rows, TODAY):
            return
        lines = authority_file.render("adf", rows).decode().split("\r\n")
        self.assertEqual(len(lines), len(rows) + 2)
        for row, line in zip(rows, lines[1:], strict=False):
            cells = dict(
                zip((col.name for col in authority_file.ADF), line.split("|"), strict=True)
            )
            self.assertEqual(cells[NAME], row[NAME])
            self.assertEqual(cells["NIR"], nir.parse(row["NIR"]).body)
            self.assertEqual(
                cells["COMPETENCE_TRANSFERABLE"], "/".join(row["COMPETENCE_TRANSFERABLE"])
            )
            self.assertEqual(cells["DATE_DEBUT_VALIDITE"], f"{row['DATE_DEBUT_VALIDITE']:%d/%m/%Y}")

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(
        st.dictionaries(
            st.sampled_from([col.name for col in authority_file.JDR]), odd | texts | codes
        )
    )
    def test_values_of_any_type_are_faults_and_no_tracebacks(self, row):
        for document in ("adf", "jdr"):
            self.assertTrue(authority_file.check_file(document, [row, row], TODAY))
