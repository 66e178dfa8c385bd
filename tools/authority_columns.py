"""The columns of the authority's import files, as data.

Source: the operator's guides "import en masse OF ADF" and "OF JDR", versions of 27/02/2026. ``adf`` is
the attestation de formation, ``jdr`` the justificatif de réussite.
"""

from dataclasses import dataclass

MAX_ROWS_PER_DECLARATION = 500
MAX_ROWS_WEB_FORM = 50
MAX_FILE_BYTES = 200 * 1024 * 1024
MAX_FILE_NAME = 200
FILE_NAME_FORBIDDEN = '@<>:"/\\|?*%'
LINE_ENDS = {"crlf": "\r\n", "lf": "\n"}

MODALITIES = ("PRESENTIEL", "A_DISTANCE", "MIXTE")
TRAINER_QUALIFICATIONS = (
    "ENSEIGNANT",
    "FORMATEUR_D_ADULTES_FORMATION_SPECIALISEE",
    "INGENIEUR",
    "PREVENTEUR",
    "PSYCHOLOGUE",
    "RESPONSABLE_QHSE",
    "ANCIEN_PROFESSIONNEL",
)
JDR_TYPES = ("DIPLOME", "TITRE", "HABILITATION", "CERTIFICAT")
JDR_MODES = ("PAR_ADMISSION", "PAR_SCORING")


@dataclass(frozen=True)
class Column:
    """One column: its kind (``text``, ``link``, ``date``, ``yesno``, ``codes`` or ``choice``) and its limits."""

    name: str
    kind: str = "text"
    required: bool = False
    max_length: int | None = None
    count: tuple[int, int] | None = None  # fewest and most values of a "codes" column
    choices: tuple[str, ...] = ()
    has_digits: bool = True  # a person's name has none


_COMPETENCES = Column(
    "COMPETENCE_TRANSFERABLE", "codes", required=True, max_length=70, count=(3, 10)
)
_CODES = (
    Column("CERTIFICATION_VISEE", "codes", max_length=9, count=(1, 1)),
    Column("DOMAINE_FORMATION", "codes", max_length=30, count=(1, 5)),
    Column("SPECIALITE_FORMATION", "codes", max_length=15, count=(1, 3)),
)
_MODALITY = Column("MODALITE_DISPENSE", "choice", choices=MODALITIES)
_QUALIFICATION = Column("QUALIFICATION_FORMATEUR", "choice", choices=TRAINER_QUALIFICATIONS)

# The training columns must be the same on every line of a declaration.
ADF_TRAINING = (
    Column("NOM_FORMATION", required=True, max_length=250),
    Column("DATE_DEBUT_FORMATION", "date", required=True),
    Column("DATE_FIN_FORMATION", "date", required=True),
    _MODALITY,
    _COMPETENCES,
    _QUALIFICATION,
    Column("FORMATION_CERTIFIANTE", "yesno", required=True),
    *_CODES,
)
JDR_TRAINING = (
    Column("TYPE_JDR", "choice", required=True, choices=JDR_TYPES),
    Column("NOM_JDR", required=True, max_length=255),
    Column("NOM_OPTION_SPECIALITE"),
    Column("MODE_OBTENTION", "choice", choices=JDR_MODES),
    _COMPETENCES,
    Column("PRESENCE_FORMATION", "yesno"),
    Column("NOM_FORMATION", max_length=250),
    Column("DATE_DEBUT_FORMATION", "date"),
    Column("DATE_FIN_FORMATION", "date"),
    _MODALITY,
    _QUALIFICATION,
    Column("FORMATION_CERTIFIANTE", "yesno"),
    *_CODES,
)
# What a JDR says of the training, if there was one.
JDR_IF_TRAINED = tuple(
    col.name
    for col in JDR_TRAINING[6:]  # from NOM_FORMATION to SPECIALITE_FORMATION
)
JDR_REQUIRED_IF_TRAINED = (
    "NOM_FORMATION",
    "DATE_DEBUT_FORMATION",
    "DATE_FIN_FORMATION",
    "FORMATION_CERTIFIANTE",
)
_IDENTIFIERS = (
    Column("ID_DECLARATION", required=True, max_length=255),
    Column("REFERENCE_DECLARATION", required=True, max_length=280),
    Column("ID_UNIQUE_PARTENAIRE", required=True, max_length=255),
)
_ATTENDEE = (
    Column("NIR", required=True, max_length=13),
    Column("NOM_TITULAIRE", required=True, max_length=30, has_digits=False),
    Column("PRESENCE_EMPLOYEUR", "yesno", required=True),
    Column("SIRET_EMPLOYEUR", max_length=14),
    Column("REFERENCE_EMPLOYEUR", max_length=255),
    Column("DATE_DEBUT_VALIDITE", "date", required=True),
    Column("DATE_FIN_VALIDITE", "date"),
)
ADF = (*_IDENTIFIERS, *ADF_TRAINING, *_ATTENDEE)
JDR = (
    *_IDENTIFIERS,
    *JDR_TRAINING,
    *_ATTENDEE,
    Column("RESULTAT_OBTENU", max_length=1000),
    Column("MENTION_OBTENUE", max_length=255),
    Column("LIEN_PREUVE", "link"),
    Column("IDENTIFIANT_PREUVE", max_length=255),
)
DOCUMENTS = {"adf": ADF, "jdr": JDR}
TRAINING_COLUMNS = {"adf": ADF_TRAINING, "jdr": JDR_TRAINING}


_BY_NAME = {document: {col.name: col for col in columns} for document, columns in DOCUMENTS.items()}


def column(document: str, name: str) -> Column:
    """Return the :class:`Column` called ``name`` of a document (``adf``, ``jdr``), to read its limits.

    :raises KeyError: there is no such document, or it has no such column
    """
    return _BY_NAME[document][name]
