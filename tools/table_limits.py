"""What a table that people upload may be: its limits, what can be wrong with it, kinds of cells."""

from dataclasses import dataclass

# Codes of what can be wrong with a file, see :class:`TableError`.
EMPTY = "empty"
TOO_LARGE = "too_large"
TOO_MANY_ROWS = "too_many_rows"
TOO_MANY_COLUMNS = "too_many_columns"
UNKNOWN_FORMAT = "unknown_format"
PROTECTED = "protected"
OLD_EXCEL = "old_excel"
BROKEN = "broken"

MEGABYTE = 1024 * 1024
# No spreadsheet has more.
SHEET_ROWS = 1_048_576
SHEET_COLUMNS = 16_384


class TableError(ValueError):
    """A file that cannot be read as a table.

    ``code`` is one of this module's codes and ``params`` what a message needs: ``max`` with the codes
    about limits. Neither tells anything of the content.
    """

    def __init__(self, code: str, **params: int):
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Limits:
    """What a file may cost. What is packed counts unpacked; ``elements`` are those of its XML, which
    time and memory follow, and ``others`` those that are neither rows nor cells nor texts."""

    bytes: int
    unpacked: int
    members: int
    elements: int
    others: int
    rows: int
    columns: int


# A report somebody exported, a national list of codes.
LARGE = Limits(
    bytes=50 * MEGABYTE,
    unpacked=300 * MEGABYTE,
    members=1000,
    elements=3_000_000,
    others=200_000,
    # A hundred thousand attendees, and what stands above and below them.
    rows=110_000,
    columns=200,
)
# A sheet of some hundred people, from somebody outside.
SMALL = Limits(
    bytes=MEGABYTE,
    unpacked=8 * MEGABYTE,
    members=100,
    elements=150_000,
    others=20_000,
    rows=5000,
    columns=200,
)


class Number(str):
    """A cell that holds a number, written in full."""

    __slots__ = ()


class Moment(str):
    """A cell that holds a day, ``yyyy-mm-dd``, or a time."""

    __slots__ = ()


class Flag(str):
    """A cell that holds true or false: ``1`` or ``0``."""

    __slots__ = ()


class Formula(str):
    """A cell that holds a formula, as it is written; given only to who asks for formulas."""

    __slots__ = ()
