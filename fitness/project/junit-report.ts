/**
 * Reports of JUnit in XML, as Maven, Gradle, pytest, jest-junit, vitest and others write them.
 *
 * The text is hostile. The reader knows elements, attributes, comments, CDATA and the five named entities of XML and those
 * of numbers; a document type, and with it every entity of its own, is refused. It goes over the text once.
 *
 * @see https://llg.cubic.org/docs/junit/
 */
import { setImmediate } from "node:timers/promises";
import { quoted } from "./finding.ts";
import type { TestResult, TestStatus } from "./test-result.ts";

/** Deepest element: suites lie in suites. */
const DEEPEST = 100;
/** As many tags are read in a few milliseconds. */
const TOKENS_AT_ONCE = 4000;
/** More doubts than these tell nothing else. */
const MOST_DOUBTS = 10;

export interface JunitReport {
  readonly tests: readonly TestResult[];
  /** One clause for each thing that does not fit together. */
  readonly doubts: readonly string[];
}

/**
 * @returns nothing of a text that is XML of something else; one doubt of a text that is broken.
 * @throws the reason of the signal once it aborts.
 */
export async function readJunit(text: string, signal: AbortSignal): Promise<JunitReport> {
  const reading = new Reading();
  let count = 0;
  try {
    for (const token of tokensOf(text)) {
      reading.take(token);
      count += 1;
      if (count % TOKENS_AT_ONCE !== 0) continue;
      // Others have their turn: the text may be of megabytes.
      await setImmediate();
      signal.throwIfAborted();
    }
    return reading.result();
  } catch (error) {
    if (!(error instanceof BrokenReport)) throw error;
    return { tests: [], doubts: [`a report file is not well-formed XML: ${error.message}`] };
  }
}

/** What it says in its message stands behind a colon. */
class BrokenReport extends Error {}

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

interface Token extends Open {
  readonly isOpening: boolean;
  readonly isClosing: boolean;
}

const NAME = /[A-Za-z_:][\w:.-]*/y;
const ATTRIBUTE = /\s+([A-Za-z_:][\w:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const TAG_END = /\s*(\/?)>/y;
/** What stands between tags and says nothing of tests. */
const SKIPPED: readonly (readonly [begin: string, end: string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
];

function* tokensOf(text: string): Generator<Token> {
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    const behind = behindSkipped(text, at);
    if (behind === undefined) {
      const { token, end } = tagAt(text, at);
      at = end;
      yield token;
    } else at = behind;
  }
}

/** Where what begins at an offset and says nothing of tests ends; nothing of a tag. */
function behindSkipped(text: string, at: number): number | undefined {
  const [begin, end] = SKIPPED.find(([one]) => text.startsWith(one, at)) ?? [];
  if (begin === undefined || end === undefined) {
    if (text.startsWith("<!", at)) throw new BrokenReport("it declares a document type");
    return undefined;
  }
  const close = text.indexOf(end, at + begin.length);
  if (close < 0) throw new BrokenReport(`"${begin}" has no end`);
  return close + end.length;
}

function tagAt(text: string, at: number): { readonly token: Token; readonly end: number } {
  const isEnd = text[at + 1] === "/";
  const name = match(NAME, text, at + (isEnd ? 2 : 1));
  if (name === null) throw new BrokenReport(`no name follows "<" at character ${at + 1}`);
  let next = NAME.lastIndex;
  const attributes = new Map<string, string>();
  for (let one = match(ATTRIBUTE, text, next); one !== null; one = match(ATTRIBUTE, text, next)) {
    attributes.set(one[1] ?? "", withoutEntities(one[2] ?? one[3] ?? ""));
    next = ATTRIBUTE.lastIndex;
  }
  const end = match(TAG_END, text, next);
  if (end === null) throw new BrokenReport(`the tag ${quoted(name[0])} has no end`);
  const isClosing = isEnd || end[1] === "/";
  const token = { name: name[0], attributes, isOpening: !isEnd, isClosing };
  return { token, end: TAG_END.lastIndex };
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function withoutEntities(value: string): string {
  return value.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,8}));/g, (all, ...parts) => {
    const [decimal, hex, name] = parts.slice(0, 3).map((part) => part as string | undefined);
    if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? all) : all;
    const code = Number.parseInt(hex ?? decimal ?? "", hex === undefined ? 10 : 16);
    return code <= 0x10_ffff ? String.fromCodePoint(code).toWellFormed() : all;
  });
}

/** A test that is repeated by its runner says so in elements of their own names, which do not count. */
const RESULTS: Readonly<Record<string, TestStatus>> = {
  failure: "failed",
  error: "failed",
  skipped: "skipped",
};

class Reading {
  readonly #open: Open[] = [];
  readonly #tests: TestResult[] = [];
  readonly #doubts: string[] = [];
  /** Of each suite that is open: the tests before it, and its own. */
  readonly #suites: { readonly before: number; own: number }[] = [];
  #status: TestStatus = "passed";
  #root = "";

  take({ isOpening, isClosing, ...element }: Token): void {
    if (isOpening) {
      this.#begin(element);
      this.#open.push(element);
    }
    if (!isClosing) return;
    const opened = this.#open.pop();
    if (opened?.name !== element.name)
      throw new BrokenReport(`${quoted(element.name)} ends nothing`);
    this.#end(opened);
  }

  result(): JunitReport {
    const [open] = this.#open;
    if (open !== undefined) throw new BrokenReport(`${quoted(open.name)} has no end`);
    return { tests: this.#tests, doubts: this.#doubts };
  }

  #begin({ name }: Open): void {
    if (this.#open.length === 0) this.#root = name;
    if (this.#open.length >= DEEPEST) throw new BrokenReport("its elements lie too deep");
    if (name === "testsuite") this.#suites.push({ before: this.#tests.length, own: 0 });
    if (name === "testcase") this.#status = "passed";
    if (this.#open.at(-1)?.name !== "testcase") return;
    const status = RESULTS[name];
    // A test that fails while it is cleaned up behind a skip has failed.
    if (status !== undefined && this.#status !== "failed") this.#status = status;
  }

  #end({ name, attributes }: Open): void {
    if (!/^testsuites?$/.test(this.#root)) return;
    if (name === "testcase") {
      this.#tests.push({ name: nameOf(attributes), status: this.#status });
      const suite = this.#suites.at(-1);
      if (suite !== undefined) suite.own += 1;
    }
    if (name === "testsuite") this.#endSuite(attributes);
  }

  #endSuite(attributes: ReadonlyMap<string, string>): void {
    const { before, own } = this.#suites.pop() ?? { before: 0, own: 0 };
    if (this.#doubts.length >= MOST_DOUBTS) return;
    const suite = `the report of ${quoted(attributes.get("name") ?? "a suite")}`;
    const tests = Number(attributes.get("tests") ?? Number.NaN);
    if (own > tests) {
      this.#doubts.push(`${suite} names more tests than it counts (${own} of ${tests})`);
    }
    const counts = ["failures", "errors"].map((one) => Number(attributes.get(one)) || 0);
    const failing = counts.reduce((sum, count) => sum + count, 0);
    if (failing > 0 && !this.#tests.slice(before).some(({ status }) => status === "failed")) {
      this.#doubts.push(`${suite} counts ${failing} that fail and names none`);
    }
  }
}

function nameOf(attributes: ReadonlyMap<string, string>): string {
  const [group, name] = ["classname", "name"].map((one) => attributes.get(one)?.trim() ?? "");
  const parts = group === name ? [name] : [group, name];
  return parts
    .filter((part) => part !== "")
    .join(" > ")
    .replace(/\s+/g, " ");
}
