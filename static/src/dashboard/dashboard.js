import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { isOne } from "../words/words";

/**
 * The app's first screen: what is to declare and by when, what blocks, what comes next. All of it
 * comes from `passport.dashboard`; each number opens the list behind it.
 */
export class PassportDashboard extends Component {
    static template = "passeport_prevention.Dashboard";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ data: null });
        useSetupAction();
        onWillStart(() => this.load());
    }

    async load() {
        this.state.data = await this.orm.call("passport.dashboard", "get_data", []);
    }

    get columns() {
        return [
            { key: "to_declare", name: _t("To declare"), class: "fw-bold" },
            { key: "ready", name: _t("Ready"), class: "text-success" },
            { key: "blocked", name: _t("Blocked"), class: "text-danger" },
            { key: "rejected", name: _t("Rejected"), class: "text-danger" },
            { key: "prepared", name: _t("Prepared"), class: "" },
            { key: "deposited", name: _t("Deposited"), class: "text-info" },
            { key: "accepted", name: _t("Accepted"), class: "" },
            { key: "overdue", name: _t("Overdue"), class: "text-danger fw-bold" },
        ];
    }

    get tiles() {
        const names = {
            to_declare: [_t("Attendee to declare"), _t("Attendees to declare")],
            ready: [_t("Attendee ready"), _t("Attendees ready")],
            blocked: [_t("Attendee blocked"), _t("Attendees blocked")],
            overdue: [_t("Attendee overdue"), _t("Attendees overdue")],
        };
        return this.columns
            .filter(({ key }) => key in names)
            .map((column) => this.counted(column, names[column.key], this.state.data.totals));
    }

    get renewals() {
        const names = {
            to_renew: [_t("To renew"), _t("To renew")],
            expired: [_t("Training expired"), _t("Trainings expired")],
            enrolled: [_t("Person enrolled again"), _t("People enrolled again")],
        };
        return Object.entries(names).map(([key, words]) =>
            this.counted({ key }, words, this.state.data.renewals)
        );
    }

    /** What is shown of a number: the number, and the word for one or for several. */
    counted(shown, [one, many], numbers) {
        const number = numbers[shown.key];
        return { ...shown, number, name: isOne(number.count) ? one : many };
    }

    get steps() {
        const texts = {
            company: {
                name: _t("Your training body"),
                text: _t("Its SIRET and its activity declaration number name the import files."),
                button: _t("Open the settings"),
            },
            key: {
                name: _t("Encryption key"),
                text: _t("It protects the social security numbers. Keep a copy apart from the backups."),
                button: _t("See the keys"),
            },
            training: {
                name: _t("Your trainings"),
                text: _t("Find them among the products you sell: their official families are proposed, you accept."),
                button: _t("Find our trainings"),
            },
            session: {
                name: _t("First session"),
                text: _t("A session is an event that delivers one of your trainings."),
                button: _t("Plan a session"),
            },
            sending: {
                name: _t("What may be sent"),
                text: _t("No e-mail leaves until you say which may, to whom, and from when."),
                button: _t("Say what may be sent"),
            },
            file: {
                name: _t("First declaration"),
                text: _t("Prepare it, then hand its file in to the authority, or type it in with our help."),
                button: _t("Prepare the declarations"),
            },
        };
        return this.state.data.setup.map((step) => ({ ...step, ...texts[step.key] }));
    }

    get tasks() {
        const texts = {
            mark: [
                _t("Session whose attendance is to mark"),
                _t("Sessions whose attendance is to mark"),
                _t("Mark the attendance"),
            ],
            ask: [
                _t("Attendee whose NIR or birth name is missing"),
                _t("Attendees whose NIR or birth name is missing"),
                _t("Ask for the data"),
            ],
            fix: [
                _t("Attendee blocked for another reason"),
                _t("Attendees blocked for another reason"),
                _t("Fix"),
            ],
            prepare: [
                _t("Attendee ready to be declared"),
                _t("Attendees ready to be declared"),
                _t("Prepare the declarations"),
            ],
            type: [
                _t("Declaration to type into the authority’s form"),
                _t("Declarations to type into the authority’s form"),
                _t("Type into the form"),
            ],
            group: [
                _t("Declaration to put into a deposit"),
                _t("Declarations to put into a deposit"),
                _t("Make a deposit"),
            ],
            deposit: [
                _t("Deposit to hand in to the authority"),
                _t("Deposits to hand in to the authority"),
                _t("Hand in"),
            ],
            answer: [
                _t("Deposit that waits for the authority’s answer"),
                _t("Deposits that wait for the authority’s answer"),
                _t("Import the answer"),
            ],
            answer_form: [
                _t("Typed declaration that waits for an answer"),
                _t("Typed declarations that wait for an answer"),
                _t("Record the answer"),
            ],
            correct: [
                _t("Attendee the authority rejected"),
                _t("Attendees the authority rejected"),
                _t("Correct"),
            ],
            purge: [_t("NIR to purge"), _t("NIRs to purge"), _t("Review before purging")],
        };
        return this.state.data.tasks.map((task) => {
            const [one, many, button] = texts[task.key];
            return { ...task, name: isOne(task.count) ? one : many, button };
        });
    }

    async openTask(key) {
        const action = await this.orm.call("passport.dashboard", "open_task", [key]);
        return this.action.doAction(action);
    }

    get isEmpty() {
        const { quarters, renewals } = this.state.data;
        return !quarters.length && !Object.values(renewals).some(({ count }) => count);
    }

    daysLeft({ days_left: days }) {
        if (days === 0) {
            return _t("today");
        }
        if (days < 0) {
            return days === -1 ? _t("1 day late") : _t("%s days late", -days);
        }
        return days === 1 ? _t("1 day left") : _t("%s days left", days);
    }

    urgencyClass(urgency) {
        return { late: "text-bg-danger", soon: "text-bg-warning" }[urgency] || "text-bg-secondary";
    }

    /** Name of what opens, for the breadcrumb and for who hears the screen read. */
    title(...parts) {
        return parts.filter(Boolean).join(" – ");
    }

    openList(kind, name, number) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            target: "current",
            domain: number.domain,
            ...this.state.data.views[kind],
        });
    }

    openAction(xmlid) {
        return this.action.doAction(xmlid);
    }
}

registry.category("actions").add("passeport_prevention.dashboard", PassportDashboard);
