import { registry } from "@web/core/registry";

// WCAG 2.1, level AA, for text of the usual size.
const LEAST_CONTRAST = 4.5;

const numbers = (color) => (color.match(/[\d.]+/g) || ["255", "255", "255", "0"]).map(Number);

function luminance([red, green, blue]) {
    const [r, g, b] = [red, green, blue].map((value) => {
        const part = value / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The colour behind an element: that of the first ancestor that is not seen through. */
function background(element) {
    for (let one = element; one; one = one.parentElement) {
        const color = numbers(getComputedStyle(one).backgroundColor);
        if (color.length < 4 || color[3] > 0.9) {
            return color;
        }
    }
    return [255, 255, 255];
}

function contrast(element) {
    const [front, back] = [numbers(getComputedStyle(element).color), background(element)];
    const [dark, light] = [luminance(front), luminance(back)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
}

/** The texts of the screen that are hard to read, what cannot be used left out. */
function pale() {
    const found = [];
    for (const element of document.querySelectorAll(".o_action_manager *, .o_dialog *")) {
        const hasText = [...element.childNodes].some(
            (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()
        );
        const isSeen = element.offsetParent && getComputedStyle(element).visibility !== "hidden";
        if (hasText && isSeen && !element.closest(":disabled, .disabled, .o_view_sample_data")) {
            const found_contrast = contrast(element);
            if (found_contrast < LEAST_CONTRAST) {
                const text = element.textContent.trim().slice(0, 25);
                found.push(`${text} (${element.className}) ${found_contrast.toFixed(2)}`);
            }
        }
    }
    return found;
}

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** Wait until nothing is loaded any more. */
async function settled() {
    do {
        await pause(300);
    } while (document.querySelector(".o_loading_indicator, .o_blockUI"));
    await pause(200);
}

// More than the app has menus.
const MOST_SCREENS = 60;
const FEWEST_SCREENS = 10;

const screens = () => {
    const { menu } = odoo.__WOWL_DEBUG__.root.env.services;
    const app = menu.getCurrentApp();
    return menu.getAll().filter((one) => one.appID === app.id && one.actionID);
};

const open = (place, faults) => ({
    content: `screen ${place}`,
    trigger: ".o_main_navbar",
    timeout: 60000,
    async run() {
        const screen = screens()[place];
        if (!screen) {
            return;
        }
        const { action, dialog } = odoo.__WOWL_DEBUG__.root.env.services;
        await action.doAction(screen.actionID, { clearBreadcrumbs: true });
        await settled();
        if (document.querySelector(".o_error_dialog")) {
            faults.push(`${screen.name}: does not open`);
        }
        faults.push(...pale().map((text) => `${screen.name}: ${text}`));
        dialog.closeAll();
        await settled();
    },
});

registry.category("web_tour.tours").add("passport_walk_screens", {
    steps: () => {
        const faults = [];
        return [
            { content: "the app is there", trigger: ".o_passport_dashboard", timeout: 60000 },
            ...Array.from({ length: MOST_SCREENS }, (_, place) => open(place, faults)),
            {
                content: "every screen of the app opens, and is easy to read",
                trigger: ".o_main_navbar",
                run() {
                    if (screens().length < FEWEST_SCREENS || faults.length) {
                        throw new Error(`${screens().length} screens; ${faults.join("; ")}`);
                    }
                },
            },
        ];
    },
});
