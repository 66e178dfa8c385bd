import { registry } from "@web/core/registry";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";

import { usePastedRows } from "./pasted_rows";

/** The trainees in the form of their session: rows of a spreadsheet can be pasted there too. */
export class TraineesField extends X2ManyField {
    static template = "passeport_prevention.TraineesField";

    setup() {
        super.setup();
        usePastedRows({
            getEventId: async () => {
                const { record } = this.props;
                return !this.props.readonly && (await record.save()) && record.resId;
            },
            reload: () => this.props.record.load(),
        });
    }
}

registry.category("fields").add("passport_trainees", {
    ...x2ManyField,
    component: TraineesField,
});
