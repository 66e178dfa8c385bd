import { registry } from "@web/core/registry";

// Invented people, who never had these numbers.
const TRAINEES = [
    ["Zoé Lefèvre", "LEFEVRE", "185047500700115"],
    ["Théo Riou", "RIOU", "185047500700214"],
    ["Ada Nevez", "NEVEZ", "185047500700313"],
    ["Yves Autret", "AUTRET", "185047500700412"],
    ["Léa Kerleo", "KERLEO", "185047500700511"],
];
const MOST_CLICKS = 35;

let clicks = 0;

const click = (content, trigger) => ({
    content,
    trigger,
    timeout: 60000,
    run(helpers) {
        clicks++;
        return helpers.click();
    },
});
const type = (content, trigger, text) => ({ content, trigger, timeout: 60000, run: `edit ${text}` });
const press = (content, trigger, key) => ({ content, trigger, timeout: 60000, run: `press ${key}` });
const see = (content, trigger) => ({ content, trigger, timeout: 60000 });

const row = (name) => `.o_selected_row .o_field_widget[name=${name}] input`;
const menu = (xmlid) => `[data-menu-xmlid="passeport_prevention.${xmlid}"]`;

const trainee = ([name, birthName, number], place) => [
    see("on the line", `.o_data_row:eq(${place}).o_selected_row`),
    type(`${name}`, row("name"), name),
    ...(place
        ? [
              type("the same employer", row("employer_id"), "Toiture"),
              click("is the one of before", ".o-autocomplete--dropdown-item:contains(Toiture)"),
          ]
        : [
              type("an employer nobody knows", row("employer_id"), "Toiture Kerbrat"),
              click("is made", ".o-autocomplete--dropdown-item:contains(réer)"),
              type("with its SIRET", ".modal .o_field_widget[name=company_registry] input", "40483304800022"),
              click("and kept", ".modal .o_form_button_save"),
              see("on the row", ".o_selected_row .o_field_widget[name=employer_id]:not(.modal *)"),
          ]),
    type("the birth name", row("birth_name"), birthName),
    type("the number", row("nir_entry"), number),
    ...(place < TRAINEES.length - 1 ? [press("the next line", row("nir_entry"), "Enter")] : []),
];

registry.category("web_tour.tours").add("passport_first_day", {
    steps: () => [
        click("first step: the training body", ".o_passport_step:contains(organisme) button"),
        type("its SIRET", ".o_field_widget[name=company_registry] input", "81234567600017"),
        type("its activity number", ".o_field_widget[name=passport_activity_number] input", "53350000035"),
        click("saved", "button[name=action_save]"),
        see("told so", ".o_notification"),
        click("Configuration", menu("passport_menu_configuration")),
        click("Trainings", menu("passport_menu_trainings")),
        see("the trainings", ".o_last_breadcrumb_item:contains(Formations)"),
        click("a new one", ".o_list_button_add, .o-kanban-button-new, .o_form_button_create"),
        type("its family", ".o_field_widget[name=passport_family_id] input", "Sauveteur secouriste"),
        click("is proposed", ".o-autocomplete--dropdown-item:contains(Sauveteur)"),
        see("it can be declared", ".alert-success"),
        click("To Declare", menu("passport_menu_declare")),
        click("Sessions", menu("passport_menu_sessions")),
        click("a new one", ".o_list_button_add"),
        type("its training", ".o_field_widget[name=training_id] input", "Sauveteur"),
        click("is proposed", ".o-autocomplete--dropdown-item:contains(Sauveteur)"),
        click("its dates", "button[data-field=date_begin]"),
        type("it began", "input[data-field=date_begin]", "07/10/2026 09:00:00"),
        click("until when", "button[data-field=date_end]"),
        type("it ended", "input[data-field=date_end]", "08/10/2026 17:00:00"),
        click("its trainees", ".nav-link[name=trainees]"),
        click("the first one", ".o_field_x2many_list_row_add a, .o_field_x2many_list_row_add button"),
        ...TRAINEES.flatMap(trainee),
        {
            content: "numbers of the lines above are no longer to be read",
            trigger: ".o_data_row:not(.o_selected_row) .o_data_cell[name=nir_entry]",
            run({ anchor }) {
                const { webkitTextSecurity } = getComputedStyle(anchor);
                if (webkitTextSecurity !== "disc") {
                    throw new Error("a social security number in clear");
                }
            },
        },
        click("saved", ".o_form_button_save"),
        see("kept", ".o_form_saved"),
        click("after the session", "button[name=action_passport_outcomes]"),
        click("everybody passed", ".o_control_panel button[name=action_outcome_passed]"),
        see("marked", ".o_data_row"),
        click("To Declare", menu("passport_menu_declare")),
        click("Prepare", menu("passport_menu_prepare")),
        click("all in a deposit", "button[name=action_prepare_deposit]"),
        click("its file", "button[name=action_download]"),
        type("who asks for it", ".modal input[type=password]", "passport_manager"),
        click("is who they say", ".modal .modal-footer .btn-primary"),
        click("handed in", "button[name=action_mark_deposited]"),
        click("the authority received it", ".modal .modal-footer .btn-primary"),
        click("all accepted", "button[name=action_accept]"),
        click("by the authority", ".modal .modal-footer .btn-primary"),
        see("answered", ".o_arrow_button_current[data-value=done], .o_statusbar_status button[data-value=done].o_arrow_button_current"),
        {
            content: "in few clicks",
            trigger: "body",
            run() {
                if (clicks > MOST_CLICKS) {
                    throw new Error(`${clicks} clicks`);
                }
                console.log(`First day: ${clicks} clicks`);
            },
        },
    ],
});
