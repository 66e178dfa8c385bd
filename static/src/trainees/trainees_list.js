import { registry } from "@web/core/registry";
import { listView } from "@web/views/list/list_view";

import { useChangedRows } from "./changed_rows";
import { usePastedRows } from "./pasted_rows";

/** A list in which what was changed in many rows at once is given back by one button. */
export class UndoneListController extends listView.Controller {
    setup() {
        super.setup();
        this.replaced = undefined;
        this.changedRows = useChangedRows(this.props.resModel, () => this.model.load());
        this.model.hooks.onSavedMulti = this.onSavedMulti.bind(this);
    }

    async onAskMultiSaveConfirmation(changes, records) {
        const isConfirmed = await super.onAskMultiSaveConfirmation(changes, records);
        this.replaced = undefined;
        if (isConfirmed) {
            const { root } = this.model;
            this.changed = root.isDomainSelected
                ? await root.getResIds(true)
                : records.map((record) => record.resId);
            this.replaced = await this.changedRows.before(this.changed, Object.keys(changes));
        }
        return isConfirmed;
    }

    onSavedMulti() {
        if (this.replaced !== undefined) {
            this.changedRows.tell(this.changed.length, this.replaced);
        }
        this.replaced = undefined;
    }
}

/** The trainees of a session as a list to type into: rows can be pasted into it. */
export class TraineesListController extends UndoneListController {
    setup() {
        super.setup();
        usePastedRows({
            getEventId: async () => {
                const isSaved = await this.model.root.leaveEditMode();
                return isSaved !== false && this.props.context.default_event_id;
            },
            reload: () => this.model.load(),
        });
    }
}

registry.category("views").add("passport_undone", {
    ...listView,
    Controller: UndoneListController,
});
registry.category("views").add("passport_trainees", {
    ...listView,
    Controller: TraineesListController,
});
