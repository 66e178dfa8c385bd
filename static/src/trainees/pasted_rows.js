import { useService } from "@web/core/utils/hooks";

import { status, useComponent, useExternalListener } from "@odoo/owl";

/** Tell whether a text is cells of a spreadsheet: several columns, or several rows. */
export function isTable(text) {
    return text.includes("\t") || text.trim().split(/\r?\n/).filter((row) => row.trim()).length > 1;
}

/** Tell whether what is pasted is meant for where the cursor is: a dialog, a note, a long text. */
function isForText(target) {
    return (
        document.querySelector(".o_dialog") ||
        target.closest?.("textarea, [contenteditable='true']")
    );
}

/**
 * Rows of a spreadsheet that are pasted into a screen of trainees open the preview of their
 * enrolment: they are sent at once, and kept nowhere in the page.
 *
 * @param {() => Promise<number|false>} getEventId the session, saved; false where there is none
 * @param {() => Promise} reload called when the preview is closed
 */
export function usePastedRows({ getEventId, reload }) {
    const action = useService("action");
    const orm = useService("orm");
    const component = useComponent();
    useExternalListener(
        document,
        "paste",
        async (ev) => {
            const text = ev.clipboardData?.getData("text/plain") || "";
            if (!isTable(text) || isForText(ev.target)) {
                return;
            }
            ev.preventDefault();
            ev.stopPropagation();
            const eventId = await getEventId();
            if (eventId) {
                const preview = await orm.call("passport.enrol.list", "action_paste", [
                    eventId,
                    text,
                ]);
                await action.doAction(preview, {
                    // Whoever went on to another screen has nothing to read anew.
                    onClose: () => status(component) !== "destroyed" && reload(),
                });
            }
        },
        { capture: true }
    );
}
