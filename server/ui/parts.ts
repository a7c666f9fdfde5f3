/** Pieces of pages that several screens are made of. */
import { type Html, html, type Piece } from "./html.ts";
import type { Tone, Visit } from "./page.ts";

interface FormParts {
  /** Where it is sent to. */
  readonly to: string;
  /** What stands in it beside the hidden field: inputs and buttons. */
  readonly fields: Piece;
  /** @default "inline": its parts stand side by side */
  readonly shape?: "inline" | "stacked" | undefined;
  /** Sent with it, unseen. */
  readonly hidden?: Readonly<Record<string, string>> | undefined;
}

/** A form that does something; it carries the session's hidden field. There is no other way to write one. */
export function postForm({ csrf }: Pick<Visit, "csrf">, parts: FormParts): Html {
  const { to, fields, shape = "inline", hidden = {} } = parts;
  const values = Object.entries({ csrf, ...hidden });
  return html`<form method="post" action="${to}" class="${shape}">${values.map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}${fields}</form>`;
}

interface ButtonParts extends Omit<FormParts, "fields" | "shape"> {
  readonly label: string;
  /** What a reader hears, where the label alone does not say what it is about. */
  readonly about?: string | undefined;
  /** @default "plain" */
  readonly tone?: "plain" | "main" | "danger" | undefined;
}

/** A form of one button. */
export function postButton(visit: Pick<Visit, "csrf">, parts: ButtonParts): Html {
  const { label, about, tone = "plain", ...rest } = parts;
  const name = about === undefined ? "" : html`<span class="unseen"> ${about}</span>`;
  const fields = html`<button type="submit" class="button ${tone}">${label}${name}</button>`;
  return postForm(visit, { ...rest, fields });
}

/** A word that says how something stands; the colour says it once more. */
export function badge(text: string, tone: Tone | "busy" = "plain"): Html {
  return html`<span class="badge ${tone}">${text}</span>`;
}

interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Piece;
  /** Numbers stand at the right. @default "cell" */
  readonly kind?: "cell" | "number" | undefined;
}

interface TableParts<Row> {
  /** What the table holds, for a reader who hears it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Said where there is no row. */
  readonly empty: string;
}

/**
 * A table that scrolls sideways by itself where it is too wide, by keys too; on a phone each row is a block. The first
 * column names the row. Roles are written, for some browsers take them from a table that is laid out otherwise.
 */
export function table<Row>({ caption, columns, rows, empty }: TableParts<Row>): Html {
  if (rows.length === 0) return emptyNote(empty);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table role="table">
<caption class="unseen">${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(({ title, kind }) => html`<th role="columnheader" scope="col" class="${kind ?? "cell"}">${title}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map((row) => html`<tr role="row">${columns.map((column, at) => cellOf(column, row, at === 0))}</tr>`)}</tbody>
</table></div>`;
}

function cellOf<Row>({ title, cell, kind = "cell" }: Column<Row>, row: Row, isName: boolean): Html {
  const value = cell(row);
  const none: Piece = (value === false || value === "" || value === "–") && " none";
  return isName
    ? html`<th role="rowheader" scope="row" class="${kind}">${value}</th>`
    : html`<td role="cell" class="${kind}${none}" data-title="${title}">${value}</td>`;
}

export function emptyNote(text: string): Html {
  return html`<p class="empty">${text}</p>`;
}

/** Names and values, one a line. */
export function facts(rows: readonly (readonly [string, Piece])[]): Html {
  return html`<dl class="facts">${rows.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}

/** A part of a page under a heading of level 2. */
export function section(title: string, body: Piece, beside: Piece = ""): Html {
  const id = `s-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
  return html`<section class="card" aria-labelledby="${id}"><header><h2 id="${id}">${title}</h2>${beside}</header>${body}</section>`;
}

interface PagerParts {
  /** What is paged, such as "jobs". */
  readonly about: string;
  /** Addresses; absent where there is no such page. */
  readonly older?: string | undefined;
  readonly newer?: string | undefined;
  /** Which part this is, in words. */
  readonly here?: string | undefined;
}

/** Links to the pages beside this one; nothing where there is none. */
export function pager({ about, older, newer, here = "" }: PagerParts): Html {
  if (older === undefined && newer === undefined) return html``;
  const link = (to: string | undefined, text: string): Piece =>
    to !== undefined && html`<a class="button plain" href="${to}">${text}</a>`;
  return html`<nav class="pager" aria-label="Pages of ${about}">${link(older, "← Older")}<span>${here}</span>${link(newer, "Newer →")}</nav>`;
}

/** A moment as people read it, and as programs do. @param at milliseconds since the epoch. */
export function moment(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}" title="${iso}">${clock(at)}</time>`;
}

/** In the time of this machine: "14:02:11" today, else "2026-11-24 14:02". */
export function clock(at: number, now: number = Date.now()): string {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, "0");
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === new Date(now).toDateString()) {
    return `${time}:${two(date.getSeconds())}`;
  }
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

/** The command line that does the same, to be copied. */
export function commandLine(command: string): Html {
  return html`<p class="command"><span class="unseen">On the command line: </span><code>${command}</code></p>`;
}
