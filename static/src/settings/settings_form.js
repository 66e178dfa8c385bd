import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/**
 * Settings are a new record each time they are opened: one that nobody typed into is not saved.
 *
 * Odoo saves every new record when its page is closed or hidden, so that nothing is lost; here that
 * would write what was read when the page was opened over what somebody else set meanwhile.
 */
export class PassportSettingsController extends FormController {
    /** @override */
    async beforeVisibilityChange() {
        if (await this.model.root.isDirty()) {
            await super.beforeVisibilityChange();
        }
    }

    /** @override */
    async beforeUnload(ev) {
        const { model } = this;
        // Fields tell what is still being typed, at once: a page that closes waits for nothing.
        model._urgentSave = true;
        model.bus.trigger("WILL_SAVE_URGENTLY");
        model._urgentSave = false;
        if (model.root.dirty) {
            await super.beforeUnload(ev);
        }
    }
}

registry.category("views").add("passport_settings_form", {
    ...formView,
    Controller: PassportSettingsController,
});
