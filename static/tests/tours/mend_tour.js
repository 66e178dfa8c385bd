import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("passport_mend_each_reason", {
    steps: () => [
        {
            content: "open the reasons of the attendee",
            trigger: ".o_list_view .o_data_row:contains(Zoé) button[name=action_passport_mend]",
            run: "click",
        },
        {
            content: "the way of the birth name",
            trigger: ".modal .o_data_row:eq(1) button[name=action_go]",
            run: "click",
        },
        {
            content: "its field is in focus",
            trigger: ".o_form_view .o_passport_mend[name=birth_name]:has(input:focus)",
        },
    ],
});
