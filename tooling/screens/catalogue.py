"""Which pictures there are: whose screen, how one gets there, and what must be seen on it.

They are taken in this order on one database: a declarant who prepares a deposit has it afterwards.
Texts are those of the screens, in French: a button that is renamed is missed here.
"""

from dataclasses import dataclass

APP = "/odoo/action-passeport_prevention."
PAGES, SHOP_WINDOW = "docs/fr/img", "static/description"
# What somebody copies from a client's spreadsheet.
CLIENTS_LIST = """Nom\tPrénom\tNom de naissance\tE-mail
LE BIHAN\tMaëlle\tKERVELLA\tmaelle.lebihan@chantiers-navals-roscadec.example
MORVAN\tErwan\tMORVAN\terwan.morvan@chantiers-navals-roscadec.example
TANGUY\tSoazig\tPRIGENT\tsoazig.tanguy@chantiers-navals-roscadec.example"""

AN_ANSWER = """NOM;PRENOM;STATUT;MOTIF
HAMELIN;Samuel;ACCEPTE;
MOAL;Claire;REJETE;Aucune personne ne correspond à ce NIR et à ce nom de naissance
"""
A_NUMBER = "2 91 05 35 981 977 59"  # nobody's


@dataclass(frozen=True)
class Fill:
    """Type a value into the field that a selector finds."""

    selector: str
    value: str


@dataclass(frozen=True)
class Upload:
    """Choose a file in the field that a selector finds."""

    selector: str
    name: str
    content: str


@dataclass(frozen=True)
class Screen:
    """One picture."""

    name: str
    login: str  # nobody's without one
    path: str  # {xml_id} stands for the id of a record of the demo
    shows: str  # the selector of what must be there
    steps: tuple[str | Fill | Upload, ...] = ()  # a text is one to click on, `css:…` a selector
    height: int = 720
    phone: bool = False
    folder: str = PAGES

    @property
    def file(self) -> str:
        """Where the picture is kept, within the repository."""
        return f"{self.folder}/{self.name}.png"


