import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * Tells how many were marked, with a button that gives them back what they had.
 *
 * What was pressed closes or reloads as after any button; after an undo the screen is read anew.
 */
function marked(env, { params }) {
    const { notification, orm, action } = env.services;
    const undo = {
        name: _t("Undo"),
        primary: true,
        onClick: async () => {
            close();
            await orm.call("event.registration", "action_outcome_restore", [
                params.before,
                params.outcome,
            ]);
            await action.doAction("soft_reload");
        },
    };
    const close = notification.add(params.message, {
        type: params.before.length ? "success" : "info",
        autocloseDelay: 15000,
        buttons: params.before.length ? [undo] : [],
    });
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("passeport_prevention.marked", marked);
