import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

// Invented, as typed in three ways; none may be seen once it is saved.
const NUMBERS = ["1 85 04 75 006 084 59", "269029934112315", "1-85-04-75-006-085 58"];

const patient = (steps) => () => steps.map((step) => ({ timeout: 60000, ...step }));

const compact = (text) => text.replace(/\D/g, "");

/** Fail when a number that was typed is still on the page, in a text or in a field. */
const nothingLeft = (trigger) => ({
    content: "What was typed is nowhere on the screen",
    trigger,
    run() {
        const fields = [...document.querySelectorAll("input, textarea")].map((field) => field.value);
        const seen = compact([document.body.innerText, ...fields].join("|"));
        if (NUMBERS.some((number) => seen.includes(compact(number).slice(0, 13)))) {
            throw new Error("A number that was saved is still shown");
        }
    },
});

const openTab = { content: "Open the tab", trigger: "a.nav-link[name=passport]", run: "click" };

registry.category("web_tour.tours").add("passport_nir_typed_on_a_contact", {
    steps: patient([
        openTab,
        {
            content: "Type the number",
            trigger: ".o_field_widget[name=nir_entry] input",
            run: `edit ${NUMBERS[0]}`,
        },
        { content: "Save", trigger: ".o_form_button_save:enabled", run: "click" },
        { content: "Saved", trigger: ".o_form_saved" },
        { content: "It is there", trigger: ".o_field_widget[name=nir_state] .text-bg-success" },
        nothingLeft(".o_form_view"),
        { content: "A new contact", trigger: ".o_form_button_create", run: "click" },
        {
            content: "Its form is empty: a slow server shows the one before for a while",
            trigger: ".o_form_view:not(:has(.o_field_widget[name=nir_state] .text-bg-success))",
        },
        {
            content: "Its name",
            trigger: ".o_form_view .o_field_widget[name=name] input, .o_form_view .o_field_widget[name=name] textarea",
            run: "edit Neuf Venu",
        },
        openTab,
        {
            content: "Type its number",
            trigger: ".o_field_widget[name=nir_entry] input",
            run: `edit ${NUMBERS[1]}`,
        },
        { content: "Save", trigger: ".o_form_button_save:enabled", run: "click" },
        { content: "Saved", trigger: ".o_form_saved" },
        { content: "It is there", trigger: ".o_field_widget[name=nir_state] .text-bg-success" },
        nothingLeft(".o_form_view"),
    ]),
});

registry.category("web_tour.tours").add("passport_nir_typed_in_the_list", {
    steps: patient([
        { content: "Edit the row", trigger: ".o_data_row .o_data_cell[name=nir_entry]", run: "click" },
        {
            content: "Type the number",
            trigger: ".o_selected_row .o_field_widget[name=nir_entry] input",
            run: `edit ${NUMBERS[2]}`,
        },
        { content: "Save", trigger: ".o_list_button_save", run: "click" },
        { content: "Saved", trigger: ".o_list_view:not(:has(.o_selected_row))" },
        { content: "It is there", trigger: ".o_data_row .o_field_widget[name=nir_state] .text-bg-success" },
        nothingLeft(".o_list_view"),
    ]),
});

/** The steps of a tour over the settings whose page is closed, and another one opened. */
const settingsLeft = (...typed) =>
    patient([
        {
            content: "The settings are shown, their texts too",
            trigger:
                ".o_form_view .o_field_widget[name=passport_cancellation_terms] .odoo-editor-editable",
        },
        ...typed,
        {
            content: "The page is closed",
            trigger: ".o_form_view",
            run: () => browser.location.assign("/odoo/passport"),
            expectUnloadPage: true,
        },
        { content: "Another one is opened", trigger: ".o_passport_dashboard" },
    ]);

registry.category("web_tour.tours").add("passport_settings_left", { steps: settingsLeft() });

registry.category("web_tour.tours").add("passport_settings_typed", {
    steps: settingsLeft({
        content: "Type how long NIRs are kept",
        trigger: ".o_field_widget[name=nir_retention_months] input",
        run: "edit 9 && press Tab",
    }),
});
