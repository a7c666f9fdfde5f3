/** One candidate beside what main is: its stages, its figures, what it changes, and a person's word about it. */
import { z } from "zod";
import { counted } from "#core/text/counted.ts";
import type {
  CandidateView,
  GateSource,
  ServingView,
  StageView,
  TestFigures,
  ToolBeside,
  VerdictView,
} from "../gate-view.ts";
import { type Html, html, type Piece } from "../html.ts";
import { type Action, action, type Page, type View, type Visit } from "../page.ts";
import { badge, commandLine, emptyNote, facts, moment, section, table } from "../parts.ts";
import { confirmView } from "./confirm.ts";
import { value } from "./evidence-chart.ts";
import { count, duration, fold, hash, percent, size } from "./format.ts";
import { patch } from "./patch.ts";
import { candidatePath, signedBadge, verdictBadge } from "./verdict.ts";

const ROOT = "/ui/gate/candidates/:id";

export function candidatePages(gate: GateSource): readonly Page[] {
  const of = async ({ param }: Visit): Promise<CandidateView> => await gate.candidate(param("id"));
  return [
    { path: ROOT, render: async (visit) => candidatePage(await of(visit)) },
    {
      ...{ path: `${ROOT}/promote`, scope: "admin" },
      render: async (visit) => promoteQuestion(visit, await of(visit)),
    },
    {
      ...{ path: `${ROOT}/reject`, scope: "admin" },
      render: async (visit) => rejectQuestion(visit, await of(visit)),
    },
  ];
}

const promoteForm = z.strictObject({
  commit: z.string().regex(/^[0-9a-f]{40,64}$/),
  judged_at: z.string().max(40),
});
const rejectForm = z.strictObject({ reason: z.string().max(1000) });

export function candidateActions(gate: GateSource): readonly Action[] {
  return [
    action({
      ...{ path: `${ROOT}/promote`, scope: "admin", form: promoteForm },
      run: async ({ param }, { commit, judged_at: verdictAt }) => {
        await gate.promote({ id: param("id"), commit, judgedAt: verdictAt });
        const text =
          "The promotion has begun: the gate judges what has to be judged again, then main moves.";
        return { to: "/ui/gate", flash: { tone: "plain", text } };
      },
    }),
    action({
      ...{ path: `${ROOT}/reject`, scope: "admin", form: rejectForm },
      run: async ({ param }, { reason }) => {
        await gate.reject(param("id"), reason.trim());
        return {
          to: "/ui/gate",
          flash: { tone: "good", text: `cand/${param("id")} is rejected.` },
        };
      },
    }),
  ];
}

function candidatePage(view: CandidateView): View {
  const { id, branch, verdictDetails: details, isMerged, title, author } = view;
  const links: Html = isMerged
    ? badge("in main", "good")
    : html`<span class="actions"><a class="button main" href="${candidatePath(id, "/promote")}">Promote…</a>
<a class="button danger" href="${candidatePath(id, "/reject")}">Reject…</a></span>`;
  return {
    title: branch,
    beside: links,
    main: html`${section(
      "What it is",
      facts([
        ["Title", title],
        ["Made by", author],
      ]),
      verdictBadge(view.verdict),
    )}
${section("Beside current", beside(view))}
${details === undefined ? noVerdict(branch) : section("Stages", stageTable(details))}
${details !== undefined && details.scenarios.length > 0 && section("Side by side", scenarioTable(details))}
${section("What it changes", patch(view.diff, branch))}`,
    aside: details && section("Verdict", verdictFacts(details)),
  };
}

function noVerdict(branch: string): Html {
  return section(
    "Stages",
    html`${emptyNote("The gate has not judged this commit. To promote it has it judged first.")}${commandLine(`org fitness ${branch}`)}`,
  );
}

function verdictFacts({
  at,
  reason,
  stage,
  main,
  isStale,
  attempt,
  isSigned,
  evidence,
}: VerdictView): Html {
  const rows: (readonly [string, Piece])[] = [
    ["Said", html`${stage !== undefined && `${stage}: `}${reason}`],
    ["When", moment(Date.parse(at))],
    ["Signature", signedBadge(isSigned)],
    ["Against main", html`${hash(main)}${isStale && html` ${badge("main has moved", "busy")}`}`],
    ["Attempt", count(attempt)],
  ];
  if (evidence !== undefined) {
    const { pairs, forIt, harm, needed } = evidence;
    rows.push(
      [
        "E-value, not worse",
        html`<strong>${value(forIt)}</strong> of ${value(needed)} needed, ${pairs} pairs`,
      ],
      ["E-value, worse", html`${value(harm)} of ${value(needed)}`],
    );
  }
  return facts(rows);
}

interface Row {
  readonly name: string;
  readonly main: Piece;
  readonly candidate: Piece;
}

/** Main and the candidate in two columns: what they are, and each tool that differs. */
function beside({ commit, serves, main, verdictDetails: details }: CandidateView): Html {
  const rows: readonly Row[] = [
    { name: "Commit", main: hash(main), candidate: hash(commit) },
    { name: "Serves", main: servedBy(serves.main), candidate: servedBy(serves.candidate) },
    ...(details?.tools ?? []).flatMap(toolRows),
  ];
  return table({
    caption: "Current and candidate side by side",
    empty: "",
    rows,
    columns: [
      { title: "What", cell: ({ name }) => name },
      { title: "Current", cell: (row) => row.main },
      { title: "Candidate", cell: (row) => row.candidate },
    ],
  });
}

