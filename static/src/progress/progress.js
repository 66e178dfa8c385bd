import { onMounted, onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

const SECONDS = 3;
const LIVE = ["waiting", "running"];

/**
 * Read again what is shown, as long as some of it is under way and somebody can look at it.
 *
 * @param {() => Object[]} records those shown, with their state
 * @param {() => Promise} load
 */
function useProgress(records, load) {
    let timer;
    let isLoading = false;
    const look = async () => {
        const isUnderWay = records().some((record) => LIVE.includes(record.data.state));
        if (isLoading || !isUnderWay || document.hidden) {
            return;
        }
        isLoading = true;
        try {
            await load();
        } catch {
            // The server is away for a moment: the next look will tell.
        } finally {
            isLoading = false;
        }
    };
    onMounted(() => (timer = browser.setInterval(look, SECONDS * 1000)));
    onWillUnmount(() => browser.clearInterval(timer));
}

/** A form of long work, whose bar moves by itself. */
export class ProgressFormController extends FormController {
    /** @override */
    setup() {
        super.setup();
        useProgress(
            () => [this.model.root],
            () => this.model.load()
        );
    }
}

/** A list of long work, whose bars move by themselves. */
export class ProgressListController extends ListController {
    /** @override */
    setup() {
        super.setup();
        useProgress(
            () => this.model.root.records || [],
            () => this.model.load()
        );
    }
}

registry.category("views").add("passport_progress_form", {
    ...formView,
    Controller: ProgressFormController,
});
registry.category("views").add("passport_progress_list", {
    ...listView,
    Controller: ProgressListController,
});
