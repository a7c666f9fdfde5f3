/** Makes readable text of a page: what a person would see of it, with its links. */
import { Pauses } from "#core/pauses.ts";
import { oneRow } from "#core/text/one-row.ts";
import { decodeEntities } from "./html-entities.ts";
import { ReadableLines } from "./readable-lines.ts";

/** Characters of a page that are read; parsing takes up to 0.3 s for these. */
const MAX_HTML_CHARACTERS = 1_000_000;
/** Bytes that are parsed at once. */
const PIECE = 16 * 1024;
/** Longer addresses carry trackers, not addresses that a model could use. */
const MAX_LINK_CHARACTERS = 300;

export interface ReadablePage {
  readonly title: string;
  readonly text: string;
}

/**
 * Reads HTML as it is found, however broken. What a page hides from people stays hidden: that is where a
 * page would talk to models.
 *
 * @param url of the page, for its relative links.
 */
export async function readHtml(html: string, url: string): Promise<ReadablePage> {
  const reader = new PageReader(url);
  const read = new HTMLRewriter()
    .on("*", { element: (element) => reader.open(element) })
    .onDocument({ text: ({ text, lastInTextNode }) => reader.read(text, lastInTextNode) })
    .transform(new Response(inPieces(html.slice(0, MAX_HTML_CHARACTERS))));
  // What it would make of the page is not used, only what it found on its way.
  for await (const _piece of read.body ?? []);
  return reader.page;
}

/** A page in pieces, between which everything else of this process has its turn. */
function inPieces(html: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(html);
  const pauses = new Pauses();
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      await pauses.rest();
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + PIECE));
      else controller.close();
      at += PIECE;
    },
  });
}

type Element = HTMLRewriterTypes.Element;
/** What is to be done where an element ends. */
type End = () => void;

const NOTHING: End = () => undefined;

const UNSEEN = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "svg",
  "math",
  "iframe",
  "object",
  "canvas",
  "audio",
  "video",
  "select",
  "dialog",
]);
const LINES = new Set(["br", "hr", "li", "dt", "dd", "tr", "caption", "summary", "figcaption"]);
const INLINE = new Set(
  "a abbr b bdi bdo cite code data del dfn em font i img ins kbd label mark q s samp small span strong sub sup time u var wbr td th".split(
    " ",
  ),
);

class PageReader {
  readonly #url: string;
  readonly #lines = new ReadableLines();
  #title = "";
  /** Text arrives in pieces, which may cut a character reference in two. */
  #pending = "";
  #mode: "text" | "title" | "verbatim" | "unseen" = "text";
  #cells = 0;

  constructor(url: string) {
    this.#url = url;
  }

  get page(): ReadablePage {
    return { title: oneRow(this.#title), text: this.#lines.toString() };
  }

  read(piece: string, isLast: boolean): void {
    this.#pending += piece;
    if (!isLast) return;
    const text = decodeEntities(this.#pending);
    this.#pending = "";
    if (this.#mode === "text") this.#lines.text(text);
    else if (this.#mode === "verbatim") this.#lines.verbatim(text);
    else if (this.#mode === "title") this.#title ||= text;
  }

  open(element: Element): void {
    if (this.#mode === "unseen") return;
    const ends = this.#begin(element);
    if (!element.canHaveContent) return;
    // One handler for all: a second one would replace the first.
    element.onEndTag(() => {
      for (const end of ends) end();
    });
  }

  #begin(element: Element): readonly End[] {
    const name = element.tagName;
    if (UNSEEN.has(name) || isHidden(element)) return [this.#switch("unseen", element)];
    return [this.#separate(name), this.#content(name, element)];
  }

  /** A block stands on lines of its own; what is unknown is taken for a block. */
  #separate(name: string): End {
    if (INLINE.has(name)) return NOTHING;
    const lines = LINES.has(name) ? 1 : 2;
    this.#lines.end(lines);
    return () => this.#lines.end(lines);
  }

  #content(name: string, element: Element): End {
    if (name === "title") return this.#switch("title", element);
    if (name === "pre" || name === "textarea") return this.#switch("verbatim", element);
    if (name === "a") return this.#link(element);
    if (name === "img") this.#lines.text(describe(element));
    else if (name === "li") this.#lines.sign("- ");
    else if (name === "tr") this.#cells = 0;
    else if (name === "td" || name === "th") this.#cell();
    else if (/^h[1-6]$/.test(name)) this.#lines.sign(`${"#".repeat(Number(name[1]))} `);
    return NOTHING;
  }

  #switch(mode: "title" | "verbatim" | "unseen", element: Element): End {
    if (!element.canHaveContent) return NOTHING;
    const before = this.#mode;
    this.#mode = mode;
    return () => {
      this.#mode = before;
    };
  }

  #cell(): void {
    if (this.#cells > 0) this.#lines.text(" | ");
    this.#cells += 1;
  }

  #link(element: Element): End {
    const target = this.#target(element.getAttribute("href"));
    const { position } = this.#lines;
    return target === undefined ? NOTHING : () => this.#lines.link(position, target);
  }

  #target(href: string | null): string | undefined {
    const target = href === null ? null : URL.parse(decodeEntities(href), this.#url);
    if (target === null || !/^https?:$/.test(target.protocol)) return undefined;
    // A link within the page leads nowhere for a reader of text.
    if (href?.trim().startsWith("#") || target.href.length > MAX_LINK_CHARACTERS) return undefined;
    return target.href;
  }
}

function isHidden(element: Element): boolean {
  const style = element.getAttribute("style")?.replace(/\s+/g, "").toLowerCase() ?? "";
  return (
    element.hasAttribute("hidden") ||
    element.getAttribute("aria-hidden") === "true" ||
    /display:none|visibility:hidden|opacity:0(?![.\d]*[1-9])|font-size:0(?![.\d]*[1-9])/.test(style)
  );
}

function describe(element: Element): string {
  const text = decodeEntities(element.getAttribute("alt") ?? "").trim();
  return text === "" ? "" : `[image: ${text}]`;
}
