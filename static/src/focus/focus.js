import { onMounted, useRef } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { FormRenderer } from "@web/views/form/form_renderer";

const TYPED_INTO = "input, textarea, select, [contenteditable='true']";

/** Resolve once the page has been drawn again. */
function drawn() {
    return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}

/**
 * Return the field of a form, on whichever page of its notebooks it is.
 *
 * @param {HTMLElement} form
 * @param {string} name
 */
async function findField(form, name) {
    const selector = `.o_field_widget[name="${name}"]`;
    const shown = form.querySelector(".o_notebook .nav-link.active");
    let found = form.querySelector(selector);
    for (const tab of form.querySelectorAll(".o_notebook .nav-link:not(.disabled)")) {
        if (found) {
            return found;
        }
        tab.click();
        await drawn();
        found = form.querySelector(selector);
    }
    if (!found) {
        // Not for this user to see: the form stands as it was opened.
        shown?.click();
    }
    return found;
}

/** Forms that are opened to mend one field stand on it: the user has not to look for it. */
patch(FormRenderer.prototype, {
    setup() {
        super.setup();
        const root = useRef("compiled_view_root");
        onMounted(async () => {
            const { context } = this.props.record.model.config;
            if (!context?.passport_focus || this.env.inDialog || !root.el) {
                return;
            }
            const field = await findField(root.el, context.passport_focus);
            if (field) {
                field.classList.add("o_passport_mend");
                field.scrollIntoView({ block: "center" });
                (field.matches(TYPED_INTO) ? field : field.querySelector(TYPED_INTO))?.focus();
            }
        });
    },
});
