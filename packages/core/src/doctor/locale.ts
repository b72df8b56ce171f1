import { check } from "./check.ts";
import { finding, type Finding } from "./findings.ts";

/** The locale that decides how characters are written; empty when none is set. */
const LOCALE_KEYS = ["LC_ALL", "LC_CTYPE", "LANG"] as const;

const judgeLocale = (locale: string): readonly Finding[] =>
  /utf-?8/i.test(locale)
    ? []
    : [
        finding(
          "LOCALE_NOT_UTF8",
          "LANG",
          `no UTF-8 locale is set (${locale === "" ? "none is" : `it is ${locale}`})`,
        ),
      ];

export const localeCheck = check({
  name: "locale",
  title: "Locale",
  look: ({ env }) =>
    Promise.resolve(LOCALE_KEYS.map((key) => env[key] ?? "").find((value) => value !== "") ?? ""),
  judge: judgeLocale,
  sum: (locale) => locale || "none",
});
