import { registry } from "@web/core/registry";

const patient = (steps) => () => steps.map((step) => ({ timeout: 60000, ...step }));

/** Mark everybody, undo it, then mark one after the other. */
const marks = (row, outcome = "passed") => [
    {
        content: "Everybody did",
        trigger: `.o_control_panel button[name='action_outcome_${outcome}']`,
        run: "click",
    },
    {
        content: "It shows",
        trigger: `${row}:contains("Anne") button[data-outcome="${outcome}"][aria-pressed="true"]`,
    },
    {
        content: "Take it back",
        trigger: ".o_notification_buttons button",
        run: "click",
    },
    {
        content: "Nobody is marked; Anne failed",
        trigger: `${row}:contains("Anne"):not(:has([aria-pressed="true"])) button[data-outcome="failed"]`,
        run: "click",
    },
    {
        content: "It is kept; Bruno was absent",
        trigger: `body:has(${row}:contains("Anne") button[data-outcome="failed"][aria-pressed="true"]) ${row}:contains("Bruno") button[data-outcome="absent"][aria-pressed="false"]`,
        run: "click",
    },
    {
        content: "It is kept",
        trigger: `${row}:contains("Bruno") button[data-outcome="absent"][aria-pressed="true"]`,
    },
];

const open = {
    content: "After the session is the first button of one that is over",
    trigger: ".o_statusbar_buttons > button:first-child[name='action_passport_outcomes']",
    run: "click",
};

registry.category("web_tour.tours").add("passport_outcomes", {
    steps: patient([open, ...marks(".o_data_row")]),
});

registry.category("web_tour.tours").add("passport_outcomes_cards", {
    steps: patient([
        open,
        { content: "As cards", trigger: ".o_switch_view.o_kanban", run: "click" },
        ...marks(".o_kanban_record"),
    ]),
});

// A phone shows the cards at once, and has room for the first button.
registry.category("web_tour.tours").add("passport_outcomes_phone", {
    steps: patient([
        { ...open, trigger: ".o_form_view button[name='action_passport_outcomes']" },
        ...marks(".o_kanban_record", "attended"),
    ]),
});
