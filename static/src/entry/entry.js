import { browser } from "@web/core/browser/browser";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { Mutex } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { SHOWN_SECONDS, useForgetfulClipboard } from "./entry_clipboard";
import { EntryField } from "./entry_field";

import {
    Component,
    onWillStart,
    onWillUnmount,
    useEffect,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";

const TRAINING = "training";

/**
 * Assisted entry: the values of one declaration in the order of the authority's web form.
 *
 * The steps are the training, typed once, then attendee after attendee. What is ticked off is kept
 * by the server: each answer is the whole sheet as it is now, so that two people can work on the
 * same declaration, and go on where the other one stopped.
 */
export class PassportEntry extends Component {
    static template = "passeport_prevention.PassportEntry";
    static components = { Layout, EntryField };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.clipboard = useForgetfulClipboard();
        this.calls = new Mutex();
        this.root = useRef("root");
        this.display = { controlPanel: {} };
        this.declarationId = this.props.action.context.active_id;
        this.state = useState({
            sheet: null,
            step: TRAINING,
            copied: {},
            shownSecret: false,
            isBusy: false,
        });
        onWillStart(async () => {
            await this.load();
            this.state.step = this.firstStep();
            this.env.config.setDisplayName?.(
                _t("%(declaration)s: assisted entry", { declaration: this.sheet.name })
            );
        });
        useEffect(
            () => this.focusCopy(0),
            () => [this.state.step, this.fields.length]
        );
        onWillUnmount(() => this.hideSecret());
        useExternalListener(window, "focus", () => this.refresh());
    }

    // ---------------------------------------------------------------------
    // What is shown
    // ---------------------------------------------------------------------

    get sheet() {
        return this.state.sheet;
    }

    get attendees() {
        return this.sheet.attendees;
    }

    get attendee() {
        return this.attendees.find((attendee) => attendee.id === this.state.step);
    }

    get fields() {
        return this.attendee ? this.attendee.fields : this.sheet.training;
    }

    get typedCount() {
        return this.attendees.filter((attendee) => attendee.typed_on).length;
    }

    get progress() {
        return this.attendees.length ? (100 * this.typedCount) / this.attendees.length : 0;
    }

    get progressText() {
        return _t("%(typed)s / %(total)s typed", {
            typed: this.typedCount,
            total: this.attendees.length,
        });
    }

    get isOpen() {
        return this.sheet.state === "prepared";
    }

    get isBlocked() {
        return this.isOpen && this.sheet.problems.length > 0;
    }

    get isComplete() {
        return this.attendees.length > 0 && this.typedCount === this.attendees.length;
    }

    get position() {
        return this.attendees.indexOf(this.attendee);
    }

    get nextUntyped() {
        const after = this.attendees.slice(this.position + 1);
        return [...after, ...this.attendees].find(
            (attendee) => !attendee.typed_on && attendee.id !== this.state.step
        );
    }

    typedText(attendee) {
        return _t("%(who)s, %(when)s", {
            who: attendee.typed_by,
            when: toLocaleDateTimeString(deserializeDateTime(attendee.typed_on), { showSeconds: false }),
        });
    }

    firstStep() {
        if (!this.typedCount || !this.isOpen) {
            return TRAINING;
        }
        return this.nextUntyped?.id || TRAINING;
    }

    // ---------------------------------------------------------------------
    // The sheet
    // ---------------------------------------------------------------------

    async load() {
        this.setSheet(
            await this.orm.call("passport.declaration", "entry_sheet", [this.declarationId])
        );
    }

    /** Silently, since it comes with the focus: the click that brought it must not get lost. */
    async refresh() {
        await this.calls.exec(() => this.load());
    }

    setSheet(sheet) {
        this.state.sheet = sheet;
        if (this.state.step !== TRAINING && !this.attendee) {
            this.state.step = TRAINING;
        }
    }

    /** Run one call after another; after an error what is shown is what the server says. */
    async exclusively(call) {
        this.state.isBusy = true;
        try {
            return await this.calls.exec(call);
        } catch (error) {
            await this.load().catch(() => {});
            throw error;
        } finally {
            this.state.isBusy = false;
        }
    }

    goTo(step) {
        this.hideSecret();
        this.state.step = step;
        this.state.copied = {};
    }

    goBy(steps) {
        const target = this.attendees[this.position + steps];
        this.goTo(target ? target.id : TRAINING);
    }

    async tick(ev) {
        if (ev.detail > 1) {
            // The second half of a double click falls on the next attendee.
            return;
        }
        const { id, name, version } = this.attendee;
        const sheet = await this.exclusively(() =>
            this.orm.call("passport.declaration.line", "entry_tick", [[id], version])
        );
        this.clipboard.forget();
        this.setSheet(sheet);
        const ticked = this.attendees.find((attendee) => attendee.id === id);
        if (ticked && ticked.typed_by_id !== user.userId) {
            this.notification.add(
                _t("%(name)s was already ticked off by %(who)s. Check that the authority holds this person once.", {
                    name,
                    who: this.typedText(ticked),
                }),
                { type: "warning", sticky: true }
            );
        }
        this.goTo(this.nextUntyped?.id || id);
    }

    async untick() {
        const { id } = this.attendee;
        const sheet = await this.exclusively(() =>
            this.orm.call("passport.declaration.line", "entry_untick", [[id]])
        );
        this.setSheet(sheet);
    }

    async updateValues() {
        await this.exclusively(async () => {
            await this.orm.call("passport.declaration", "action_update_values", [
                [this.declarationId],
            ]);
            await this.load();
        });
        this.goTo(this.firstStep());
    }

    openRecord(problem) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: problem.model,
            res_id: problem.res_id,
            views: [[false, "form"]],
        });
    }

    confirmDeposit() {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Mark as Deposited"),
            body: _t(
                "Did the authority record the declaration with all its attendees (%s)? From now on it cannot be undone here.",
                this.attendees.length
            ),
            confirmLabel: _t("Mark as Deposited"),
            confirm: async () => {
                const sheet = await this.exclusively(() =>
                    this.orm.call("passport.declaration", "action_entry_deposit", [
                        [this.declarationId],
                    ])
                );
                this.setSheet(sheet);
            },
            cancel: () => {},
        });
    }

    // ---------------------------------------------------------------------
    // Copying
    // ---------------------------------------------------------------------

    async copy(key, text, isSecret = false) {
        try {
            await this.clipboard.write(text, isSecret);
        } catch {
            this.notification.add(
                _t(
                    "The browser did not let Odoo write into the clipboard. Click again; if it still refuses, Odoo has to be opened through HTTPS."
                ),
                { type: "danger" }
            );
            return;
        }
        this.state.copied[key] = true;
        this.focusCopy(this.copyButtons.findIndex((button) => button.dataset.key === key) + 1);
    }

    get copyButtons() {
        return [...(this.root.el?.querySelectorAll("[data-key]") || [])];
    }

    /** Have Enter copy the next value, and after the last one tick the attendee off. */
    focusCopy(index) {
        const next = this.root.el?.querySelector(".o_passport_entry_next");
        (this.copyButtons[index] || next)?.focus();
    }

    copySecret(key) {
        return this.withSecret((secret) => this.copy(key, secret, true));
    }

    showSecret() {
        return this.withSecret((secret) => {
            this.hideSecret();
            this.state.shownSecret = secret;
            this.secretTimer = browser.setTimeout(() => this.hideSecret(), SHOWN_SECONDS * 1000);
        });
    }

    hideSecret() {
        browser.clearTimeout(this.secretTimer);
        this.state.shownSecret = false;
    }

    /** Fetch the number of the attendee, perhaps after the dialog that asks for the password. */
    async withSecret(use) {
        const { id } = this.attendee;
        const useIfStillThere = async (infos) => {
            if (infos?.nir && this.state.step === id) {
                await use(infos.nir);
            }
        };
        const answer = await this.exclusively(() =>
            this.orm.call("passport.declaration.line", "action_entry_nir", [[id]])
        );
        if (answer?.type === "ir.actions.act_window_close") {
            await useIfStillThere(answer.infos);
        } else if (answer) {
            await this.action.doAction(answer, { onClose: useIfStillThere });
        }
    }
}

registry.category("actions").add("passeport_prevention.entry", PassportEntry);
