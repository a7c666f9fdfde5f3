/** Rows of a terminal as a picture that scales, can be read aloud, and searched. Pure. */
import type { Span } from "#test/screen-emulator.ts";

export interface Picture {
  readonly title: string;
  /** For readers who do not see it. */
  readonly description: string;
  readonly columns: number;
  readonly rows: readonly (readonly Span[])[];
}

/** Width and height of a cell, and the room around all, in pixels. */
const CELL = { width: 8, height: 17 };
const MARGIN = 16;
const HEADER = 34;
const FONT_SIZE = 13;

/** On a background of its own: it looks the same on a light page and on a dark one. Contrast at least 4.5. */
const COLOURS = { background: "#0d1117", edge: "#30363d", text: "#e6edf3", quiet: "#8b949e" };
const FOREGROUND: Readonly<Record<number, string>> = {
  31: "#ff7b72",
  32: "#3fb950",
  33: "#d29922",
  36: "#76e3ea",
};
const FONTS =
  "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";

export function svgOf({ title, description, columns, rows }: Picture): string {
  const width = columns * CELL.width + 2 * MARGIN;
  const height = rows.length * CELL.height + HEADER + MARGIN;
  const lines = rows.map((row, index) => textOf(row, HEADER + (index + 1) * CELL.height - 4));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${COLOURS.background}" stroke="${COLOURS.edge}"/>`,
    `<g font-family="${FONTS}" font-size="${FONT_SIZE}" fill="${COLOURS.text}" xml:space="preserve">`,
    `<text class="title" x="${width / 2}" y="22" text-anchor="middle" fill="${COLOURS.quiet}">${escaped(title)}</text>`,
    ...lines.filter((line) => line !== ""),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function textOf(row: readonly Span[], y: number): string {
  const spans = row.filter(({ text }) => text.trim() !== "");
  const pieces = spans.map(({ column, text, look }) => {
    const lead = text.length - text.trimStart().length;
    const words = text.trim();
    const x = MARGIN + (column + lead) * CELL.width;
    // The width is that of the cells, whatever font there is.
    const length = Bun.stringWidth(words) * CELL.width;
    return `<tspan x="${x}" textLength="${length}"${attributes(look)}>${escaped(words)}</tspan>`;
  });
  return pieces.length === 0 ? "" : `<text y="${y}">${pieces.join("")}</text>`;
}

function attributes(look: readonly number[]): string {
  const colour = look.map((code) => FOREGROUND[code]).find((one) => one !== undefined);
  const fill = colour ?? (look.includes(2) ? COLOURS.quiet : undefined);
  return [
    look.includes(1) ? ' font-weight="bold"' : "",
    look.includes(3) ? ' font-style="italic"' : "",
    fill === undefined ? "" : ` fill="${fill}"`,
  ].join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The words of a picture, row by row, without their places. */
export function wordsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/<text y="\d+">(.*)<\/text>/g)].map(([, row = ""]) => {
    const pieces = row.matchAll(/<tspan[^>]*>([^<]*)<\/tspan>/g);
    const words = [...pieces].map(([, text = ""]) => text).join(" ");
    return words.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  });
}
