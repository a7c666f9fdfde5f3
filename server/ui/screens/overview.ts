/** The first page: what waits for its reader, and how the home is. */
import { formatAmount } from "#core/budget.ts";
import { reasonOf } from "#core/errors.ts";
import type { JobService } from "../../jobs/job-service.ts";
import type { HomeService } from "../../socket/home-service.ts";
import type { MemoryService } from "../../socket/memory-service.ts";
import type { GateSource } from "../gate-view.ts";
import type { BudgetSource, HealthSource } from "../home-view.ts";
import { type Html, html, type Piece } from "../html.ts";
import type { Screen, View, Visit } from "../page.ts";
import { badge, emptyNote, facts, section, table } from "../parts.ts";
import { accountsToday, meterOf } from "./budgets.ts";
import { ago, count, hash, oneRow } from "./format.ts";
import { waitingCandidates } from "./gate.ts";
import { troublesOf } from "./health.ts";
import { candidatePath, verdictBadge } from "./verdict.ts";

export interface OverviewParts {
  readonly home: Pick<HomeService, "questions" | "rooms">;
  readonly jobs: Pick<JobService, "stats">;
  readonly memory: MemoryService;
  readonly gate: Pick<GateSource, "overview">;
  readonly health: Pick<HealthSource, "read">;
  readonly budgets: BudgetSource;
}

export function overviewScreen(parts: OverviewParts): Screen {
  return {
    nav: { label: "Overview", path: "/ui", position: 0 },
    pages: [{ path: "/ui", render: async (visit) => await overviewPage(parts, visit) }],
  };
}

/** Something that waits for a person. */
interface Waiting {
  readonly kind: string;
  readonly what: Piece;
  readonly link: Html;
}

async function overviewPage(parts: OverviewParts, visit: Visit): Promise<View> {
  const [approvals, candidates, notes, jobs, troubles] = await Promise.all([
    looked("Approvals", () => approvalsOf(parts, visit)),
    looked("Gate", () => candidatesOf(parts)),
    looked("Memory", () => notesOf(parts, visit)),
    looked("Jobs", () => deadJobs(parts)),
    looked("Health", () => troublesIn(parts)),
  ]);
  const waiting = [...approvals, ...candidates, ...notes, ...jobs, ...troubles];
  return {
    title: "Overview",
    beside:
      waiting.length === 0
        ? badge("all is well", "good")
        : badge(`${count(waiting.length)} to look at`, "busy"),
    main: section("Waits for you", waitingTable(waiting)),
    aside: html`${section("Home", facts(await homeRows(parts, visit)))}${section("Today", budgetsOf(parts))}`,
  };
}

/** One part that cannot be looked at hides none of the others. */
async function looked(
  name: string,
  look: () => Promise<readonly Waiting[]>,
): Promise<readonly Waiting[]> {
  try {
    return await look();
  } catch (error) {
    return [
      { kind: name, what: html`could not be looked at: ${oneRow(reasonOf(error))}`, link: html`` },
    ];
  }
}

function waitingTable(rows: readonly Waiting[]): Html {
  if (rows.length === 0)
    return emptyNote(
      "Nothing waits for you. Approvals, candidates, notes and troubles stand here.",
    );
  return table({
    caption: "What waits for you",
    empty: "",
    rows,
    columns: [
      { title: "Kind", cell: ({ kind }) => kind },
      { title: "What", cell: ({ what }) => what },
      { title: "Next", cell: ({ link }) => link },
    ],
  });
}

async function approvalsOf(
  { home }: OverviewParts,
  { signal, clean }: Visit,
): Promise<readonly Waiting[]> {
  const open = await home.questions(signal);
  return open.map(({ room, asked }) => ({
    kind: "Approval",
    what: html`<strong>${asked.id}</strong> ${clean(asked.persona)} wants ${clean(asked.call.name)} in ${room}`,
    link: html`<a href="/ui/rooms/${encodeURIComponent(room)}">Look<span class="unseen"> at ${asked.id}</span></a>`,
  }));
}

async function candidatesOf({ gate }: OverviewParts): Promise<readonly Waiting[]> {
  const { candidates } = await gate.overview();
  return waitingCandidates(candidates).map(({ id, branch, verdict, reason }) => ({
    kind: "Candidate",
    what: html`${branch} ${verdictBadge(verdict)} ${reason !== null && oneRow(reason)}`,
    link: html`<a href="${candidatePath(id)}">Decide<span class="unseen"> about ${branch}</span></a>`,
  }));
}

async function notesOf({ memory }: OverviewParts, { signal }: Visit): Promise<readonly Waiting[]> {
  const { notes } = await memory({ kind: "list", states: ["staged"] }, signal);
  if (notes.length === 0) return [];
  const what = `${count(notes.length)} ${notes.length === 1 ? "note" : "notes"} to review`;
  return [{ kind: "Memory", what, link: html`<a href="/ui/memory">Review</a>` }];
}

async function deadJobs({ jobs }: OverviewParts): Promise<readonly Waiting[]> {
  const { depth } = await jobs.stats();
  if (depth.dead === 0) return [];
  const what = `${count(depth.dead)} ${depth.dead === 1 ? "job" : "jobs"} failed for good`;
  return [
    {
      kind: "Jobs",
      what,
      link: html`<a href="/ui/jobs?state=dead">Look<span class="unseen"> at dead jobs</span></a>`,
    },
  ];
}

async function troublesIn({ health }: OverviewParts): Promise<readonly Waiting[]> {
  return troublesOf(await health.read()).map((what) => ({
    ...{ kind: "Health", what },
    link: html`<a href="/ui/health">Look<span class="unseen">: ${what}</span></a>`,
  }));
}

async function homeRows(
  { gate, home, jobs, health }: OverviewParts,
  { signal }: Visit,
): Promise<Rows> {
  const parts = await Promise.all([
    rowsOf("Main", async () => {
      const { main, figures, underWay } = await gate.overview();
      const { promotions, standing } = figures;
      return [
        ["Main", html`${hash(main)} ${underWay !== undefined && badge("moves", "busy")}`],
        ["Promotions", `${count(promotions)}, of which ${count(standing)} stand`],
      ];
    }),
    rowsOf("Rooms", async () => {
      const rooms = await home.rooms(signal);
      const [newest] = rooms;
      const last: Piece = newest !== undefined && html`, the newest ${ago(newest.lastAt)}`;
      return [["Rooms", html`${count(rooms.length)}${last}`]];
    }),
    rowsOf("Jobs", async () => {
      const { depth } = await jobs.stats();
      return [["Jobs", `${count(depth.queued)} queued, ${count(depth.running)} running`]];
    }),
    rowsOf("Health", async () => {
      const { beat, supervisor } = await health.read();
      return [
        ["Heartbeat", beat === undefined ? "none is written" : ago(beat.at)],
        ["Model server", beat?.provider.state ?? "unknown"],
        ["Supervisor", supervisor === undefined ? "not running" : `process ${supervisor}`],
      ];
    }),
  ]);
  return parts.flat();
}

async function rowsOf(name: string, look: () => Promise<Rows>): Promise<Rows> {
  try {
    return await look();
  } catch {
    // What it is stands beside, among what waits.
    return [[name, "could not be looked at"]];
  }
}

type Rows = readonly (readonly [string, Piece])[];

function budgetsOf({ budgets }: OverviewParts): Html {
  const accounts = accountsToday(budgets.read());
  return facts(
    accounts.map((account) => {
      const { name, spent, kind, limit } = account;
      return [
        name,
        html`${formatAmount(spent, kind)} ${limit === undefined ? "" : meterOf(account)}`,
      ];
    }),
  );
}