SCREENS = (
    # Sales
    Screen(
        "commercial-devis",
        "commercial",
        "/odoo/sales/{sale_order_devis}",
        ".o_form_view .o_data_row",
        height=760,
    ),
    Screen(
        "commercial-stagiaires",
        "commercial",
        "/odoo/sales/{sale_order_commande}",
        ".tab-pane.active [name=passport_unnamed_count]",
        ("Passeport de prévention",),
        height=640,
    ),
    Screen(
        "commercial-liste",
        "commercial",
        "/odoo/sales/{sale_order_commande}",
        ".modal .o_data_row",
        (
            "Inscrire une liste",
            Fill(".modal [name=pasted] textarea", CLIENTS_LIST),
            "Vérifier la liste",
        ),
        height=680,
    ),
    Screen(
        "commercial-recyclages",
        "commercial",
        f"{APP}event_registration_renewal_action",
        ".o_list_view .o_data_row",
        height=480,
    ),
    # Sessions
    Screen(
        "gestion-tableau-de-bord",
        "gestion",
        f"{APP}passport_dashboard_action",
        ".o_passport_dashboard .card",
        height=800,
        folder=SHOP_WINDOW,
    ),
    Screen(
        "gestion-sessions",
        "gestion",
        f"{APP}event_event_passport_action",
        ".o_data_row, .o_kanban_record:not(.o_kanban_ghost)",
        height=560,
    ),
    Screen(
        "gestion-session",
        "gestion",
        "/odoo/passport-sessions/{session_caces_mixed}",
        ".o_form_view .o_data_row",
        height=800,
        folder=SHOP_WINDOW,
    ),
    Screen(
        "gestion-stagiaires",
        "gestion",
        "/odoo/passport-sessions/{session_caces_mixed}",
        ".o_list_view .o_data_row",
        ("css:button[name=action_passport_trainees]",),
        height=480,
    ),
    Screen(
        "gestion-demande",
        "gestion",
        "/odoo/passport-sessions/{session_caces_r489_3_juin}",
        ".modal .o_data_row, .modal .o_form_view",
        ("Demander les données",),
        height=640,
    ),
    Screen(
        "gestion-apres-la-session",
        "gestion",
        "/odoo/passport-sessions/{session_b1_conserverie}",
        ".o_list_view .o_data_row",
        ("css:button[name=action_passport_outcomes]",),
        height=420,
    ),
    Screen(
        "gestion-apres-la-session-telephone",
        "gestion",
        "/odoo/passport-sessions/{session_b1_conserverie}",
        ".o_kanban_record:not(.o_kanban_ghost), .o_data_row",
        ("css:.o_statusbar_buttons button.o-dropdown", "Après la session"),
        phone=True,
    ),
    Screen(
        "gestion-a-corriger",
        "gestion",
        f"{APP}event_registration_correct_action",
        ".o_list_view .o_data_row",
        height=400,
    ),
    # Declarants
    Screen(
        "declarant-saisie",
        "declarant",
        f"{APP}event_registration_entry_action",
        ".o_list_view .o_data_row",
        height=520,
    ),
    Screen(
        "declarant-preparer",
        "declarant",
        f"{APP}passport_dashboard_action",
        ".modal button[name=action_prepare_deposit]",
        ("À déclarer", "Préparer les déclarations"),
        height=720,
    ),
    Screen(
        "declarant-depot",
        "declarant",
        f"{APP}passport_dashboard_action",
        ".o_form_view button[name=action_mark_deposited]",
        (
            "À déclarer",
            "Préparer les déclarations",
            "css:.modal button[name=action_prepare_deposit]",
            "Générer le fichier",
            Fill(".modal input[type=password]", "declarant"),
            "Confirmer le mot de passe",
        ),
        height=760,
        folder=SHOP_WINDOW,
    ),
    Screen(
        "declarant-retour",
        "declarant",
        f"{APP}passport_dashboard_action",
        ".modal .o_data_row",
        (
            "Déclarations",
            "Importer le retour du portail",
            Upload(".modal input[type=file]", "compte-rendu.csv", AN_ANSWER),
            "Lire le fichier",
        ),
        height=640,
    ),
    Screen(
        "declarant-saisie-assistee",
        "declarant",
        "/odoo/passport-declarations/{form_declaration}",
        ".o_passport_entry",
        ("Saisie assistée",),
        height=720,
        folder=SHOP_WINDOW,
    ),
    # Managers
    Screen(
        "responsable-formation",
        "responsable",
        "/odoo/passport-trainings/{training_b1}",
        ".o_form_view [name=passport_family_id]",
        height=760,
    ),
    Screen(
        "responsable-parametres",
        "responsable",
        f"{APP}passport_settings_action",
        ".o_form_view [name=company_registry]",
        height=1000,
    ),
    Screen(
        "responsable-envois",
        "responsable",
        f"{APP}passport_dashboard_action",
        ".modal .o_data_row",
        ("Configuration", "Ce qui peut être envoyé"),
        height=620,
    ),
    Screen(
        "responsable-nir",
        "responsable",
        f"{APP}passport_nir_action",
        ".o_list_view .o_data_row",
        height=480,
    ),
    Screen(
        "responsable-acces",
        "responsable",
        f"{APP}passport_nir_access_action",
        ".o_list_view .o_data_row",
        height=480,
    ),
    # Employers
    Screen("employeur-espace", "employeur", "/my", ".o_portal_my_home", height=760),
    Screen(
        "employeur-commande",
        "employeur",
        "/my/passport/orders/{sale_order_commande}",
        "form input[type=text]",
        height=900,
    ),
    Screen(
        "employeur-commande-telephone",
        "employeur",
        "/my/passport/orders/{sale_order_commande}",
        "form input[type=text]",
        phone=True,
    ),
    Screen(
        "employeur-releve",
        "employeur",
        "/my/passport/statement",
        "main table",
        height=900,
    ),
    # Trainees
    Screen("stagiaire-formulaire", "", "/passeport/f/{personal_form}", "#nir", phone=True),
    Screen(
        "stagiaire-merci",
        "",
        "/passeport/f/{personal_form}",
        "h1",
        (
            Fill("#nir", A_NUMBER),
            Fill("#birth_name", "GUÉGAN"),
            "css:#notice",
            "Envoyer",
        ),
        phone=True,
    ),
)
