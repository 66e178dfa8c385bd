"""What titles of trainings talk about: words as data, one topic after the other.

Titles are looked at as :func:`plain` gives them. The families are named by the ends of their
identifiers in the addon's data (``sst``, ``prap_ibc``).
"""

import re
from dataclasses import dataclass
from re import Pattern

from .text import fold

# What would pass for category A or D: "à" while it still has its accent, "d'" and "l'".
_LITTLE = re.compile(r"(?<!\w)(?:[àÀ](?!\w)|[dlDL]['’])")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}[a-z]?(?![a-z])")
_OTHER = re.compile(r"[^a-z0-9]+")
# "R.489", "R 489" and "R489" are one; so are "SS 3", "sous-section 3" and "SS3".
_RECOMMENDATION = re.compile(r"\br (?=\d{3}[a-z]?\b)")
_SUBSECTION = re.compile(r"\b(?:ss|sous sections?) ?(?=[34]\b)")
# "H0B0", "HO-BO": what is meant is the digit.
_NOT_ELECTRICIAN = re.compile(r"\bh[0o](v?) ?b[0o]\b")


@dataclass(frozen=True)
class Topic:
    """What one look at a title found.

    ``families`` are those it may mean, best first: none where it is known to mean no family at all.
    """

    families: tuple[str, ...]
    is_sure: bool = False
    position: int = 0


@dataclass(frozen=True)
class Rule:
    """A wording of a topic: all of ``words`` must be there, ``without`` must not."""

    families: tuple[str, ...]
    words: tuple[Pattern[str], ...]
    is_sure: bool
    without: Pattern[str] | None = None


def plain(text: str | None) -> str:
    """Return a text reduced to what its spellings share: small letters and digits, single spaces.

    >>> plain("Recyclage S.S.T. – R.489 cat. 3")
    'recyclage sst r489 cat 3'
    """
    folded = fold(_LITTLE.sub(" ", text or ""))
    folded = _DOTTED.sub(lambda found: found[0].replace(".", "") + " ", folded)
    words = _OTHER.sub(" ", folded).strip()
    words = _SUBSECTION.sub("ss", _RECOMMENDATION.sub("r", words))
    return _NOT_ELECTRICIAN.sub(r"h0\1 b0", words)


def words(*alternatives: str) -> Pattern[str]:
    """Return the pattern of whole words, any of which will do."""
    return re.compile(r"\b(?:" + "|".join(alternatives) + r")\b")


def _sure(family: str, *patterns: Pattern[str], without: Pattern[str] | None = None) -> Rule:
    return Rule((family,), patterns, True, without)


def _perhaps(*families: str, of: tuple[Pattern[str], ...]) -> Rule:
    return Rule(families, of, False)


