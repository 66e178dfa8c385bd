import { Component } from "@odoo/owl";

/**
 * One field of the authority's form: its label, and a button for each value that copies it.
 *
 * A secret has no value here: it is fetched when it is asked for, and shown only for a moment.
 */
export class EntryField extends Component {
    static template = "passeport_prevention.EntryField";
    static props = {
        field: Object,
        copied: Object,
        isOpen: Boolean,
        shownSecret: { type: [String, { value: false }] },
        onCopy: Function,
        onCopySecret: Function,
        onShowSecret: Function,
    };

    key(index) {
        return `${this.props.field.column}:${index}`;
    }
}
