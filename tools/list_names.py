"""The order of first and last names in a column of a list: told by capitals, else by known first names.

``LE BIHAN Maëlle`` is Maëlle LE BIHAN. Where nothing tells, a name stays as it was typed: nothing is
invented.
"""

from collections.abc import Sequence

from .text import fold

# The most common ones in France, enough to tell the order of a column.
_COMMON = """
    adam adele adrien agathe agnes aicha alain alan albert alexandra alexandre alexis alice
    aline alizee amandine amelie amina anais andre andrea ange angelique anita anne annick annie
    anthony antoine antonin antonio armelle arnaud arthur audrey aurelie aurelien aurore awa
    axel barbara bastien beatrice benedicte benjamin benoit bernadette bernard bertrand brigitte
    bruno camille capucine carine carla carole caroline catherine cecile cedric celia celine
    chantal charlene charles charlotte chloe christelle christian christiane christine
    christophe claire clara claude claudine clemence clement colette coline constance coralie
    corentin corinne cyril cyrille damien daniel daniele danielle david deborah delphine denis
    denise didier dominique dorian dylan edouard elena eliane elisa elisabeth elise elodie
    eloise emeline emile emilie emma emmanuel emmanuelle enzo eric erwan estelle esteban eva
    evelyne fabien fabienne fabrice fanny farid fatima fatou felix fernando flavie florence
    florent florian franck francois francoise frederic frederique gabin gabriel gabrielle gael
    gaelle gaetan gerald gerard ghislaine gilbert gilles ginette gregory guillaume guy gwenaelle
    hamza hassan helene henri herve hugo hugues ibrahim ines irene isabelle ismael jacqueline
    jacques jade james janine jean jeanne jeannine jennifer jeremy jerome jessica joel joelle
    johan johanna jonathan jordan jose josephine josette jules julia julie julien juliette
    justine kamel karim karima karine katia kevin khadija killian laetitia laura laure laurence
    laurent laurine lea leila leo leon leonie lilian lina lionel lisa lise loic lola lorenzo
    louis louise luc lucas lucie lucien ludivine ludovic lydia lydie maelle maeva magali malik
    manon manuel marc marcel margaux margot marguerite maria mariam marie marina marine marion
    marius martin martine mathieu mathilde mathis matthieu maud maurice maxence maxime mehdi
    melanie melissa michael michel michele micheline mickael mireille mohamed mohammed monique
    morgane moussa muriel myriam nadege nadia nadine nathalie nathan nicolas nicole nina noa
    noemie nolwenn nora odette odile olivia olivier oscar oceane pascal pascale patrice patricia
    patrick paul paule pauline perrine philippe pierre pierrick quentin rachel rachid raphael
    raymond regine regis remi remy renaud rene renee richard robert robin roger roland romain
    romane rose sabine sabrina samia samir samuel sandra sandrine sara sarah sebastien serge
    severine simon simone sofia solene sonia sophie stephane stephanie steven suzanne sylvain
    sylvie tanguy theo theodore theophile therese thibault thierry thomas timeo tom tony tristan
    ulysse valentin valentine valerie vanessa veronique victor victoire victoria vincent
    virginie viviane wilfried william xavier yann yannick yasmine yoann yohan youssef yves
    yvette yvonne zoe
"""
FIRST_NAMES = frozenset(_COMMON.split())
_PARTICLES = frozenset(
    ("de", "du", "des", "d'", "la", "le", "les", "van", "von", "da", "di", "el", "ben")
)

FIRST, LAST = "first", "last"


def in_order(names: Sequence[str], label: str = "") -> list[str]:
    """Return the names of a column, first names first where that can be told.

    :param label: the column's; "NOM Prénom" tells the order of names in capitals throughout
    """
    column = _majority(names) or _order_of_label(label)
    return [_in_order(name, column) for name in names]


def first_comes_first(firsts: Sequence[str], lasts: Sequence[str]) -> bool:
    """Tell whether of two columns without labels the first one holds the first names."""
    return sum(map(_is_first_name, firsts)) >= sum(map(_is_first_name, lasts))


def _in_order(name: str, column: str | None) -> str:
    if name.count(",") == 1:
        before, _comma, after = name.partition(",")
        return f"{after.strip()} {before.strip()}".strip()
    words = name.split()
    if len(words) < 2:
        return name
    if parts := _by_capitals(words):
        first, last, _order = parts
        return " ".join((*first, *last))
    own = _by_first_names(words)
    order = own or (column if _may_be_turned(words, own, column) else None)
    if order != LAST:
        return name
    count = _trailing_first_names(words)
    return " ".join((*words[-count:], *words[:-count]))


def _trailing_first_names(words: Sequence[str]) -> int:
    """Return how many words at the end are first names: one at least, never all of them."""
    count = 1
    while count < len(words) - 1 and _is_first_name(words[-count - 1]):
        count += 1
    return count


def _may_be_turned(words: Sequence[str], own: str | None, column: str | None) -> bool:
    # Three words and more: nobody can tell where the last name ends, unless the column does.
    return own is None and column is not None and len(words) == 2


def _by_capitals(words: Sequence[str]) -> tuple[list[str], list[str], str] | None:
    """Return first names, last names and which comes first, if only the one is in capitals."""
    capitals = [word.isupper() and sum(map(str.isalpha, word)) > 1 for word in words]
    small = [fold(word) in _PARTICLES and word.islower() for word in words]
    first = [
        w
        for w, is_last, is_small in zip(words, capitals, small, strict=True)
        if not is_last and not is_small
    ]
    if not any(capitals) or not first:
        return None
    last = [word for word in words if word not in first]
    return first, last, LAST if capitals[0] or small[0] else FIRST


def _by_first_names(words: Sequence[str]) -> str | None:
    begins, ends = _is_first_name(words[0]), _is_first_name(words[-1])
    if begins == ends:
        return None
    return FIRST if begins else LAST


def _is_first_name(word: str) -> bool:
    return any(part in FIRST_NAMES for part in fold(word).replace("-", " ").split())


def _majority(names: Sequence[str]) -> str | None:
    """Return which comes first in most of the names that tell, ``None`` where none does."""
    votes = {FIRST: 0, LAST: 0}
    for name in names:
        words = name.split()
        if len(words) < 2:
            continue
        parts = _by_capitals(words)
        if order := parts[2] if parts else _by_first_names(words):
            votes[order] += 1
    if votes[FIRST] == votes[LAST]:
        return None
    return max(votes, key=lambda order: votes[order])


def _order_of_label(label: str) -> str | None:
    """Return the order that a label writes as it is meant: "NOM Prénom", and not "nom et prénom"."""
    folded = fold(label)
    if " et " in folded or not {"nom", "prenom"} <= set(
        folded.replace("/", " ").replace("-", " ").split()
    ):
        return None
    return LAST if folded.index("nom") < folded.index("prenom") else FIRST
