import { registry } from "@web/core/registry";

const next = ".o_passport_entry_next";

// A busy machine may need longer than the ten seconds a step has by default.
const patient = (steps) => () => steps.map((step) => ({ timeout: 60000, ...step }));

/** The step that waits for how many attendees are typed. */
const progress = (text) => ({
    content: `The progress says ${text}`,
    trigger: `.o_passport_entry_progress:contains("${text}")`,
});

const title = (name) => ({
    content: `It is ${name}'s turn`,
    trigger: `.o_passport_entry_title:contains("${name}")`,
});

/** Answer the clipboard's part, and keep what was copied last for the steps that look at it. */
function replaceClipboard() {
    const clipboard = { writeText: async (text) => (window.passportCopied = text) };
    Object.defineProperty(navigator, "clipboard", { value: clipboard, configurable: true });
}

const copied = (content, test) => ({
    content,
    trigger: ".o_passport_entry",
    run() {
        if (!test(window.passportCopied)) {
            // Never the value itself: it may be a number that no log may hold.
            throw new Error(`Not so: ${content}`);
        }
    },
});

/** A declarant types the first of two attendees and stops there. */
registry.category("web_tour.tours").add("passport_entry_begins", {
    steps: patient([
        {
            content: "Open the assisted entry from the declaration",
            trigger: ".o_form_view button[name=action_open_entry].btn-primary",
            run(actions) {
                replaceClipboard();
                return actions.click();
            },
        },
        progress("0 / 2"),
        { content: "The training comes first", trigger: ".o_passport_entry_training" },
        {
            content: "Dates are copied as the portal writes them",
            trigger: "[data-column=DATE_FIN_FORMATION] .o_passport_copy",
            run: "click",
        },
        { content: "Marked as copied", trigger: "[data-column=DATE_FIN_FORMATION] .fa-check" },
        copied("the date was copied", (text) => text === "10/09/2026"),
        {
            content: "Codes are copied one by one",
            trigger: "[data-column=COMPETENCE_TRANSFERABLE] [data-key='COMPETENCE_TRANSFERABLE:1']",
            run: "click",
        },
        {
            content: "Marked as copied",
            trigger: "[data-key='COMPETENCE_TRANSFERABLE:1'] .fa-check",
        },
        copied("one code was copied", (text) => /^\d{4,6}$/.test(text)),
        { content: "Next", trigger: next, run: "click" },
        title("Zoé Lefèvre"),
        {
            content: "The number is not there before it is asked for",
            trigger: "[data-column=NIR] .o_passport_copy:contains(••••)",
            run: "click",
        },
        {
            content: "The password is asked for",
            trigger: ".modal .o_field_widget[name=password] input",
            run: "edit passport_declarant",
        },
        { trigger: ".modal button[name=run_check]", run: "click" },
        { content: "Marked as copied", trigger: "[data-column=NIR] .fa-check" },
        copied("the number was copied, 13 characters", (text) => /^1850475\d{6}$/.test(text)),
        {
            content: "It does not show",
            trigger: "[data-column=NIR] .o_passport_copy:contains(••••)",
        },
        { content: "Show it", trigger: "[data-column=NIR] .o_passport_show", run: "click" },
        { content: "It shows", trigger: "[data-column=NIR] .o_passport_copy:contains(1850475)" },
        { content: "Typed", trigger: ".o_passport_entry_tick", run: "click" },
        title("Théo Riou"),
        progress("1 / 2"),
        {
            content: "The number of the one before is gone",
            trigger: ".o_passport_entry:not(:contains(1850475))",
        },
        copied("the clipboard is empty again", (text) => text === ""),
    ]),
});

/** A second declarant goes on, undoes and does a tick again, and marks the declaration. */
registry.category("web_tour.tours").add("passport_entry_resumes", {
    steps: patient([
        progress("1 / 2"),
        {
            content: "Who typed the first one shows",
            trigger: ".o_passport_entry_typed:contains(Test declarant)",
        },
        title("Théo Riou"),
        { content: "The last one", trigger: ".o_passport_entry_tick", run: "click" },
        progress("2 / 2"),
        { content: "Complete", trigger: ".o_passport_entry_complete" },
        { content: "Not after all", trigger: ".o_passport_entry_untick", run: "click" },
        progress("1 / 2"),
        { content: "And again", trigger: ".o_passport_entry_tick", run: "click" },
        progress("2 / 2"),
        { content: "Mark it", trigger: ".o_passport_entry_deposit", run: "click" },
        { content: "Confirm", trigger: ".modal-footer .btn-primary", run: "click" },
        { content: "Deposited", trigger: ".o_passport_entry_closed" },
        {
            content: "Nothing can be ticked any more",
            trigger: ".o_passport_entry:not(:has(.o_passport_entry_tick)):not(:has(.o_passport_entry_untick))",
        },
    ]),
});

/** Something is wrong: the reason shows, and nothing to copy. */
registry.category("web_tour.tours").add("passport_entry_blocked", {
    steps: patient([
        {
            content: "The reason",
            trigger: ".o_passport_entry_problems:contains(Théo Riou)",
        },
        {
            content: "Nothing to copy",
            trigger: ".o_passport_entry:not(:has(.o_passport_copy))",
        },
        { content: "Take the new values", trigger: ".o_passport_entry_update", run: "click" },
        {
            content: "Now it can be typed",
            trigger: ".o_passport_entry:not(:has(.o_passport_entry_problems)) .o_passport_copy",
        },
    ]),
});
