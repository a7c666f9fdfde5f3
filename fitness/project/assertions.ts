/** What a file of tests asserts, in a form in which layout, quotes, messages and other names of one claim make no difference. */
import { CODE, TEXT } from "./code-text.ts";

/** Longest statement that is looked at, in characters. */
const MAX_STATEMENT = 20_000;
/** Most tables of a file that are looked for by their names. */
const MAX_TABLES = 50;
/** Most characters between a condition of Go and what it decides on. */
const MAX_CONDITION = 500;

const START =
  /\bexpect\w{0,20}\s?(?=[.(])|\bassert\w{0,40}!?\s?(?=[.(])|\bassert\s+(?!from\b|as\b|[=},])|\bt\.(?:Error|Fatal|Fail)\w{0,6}(?=\()|\brequire\.\w{1,30}(?=\()|\bpytest\.(?:raises|warns)(?=\()|\bverify(?=\()|\b\w{1,80}\.should\b|\.each(?=\(\s{0,100}[[A-Za-z_])|\.parametrize(?=\()/g;

/** A table of cases: each row is a claim. */
const TABLE = /^\.(?:each|parametrize)\(/;
const NAMED_TABLE = /^\.each\(\s{0,20}([A-Za-z_]\w{0,60})\s{0,20}\)/;

/** A claim of a test. */
export interface Assertion {
  /** What is compared: the same for the same claim. */
  readonly claim: string;
  /** As it is written, in one line. */
  readonly source: string;
  /** Where it begins in the file. */
  readonly at: number;
}

/**
 * All claims of a file, also the rows of a table of cases.
 *
 * @param kinds of the characters of the text.
 */
export function assertionsOf(text: string, kinds: Uint8Array): readonly Assertion[] {
  const found: Assertion[] = [];
  const tables = new Set<string>();
  let after = 0;
  for (const { index: at } of text.matchAll(START)) {
    if (at < after || kinds[at] !== CODE || isImport(text, at)) continue;
    const start = text.slice(at, at + 200);
    const table = NAMED_TABLE.exec(start)?.[1];
    if (table !== undefined && tables.size < MAX_TABLES) tables.add(table);
    const isTable = TABLE.test(start);
    const end = isTable ? tableEnd(text, at, kinds) : statementEnd(text, at, kinds);
    after = end;
    found.push(...claimsAt(text, { from: at, to: end, kinds }));
  }
  for (const table of tables) found.push(...namedRows(text, table, kinds));
  return found;
}

function claimsAt(text: string, range: Range): readonly Assertion[] {
  const { from: at, to: end, kinds } = range;
  const flat = flatten(text, range);
  const rows = TABLE.test(flat) ? rowsOf(flat) : undefined;
  if (rows !== undefined)
    return rows.map((row) => ({ claim: `row ${row}`, source: plainClaim(row), at }));
  const last = text[end] === ";" ? end + 1 : end;
  const source = text.slice(at, last).replace(/\s+/g, " ").trim();
  const isGo = flat.startsWith("t.");
  return [{ claim: isGo ? `${condition(text, at, kinds)} t.fails` : claimOf(flat), source, at }];
}

function isImport(text: string, at: number): boolean {
  const line = text.slice(Math.max(0, at - 300), at);
  return /(?:^|\n)\s*(?:import|from|const|let|var|use)\b[^=(\n]*$/.test(line);
}

/** Up to the end of the statement: a line end or a semicolon outside of brackets, where no chain goes on. */
function statementEnd(text: string, from: number, kinds: Uint8Array): number {
  return endOf({ text, from, kinds }, ({ at, one, depth }) => {
    if (depth < 0 || (depth === 0 && one === ";")) return at;
    const isLineEnd = depth === 0 && one === "\n" && text[at - 1] !== "\\";
    return isLineEnd && !/^\s*\./.test(text.slice(at, at + 100)) ? at : undefined;
  });
}

/** Up to the bracket that closes the table; what stands behind it are tests. */
function tableEnd(text: string, from: number, kinds: Uint8Array): number {
  return endOf({ text, from, kinds }, ({ at, one, depth }) =>
    depth === 0 && ")]}".includes(one) ? at + 1 : undefined,
  );
}

/** One character of code; `depth` counts the brackets that are open behind it. */
interface Position {
  readonly at: number;
  readonly one: string;
  readonly depth: number;
}

/** Where something ends, at most {@link MAX_STATEMENT} on. @param isEnd tells the end, once a character is the last one. */
function endOf(
  { text, from, kinds }: Pick<Range, "from" | "kinds"> & { readonly text: string },
  isEnd: (position: Position) => number | undefined,
): number {
  let depth = 0;
  const last = Math.min(text.length, from + MAX_STATEMENT);
  for (let at = from; at < last; at += 1) {
    if (kinds[at] !== CODE) continue;
    const one = text[at] ?? "";
    if ("([{".includes(one)) depth += 1;
    if (")]}".includes(one)) depth -= 1;
    const end = isEnd({ at, one, depth });
    if (end !== undefined) return end;
  }
  return last;
}

/** The rows of a table that stands elsewhere in the file, by its name. */
function namedRows(text: string, name: string, kinds: Uint8Array): readonly Assertion[] {
  const list = new RegExp(
    `\\b(?:const|let|var)\\s+${RegExp.escape(name)}\\b[^=]{0,300}=\\s{0,20}(?=\\[)`,
  ).exec(text);
  if (list === null) return [];
  const from = list.index + list[0].length;
  const to = tableEnd(text, from, kinds);
  return (rowsOf(flatten(text, { from, to, kinds })) ?? []).map((row) => ({
    claim: `row ${row}`,
    source: plainClaim(row),
    at: from,
  }));
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly kinds: Uint8Array;
}

/** Without comments, layout and semicolons, with one kind of quotes. */
function flatten(text: string, { from, to, kinds }: Range): string {
  const texts: string[] = [];
  let code = "";
  for (let at = from; at < to; ) {
    const start = at;
    const kind = kinds[at];
    while (at < to && kinds[at] === kind) at += 1;
    const part = text.slice(start, at);
    if (kind === CODE) code += part.replaceAll("\0", "");
    if (kind !== TEXT) continue;
    texts.push(oneQuote(part).replace(/[()[\]{},]/g, hide));
    code += "\0";
  }
  // A blank stays where it parts two words.
  const flat = code.replace(/[\s;]+/g, " ").replace(/(?<!\w) | (?!\w)/g, "");
  const plain = flat.replace(/,([)\]}])/g, "$1").replace(/\((\w+)\)=>/g, " $1=>");
  const bodies = withoutBodyBrackets(
    plain.replace(/(?<!\w) |(?<=\breturn) /g, "").replace(/,$/, ""),
  );
  return bodies.replaceAll("\0", () => texts.shift() ?? "");
}

function oneQuote(literal: string): string {
  const plain = literal.replace(/\\(["'])/g, "$1").replaceAll('"', "'");
  return /^'[\s\S]*'$/.test(plain) ? `"${plain.slice(1, -1)}"` : plain;
}

/** Without brackets around what an arrow function gives: they are layout where its end follows. */
function withoutBodyBrackets(flat: string): string {
  const open: { readonly at: number; readonly isBody: boolean }[] = [];
  const dropped = new Set<number>();
  for (const { 0: token, index } of flat.matchAll(/[()[\]{}]/g)) {
    if ("([{".includes(token)) {
      open.push({
        at: index,
        isBody: token === "(" && /(?:=>|\breturn)$/.test(flat.slice(Math.max(0, index - 7), index)),
      });
      continue;
    }
    const start = open.pop();
    const isEnd = /^[)\]},]?$/.test(flat.slice(index + 1, index + 2));
    if (start?.isBody === true && isEnd) dropped.add(start.at).add(index);
  }
  return flat
    .split("")
    .filter((_one, index) => !dropped.has(index))
    .join("");
}

// Brackets and commas of a text part nothing; each is told apart, and printed as it was.
const PARTING = "()[]{},";
const HIDDEN = 0xe000;

function hide(character: string): string {
  return String.fromCodePoint(HIDDEN + PARTING.indexOf(character));
}

/** A claim, or a part of one, for a person. */
export function plainClaim(claim: string): string {
  const plain = claim.replace(/^is /, "assert ");
  return plain.replace(
    /[\ue000-\ue006]/g,
    (one) => PARTING[(one.codePointAt(0) ?? HIDDEN) - HIDDEN] ?? "",
  );
}

/** Of Go's tests, which only tell that they fail: when they do. */
function condition(text: string, at: number, kinds: Uint8Array): string {
  const start = Math.max(0, at - MAX_CONDITION);
  const before = text.slice(start, at);
  const open = before.lastIndexOf("{");
  const from = start + before.lastIndexOf("\n", open) + 1;
  return open < 0 ? "" : flatten(text, { from, to: start + open, kinds });
}

/** The elements of the first list in a flat text. */
function rowsOf(flat: string): readonly string[] | undefined {
  const open = flat.indexOf("[");
  return open < 0 ? undefined : partsOf(flat.slice(open + 1));
}

/** What commas separate, up to the bracket that closes what was open before. */
export function partsOf(flat: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of flat.matchAll(/[()[\]{},]/g)) {
    if (token === "," && depth === 0) {
      parts.push(flat.slice(start, index));
      start = index + 1;
    } else if ("([{".includes(token)) depth += 1;
    else if (")]}".includes(token)) depth -= 1;
    if (depth < 0) {
      parts.push(flat.slice(start, index));
      return parts.filter((part) => part !== "");
    }
  }
  return [...parts, flat.slice(start)].filter((part) => part !== "");
}

const EQUAL = /^(?:self\.|assert\.)?(assertEquals?|assert_eq!|strictEqual|equal)\(/;
const NOT_EQUAL = /^(?:self\.|assert\.)?(assertNotEquals?|assert_ne!|notStrictEqual|notEqual)\(/;
const TRUE = /^(?:self\.assertTrue|assertTrue|assert!|assert\.ok|assert)\(/;

/** One form for what different words of one meaning claim; messages are left out. */
function claimOf(flat: string): string {
  const open = flat.indexOf("(");
  const parts = open < 0 ? [] : partsOf(flat.slice(open + 1));
  const [first = "", second = ""] = parts;
  const equal = EQUAL.exec(flat)?.[1];
  // Node's loose comparison is another claim; Java has the expected value in front, which makes no difference here.
  if (equal !== undefined) return `is ${first}${equal === "equal" ? "~" : "=="}${second}`;
  if (NOT_EQUAL.test(flat)) return `is ${first}!=${second}`;
  if (/^self\.assertFalse\(/.test(flat)) return `is not ${first}`;
  if (/^self\.assertIn\(/.test(flat)) return `is ${first} in ${second}`;
  if (/^self\.assertIsNone\(/.test(flat)) return `is ${first} is None`;
  if (TRUE.test(flat) && isWhole(flat, open)) return `is ${unwrapped(first).replace("===", "==")}`;
  const [, expression] = /^assert ?(?![.!])([\s\S]+)$/.exec(flat) ?? [];
  if (expression === undefined) return flat;
  return `is ${unwrapped(partsOf(expression)[0] ?? "")}`;
}

/** Whether the bracket that opens here closes at the end. */
function isWhole(flat: string, open: number): boolean {
  const inner = partsOf(flat.slice(open + 1)).join(",");
  return flat.length <= open + inner.length + 3;
}

function unwrapped(expression: string): string {
  return expression.startsWith("(") && isWhole(expression, 0)
    ? expression.slice(1, -1)
    : expression;
}