function servedBy(serving: ServingView | null): Piece {
  if (serving === null) return "does not serve";
  const { port, isWell } = serving;
  return html`port ${port} ${isWell ? badge("well", "good") : badge("gives no good answer", "bad")}`;
}

function toolRows({ name, main, candidate, cost }: ToolBeside): readonly Row[] {
  const passed = candidate && `${candidate.passed}/${candidate.cases} cases`;
  const rows: Row[] = [
    {
      name: `${name}: cases`,
      main: main ? counted(main.cases, "case") : "does not have it",
      candidate: passed ?? "not measured",
    },
  ];
  if (candidate !== undefined) {
    const part = (of: TestFigures | undefined, field: "coverage" | "mutationScore") =>
      of === undefined ? "–" : percent(of[field]);
    rows.push(
      {
        name: `${name}: lines reached`,
        main: part(main, "coverage"),
        candidate: part(candidate, "coverage"),
      },
      {
        name: `${name}: mutants noticed`,
        main: part(main, "mutationScore"),
        candidate: part(candidate, "mutationScore"),
      },
    );
  }
  if (cost === undefined) return rows;
  const { cpuMs, cpuRatio, peakBytes } = cost;
  const ratio = cpuRatio === undefined ? "" : `, ${cpuRatio.toFixed(2)} × main`;
  rows.push(
    {
      name: `${name}: processor time`,
      main: cpuRatio === undefined ? "–" : duration(cpuMs / cpuRatio),
      candidate: `${duration(cpuMs)}${ratio}`,
    },
    { name: `${name}: memory`, main: "–", candidate: size(peakBytes) },
  );
  return rows;
}

const MARKS = { pass: "good", fail: "bad", hold: "busy" } as const;

function stageTable({ stages }: VerdictView): Html {
  return table({
    caption: "Stages of the gate",
    empty: "No stage ran: a person said no.",
    rows: stages,
    columns: [
      { title: "Stage", cell: ({ id }) => id },
      { title: "What it asks", cell: ({ asks }) => asks },
      { title: "Result", cell: ({ result }) => badge(result, MARKS[result]) },
      { title: "Time", kind: "number", cell: ({ ms }) => duration(ms) },
      { title: "Objection", cell: objection },
    ],
  });
}

function objection({ result, reason = "", details }: StageView): Piece {
  if (result === "pass") return "";
  const others = details.filter((detail) => detail !== reason);
  if (others.length === 0) return reason;
  const list = html`<ul class="list">${others.map((detail) => html`<li>${detail}</li>`)}</ul>`;
  return html`${reason}${fold(`${count(others.length)} more`, list)}`;
}

function scenarioTable({ scenarios }: VerdictView): Html {
  return table({
    caption: "Mean scores of the scenarios that were played to both",
    empty: "",
    rows: scenarios,
    columns: [
      { title: "Scenario", cell: ({ name }) => name },
      { title: "Pairs", kind: "number", cell: ({ pairs }) => pairs },
      { title: "Current", kind: "number", cell: ({ current }) => percent(current) },
      { title: "Candidate", kind: "number", cell: ({ candidate }) => percent(candidate) },
    ],
  });
}

function promoteQuestion(
  visit: Visit,
  { id, branch, commit, main, verdictDetails: details }: CandidateView,
): View {
  const isHeld = details?.verdict === "hold" && !details.isStale;
  const summary: Piece =
    details === undefined
      ? "It was not judged yet: the gate judges it first, and refuses it or holds it for you where it must."
      : details.isStale
        ? "Main has moved since the verdict: the gate judges it again first."
        : html`${verdictBadge(details.verdict)} ${details.reason}`;
  return confirmView(visit, {
    title: `Promote ${branch}?`,
    says: [
      facts([
        ["Candidate", html`<code>${commit}</code>`],
        ["Onto main", html`<code>${main}</code>`],
        ["The gate said", summary],
      ]),
      html`<p>${isHeld && "You approve what the gate holds for a person. "}Main moves to a signed merge, and what serves is restarted. A rollback takes it back.</p>`,
    ],
    to: candidatePath(id, "/promote"),
    hidden: { commit, judged_at: details?.at ?? "" },
    ...{ label: isHeld ? "Approve and promote" : "Promote", tone: "main", back: candidatePath(id) },
    command: `org promote ${branch}${isHeld ? " --approve" : ""}`,
  });
}

function rejectQuestion(visit: Visit, { id, branch, commit }: CandidateView): View {
  const fields = html`<label for="reason">Why? It stands beside the verdict.</label>
<input id="reason" name="reason" maxlength="1000" autocomplete="off">`;
  return confirmView(visit, {
    title: `Reject ${branch}?`,
    says: [
      facts([["Candidate", html`<code>${commit}</code>`]]),
      html`<p>Your no outweighs what the gate found. The branch stays, and can be judged again.</p>`,
    ],
    ...{ to: candidatePath(id, "/reject"), fields, label: "Reject", back: candidatePath(id) },
    command: `org reject ${branch} --reason "…"`,
  });
}
