import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Mutex } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillStart, useState } from "@odoo/owl";

const METHODS = {
    passed: "action_outcome_passed",
    failed: "action_outcome_failed",
    attended: "action_outcome_attended",
    absent: "action_outcome_absent",
};

/**
 * The levels of a session: people as rows, trainings as columns.
 *
 * A click ticks, a second one crosses, a third takes the mark back. Each is kept at once by the
 * server, which tells what it does not take.
 */
export class PassportLevels extends Component {
    static template = "passeport_prevention.PassportLevels";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.calls = new Mutex();
        this.display = { controlPanel: {} };
        this.eventId = this.props.action.context.active_id;
        this.state = useState({ sheet: null });
        onWillStart(async () => {
            await this.load();
            this.env.config.setDisplayName?.(
                _t("%(session)s: levels", { session: this.state.sheet.name })
            );
        });
    }

    async load() {
        this.state.sheet = await this.orm.call("event.event", "passport_levels_sheet", [
            [this.eventId],
        ]);
    }

    next(seat) {
        return { [seat.good]: seat.bad, [seat.bad]: false }[seat.outcome] ?? seat.good;
    }

    label(seat) {
        return (
            {
                passed: _t("Passed"),
                failed: _t("Failed"),
                attended: _t("Attended"),
                absent: _t("Absent"),
            }[seat.outcome] || _t("Not marked")
        );
    }

    icon(seat) {
        const icons = {
            passed: "fa-check-square",
            failed: "fa-times-circle",
            absent: "fa-times-circle",
            // Where people pass or fail, being there is no result yet.
            attended: seat.good === "attended" ? "fa-check-square" : "fa-user",
        };
        return icons[seat.outcome] || "fa-square-o";
    }

    isDone(training) {
        return this.seatsOf(training).every((seat) => seat.outcome || seat.is_locked);
    }

    seatsOf(training) {
        return this.state.sheet.people.map((person) => person.seats[training.id]).filter(Boolean);
    }

    async mark(seats, outcome) {
        const open = seats.filter((seat) => !seat.is_locked && seat.outcome !== outcome);
        if (!open.length) {
            return;
        }
        await this.calls.exec(async () => {
            try {
                await this.orm.call(
                    "event.registration",
                    METHODS[outcome] || "action_outcome_undo",
                    [open.map((seat) => seat.id)]
                );
            } finally {
                await this.load();
            }
        });
    }

    toggle(seat) {
        return this.mark([seat], this.next(seat));
    }

    /** Tick a whole column: whoever is not marked yet. */
    tickAll(training) {
        const seats = this.seatsOf(training).filter((seat) => !seat.outcome);
        return seats.length && this.mark(seats, seats[0].good);
    }
}

registry.category("actions").add("passeport_prevention.levels", PassportLevels);
