/** Pages as text that is escaped by construction. */
import { html as escaped } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { sanitize } from "#core/sanitize.ts";

/** Markup that is safe to send: made by {@link html} alone. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** What may stand in a template; `undefined` and `false` are nothing. */
export type Piece = string | number | Html | undefined | false | readonly Piece[];

/**
 * A piece of a page. Texts are escaped, and characters that cannot be seen or that turn the reading direction are
 * shown as what they are. Attributes are written in double quotes: `<a href="${path}">`.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return escaped(strings, ...values.map(visible));
}

function visible(value: Piece): unknown {
  if (typeof value === "string") return sanitize(value);
  return isList(value) ? value.map(visible) : value;
}

function isList(value: Piece): value is readonly Piece[] {
  return Array.isArray(value);
}
