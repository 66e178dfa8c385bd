"""Columns of cells that were pasted without their labels: in the order of the grid they go into."""

from collections.abc import Iterable, Sequence

GRID = ("name", "email", "employer", "birth_name", "nir")
# What is found by its values stands for a column of the grid.
_PLACES = {
    "last_name": "name",
    "first_name": "name",
    "siret": "employer",
    "employer_siret": "employer",
    "nir_key": "nir",
}


def in_grid_order(found: Sequence[str | None]) -> dict[int, str]:
    """Return ``{position: field}`` of the columns nothing is known of, by what stands left of them.

    >>> in_grid_order(["name", "email", "siret", None, None])
    {3: 'birth_name', 4: 'nir'}
    >>> in_grid_order(["name", None])
    {1: 'employer'}
    >>> in_grid_order(["nir", None])
    {}

    An e-mail is known by its sign: what follows a name and is none is something else.
    """
    places = [_PLACES.get(name, name) if name else None for name in found]
    named: dict[int, str] = {}
    for position, name in enumerate(found):
        if name is None:
            left = [*places[:position], *named.values()]
            if field := _next(left, places):
                named[position] = field
    return named


def _next(left: Iterable[str | None], places: Iterable[str | None]) -> str | None:
    reached = max((GRID.index(place) for place in left if place in GRID), default=-1)
    free = [name for name in GRID[reached + 1 :] if name != "email" and name not in places]
    return free[0] if free else None
