import { browser } from "@web/core/browser/browser";
import { onWillUnmount, useExternalListener } from "@odoo/owl";

// How long a social security number stays in the clipboard, and on the screen.
const CLIPBOARD_SECONDS = 60;
export const SHOWN_SECONDS = 20;

/**
 * The clipboard, that forgets a secret: after a minute, with the next tick, or when the view is
 * left. Browsers let a page write only while it has the focus, so an overdue secret goes as soon
 * as the user is back.
 */
export function useForgetfulClipboard() {
    let holdsSecret = false;
    let isOverdue = false;
    let timer;

    async function write(text, isSecret = false) {
        // Absent where Odoo is not reached through HTTPS.
        await browser.navigator.clipboard.writeText(text);
        browser.clearTimeout(timer);
        holdsSecret = isSecret;
        isOverdue = false;
        if (isSecret) {
            timer = browser.setTimeout(() => {
                isOverdue = true;
                forget();
            }, CLIPBOARD_SECONDS * 1000);
        }
    }

    async function forget() {
        if (!holdsSecret || !document.hasFocus()) {
            return;
        }
        try {
            await write("");
        } catch {
            // Tried again with the next occasion.
        }
    }

    useExternalListener(window, "focus", () => isOverdue && forget());
    onWillUnmount(() => {
        browser.clearTimeout(timer);
        forget();
    });
    return { write, forget };
}
