import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

const ICONS = {
    attended: "fa-user",
    passed: "fa-check",
    failed: "fa-times",
    absent: "fa-user-times",
};
export const CERTIFIED = ["passed", "failed"];

/**
 * Attendance and result of one person as buttons: one touch marks, a second one takes it back.
 *
 * Kept at once in lists and cards, for all rows that are selected; with the session in its form.
 */
export class PassportOutcomeField extends Component {
    static template = "passeport_prevention.OutcomeField";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get choices() {
        const { fields, data } = this.props.record;
        return fields[this.props.name].selection
            .filter(
                ([code]) =>
                    data.gives_certificate || code === this.value || !CERTIFIED.includes(code)
            )
            .map(([code, label]) => ({ code, label, icon: ICONS[code] }));
    }

    get label() {
        return this.choices.find(({ code }) => code === this.value)?.label || "";
    }

    async choose(code) {
        const { record, name } = this.props;
        try {
            await record.update({ [name]: code === this.value ? false : code }, { save: true });
        } catch (error) {
            // What the server refuses is not shown as if it were kept.
            record.discard();
            throw error;
        }
    }
}

registry.category("fields").add("passport_outcome", {
    component: PassportOutcomeField,
    displayName: _t("Attendance and Results"),
    supportedTypes: ["selection"],
    // Buttons work in rows that are not being edited; what is declared stays as it is.
    extractProps: (_field, { readonly }) => ({ readonly }),
});
