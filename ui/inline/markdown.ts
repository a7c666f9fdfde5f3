/**
 * Markdown as text for a terminal. Pure. What comes in is clean already; what Markdown makes of it is
 * cleaned again, for an entity such as `&#27;` becomes a control character only here.
 *
 * @see https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
 */
import { sanitize } from "#core/sanitize.ts";
import type { Style, Tone } from "#room/style.ts";
import { wrapLine } from "./wrap.ts";

export interface Page {
  readonly style: Style;
  /** Width of a row. */
  readonly columns: number;
}

/** Marks that only lines of ours may have in the first column; colours may stand before them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the introducer of a colour is one
const OUR_MARKS = /^((?:\u001b\[[\d;]*m)*)(?=[●⚙✔✘])/;

// Separate what a table holds until its columns are known; clean text has no such characters.
const CELL = "\u001f";
const ROW = "\u001e";

/** A paragraph, a list, a table or several of them, without blank lines around. */
export function prose(source: string, page: Page): string {
  const [indentation = ""] = /^ */.exec(source) ?? [];
  const rendered = rendition(outdented(source, indentation.length), page.style);
  return rendered
    .replace(/\n+$/, "")
    .split("\n")
    .flatMap((line) => wrapLine(line === "" ? "" : indentation + line, page.columns))
    .map(guarded)
    .join("\n");
}

/** Text as it is: folded by the terminal alone, so that copying gives it back unchanged. */
export function verbatim(text: string): string {
  return text.split("\n").map(guarded).join("\n");
}

/** Moves a line that looks like one of ours to the right: no model can forge a header or a result. */
function guarded(line: string): string {
  return line.replace(OUR_MARKS, "$1 ");
}

/** Paragraphs of a list item are indented, and would be taken for code without their list. */
function outdented(source: string, width: number): string {
  if (width === 0) return source;
  return source.replace(new RegExp(`^ {1,${width}}`, "gm"), "");
}

function rendition(source: string, style: Style): string {
  const line = (children: string): string => `${children}\n`;
  return Bun.markdown.render(
    source,
    {
      text: (children) => sanitize(children),
      paragraph: line,
      strong: marked(style, "strong", "**"),
      emphasis: marked(style, "emphasis", "*"),
      strikethrough: (children) => `~~${children}~~`,
      codespan: (children) => style("code", `\`${sanitize(children)}\``),
      link: (children, { href }) => linkText(children, sanitize(href)),
      image: (children, { src }) => `[image: ${linkText(children, sanitize(src))}]`,
      heading: (children, { level }) => line(style("strong", `${"#".repeat(level)} ${children}`)),
      blockquote: (children) => `${children.trimEnd().replace(/^/gm, "> ")}\n`,
      hr: () => line(style("quiet", "────")),
      list: (children, { depth }) => (depth === 0 ? children : `\n${children}`),
      listItem: (children, item) => `${itemText(children, item)}\n`,
      th: (children) => `${style("strong", children)}${CELL}`,
      td: (children) => `${children}${CELL}`,
      tr: (children) => `${children}${ROW}`,
      table: (children) => line(tableText(cellsOf(children))),
      code: (children) => line(children.trimEnd()),
    },
    { noHtmlBlocks: true, noHtmlSpans: true, noIndentedCodeBlocks: true, hardSoftBreaks: true },
  );
}

/** Where a style has no way to show it, the mark of the source stays. */
function marked(style: Style, tone: Tone, mark: string): (children: string) => string {
  return (children) => {
    const styled = style(tone, children);
    return styled === children ? `${mark}${children}${mark}` : styled;
  };
}

/** A reader has to see where a link leads: terminals differ in what they can be told to open. */
function linkText(children: string, target: string): string {
  return children === target || children === "" ? target : `${children} (${target})`;
}

interface Item {
  readonly index: number;
  readonly ordered: boolean;
  readonly start?: number;
  readonly checked?: boolean;
}

function itemText(children: string, { index, ordered, start = 1, checked }: Item): string {
  const mark = ordered ? `${start + index}. ` : "• ";
  const box = checked === undefined ? "" : `[${checked ? "x" : " "}] `;
  const indented = children.trimEnd().replaceAll(/\n+/g, `\n${" ".repeat(mark.length)}`);
  return mark + box + indented;
}

function cellsOf(table: string): readonly (readonly string[])[] {
  return table
    .split(ROW)
    .slice(0, -1)
    .map((row) => row.split(CELL).slice(0, -1));
}

/** A table as aligned text: what stands in a column begins in the same place. */
function tableText(rows: readonly (readonly string[])[]): string {
  const widths = widthsOf(rows);
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - Bun.stringWidth(cell)))
      .join(" │ ")
      .trimEnd(),
  );
  const rule = widths.map((width) => "─".repeat(width)).join("─┼─");
  return [...lines.slice(0, 1), rule, ...lines.slice(1)].join("\n");
}

function widthsOf(rows: readonly (readonly string[])[]): readonly number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, Bun.stringWidth(cell));
    }
  }
  return widths;
}
