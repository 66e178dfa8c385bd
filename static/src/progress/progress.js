import { onMounted, onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";
import { kanbanView } from "@web/views/kanban/kanban_view";
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

const shownIn = {
    form: (model) => [model.root],
    list: (model) => model.root.records || [],
};

/**
 * Return a view whose bars move by themselves.
 *
 * @param {Object} view one of Odoo's
 * @param {(model: Object) => Object[]} shown
 */
function movingView(view, shown) {
    class ProgressController extends view.Controller {
        /** @override */
        setup() {
            super.setup();
            useProgress(
                () => shown(this.model),
                () => this.model.load()
            );
        }
    }
    return { ...view, Controller: ProgressController };
}

const views = registry.category("views");
views.add("passport_progress_form", movingView(formView, shownIn.form));
views.add("passport_progress_list", movingView(listView, shownIn.list));
views.add("passport_progress_kanban", movingView(kanbanView, shownIn.list));
