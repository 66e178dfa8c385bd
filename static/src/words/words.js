import { user } from "@web/core/user";

/** Whether a number of something takes the singular in the user's language: 0 and 1,5 do in French. */
export const isOne = (number) => new Intl.PluralRules(user.lang).select(number) === "one";