AGAIN = words(
    "mac", "maj", "recyclages?", "maintien", "actualisation", "renouvellement", "revalidation",
    "remise a niveau", "rappel",
)  # fmt: skip
_RESCUER = words("sauveteurs? secouristes?", "secouris(?:me|tes?) (?:du|au|en milieu de) travail")
_SST = words("sst")
# "SST" is also "santé et sécurité au travail".
_SST_OF_HEALTH = words(
    "manag\\w+", "responsables?", "referents?", "reglement\\w*", "politiques?", "culture", "duerp",
    "document unique", "veille", "animat\\w+", "correspondants?", "coordin\\w+", "coordonn\\w+",
    "sante", "securite", "iso", "mase", "qse", "hse", "qhse",
)  # fmt: skip
_FIRST_AID = words("premiers? secours", "gestes? qui sauvent")
_OTHER_FIRST_AID = words("psc ?1?", "pse ?[12]?", "bnssa", "afgsu ?[12]?")
_PRAP = words("prap", "risques? lies? a? ?l? ?activite physique")
_CARE = words("2s", "sanitaires?", "medico ?social(?:e|es)?", "soins?", "soignante?s?")
_TRADES = words("ibc", "industries?", "btp", "bureaux?", "commerces?")
_HOME = words("asd", "domicile")
_TRANSPORT = words("trl", "transports?", "logistique")
_ACTOR = words("acp", "acteurs? (?:de )?(?:la )?prevention(?: secours)?")
_LEADER = words("animateurs? (?:de |en )?(?:la )?prevention")
_TMS = words("tms", "troubles? musculo ?squelettiques?")
_PREVENTION = words("prevention", "prevenir")
_FIRE = words("incendies?", "feux?")
_EXTINGUISHER = words("extincteurs?", "premiere intervention")
_EVACUATION = words("evacuation", "guides? files?", "serres? files?")
_SSI = words("systemes? de securite incendie", "ssi")
_PPE = words("epi")
_HEIGHT = words(
    "(?:travail|travaux|travailler|intervenir|interventions?|acces|operations?)(?: \\w+){0,2} en "
    "(?:grande )?hauteur",
    "ports? (?:de |du |des )?harnais", "protection contre les chutes", "thpcc",
)  # fmt: skip
_PERHAPS_HEIGHT = words("en (?:grande )?hauteur", "harnais", "anti ?chutes?", "chutes? de hauteur")
# What is done with a thing that is also sold.
_USE = words(
    "utilis\\w+", "mani\\w+", "usages?", "emploi", "formations?", "exercices?", "sensibilis\\w+",
    "initiations?", "premiere intervention",
)  # fmt: skip
_SCAFFOLD = words("echafaudages?")
_STANDING = words("r408", "echafaudages? de pieds?")
_ROLLING = words("r457", "echafaudages? roulants?")
_AIPR = words("aipr", "interventions? proximite (?:des|de) reseaux")
_OPERATOR = words("operateurs?", "operatrices?")
_CHIEF = words("encadrants?", "encadrement", "concepteurs?")
_TECHNICAL = words("encadrements? techniques?", "encadrants? techniques?")
_SITE = words("(?:encadrements?|encadrants?) (?:de |du )?chantiers?", "chefs? de chantier")
_CUMULATED = words("cumul", "cumul de fonctions?", "polyvalents?")
_SS3, _SS4 = words("ss3"), words("ss4")
_ASBESTOS = words("amiante")
_RADIO = words("radioprotection")
_COMPANIES = words("entreprises? exterieures?")
_BOILER = words("chaudieres?")
_LEVEL_1, _LEVEL_2 = words("niveau 1", "n1"), words("niveau 2", "n2")
_MANAGER = words("managers?", "encadrants?")
_HEALTH, _SAFETY = words("sante"), words("securite")

