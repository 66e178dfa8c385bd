import { registry } from "@web/core/registry";

const patient = (steps) => () => steps.map((step) => ({ timeout: 60000, ...step }));

const ROWS = "Anne Un\tanne@brehat.example\t\tUN\nBruno Deux\tbruno@brehat.example\t\tDEUX\n";

function paste(target) {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", ROWS);
    target.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })
    );
}

const keep = [
    {
        content: "Both are shown; nobody is enrolled yet",
        trigger: ".o_dialog td:contains('Bruno Deux')",
    },
    {
        content: "Enrol them",
        trigger: ".o_dialog button[name='action_keep']",
        run: "click",
    },
    {
        content: "They are",
        trigger: ".o_dialog .alert-success:visible",
    },
    {
        content: "Close",
        trigger: ".o_dialog .btn-close",
        run: "click",
    },
];

registry.category("web_tour.tours").add("passport_paste_form", {
    steps: patient([
        {
            content: "Paste into the trainees of the form",
            trigger: ".o_field_widget[name='registration_ids'] .o_passport_paste",
            run: ({ anchor }) => paste(anchor),
        },
        ...keep,
        {
            content: "They stand in the form",
            trigger: ".o_form_view .o_data_row:contains('Bruno Deux')",
        },
    ]),
});

registry.category("web_tour.tours").add("passport_paste_list", {
    steps: patient([
        {
            content: "Open the trainees as a list",
            trigger: ".o_statusbar_buttons button[name='action_passport_trainees']",
            run: "click",
        },
        {
            content: "Paste into it",
            trigger: ".o_view_controller.o_list_view .o_list_renderer",
            run: ({ anchor }) => paste(anchor),
        },
        ...keep,
        {
            content: "They stand in the list: choose both",
            trigger: ".o_view_controller.o_list_view:has(.o_data_row:contains('Bruno Deux')) thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Change the employer of one",
            trigger: ".o_data_row:contains('Anne') td[name='employer_id']",
            run: "click",
        },
        {
            content: "By the SIRET, as it is spaced on paper",
            trigger: ".o_selected_row td[name='employer_id'] input",
            run: "edit 732 829 320 00074",
        },
        {
            content: "It is found, with its SIRET",
            trigger: ".o-autocomplete--dropdown-item:contains('Atelier Deux'):contains('73282932000074')",
            run: "click",
        },
        {
            content: "For both",
            trigger: ".o_dialog .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "Both have it",
            trigger: "body:has(.o_data_row:contains('Anne'):contains('Atelier Deux')) .o_data_row:contains('Bruno'):contains('Atelier Deux')",
        },
        {
            content: "Take it back",
            trigger: ".o_notification_buttons button",
            run: "click",
        },
        {
            content: "Both are as before",
            trigger: "body:not(:has(.o_data_row:contains('Atelier Deux'))) .o_data_row:contains('Bruno')",
        },
    ]),
});
