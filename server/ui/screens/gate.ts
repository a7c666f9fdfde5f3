/** The gate: candidates that wait for main, what was found of them, and how the gate has fared. */

import type { CandidateSummary, GateOverview, GateSource } from "../gate-view.ts";
import { type Html, html, type Piece } from "../html.ts";
import type { Screen, View } from "../page.ts";
import { commandLine, emptyNote, facts, moment, section, table } from "../parts.ts";
import { candidateActions, candidatePages } from "./candidate.ts";
import { evidenceChart } from "./evidence-chart.ts";
import { ago, count, duration, hash, oneRow } from "./format.ts";
import { lineageActions, lineagePages } from "./lineage.ts";
import { candidatePath, verdictBadge } from "./verdict.ts";

export function gateScreen(gate: GateSource): Screen {
  return {
    nav: { label: "Gate", path: "/ui/gate", position: 20 },
    pages: [
      { path: "/ui/gate", render: async () => overview(await gate.overview()) },
      ...candidatePages(gate),
      ...lineagePages(gate),
    ],
    actions: [...candidateActions(gate), ...lineageActions(gate)],
  };
}

/** Those that a person can decide about now. */
export function waitingCandidates(all: readonly CandidateSummary[]): readonly CandidateSummary[] {
  return all.filter(({ isMerged, verdict }) => !isMerged && verdict !== "reject");
}

function overview(view: GateOverview): View {
  const { main, candidates, underWay, evidence } = view;
  const busy: Piece =
    underWay !== undefined &&
    html`<p class="flash" role="note">${underWay.what}${underWay.since > 0 && html`, begun ${ago(underWay.since)}`}. This page may stop for a moment, when what serves is restarted.</p>`;
  const open = candidates.filter(({ isMerged }) => !isMerged);
  const merged = candidates.length - open.length;
  const rest: Piece =
    merged > 0 &&
    html`<p class="remark">${count(merged)} more ${merged === 1 ? "is" : "are"} in main already.</p>`;
  return {
    title: "Gate",
    beside: html`<a class="button plain" href="/ui/gate/lineage">Lineage of main</a>`,
    main: html`${busy}${failureOf(view)}${section("Candidates", [candidateTable(open), rest])}
${section("Evidence for and against", chartOf(view))}
${evidence.length > 0 && alarmsOf(view)}`,
    aside: html`${section("Main", figuresOf(view, main))}${section("Stopped at", stoppedOf(view))}
${evidence.length === 0 && alarmsOf(view)}`,
  };
}

/** It ran in a process of its own, whose words no page has shown. */
function failureOf({ failed }: GateOverview): Piece {
  if (failed === undefined) return false;
  const { what, subject, at, why } = failed;
  const about: Piece = subject !== "" && html` <code>${subject}</code>`;
  return html`<p class="flash bad" id="failed">${what}${about} failed at ${moment(at)}:
${why}</p>`;
}

function candidateTable(rows: readonly CandidateSummary[]): Html {
  if (rows.length === 0) {
    return html`${emptyNote("No candidate waits. A model makes one when a room or a person asks for a tool.")}
${commandLine('org forge --goal "What the tool should do"')}`;
  }
  return table({
    caption: "Candidates, the newest first",
    empty: "",
    rows,
    columns: [
      {
        title: "Candidate",
        cell: ({ id, branch }) => html`<a href="${candidatePath(id)}">${branch}</a>`,
      },
      { title: "Verdict", cell: ({ verdict }) => verdictBadge(verdict) },
      { title: "Why", cell: ({ stage, reason }) => whyOf(stage, reason) },
      { title: "Commit", cell: ({ commit }) => hash(commit) },
      { title: "Serves on", kind: "number", cell: ({ port }) => port ?? "–" },
    ],
  });
}

function whyOf(stage: string | null, reason: string | null): Piece {
  if (reason === null) return "–";
  return html`${stage !== null && `${stage}: `}${oneRow(reason)}`;
}

function chartOf({ evidence }: GateOverview): Html {
  if (evidence.length > 0) return evidenceChart(evidence);
  return emptyNote(
    "No candidate was compared with main yet. A promotion plays main's suite to both sides (S7) where main has one.",
  );
}

function figuresOf({ figures }: GateOverview, main: string): Html {
  const { verdicts, medianMs, promotions, standing, rollbacks, survival } = figures;
  const { days, of, survived } = survival;
  return facts([
    ["Commit", main === "" ? "this home is not a Git checkout" : hash(main)],
    ["Verdicts", count(verdicts)],
    ["Median time", medianMs === null ? "–" : duration(medianMs)],
    ["Promotions", `${count(promotions)}, of which ${count(standing)} are not reverted`],
    [
      `After ${days} days`,
      of === 0 ? "none is so old" : `${count(survived)} of ${count(of)} stood`,
    ],
    ["Rollbacks", count(rollbacks)],
  ]);
}

function stoppedOf({ figures: { stoppedAt } }: GateOverview): Html {
  return table({
    caption: "How many candidates each stage has stopped",
    empty: "Nothing was stopped so far.",
    rows: stoppedAt,
    columns: [
      { title: "Stage", cell: ({ stage }) => stage },
      { title: "What it asks", cell: ({ asks }) => asks },
      { title: "Stopped", kind: "number", cell: (row) => count(row.count) },
    ],
  });
}

function alarmsOf({ alarms }: GateOverview): Html {
  const rows = alarms.map(({ at, why, reverts, isReverted }) => {
    const what = isReverted ? "was reverted" : "is to be reverted";
    return html`<li>${ago(Date.parse(at))}: ${why}${reverts !== null && html`; <code>${reverts}</code> ${what}`}</li>`;
  });
  return section(
    "Alarms of the watch",
    rows.length === 0
      ? emptyNote("No promoted tool has raised an alarm.")
      : html`<ul class="list">${rows}</ul>`,
  );
}