# The topics in the order in which they are looked for: of each, the first rule that fits counts.
TOPICS: dict[str, tuple[Rule, ...]] = {
    "sst": (
        _sure("mac_sst", _RESCUER, AGAIN),
        _sure("sst", _RESCUER),
        _sure("mac_sst", _SST, AGAIN, without=_SST_OF_HEALTH),
        _sure("sst", _SST, without=_SST_OF_HEALTH),
    ),
    "first_aid": (
        _sure("pssm", words("pssm", "premiers? secours en sante mentale")),
        Rule((), (_OTHER_FIRST_AID,), False),
        _sure("initiation_premiers_secours", words("iaps", "initiation aux premiers secours")),
        _perhaps("initiation_premiers_secours", "sst", of=(_FIRST_AID,)),
        _perhaps("mac_sst", "sst", of=(words("secouris(?:me|tes?)"), AGAIN)),
        _perhaps("sst", "initiation_premiers_secours", of=(words("secouris(?:me|tes?)"),)),
    ),
    "defibrillator": (
        _sure("defibrillateur_dae", words("defibrillateurs?"), _USE),
        _perhaps("defibrillateur_dae", of=(words("dae", "defibrillateurs?"),)),
    ),
    "prap": (
        _sure("mac_prap", _PRAP, AGAIN),
        _sure("prap_2s", _PRAP, _CARE, without=_TRADES),
        _sure("prap_ibc", _PRAP, _TRADES, without=_CARE),
        _perhaps("prap_ibc", "prap_2s", "mac_prap", of=(_PRAP,)),
    ),
    "actor": (
        _sure("acp_asd", _ACTOR, _HOME, without=_TRANSPORT),
        _sure("aps_trl", words("aps", *[_ACTOR.pattern]), _TRANSPORT),
        _perhaps("acp_asd", of=(words("aps"), _HOME)),
    ),
    "leader": (
        _sure("animateur_sms", _LEADER, words("sms", _CARE.pattern), without=_HOME),
        _sure("animateur_asd", _LEADER, _HOME),
        _sure("animateur_trl", _LEADER, _TRANSPORT),
    ),
    "tms_person": (
        _sure("personne_ressource_tms", words("personnes? ressources?"), _TMS),
        _sure("charge_prevention_tms", words("chargee?s? de (?:la )?prevention"), _TMS),
    ),
    "postures": (
        _sure(
            "gestes_postures",
            words("gestes? (?:et )?(?:de )?postures?", "manutentions? manuelles?"),
        ),
    ),
    "tms": (
        _sure("tms", _TMS, _PREVENTION),
        _sure("tms", words("troubles? musculo ?squelettiques?")),
        _perhaps("tms", of=(words("tms"),)),
    ),
    "rps": (
        _sure("rps", words("risques? psycho ?soci(?:aux|al)")),
        _sure("rps", words("rps"), _PREVENTION),
        _perhaps("rps", of=(words("rps"),)),
    ),
    "fire": (
        _sure("ssiap_1", words("ssiap ?1"), without=words("ssiap ?[23]")),
        Rule((), (words("ssiap ?[23]"),), False),
        _perhaps("ssiap_1", of=(words("ssiap"),)),
        _sure("incendie_ssi", words("ssi"), _FIRE),
        _sure("incendie_ssi", words("systemes? de securite incendie")),
        _perhaps("incendie_ssi", of=(_SSI,)),
        _perhaps("incendie_ssi", of=(words("esi"), _FIRE)),
        _perhaps("incendie_extincteurs", "incendie_evacuation", of=(_EXTINGUISHER, _EVACUATION)),
        _sure("incendie_evacuation", _EVACUATION),
        _sure("incendie_extincteurs", _EXTINGUISHER, _USE),
        _perhaps("incendie_extincteurs", of=(_EXTINGUISHER,)),
        _sure("incendie_extincteurs", _PPE, _FIRE),
        _perhaps("incendie_extincteurs", "incendie_evacuation", of=(words("incendies?"),)),
    ),
    "scaffold": (
        _perhaps("echafaudage_r408", "echafaudage_r457", of=(_STANDING, _ROLLING)),
        _sure("echafaudage_r408", _STANDING),
        _sure("echafaudage_r457", _ROLLING),
        _sure("echafaudage_fixe", words("echafaudages? fixes?")),
        _perhaps("echafaudage_fixe", "echafaudage_r408", "echafaudage_r457", of=(_SCAFFOLD,)),
    ),
    "height": (
        _sure("travail_hauteur", _HEIGHT),
        _perhaps("travail_hauteur", of=(_PERHAPS_HEIGHT,)),
    ),
    "ppe": (
        _sure("port_epi", words("port (?:des? |de l )?epi")),
        _sure("port_epi", words("equipements? de protection individuelle")),
        _perhaps("port_epi", of=(_PPE,)),
    ),
    "chemical": (
        _sure("risque_chimique", words("di ?isocyanates?")),
        _perhaps(
            "risque_chimique", of=(words("(?:risques?|agents?|produits?) chimiques?", "cmr"),)
        ),
    ),
    "atex": (_sure("atex", words("atex", "atmospheres? explosi[bv](?:l?e)s?")),),
    "road": (_sure("risque_routier", words("risques? routiers?")),),
    "radiation": (
        Rule((), (_RADIO, words("patients?")), False),
        _sure("radioprotection", _RADIO, words("personnes? competentes?", "pcr", "travailleurs")),
        _perhaps("radioprotection", of=(_RADIO,)),
    ),
    "fireworks": (_sure("pyrotechnie", words("pyrotechni(?:e|que|ques)")),),
    "signs": (
        _sure(
            "signalisation_chantier",
            words(
                "signalisation (?:routiere )?temporaire",
                "signalisation (?:de|des|du|sur) chantiers?",
            ),
        ),
    ),
    "companies": (
        Rule((), (_COMPANIES, _LEVEL_2), False),
        _sure("entreprises_exterieures_n1", _COMPANIES, _LEVEL_1),
        _perhaps("entreprises_exterieures_n1", of=(_COMPANIES,)),
    ),
    "boiler": (
        _sure(
            "chaudiere_gaz", _BOILER, words("gaz"), words("industriel(?:le|les|s)?", "demarrages?")
        ),
        _perhaps("chaudiere_gaz", of=(_BOILER, words("gaz"))),
    ),
    "emc": (
        _sure("cem", words("compatibilite electromagnetique")),
        Rule((), (words("champs? electromagnetiques?"),), False),
        _perhaps("cem", of=(words("cem"),)),
    ),
    "managers": (
        _sure("manager_sante_securite", words("sensibilis\\w+"), _MANAGER, _HEALTH, _SAFETY),
        _perhaps("manager_sante_securite", of=(words("managers?"), _HEALTH, _SAFETY)),
    ),
    "confined": (
        _sure("catec", words("catec", "r472")),
        _perhaps("catec", of=(words("espaces? confines?"),)),
    ),
    "networks": (
        _perhaps("aipr_operateur", "aipr_encadrant_concepteur", of=(_AIPR, _OPERATOR, _CHIEF)),
        _sure("aipr_operateur", _AIPR, _OPERATOR),
        _sure("aipr_encadrant_concepteur", _AIPR, _CHIEF),
        _perhaps("aipr_operateur", "aipr_encadrant_concepteur", of=(_AIPR,)),
    ),
    "asbestos": (
        _perhaps("amiante_ss3_operateur", "amiante_ss4_operateur", of=(_SS3, _SS4)),
        _sure("amiante_ss3_encadrement_technique", _SS3, _TECHNICAL, without=_SITE),
        _sure("amiante_ss3_encadrement_chantier", _SS3, _SITE, without=_TECHNICAL),
        _sure("amiante_ss3_operateur", _SS3, _OPERATOR, without=_CHIEF),
        _perhaps("amiante_ss3_operateur", "amiante_ss3_encadrement_chantier", of=(_SS3,)),
        _sure("amiante_ss4_cumul", _SS4, _CUMULATED),
        _sure("amiante_ss4_encadrement_technique", _SS4, _TECHNICAL, without=_SITE),
        _perhaps("amiante_ss4_cumul", "amiante_ss4_encadrement_technique", of=(_SS4, _CHIEF)),
        _sure("amiante_ss4_operateur", _SS4, _OPERATOR),
        _perhaps("amiante_ss4_operateur", "amiante_ss4_cumul", of=(_SS4,)),
        _perhaps("amiante_ss4_operateur", "amiante_ss3_operateur", of=(_ASBESTOS, _OPERATOR)),
    ),
}
# A topic that another one includes: the second says nothing where the first is there.
INCLUDES = {
    "sst": ("first_aid", "defibrillator"),
    "prap": ("postures", "tms", "tms_person"),
    "actor": ("leader", "sst"),
    "tms_person": ("tms",),
    "postures": ("tms",),
    "driving": ("height", "ppe"),
    "height": ("ppe",),
    "scaffold": ("ppe",),
    "fire": ("ppe",),
    "chemical": ("ppe",),
    "asbestos": ("ppe",),
}


def look(text: str, rules: tuple[Rule, ...]) -> Topic | None:
    """Return what the first rule that fits a plain title says, ``None`` if none does."""
    for rule in rules:
        found = [pattern.search(text) for pattern in rule.words]
        if all(found) and not (rule.without and rule.without.search(text)):
            position = min(match.start() for match in found if match)
            return Topic(rule.families, rule.is_sure, position)
    return None
