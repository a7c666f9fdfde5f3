/** Reads HTML as Telegram's Bot API does, and refuses what that refuses. After core.telegram.org/bots/api#html-style. */

const TAGS: ReadonlySet<string> = new Set([
  ...["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler"],
  ...["a", "code", "pre", "blockquote", "tg-emoji"],
]);
const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };
const TAG = /^<(\/?)([a-z-]+)((?: [a-z-]+="[^"]*")*)>/;
const ENTITY = /^&(?:(lt|gt|amp|quot)|#(\d+)|#x([0-9a-f]+));/i;

/** A text that cannot be read as HTML. */
export class BadHtml extends Error {
  override readonly name = "BadHtml";
}

/** @returns what a user reads. @throws {BadHtml} with Telegram's own words. */
export function readTelegramHtml(html: string): string {
  const open: string[] = [];
  let plain = "";
  for (let at = 0; at < html.length; ) {
    if (html[at] === "<") at += readTag(html.slice(at), open, at);
    else if (html[at] === "&") {
      const [all, character] = readEntity(html.slice(at, at + 12));
      plain += character;
      at += all.length;
    } else {
      plain += html[at];
      at += 1;
    }
  }
  const [left] = open;
  if (left !== undefined) throw bad(`can't find end tag corresponding to start tag "${left}"`);
  return plain;
}

/** @returns the length of the tag. */
function readTag(rest: string, open: string[], at: number): number {
  const [all, slash, name = "", attributes = ""] = TAG.exec(rest) ?? [];
  if (all === undefined) throw bad(`unsupported start tag at byte offset ${at}`);
  if (!TAGS.has(name)) throw bad(`unsupported start tag "${name}" at byte offset ${at}`);
  if (slash === "/") {
    const last = open.pop();
    if (last !== name) throw bad(`unmatched end tag at byte offset ${at}, expected "</${last}>"`);
    return all.length;
  }
  const inside = open.at(-1);
  // Nothing stands within code; and a language only on the code of a block.
  if (inside === "code" || (inside === "pre" && name !== "code")) {
    throw bad(`tag "${name}" inside "${inside}" at byte offset ${at}`);
  }
  if (attributes !== "" && !mayHave(name, inside, attributes)) {
    throw bad(`attribute${attributes} of "${name}" at byte offset ${at}`);
  }
  open.push(name);
  return all.length;
}

function mayHave(name: string, inside: string | undefined, attributes: string): boolean {
  if (name === "code") return inside === "pre" && /^ class="language-[^"]+"$/.test(attributes);
  return name === "a" && /^ href="[^"]+"$/.test(attributes);
}

function readEntity(rest: string): readonly [all: string, character: string] {
  const [all, named, decimal, hexadecimal] = ENTITY.exec(rest) ?? [];
  // What is not an entity that Telegram knows stays as it is.
  if (all === undefined) return ["&", "&"];
  if (named !== undefined) return [all, NAMED[named.toLowerCase()] ?? ""];
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "0", 16) : Number(decimal);
  return [all, String.fromCodePoint(code)];
}

function bad(why: string): BadHtml {
  return new BadHtml(`can't parse entities: ${why}`);
}
