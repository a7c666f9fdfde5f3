/**
 * Ways to let a test pass without what it asserts, by patterns. In a new test they count as well: what it asserts could have
 * come from another one.
 */
import { type Assertion, plainClaim } from "./assertions.ts";
import { CODE, kindsOf } from "./code-text.ts";
import { matchesOf, type TextMatch, visible } from "./test-syntax.ts";

/** Longer than a person reads, in characters. */
const MAX_LINE = 2000;
const NEVER =
  /\b(?:if|while)\s?\(\s?(?:false|0|!1|!true|null|undefined)\s?\)|\bif (?:False|0|None|not True)\s?:|\bif false\s?\{|^#if 0\b|\bfalse\s?&&|&&\s?false\b|\|\|\s?true\b|\bor True\b|\bTrue or\b|\btrue\s?\|\|/gm;
const EXIT =
  /\bprocess\.(?:exit|reallyExit)\(\s?0?\s?\)|\bprocess\.exitCode\s?\??=\s?0\b|\bprocess\[["']exit|\bDeno\.exit\(\s?0?\s?\)|\bos\._exit\(|\bos\.exec[lv]\w{0,2}\(|\bsys\.exit\(\s?0?\s?\)|\bos\.Exit\(\s?0\s?\)|\bprocess::exit\(\s?0\s?\)|\bSystem\.exit\(\s?0\s?\)|(?<![.\w])(?:exit|quit|_exit)\(\s?0?\s?\)/g;

/** Places where a program ends itself as if all were well. */
export function exitsOf(text: string, path: string): readonly string[] {
  return matchesOf(text, EXIT, kindsOf(text, path)).map((match) => match.text);
}

/** Places of a file of tests at which an assertion can fail, or be left out, and the runner reports nothing. */
export function trapsOf(
  text: string,
  path: string,
  assertions: readonly Assertion[],
): readonly TextMatch[] {
  const kinds = kindsOf(text, path);
  const visibleText = visible(text, kinds);
  const hidden = /\.py$/.test(path) ? indentedTraps(visibleText) : blockTraps(visibleText, kinds);
  const dead = insideOf(hidden, assertions);
  const long = text
    .split("\n")
    .filter((line) => line.length > MAX_LINE)
    .map(() => ({ text: "a very long line", at: 0 }));
  const empty = assertions
    .filter((one) => isEmpty(one, visibleText))
    .map(({ claim, at }) => ({ text: plainClaim(claim), at }));
  return [...long, ...matchesOf(visibleText, NEVER, kinds), ...dead, ...empty];
}

/** An assertion that cannot fail, or that the test does not wait for. */
function isEmpty({ claim, at }: Assertion, visibleText: string): boolean {
  if (
    /^expect\((?:true|false|null|undefined|-?\d+|"[^"]*")\)|^is (?:True|true|1)$| or True\b/.test(
      claim,
    )
  )
    return true;
  const [, first, second] =
    /^(?:is |expect\()([^=]+?)(?:==|\)\.to(?:Be|Equal|StrictEqual)\()([^=]+?)\)?$/.exec(claim) ??
    [];
  // What a call gives may differ from one time to the next.
  if (first !== undefined && first === second && !first.includes("(")) return true;
  if (!/\)\.(?:rejects|resolves)\./.test(claim)) return false;
  return !/(?:\bawait|\breturn|=>|[,[(])\s{0,20}$/.test(
    visibleText.slice(Math.max(0, at - 30), at),
  );
}

/** A part of a file, and what takes the effect from assertions in it. */
interface Hidden {
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

const LOUD = /\b(?:throw|raise|fail\w*|assert\w*|expect\w*|reject|done)\b/;

/** The assertions that lie in a hidden part, as matches. */
function insideOf(
  hidden: readonly Hidden[],
  assertions: readonly Assertion[],
): readonly TextMatch[] {
  const parts = [...hidden].sort((a, b) => a.from - b.from);
  const found: TextMatch[] = [];
  let next = 0;
  let widest: Hidden | undefined;
  for (const { at, claim } of assertions.toSorted((a, b) => a.at - b.at)) {
    for (
      let part = parts[next];
      part !== undefined && part.from < at;
      next += 1, part = parts[next]
    ) {
      if (widest === undefined || part.to > widest.to) widest = part;
    }
    if (widest !== undefined && at < widest.to)
      found.push({ text: `${widest.what} … ${plainClaim(claim)}`, at });
  }
  return found;
}

interface Block {
  readonly open: number;
  close: number;
  /** What stands before it on its line. */
  readonly head: string;
  readonly parent: Block | undefined;
}

const TOKEN = /[{}]|(?<=^[ \t]*(?:if\b[^\n{]{0,200})?)\breturn\b[^\n]{0,60}/gm;

function blockTraps(visibleText: string, kinds: Uint8Array): readonly Hidden[] {
  const blocks: Block[] = [];
  const returns: (TextMatch & { readonly block: Block | undefined })[] = [];
  let inner: Block | undefined;
  for (const { 0: token, index } of visibleText.matchAll(TOKEN)) {
    if (kinds[index] !== CODE) continue;
    if (token === "{") {
      const head = visibleText.slice(Math.max(0, index - 100), index);
      const line = head.slice(head.search(/[^\n;{}]*$/));
      inner = { open: index, close: visibleText.length, head: line, parent: inner };
      blocks.push(inner);
    } else if (token === "}") {
      if (inner !== undefined) inner.close = index;
      inner = inner?.parent;
    } else returns.push({ text: token.trim(), at: index, block: inner });
  }
  return [...triesOf(blocks, visibleText), ...returns.map(behindReturn)];
}

/** What a try holds whose handler is silent. */
function triesOf(blocks: readonly Block[], visibleText: string): readonly Hidden[] {
  const found: Hidden[] = [];
  const byOpen = new Map(blocks.map((block) => [block.open, block]));
  for (const { open, close, head } of blocks) {
    if (!/\btry\s*$/.test(head)) continue;
    const between = /^\}\s{0,20}catch\b[^{}]{0,200}/.exec(visibleText.slice(close, close + 250));
    const handler = between === null ? undefined : byOpen.get(close + between[0].length);
    if (handler === undefined) continue;
    const body = visibleText.slice(
      handler.open,
      Math.min(handler.close, handler.open + MAX_HANDLER),
    );
    if (!LOUD.test(body)) found.push({ from: open, to: close, what: "try" });
  }
  return found;
}

const MAX_HANDLER = 2000;

/** What returns from a branch leaves out what stands behind the branch. */
function behindReturn({ at, block }: TextMatch & { readonly block: Block | undefined }): Hidden {
  let around = block;
  while (around !== undefined && /\b(?:if\b[^{}]*|else)\s*$/.test(around.head))
    around = around.parent;
  return { from: at, to: around?.close ?? at, what: "return" };
}

interface Line {
  readonly at: number;
  readonly indent: number;
  readonly text: string;
}

function indentedTraps(visibleText: string): readonly Hidden[] {
  let at = 0;
  const lines: Line[] = [];
  for (const text of visibleText.split("\n")) {
    if (text.trim() !== "") lines.push({ at, indent: text.search(/\S/), text: text.trim() });
    at += text.length + 1;
  }
  const ends = endsOf(lines);
  const start = (index: number | undefined): number => lines[index ?? -1]?.at ?? visibleText.length;
  return lines.flatMap((line, index) => {
    const { end, dedent, around } = ends[index] ?? NOWHERE;
    const from = line.at;
    if (/^(?:async )?with .*\bsuppress\(/.test(line.text)) {
      return [{ from, to: start(end), what: line.text }];
    }
    if (line.text === "try:" && isSilent(lines, end, ends[end]?.end)) {
      return [{ from, to: start(end), what: "try" }];
    }
    if (!/^(?:if\b.*:\s?)?return\b/.test(line.text)) return [];
    const isBranch = /^(?:if|elif|else)\b/.test(lines[around ?? -1]?.text ?? "");
    return [{ from, to: start(isBranch ? ends[around ?? -1]?.dedent : dedent), what: line.text }];
  });
}

const NOWHERE: Ends = { end: -1, dedent: -1, around: undefined };

/** Of each line: the first one behind what it begins, the first one that is further left, and the one that it is in. */
interface Ends {
  end: number;
  dedent: number;
  around: number | undefined;
}

function endsOf(lines: readonly Line[]): readonly Ends[] {
  const ends = lines.map(
    (): Ends => ({ end: lines.length, dedent: lines.length, around: undefined }),
  );
  /** Lines whose blocks are open, those of one column together; each column is further right than the one before. */
  const open: { readonly indent: number; readonly all: Ends[]; last: number }[] = [];
  const close = (index: number, indent: number): void => {
    for (let one = open.at(-1); one !== undefined && one.indent > indent; one = open.at(-1)) {
      for (const each of one.all) each.dedent = index;
      const last = one.all.at(-1);
      if (last !== undefined) last.end = index;
      open.pop();
    }
  };
  for (const [index, mine] of ends.entries()) {
    const indent = lines[index]?.indent ?? 0;
    close(index, indent);
    const level = open.at(-1)?.indent === indent ? open.pop() : undefined;
    mine.around = open.at(-1)?.last;
    const before = level?.all.at(-1);
    if (before !== undefined) before.end = index;
    // One list for each column: a line is in it once.
    const all = level?.all ?? [];
    all.push(mine);
    open.push({ indent, all, last: index });
  }
  return ends;
}

function isSilent(lines: readonly Line[], start: number, end: number | undefined): boolean {
  const handler = lines[start];
  if (handler === undefined || !handler.text.startsWith("except")) return false;
  const body = lines.slice(start, Math.min(end ?? lines.length, start + MAX_HANDLER));
  return !body.slice(1).some(({ text }) => LOUD.test(text)) && !/:\s*raise\b/.test(handler.text);
}
