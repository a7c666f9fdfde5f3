/**
 * A piece of a page as data: drawn as markup by the server, and by the module in the page out of the events of a
 * stream, so that both show the same without a line of markup crossing the wire.
 */
import { raw } from "hono/html";
import { sanitize } from "#core/sanitize.ts";
import { type Html, html } from "../html.ts";

/** A text, or an element: its tag, its attributes, and what stands in it. */
export type ViewNode = string | readonly [Tag, Attributes, ...ViewNode[]];

export type Attributes = Readonly<Record<string, string>>;

/** The only elements that a stream can bring into a page. */
export type Tag =
  | "a"
  | "button"
  | "code"
  | "dd"
  | "details"
  | "div"
  | "dl"
  | "dt"
  | "form"
  | "h3"
  | "input"
  | "label"
  | "li"
  | "meter"
  | "option"
  | "p"
  | "pre"
  | "select"
  | "span"
  | "summary"
  | "time"
  | "ul";

/** An element. */
export function el(tag: Tag, attributes: Attributes, ...inside: readonly ViewNode[]): ViewNode {
  return [
    tag,
    attributes,
    ...inside.map((node) => (typeof node === "string" ? sanitize(node) : node)),
  ];
}

/** The same as markup. */
export function nodeHtml(node: ViewNode): Html {
  if (typeof node === "string") return html`${node}`;
  const [tag, attributes, ...inside] = node;
  const written = Object.entries(attributes).map(([name, value]) => html` ${raw(name)}="${value}"`);
  const open = html`<${raw(tag)}${written}>`;
  return tag === "input" ? open : html`${open}${inside.map(nodeHtml)}</${raw(tag)}>`;
}
