/** Secrets that are known by the name they are given: `password=…`, `"api_key": "…"`, `--token …`. */
import { isAssignedSecret } from "./assigned-value.ts";
import { LONGEST_WORD, type SecretKind, WORD } from "./secret-kind.ts";

const KEY_NAMES = "api|access|private|secret|signing|encryption|account|master|shared|auth";
const PASSWORD = "pass(?:word|wd|phrase|code)|pass(?<![A-Za-z]pass)|pwd";
// A pattern that begins with any of many words is slow; so it begins with "key" and looks back.
const NAME = `(?:${PASSWORD}|secret|key(?<=(?:${KEY_NAMES})[ _-]?key)|token|credentials?|authorization|[_-]auth)`;
// As in `secret_access_key`, `tokenValue`, `PASSWORD_2`.
const NAME_END = "(?:[_-]?(?:access[_-]?)?(?:key|value|text|string))?(?:_?\\d{1,2})?";
const HINT = "(?i:pass|pwd|secret|key|token|credential|auth)";
const HEAD = `(?i:${NAME}${NAME_END})\\\\{0,3}["'\`]?\\]?`;
const GAP = "[ \\t]{0,8}";
const BLANK = "[ \\t]{1,8}";
// The blank of `--password hunter2` counts only behind the name of an option.
const OPTION = `(?<=(?:^|[\\s"'])--?[A-Za-z0-9-]{1,40})${BLANK}`;
const SIGN = `(?<sign>${GAP}(?::=|=>|=|:{1,2}|>)${GAP}|${BLANK}(?i:is)${BLANK}|${OPTION})`;
const QUOTE = "(?<quote>\\\\{0,3}[\"'`])";
// The same quote ends it that began it, so that `\"a\"` within JSON is read as well as `"a\"b"`.
const QUOTED = "(?:(?!\\k<quote>)(?:\\\\.|[^\\n\\\\]))";

/** A name, a sign, and a value that looks like one. */
const ASSIGNMENT: SecretKind = {
  name: "password or key",
  before: `${HEAD}${SIGN}${QUOTE}?`,
  secret: `(?:${QUOTED}{1,${LONGEST_WORD}}|${WORD}{1,${LONGEST_WORD}})`,
  open: `${HEAD}(?:${BLANK}(?:(?i:is)${BLANK})?|${SIGN}(?:\\\\{0,3}|${QUOTE}${QUOTED}{0,${LONGEST_WORD}}\\\\?))?`,
  hint: HINT,
  accepts: isAssignedSecret,
};

// A key may be one of a table as well; of what it is a key, the name says before it.
const VARIABLE_NAME = `(?:PASS(?:WORD|WD|PHRASE|CODE)?|PWD|SECRET|TOKEN|CREDENTIALS?|KEY(?:(?<certain>(?<=(?:${KEY_NAMES.toUpperCase()})_?KEY))|))`;
const VARIABLE = `_?${VARIABLE_NAME}(?:_[A-Z0-9]{1,20}){0,2}=`;

/** A line of an `.env` file, where a value without quotes ends at the next blank and nowhere else. */
const VARIABLE_LINE: SecretKind = {
  name: "password or key",
  before: VARIABLE,
  secret: `[^\\s"'\`]{1,512}${WORD}{0,${LONGEST_WORD}}`,
  open: `${VARIABLE}[^\\s"'\`]{0,512}`,
  hint: HINT,
  accepts: isAssignedSecret,
};

export const ASSIGNMENTS: readonly SecretKind[] = [VARIABLE_LINE, ASSIGNMENT];

const WHOLE_NAME = new RegExp(`(?i:${NAME}${NAME_END})$`);

/** Whether a field of that name with that value is a secret, as in `{"password": "…"}`. */
export function isNamedSecret(name: string, value: string): boolean {
  const groups = { sign: ":", quote: '"' };
  return WHOLE_NAME.test(name) && isAssignedSecret({ before: name, value, next: '"', groups });
}
