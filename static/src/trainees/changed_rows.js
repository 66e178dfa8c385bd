import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

// A number is kept sealed: nothing could be given back.
const NEVER_UNDONE = ["nir_entry"];
// What changes with a field, and would not come back by itself: who was marked had been registered
// or confirmed before.
const CHANGED_WITH = {
    outcome: ["state"],
    // What a family fills.
    passport_family_id: [
        "passport_aims_prevention",
        "passport_gives_proof",
        "passport_is_transferable",
        "passport_exclusion",
        "passport_category",
        "passport_document",
        "jdr_type",
        "jdr_name",
        "jdr_option",
        "jdr_mode",
        "validity_months",
        "is_certifying",
        "rs_code_id",
        "rome_code_ids",
        "formacode_ids",
        "nsf_code_ids",
    ],
};

/** Return a value that was read as it is written. */
function written(value) {
    if (!Array.isArray(value)) {
        return value;
    }
    // A relation to one record is read as [id, name], to several as their ids.
    return typeof value[1] === "string" ? value[0] : [[6, 0, value]];
}

/**
 * Return `[{ids, values}]`: who had the same in the fields that change, and what it was.
 *
 * @param {{id: number}[]} rows as they were read before
 * @param {string[]} names the fields that change
 */
function grouped(rows, names) {
    const groups = {};
    for (const row of rows) {
        const values = Object.fromEntries(names.map((name) => [name, written(row[name])]));
        const key = JSON.stringify(values);
        groups[key] ||= { ids: [], values };
        groups[key].ids.push(row.id);
    }
    return Object.values(groups);
}

/**
 * Many rows are changed at once: what they had is kept, and given back by one button.
 *
 * @param {string} resModel
 * @param {() => Promise} reload called when the rows have again what they had
 */
export function useChangedRows(resModel, reload) {
    const notification = useService("notification");
    const orm = useService("orm");
    return {
        /** Read what rows have, before it changes; null where it could not be given back. */
        async before(ids, names) {
            if (names.some((name) => NEVER_UNDONE.includes(name))) {
                return null;
            }
            const read = [...new Set(names.flatMap((name) => [name, ...(CHANGED_WITH[name] || [])]))];
            return grouped(await orm.read(resModel, ids, read), read);
        },
        /** Tell that rows were changed, and how many. */
        tell(count, before) {
            const undo = {
                name: _t("Undo"),
                primary: true,
                onClick: async () => {
                    close();
                    for (const { ids, values } of before) {
                        await orm.write(resModel, ids, values);
                    }
                    await reload();
                },
            };
            const told = _t("Rows changed: %s", count);
            const final = _t(
                "This cannot be undone, since numbers are kept sealed: type the right one over a wrong one."
            );
            const close = notification.add(before ? told : `${told}. ${final}`, {
                type: "success",
                autocloseDelay: 15000,
                buttons: before ? [undo] : [],
            });
        },
    };
}
