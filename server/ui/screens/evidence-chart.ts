/** E-values over time as a picture that needs no script, with the same figures as text. */

import type { EvidencePoint } from "../gate-view.ts";
import { type Html, html } from "../html.ts";
import { moment, table } from "../parts.ts";
import { fold } from "./format.ts";

const WIDTH = 720;
const HEIGHT = 180;
/** Left for the scale, and above and below the lines. */
const LEFT = 52;
const EDGE = 14;
/** The scale ends at least here: 1 is not evidence, and few comparisons need less than this. */
const LEAST_TOP = 100;
/** Above all that is drawn; evidence grows beyond any number. */
const MOST = 1e9;

/** @param points oldest first. */
export function evidenceChart(points: readonly EvidencePoint[]): Html {
  const last = points.at(-1);
  if (last === undefined) return html``;
  const top = Math.max(
    LEAST_TOP,
    ...points.flatMap((point) => SERIES.map(({ of }) => bounded(of(point)))),
  );
  const x = (index: number): number =>
    points.length === 1
      ? (LEFT + WIDTH) / 2
      : LEFT + (index * (WIDTH - LEFT - EDGE)) / (points.length - 1);
  const y = (value: number): number =>
    HEIGHT - EDGE - (Math.log10(bounded(value)) / Math.log10(top)) * (HEIGHT - 2 * EDGE);
  const lines = SERIES.map(({ name, of }) => {
    const path = points.map((point, index) => `${x(index).toFixed(1)},${y(of(point)).toFixed(1)}`);
    const dots = points.map(
      (point, index) =>
        html`<circle class="${name}" cx="${x(index).toFixed(1)}" cy="${y(of(point)).toFixed(1)}" r="2.5"/>`,
    );
    return html`<polyline class="${name}" points="${path.join(" ")}"/>${name === "needed" ? "" : dots}`;
  });
  const grid = gridOf(top).map(
    (
      value,
    ) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - EDGE}" y1="${y(value)}" y2="${y(value)}"/>
<text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${value.toLocaleString("en-US")}</text>`,
  );
  return html`<figure class="chart"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${chartSummary(points, last)}">${grid}${lines}</svg>
<figcaption>${SERIES.map(({ name, label }) => html`<span class="key ${name}">${label}</span>`)}</figcaption>
${fold("The figures as a table", figures(points))}</figure>`;
}

interface Series {
  /** Its class in the stylesheet. */
  readonly name: string;
  readonly label: string;
  readonly of: (point: EvidencePoint) => number;
}

const SERIES: readonly Series[] = [
  { name: "for", label: "not worse than main", of: ({ forIt }) => forIt },
  { name: "harm", label: "worse than main", of: ({ harm }) => harm },
  { name: "needed", label: "needed to decide", of: ({ needed }) => needed },
];

/** On a logarithmic scale from 1 on: what is less has shown nothing. */
function bounded(value: number): number {
  return Number.isFinite(value) ? Math.min(MOST, Math.max(1, value)) : MOST;
}

function gridOf(top: number): readonly number[] {
  const powers = Math.floor(Math.log10(top) + 1e-9);
  const step = Math.max(1, Math.ceil(powers / 4));
  return Array.from({ length: Math.floor(powers / step) + 1 }, (_, index) => 10 ** (index * step));
}

function chartSummary(
  points: readonly EvidencePoint[],
  { forIt, harm, needed }: EvidencePoint,
): string {
  const n = points.length;
  return `E-values of ${n} ${n === 1 ? "comparison" : "comparisons"} with main on a logarithmic scale. The newest: ${value(forIt)} that the candidate is not worse, ${value(harm)} that it is, ${value(needed)} are needed.`;
}

function figures(points: readonly EvidencePoint[]): Html {
  return table({
    caption: "Comparisons with main, the newest first",
    rows: points.toReversed(),
    empty: "There was no comparison.",
    columns: [
      { title: "Candidate", cell: ({ branch }) => branch },
      { title: "When", cell: ({ at }) => moment(at) },
      { title: "Pairs", kind: "number", cell: ({ pairs }) => pairs },
      { title: "Not worse", kind: "number", cell: ({ forIt }) => value(forIt) },
      { title: "Not worse than the best", kind: "number", cell: ({ anchor }) => value(anchor) },
      { title: "Worse", kind: "number", cell: ({ harm }) => value(harm) },
      { title: "Needed", kind: "number", cell: ({ needed }) => value(needed) },
      { title: "Verdict", cell: ({ verdict }) => verdict },
    ],
  });
}

/** An e-value: two digits behind the point while that says something. */
export function value(number: number): string {
  if (!Number.isFinite(number) || number >= 1e6) return `≥ ${(1e6).toLocaleString("en-US")}`;
  return number < 100 ? number.toFixed(2) : Math.round(number).toLocaleString("en-US");
}
