import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { listView } from "@web/views/list/list_view";

import { usePastedRows } from "./pasted_rows";

// A number is kept sealed: nothing could be given back.
const NEVER_UNDONE = ["nir_entry"];

/**
 * The trainees of a session as a list to type into: rows can be pasted into it, and what was changed
 * in many rows at once is given back by one button.
 */
export class TraineesListController extends listView.Controller {
    setup() {
        super.setup();
        this.notification = useService("notification");
        this.replaced = null;
        this.model.hooks.onSavedMulti = this.onSavedMulti.bind(this);
        usePastedRows({
            getEventId: async () => {
                const isSaved = await this.model.root.leaveEditMode();
                return isSaved !== false && this.props.context.default_event_id;
            },
            reload: () => this.model.load(),
        });
    }

    async onAskMultiSaveConfirmation(changes, records) {
        const isConfirmed = await super.onAskMultiSaveConfirmation(changes, records);
        this.replaced = isConfirmed ? this.valuesBefore(Object.keys(changes), records) : null;
        return isConfirmed;
    }

    /** Return `[{ids, values}]`: what each of the records had in the fields that change. */
    valuesBefore(names, records) {
        if (this.model.root.isDomainSelected || names.some((name) => NEVER_UNDONE.includes(name))) {
            return null;
        }
        const groups = {};
        for (const record of records) {
            const values = Object.fromEntries(
                names.map((name) => [name, this.writable(record, name)])
            );
            const key = JSON.stringify(values);
            groups[key] ||= { ids: [], values };
            groups[key].ids.push(record.resId);
        }
        return Object.values(groups);
    }

    writable(record, name) {
        const value = record._values[name];
        return record.fields[name].type === "many2one" ? value && value.id : value;
    }

    onSavedMulti(records) {
        const replaced = this.replaced;
        this.replaced = null;
        if (!replaced) {
            return;
        }
        const close = this.notification.add(_t("Rows changed: %s", records.length), {
            type: "success",
            autocloseDelay: 15000,
            buttons: [
                {
                    name: _t("Undo"),
                    primary: true,
                    onClick: async () => {
                        close();
                        for (const { ids, values } of replaced) {
                            await this.orm.write(this.props.resModel, ids, values);
                        }
                        await this.model.load();
                    },
                },
            ],
        });
    }
}

registry.category("views").add("passport_trainees", {
    ...listView,
    Controller: TraineesListController,
});
