// Put into every page before its own scripts, by tests/common_screens.py: what a person would find wrong.
(() => {
    const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
    const services = () => odoo.__WOWL_DEBUG__.root.env.services;
    // What is asked of the server and not answered yet.
    let asked = 0;
    const { send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.send = function () {
        asked++;
        this.addEventListener("loadend", () => asked--);
        return send.apply(this, arguments);
    };
    const { fetch } = window;
    window.fetch = (...args) => {
        asked++;
        return fetch(...args).finally(() => asked--);
    };

    function isBusy() {
        const isLoading = document.readyState !== "complete" || asked;
        return isLoading || [...document.images].some((image) => !image.complete);
    }

    async function settled() {
        for (let quiet = 0; quiet < 4; quiet = isBusy() ? 0 : quiet + 1) {
            await pause(40);
        }
    }

    // Words that no French text has, unless it is somebody's name.
    const ENGLISH =
        /(?<!\p{L})(the|and|with|your|this|that|are|from|was|have|will|please|click|new|add|delete|save|search|edit|create|select|of|by|all|any|my|name|draft|done|state|trainee|training)(?!\p{L})/u;
    const SPOKEN = ["placeholder", "title", "aria-label", "alt", "data-tooltip"];
    const isSeen = (element) =>
        element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

    /** What is written on the page, and what is said of its parts. */
    function* texts(apart) {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node; (node = walker.nextNode()); ) {
            const element = node.parentElement;
            if (!element.closest(`script, style, template, noscript, ${apart}`) && isSeen(element)) {
                yield node.textContent.trim();
            }
        }
        for (const element of document.querySelectorAll(SPOKEN.map((name) => `[${name}]`).join())) {
            if (!element.closest(apart) && isSeen(element)) {
                yield* SPOKEN.map((name) => element.getAttribute(name) || "");
            }
        }
    }

    function wording(apart) {
        const found = new Set();
        for (const text of texts(apart)) {
            if (ENGLISH.test(text)) {
                found.add(`in English: ${text.slice(0, 80)}`);
            }
            if (/NewId|undefined|\[object /.test(text)) {
                found.add(`no text for people: ${text.slice(0, 80)}`);
            }
        }
        return [...found];
    }

    const isCut = (element) => element.scrollWidth > element.clientWidth + 1;

    /** Badges and heads of columns of which a part is not to be read. */
    function cut(apart) {
        const cells = [...document.querySelectorAll(".o_data_cell:has(.badge)")].filter(
            (cell) =>
                !cell.closest(apart) && [cell, ...cell.querySelectorAll(".badge")].some(isCut)
        );
        const heads = [...document.querySelectorAll(".o_list_view th .text-truncate")].filter(isCut);
        return [...new Set([...cells, ...heads].map(({ textContent }) => `cut: ${textContent.trim()}`))];
    }

    const pen = document.createElement("canvas").getContext("2d");

    /** Hints of empty fields of which the end is not to be read. */
    function cutHints(apart) {
        const fields = [...document.querySelectorAll("input[placeholder]")].filter(
            (field) => field.placeholder && !field.value && !field.closest(apart) && isSeen(field)
        );
        return fields.flatMap((field) => {
            const style = getComputedStyle(field);
            pen.font = style.font;
            const room =
                field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
            const isOdoos = field.closest(".o_searchview") || !field.closest(".o_field_widget");
            const isLonger = pen.measureText(field.placeholder).width > room + 1;
            return isLonger && !isOdoos ? [`hint cut: ${field.placeholder}`] : [];
        });
    }

    const MOST_LINES = 4;

    /** Heads of columns so narrow that their words are broken again and again. */
    function brokenHeads() {
        return [...document.querySelectorAll(".o_passport_list th .text-truncate")]
            .filter((head) => head.clientHeight > (MOST_LINES + 0.5) * parseFloat(getComputedStyle(head).lineHeight))
            .map((head) => `head broken: ${head.textContent.trim()}`);
    }

    /** By how much what a dialog holds goes beyond it, where that is not a list that scrolls by itself. */
    function dialogTooWide() {
        const body = document.querySelector(".o_dialog .modal-body");
        const tooWide = body ? body.scrollWidth - body.clientWidth : 0;
        return tooWide > 1 ? [`dialog: ${tooWide} pixels wider than its frame`] : [];
    }

    /** What axe finds, but for what is excused: `[rule, selector]`. */
    async function accessibility({ tags, excused, apart }) {
        const include = document.querySelector(".o_dialog") || document;
        const exclude = document.querySelector(apart) ? apart : [];
        if (!tags.length) {
            return [];
        }
        const { violations } = await axe.run({ include, exclude }, {
            resultTypes: ["violations"],
            runOnly: { type: "tag", values: tags },
            elementRef: true,
        });
        const found = new Set();
        for (const { id, nodes } of violations) {
            for (const { element, html, any } of nodes) {
                if (!excused.some(([rule, where]) => rule === id && element?.matches(where))) {
                    found.add(`${id}: ${html.slice(0, 160)} ${any[0]?.message || ""}`);
                }
            }
        }
        return [...found];
    }

    const button = (name) =>
        [...document.querySelectorAll(`.o_form_view button[name="${name}"]`)].find(
            (found) => !found.disabled && found.checkVisibility()
        );

    const rows = () =>
        document.querySelectorAll(".o_list_view .o_data_row .o_list_record_selector input");
    const inList = (name) =>
        [...document.querySelectorAll(`.o_list_view button[name="${name}"]`)].find(
            (found) => !found.disabled && found.checkVisibility()
        );

    window.look = {
        settled,
        async faults(options) {
            await settled();
            const tooWide = document.documentElement.scrollWidth - window.innerWidth;
            return [
                ...(tooWide > 0 ? [`${tooWide} pixels wider than the screen`] : []),
                ...cut(options.apart),
                ...cutHints(options.apart),
                ...brokenHeads(),
                ...dialogTooWide(),
                ...wording(options.apart),
                ...(await accessibility(options)),
            ];
        },
        /** The actions behind the menus that a module made. */
        menus(module) {
            return services()
                .menu.getAll()
                .filter(({ xmlid, actionID }) => actionID && xmlid?.startsWith(`${module}.`))
                .map(({ name, actionID }) => [name, actionID]);
        },
        async open(action, options) {
            services().dialog.closeAll();
            await services().action.doAction(action, { clearBreadcrumbs: true, ...options });
            await settled();
        },
        /** Which of these buttons a form shows, on whichever of its pages. */
        async shown(names) {
            const found = new Set();
            for (const tab of [null, ...document.querySelectorAll(".o_notebook .nav-link")]) {
                tab?.click();
                await pause(tab ? 30 : 0);
                names.filter(button).forEach((name) => found.add(name));
            }
            return [...found];
        },
        /** Choose the first row of a list; which of these buttons it shows then. */
        async chosen(names) {
            rows()[0]?.click();
            await pause(60);
            return names.filter(inList);
        },
        /** Press a button of a list, and wait for what it opens. */
        async pressInList(name) {
            inList(name).click();
            await settled();
        },
        /** Press the first button of the dialog that is open; whether there was one. */
        async goOn() {
            const next = document.querySelector(
                ".o_dialog footer button.btn-primary[name]:not(:disabled)"
            );
            next?.click();
            await settled();
            return Boolean(next);
        },
        /** Press a button that the form shows, and wait for what it opens. */
        async press(name) {
            for (const tab of document.querySelectorAll(".o_notebook .nav-link")) {
                if (!button(name)) {
                    tab.click();
                    await pause(30);
                }
            }
            button(name).click();
            await settled();
        },
    };
})();
