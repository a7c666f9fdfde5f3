/** Secrets that are recognised by the name that is assigned to: `password=…`, `"api_key": "…"`, `--token …`. */
import { isAssignedSecret } from "./assigned-value.ts";
import { LONGEST_WORD, type SecretKind, type Suspect, WORD } from "./secret-kind.ts";

/** What is written before "key", and before "token" or "password" without anything between. */
const KEY_NAMES = "api|access|private|secret|signing|encryption|account|master|shared|auth";
/** Whose password it is, where the two are one word: `dbpassword`, `authtoken`. */
export const OWNERS: string = `db|user|admin|root|client|my|app|bot|refresh|session|${KEY_NAMES}`;
const OWNER_BEFORE = new RegExp(`(?<![a-z])(?:${OWNERS})$`);
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

/** So much of a value is found at first, in characters: more than `isAssignedSecret` looks at. */
const HEAD_LENGTH = 208;

/** A name, a sign, and a value that looks like one. */
const ASSIGNMENT: SecretKind = {
  name: "password or key",
  starts: [
    "pass",
    "pwd",
    "secret",
    "key",
    "token",
    "credential",
    "authorization",
    "_auth",
    "-auth",
  ],
  before: `${HEAD}${SIGN}${QUOTE}?`,
  secret: `(?:${QUOTED}{1,${LONGEST_WORD}}|${WORD}{1,${LONGEST_WORD}})`,
  head: `(?:${QUOTED}{1,${HEAD_LENGTH}}|${WORD}{1,${HEAD_LENGTH}})`,
  open: `${HEAD}(?:${BLANK}(?:(?i:is)${BLANK})?|${SIGN}(?:\\\\{0,3}|${QUOTE}${QUOTED}{0,${LONGEST_WORD}}\\\\?))?`,
  hint: HINT,
  accepts: (suspect) => !isWithinWord(suspect) && isAssignedSecret(suspect),
};

// A key may be one of a table as well; of what it is a key, the name says before it.
const VARIABLE_NAME = `(?:PASS(?:WORD|WD|PHRASE|CODE)?|PWD|SECRET|TOKEN|CREDENTIALS?|KEY(?:(?<certain>(?<=(?:${KEY_NAMES.toUpperCase()})_?KEY))|))`;
const VARIABLE = `_?${VARIABLE_NAME}(?:_[A-Z0-9]{1,20}){0,2}=`;

/** A line of an `.env` file, where a value without quotes ends at the next blank and nowhere else. */
const VARIABLE_LINE: SecretKind = {
  name: "password or key",
  starts: ["_", "pass", "pwd", "secret", "key", "token", "credential"],
  before: VARIABLE,
  secret: `[^\\s"'\`]{1,512}${WORD}{0,${LONGEST_WORD}}`,
  head: `[^\\s"'\`]{1,${HEAD_LENGTH}}`,
  open: `${VARIABLE}[^\\s"'\`]{0,512}`,
  hint: HINT,
  accepts: isAssignedSecret,
};

export const ASSIGNMENTS: readonly SecretKind[] = [VARIABLE_LINE, ASSIGNMENT];

/** "compass: north1": the name is the end of another word. */
function isWithinWord({ before, behind }: Suspect): boolean {
  return /^[a-z]/.test(before) && /[a-z]$/.test(behind) && !OWNER_BEFORE.test(behind);
}

const WHOLE_NAME = new RegExp(`(?i:${NAME}${NAME_END})$`);

/** Whether a field of that name with that value is a secret, as in `{"password": "…"}`. */
export function isNamedSecret(name: string, value: string): boolean {
  const groups = { sign: ":", quote: '"' };
  return (
    WHOLE_NAME.test(name) &&
    isAssignedSecret({ before: name, behind: "", value, next: '"', groups })
  );
}
