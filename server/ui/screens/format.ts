/** How the screens write figures, ids and long texts. */
import { elapsed } from "#core/elapsed.ts";
import { short } from "../../jobs/job-text.ts";
import { type Html, html, type Piece } from "../html.ts";
import { clock } from "../parts.ts";

/** The first characters of a commit or another hash; the whole of it where a pointer rests. */
export function hash(id: string): Html {
  return id === "" ? html`none` : html`<code class="hash" title="${id}">${id.slice(0, 12)}</code>`;
}

/** @param part from 0 to 1. */
export function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}

export function count(number: number): string {
  return number.toLocaleString("en-US");
}

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** In units of 1,000, as disks have them. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

/** "480 ms", "3.2 s", "5 m". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : elapsed(ms);
}

/** A moment as how long ago it was; the moment itself where a pointer rests. @param at milliseconds since the epoch. */
export function ago(at: number, now: number = Date.now()): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}" title="${clock(at, now)}">${elapsed(now - at)} ago</time>`;
}

/** A text in one row, cut where it is long; the beginning of the whole where a pointer rests. */
export function oneRow(text: string): Html {
  const cut = short(text);
  return cut === text ? html`${text}` : html`<span title="${text.slice(0, 400)}">${cut}</span>`;
}

/** So much of a text that a tool or a model wrote stands on a page, in characters. */
const LONGEST = 20_000;

/** A text as it is, in lines, cut where it is very long. */
export function block(text: string, label: string): Html {
  const omitted = text.length - LONGEST;
  const more: Piece =
    omitted > 0 && html`<p class="remark">${count(omitted)} characters more are left out.</p>`;
  return html`<pre class="block" tabindex="0" role="region" aria-label="${label}">${text.slice(0, LONGEST)}</pre>${more}`;
}

/** Plain data as a person reads it; a text stays as it is. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** What opens when a reader asks for it. */
export function fold(summary: Piece, body: Piece): Html {
  return html`<details><summary>${summary}</summary>${body}</details>`;
}

/** A number from the address; `fallback` where there is none, or none that could be meant. */
export function numberIn(text: string | undefined, fallback: number): number {
  const number = /^\d{1,9}$/.test(text ?? "") ? Number(text) : Number.NaN;
  return Number.isNaN(number) ? fallback : number;
}
