/**
 * Lines of code that stand behind the object of an action, in fences, as they are: small models forget to escape quotation
 * marks and line ends in JSON, and write code in a fence as they have seen it everywhere.
 */

/** In a schema: names of the texts that stand behind the object. Only our own grammar knows it. */
export const FENCED = "x-fenced";
const MARK = "```";
/** Arguments that hold lines of a file, whatever the tool. */
const NAMES: ReadonlySet<string> = new Set(["content", "search", "replace"]);

export function isFencedName(name: string): boolean {
  return NAMES.has(name);
}

/** @param texts by name; a lone one needs no label. */
export function writeFences(texts: Readonly<Record<string, string>>): string {
  const entries = Object.entries(texts);
  const isLabelled = entries.length > 1;
  return entries
    .map(([name, text]) => {
      const lines = text === "" || text.endsWith("\n") ? text : `${text}\n`;
      return `\n${isLabelled ? `${name}:\n` : ""}${MARK}\n${lines}${MARK}`;
    })
    .join("");
}

export interface FencedTexts {
  /** What stands before the first fence. */
  readonly head: string;
  readonly texts: readonly { readonly label: string | undefined; readonly text: string }[];
  /** The last one has no end. */
  readonly isCut: boolean;
}

const OPENING = /^(?:(?<label>[a-z_]{1,30}):[ \t]*\n)?```[\w+-]{0,20}[ \t]*\n/;
/** A fence in a file that is written has a language, and ends before the file does. */
const INNER = /^```[\w+-]/;

/**
 * A reply with texts behind its first line. The last line end belongs to a text that is a whole file, and to no other.
 *
 * @returns `undefined` where there are none.
 */
export function readFences(reply: string): FencedTexts | undefined {
  const end = reply.indexOf("\n");
  if (end < 0) return undefined;
  let rest = reply.slice(end + 1).trimStart();
  const texts: { label: string | undefined; text: string }[] = [];
  let isCut = false;
  for (let opening = OPENING.exec(rest); opening !== null; opening = OPENING.exec(rest)) {
    const label = opening.groups?.["label"];
    const { lines, behind } = closedAt(rest.slice(opening[0].length));
    texts.push({
      label,
      text: label === "search" || label === "replace" ? lines.replace(/\n$/, "") : lines,
    });
    isCut = behind === undefined;
    rest = (behind ?? "").trimStart();
  }
  return texts.length === 0 ? undefined : { head: reply.slice(0, end), texts, isCut };
}

function closedAt(text: string): { readonly lines: string; readonly behind: string | undefined } {
  let isInner = false;
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf("\n", at);
    const end = next < 0 ? text.length : next;
    const line = text.slice(at, end).trimEnd();
    if (line === MARK && !isInner) return { lines: text.slice(0, at), behind: text.slice(end) };
    if (line === MARK) isInner = false;
    else if (INNER.test(line)) isInner = true;
    at = end + 1;
  }
  return { lines: text, behind: undefined };
}

/** Most lines of a text: a small model that writes more does not come to an end. */
const MOST_LINES = 160;
const LONGEST_LINE = 300;

/** The rule of texts in fences, in the language of llama.cpp. @param ruleOf gives a body a name. */
export function fenceGrammar(names: readonly string[], ruleOf: (body: string) => string): string {
  const rest = ruleOf(`[^\\n]{0,${LONGEST_LINE}} "\\n"`);
  const full = ruleOf(`([^\`\\n] | "\`" [^\`\\n]) ${rest}`);
  // Few blank lines in a row: small models write them without end.
  const line = ruleOf(`"\\n"{0,2} ${full}`);
  const inner = ruleOf(
    `"\\n"? "${MARK}" [a-zA-Z] [a-zA-Z0-9+-]{0,15} "\\n" ${line}{0,60} "${MARK}\\n"`,
  );
  const text = ruleOf(
    `"${MARK}" [a-z]{0,12} "\\n" (${line} | ${inner}){0,${MOST_LINES}} "\\n"? "${MARK}"`,
  );
  const isLabelled = names.length > 1;
  return names.map((name) => `"\\n${isLabelled ? `${name}:\\n` : ""}" ${text}`).join(" ");
}
