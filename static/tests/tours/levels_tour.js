import { registry } from "@web/core/registry";

const patient = (steps) => () => steps.map((step) => ({ timeout: 60000, ...step }));
const cell = (name, outcome) =>
    `tr:contains("${name}") .o_passport_mark[data-outcome="${outcome}"]`;

/** A trainer ticks a column, then crosses one of its people. */
registry.category("web_tour.tours").add("passport_levels", {
    steps: patient([
        {
            content: "Open the levels from the session",
            trigger: "button[name='action_passport_levels']",
            run: "click",
        },
        {
            content: "Tick the first level of all",
            trigger: ".o_passport_level:first .o_passport_tick_all",
            run: "click",
        },
        {
            content: "Ana reached it; one more click says that she did not",
            trigger: cell("Ana", "passed"),
            run: "click",
        },
        {
            content: "It is kept",
            trigger: cell("Ana", "failed"),
        },
        {
            content: "Bob reached it",
            trigger: cell("Bob", "passed"),
        },
        {
            content: "The other level waits",
            trigger: cell("Ana", "none"),
        },
    ]),
});
