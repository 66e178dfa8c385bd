import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";
import { ListRenderer } from "@web/views/list/list_renderer";

import { useEffect, useState } from "@odoo/owl";

import { CERTIFIED } from "../outcome/outcome_field";
import { useChangedRows } from "./changed_rows";
import { usePastedRows } from "./pasted_rows";

const OUTCOMES = ["attended", "passed", "failed", "absent"];

// The list of a form's field says of itself that nothing is chosen in it.
const chosenOf = (list) => list.records.filter((record) => record.selected);

/** Odoo's list, in which all rows of a form's field can be chosen too. */
export class TraineesRenderer extends ListRenderer {
    static props = [...ListRenderer.props, "onChosen"];

    setup() {
        super.setup();
        useEffect(
            (count) => this.props.onChosen(count),
            () => [chosenOf(this.props.list).length]
        );
    }

    get selectAll() {
        const { records } = this.props.list;
        return records.length > 0 && chosenOf(this.props.list).length === records.length;
    }

    toggleSelection() {
        if (this.canSelectRecord) {
            const isChosen = !this.selectAll;
            for (const record of this.props.list.records) {
                record.toggleSelection(isChosen);
            }
        }
    }
}

/**
 * The trainees in the form of their session: rows of a spreadsheet can be pasted there too, and the
 * employer or the result of many is changed at once.
 */
export class TraineesField extends X2ManyField {
    static template = "passeport_prevention.TraineesField";
    static components = { ...X2ManyField.components, ListRenderer: TraineesRenderer, RecordSelector };

    setup() {
        super.setup();
        this.state = useState({ chosenCount: 0 });
        this.orm = useService("orm");
        this.changedRows = useChangedRows(this.list.resModel, () => this.props.record.load());
        usePastedRows({
            getEventId: async () => {
                const { record } = this.props;
                return !this.props.readonly && (await record.save()) && record.resId;
            },
            reload: () => this.props.record.load(),
        });
    }

    /** Rows are chosen where the session itself is only read, too: who may change them is asked then. */
    get rendererProps() {
        const onChosen = (count) => {
            this.state.chosenCount = count;
        };
        return { ...super.rendererProps, allowSelectors: true, onChosen };
    }

    get chosen() {
        return chosenOf(this.list);
    }

    /** What the chosen ones can be marked with; nothing before the session begins. */
    get outcomes() {
        const { is_ongoing, is_finished } = this.props.record.data;
        if (!is_ongoing && !is_finished) {
            return [];
        }
        const isCertified = this.chosen.some((record) => record.data.gives_certificate);
        return this.list.fields.outcome.selection
            .filter(([code]) => OUTCOMES.includes(code))
            .filter(([code]) => isCertified || !CERTIFIED.includes(code));
    }

    /** Save the form and return those chosen rows; none where it cannot be saved. */
    async saved(isMeant = () => true) {
        const chosen = this.chosen.filter(isMeant);
        if (!(await this.props.record.save())) {
            return [];
        }
        return chosen.map((record) => record.resId).filter(Boolean);
    }

    async reload() {
        for (const record of this.chosen) {
            record.toggleSelection(false);
        }
        await this.props.record.load();
    }

    async mark(outcome) {
        const ids = await this.saved();
        if (ids.length) {
            const told = await this.orm.call(this.list.resModel, `action_outcome_${outcome}`, [ids]);
            await this.reload();
            await this.action.doAction(told);
        }
    }

    async setEmployer(employerId) {
        const ids = employerId
            ? await this.saved((record) => !record.data.without_employer)
            : [];
        if (ids.length) {
            const before = await this.changedRows.before(ids, ["employer_id"]);
            await this.orm.write(this.list.resModel, ids, { employer_id: employerId });
            await this.reload();
            this.changedRows.tell(ids.length, before);
        }
    }
}

registry.category("fields").add("passport_trainees", {
    ...x2ManyField,
    component: TraineesField,
});
