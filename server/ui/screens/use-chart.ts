/** How tools fared by the hundred calls: a bar each, with the line below which a window is worse than the one before. */
import type { UseWindow } from "../home-view.ts";
import { type Html, html } from "../html.ts";
import { badge, emptyNote, moment, table } from "../parts.ts";
import { count, fold } from "./format.ts";

/** A window that loses more than this part of the good calls of the one before is shown as worse. */
const WORSE_BELOW = 0.95;
const WIDTH = 320;
const HEIGHT = 80;
const GAP = 4;

interface Bar extends UseWindow {
  /** Part of the calls that went well, from 0 to 1. */
  readonly part: number;
  /** What it must reach; undefined for the first. */
  readonly line: number | undefined;
  /** "harm": it lost more than that. */
  readonly kind: "for" | "harm";
}

/** @param windows oldest first. */
export function useChart(windows: readonly UseWindow[]): Html {
  if (windows.length === 0) {
    return emptyNote("No promoted tool was called yet. Each hundred calls are a bar here.");
  }
  const bars = barsOf(windows);
  const step = WIDTH / Math.max(bars.length, 8);
  const drawn = bars.map(({ part, line, kind }, at) => {
    const height = part * HEIGHT;
    const x = at * step;
    const width = step - GAP;
    const mark =
      line !== undefined &&
      html`<line class="needed" x1="${x}" x2="${x + width}" y1="${HEIGHT * (1 - line)}" y2="${HEIGHT * (1 - line)}"/>`;
    return html`<rect class="${kind}" x="${x}" y="${HEIGHT - height}" width="${width}" height="${height}" rx="1"/>${mark}`;
  });
  return html`<figure class="chart"><svg class="bars" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${chartSummary(bars)}">${drawn}</svg>
<figcaption><span class="key for">went well</span><span class="key harm">more than 5 % worse than before</span><span class="key needed">the 5 % line</span></figcaption>
${fold("The figures as a table", figures(bars))}</figure>`;
}

function barsOf(windows: readonly UseWindow[]): readonly Bar[] {
  const parts = windows.map(({ good, calls }) => good / calls);
  return windows.map((window, at) => {
    const part = parts[at] ?? 0;
    const before = parts[at - 1];
    const line = before === undefined ? undefined : before * WORSE_BELOW;
    return { ...window, part, line, kind: line !== undefined && part < line ? "harm" : "for" };
  });
}

function chartSummary(bars: readonly Bar[]): string {
  const last = bars.at(-1);
  const worse = bars.filter(({ kind }) => kind === "harm").length;
  const all = `${bars.length} ${bars.length === 1 ? "window" : "windows"} of 100 calls`;
  return `${all}: ${precise(last?.part ?? 0)} of the newest went well, ${worse} lost more than 5 % against the one before.`;
}

function precise(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

function figures(bars: readonly Bar[]): Html {
  return table({
    caption: "Calls by the hundred, the newest first",
    rows: bars.toReversed(),
    empty: "",
    columns: [
      { title: "Until", cell: ({ to }) => moment(to) },
      { title: "Calls", kind: "number", cell: ({ calls }) => count(calls) },
      { title: "Went well", kind: "number", cell: ({ part }) => precise(part) },
      {
        title: "5 % line",
        kind: "number",
        cell: ({ line }) => (line === undefined ? "–" : precise(line)),
      },
      {
        title: "Against the one before",
        cell: ({ kind }) => (kind === "harm" ? badge("worse", "bad") : badge("kept")),
      },
    ],
  });
}
