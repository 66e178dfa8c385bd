/** @odoo-module ignore **/
/* The attendee's form works without this file: the server checks everything again. Here the number is
   grouped and checked while it is typed. It is sent nowhere but with the form. */
(function () {
    "use strict";

    const GROUPS = [1, 2, 2, 2, 3, 3, 2];
    const LENGTH = 15;

    function compact(text) {
        return text.replace(/[\s\u200b-\u200f\u2010-\u2015\u2060\ufeff./_'-]/g, "").toUpperCase();
    }

    function grouped(number) {
        const parts = [];
        let rest = number;
        for (const size of GROUPS) {
            if (rest) {
                parts.push(rest.slice(0, size));
                rest = rest.slice(size);
            }
        }
        return (parts.join(" ") + rest).trim();
    }

    function keyOf(body) {
        const digits = body.replace(/^(.{5})2A/, "$119").replace(/^(.{5})2B/, "$118");
        let remainder = 0;
        for (const digit of digits) {
            remainder = (remainder * 10 + Number(digit)) % 97;
        }
        return String(97 - remainder).padStart(2, "0");
    }

    function isUnusualMonth(month) {
        return month === 20 || (month >= 30 && month <= 42) || month >= 50;
    }

    /** Return the code of what is wrong so far, "" when all is right, null when it is not complete. */
    function problemOf(number) {
        if (!/^[0-9]{0,5}$|^[0-9]{6}[0-9AB]?[0-9]*$/.test(number) || /^.{5}[^2][AB]/.test(number)) {
            return "bad_character";
        }
        if (number && !"123478".includes(number[0])) {
            return "bad_sex";
        }
        const month = Number(number.slice(3, 5));
        if (number.length >= 5 && !(month >= 1 && month <= 12) && !isUnusualMonth(month)) {
            return "bad_month";
        }
        if (number.length > LENGTH) {
            return "bad_length";
        }
        if (number.length < LENGTH) {
            return null;
        }
        return keyOf(number.slice(0, 13)) === number.slice(13) ? "" : "bad_key";
    }

    function regroup(input) {
        const before = compact(input.value.slice(0, input.selectionStart)).length;
        const text = grouped(compact(input.value));
        if (text === input.value) {
            return;
        }
        input.value = text;
        let caret = 0;
        for (let seen = 0; seen < before && caret < text.length; caret++) {
            seen += text[caret] === " " ? 0 : 1;
        }
        input.setSelectionRange(caret, caret);
    }

    function tell(input, message) {
        const error = document.getElementById("error_" + input.name);
        error.querySelector(".pf-error-text").textContent = message;
        error.hidden = !message;
        if (message) {
            input.setAttribute("aria-invalid", "true");
        } else {
            input.removeAttribute("aria-invalid");
        }
    }

    function setUpNumber(input) {
        const messages = JSON.parse(input.dataset.messages);
        const live = document.getElementById("nir_live");
        const corsica = document.getElementById("nir_corsica");
        const refresh = (finished) => {
            const number = compact(input.value);
            let problem = problemOf(number);
            if (problem === null && finished) {
                problem = "bad_length";
            }
            live.textContent = problem === "" ? live.dataset.ok : "";
            tell(input, messages[problem] || "");
        };
        // Phones then show digits only; whoever has a letter in the number says so.
        const chooseKeyboard = () => {
            input.inputMode = corsica.checked ? "text" : "numeric";
        };
        document.getElementById("nir_letter").hidden = false;
        corsica.addEventListener("change", () => {
            chooseKeyboard();
            input.focus();
        });
        chooseKeyboard();
        input.addEventListener("input", () => {
            regroup(input);
            refresh(false);
        });
        input.addEventListener("blur", () => input.value && refresh(true));
        return () => {
            refresh(true);
            return !input.hasAttribute("aria-invalid");
        };
    }

    // Somebody is here, and not a scanner of mails: told once, at the first touch.
    const touches = ["pointerdown", "keydown", "touchstart"];
    const touched = () => {
        touches.forEach((name) => document.removeEventListener(name, touched));
        if (document.getElementById("give")) {
            window.fetch(window.location.pathname + "/vu", { method: "POST" }).catch(() => {});
        }
    };
    touches.forEach((name) => document.addEventListener(name, touched));

    const input = document.getElementById("nir");
    const form = document.getElementById("give");
    const check = input && setUpNumber(input);
    for (const each of document.querySelectorAll("form")) {
        each.addEventListener("submit", (ev) => {
            if (each === form && check && input.value && !check()) {
                ev.preventDefault();
                input.focus();
                return;
            }
            // One click, one answer.
            each.querySelector("button[type=submit]").disabled = true;
        });
    }
    // Back to a page that the browser kept: what was typed is gone, and the button works.
    window.addEventListener("pageshow", (ev) => {
        if (ev.persisted) {
            window.location.reload();
        }
    });
})();
