import { registry } from "@web/core/registry";

const patient = (steps) => () => steps.map((step) => ({ timeout: 60000, ...step }));

registry.category("web_tour.tours").add("passport_purge", {
    steps: patient([
        {
            content: "What to do says that numbers are to purge",
            trigger: ".o_passport_work li[data-task=purge] button",
            run: "click",
        },
        {
            content: "Only those that are due are listed: take them all",
            trigger: ".o_list_view:has(.o_data_row:contains(Ada)):not(:has(.o_data_row:contains(Zoé))) thead .o_list_record_selector input",
            run: "click",
        },
        { content: "Purge them", trigger: "button[name=action_purge_due]", run: "click" },
        {
            content: "It is said that this is for good",
            trigger: ".o_dialog:contains(for good) .modal-footer .btn-primary, .o_dialog:contains(définitivement) .modal-footer .btn-primary",
            run: "click",
        },
        { content: "It is told", trigger: ".o_notification:has(.bg-success)" },
        { content: "None is left", trigger: ".o_list_view:not(:has(.o_data_row))" },
        {
            content: "Nor on the dashboard",
            trigger: ".o_back_button, .breadcrumb-item a:first",
            run: "click",
        },
        {
            content: "Nothing to purge is on the list any more",
            trigger: ".o_passport_dashboard:not(:has(li[data-task=purge]))",
        },
    ]),
});
