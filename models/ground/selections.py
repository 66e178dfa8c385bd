"""The lists of the authority, as the import file writes them, with the words of its form."""

# Portal values as the import file writes them, with the words of the portal's form.
TRAINING_MODALITIES = [
    ("PRESENTIEL", "In person"),
    ("A_DISTANCE", "Remote"),
    ("MIXTE", "Blended"),
]
TRAINER_QUALIFICATIONS = [
    ("ENSEIGNANT", "Teacher"),
    ("FORMATEUR_D_ADULTES_FORMATION_SPECIALISEE", "Adult trainer, specialised training"),
    ("INGENIEUR", "Engineer"),
    ("PREVENTEUR", "Prevention officer"),
    ("PSYCHOLOGUE", "Psychologist"),
    ("RESPONSABLE_QHSE", "QHSE manager"),
    ("ANCIEN_PROFESSIONNEL", "Former professional of the trade"),
]

# What an attendee receives, and so what is declared.
PASSPORT_DOCUMENTS = [
    ("adf", "Training attestation (ADF)"),
    ("jdr", "Certificate of success (JDR)"),
]
JDR_TYPES = [
    ("DIPLOME", "Diploma"),
    ("TITRE", "Title"),
    ("HABILITATION", "Habilitation"),
    ("CERTIFICAT", "Certificate"),
]
JDR_MODES = [("PAR_ADMISSION", "By admission"), ("PAR_SCORING", "By scoring")]
# What a newcomer is told of the columns of a certificate, and of the official codes.
JDR_TYPE_HELP = "What is given to those who pass: a certificate, an authorisation, a diploma…"
JDR_MODE_HELP = "How the certificate was obtained, in the authority's words."
JDR_OPTION_HELP = "The option or speciality written on the certificate, if it has one."
JDR_RESULT_HELP = "The level that the person reached, in the words of the certificate."
JDR_MENTION_HELP = "The distinction written on the certificate of success, if it has one."
JDR_PROOF_HELP = (
    "The number written on the certificate that the person got, so that it can be found again."
)
CODE_HELP = {
    "formacode": "One to five codes of what is taught, of the Formacode register.",
    "nsf": "One to three specialities of training, of the NSF nomenclature.",
    "rome": "The competences that the training gives, of the ROME register of France Travail.",
}

# The states of a declared attendee, and those in which nothing of them can change any more.
LINE_STATES = [
    ("prepared", "Prepared"),
    ("in_deposit", "In a Deposit"),
    ("deposited", "Deposited"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
    ("withdrawn", "Withdrawn"),
]
LIVE_STATES = ("prepared", "in_deposit", "deposited", "accepted")
# Of these, those that the authority knows of, and those before: in a deposit or not.
SENT_STATES = ("deposited", "accepted")
UNSENT_STATES = ("prepared", "in_deposit")

# What the law asks, and how urgent it is.
PASSPORT_OBLIGATIONS = [("mandatory", "Mandatory"), ("voluntary", "Voluntary")]
PASSPORT_DEADLINE_STATES = [("late", "Overdue"), ("soon", "Due soon"), ("ok", "On time")]
