/** The jobs of the home by state, each with its trace, and what a person may do to one. */
import { z } from "zod";
import { JOB_STATES, type JobState } from "#core/queue.ts";
import type { JobList, JobService, JobTraceEvent, JobView } from "../../jobs/job-service.ts";
import { firstLine, workText } from "../../jobs/job-text.ts";
import { type Html, html, type Piece } from "../html.ts";
import { action, type Screen, type Tone, type View, type Visit } from "../page.ts";
import {
  badge,
  commandLine,
  emptyNote,
  facts,
  moment,
  pager,
  postButton,
  section,
  table,
} from "../parts.ts";
import { confirmView } from "./confirm.ts";
import { ago, asText, block, count, duration, fold, numberIn, oneRow } from "./format.ts";

const PATH = "/ui/jobs";
const ON_PAGE = 50;
/** Events of a trace on one page. */
const EVENTS = 100;

/** What the screen asks of the jobs. */
type Jobs = Pick<JobService, "list" | "get" | "cancel" | "requeue" | "events" | "stats">;

export function jobsScreen(jobs: Jobs): Screen {
  const none = z.strictObject({});
  return {
    nav: { label: "Jobs", path: PATH, position: 40 },
    pages: [
      { path: PATH, render: async (visit) => await listPage(jobs, visit) },
      { path: `${PATH}/:id`, render: async (visit) => await jobPage(jobs, visit) },
      {
        ...{ path: `${PATH}/:id/cancel`, scope: "run" },
        render: async (visit) => cancelQuestion(visit, await jobs.get(visit.param("id"))),
      },
    ],
    actions: [
      action({
        ...{ path: `${PATH}/:id/cancel`, scope: "run", form: none },
        run: async ({ param }) => {
          const { id } = await jobs.cancel(param("id"));
          return { to: pathOf(id), flash: { tone: "good", text: `${id} is cancelled.` } };
        },
      }),
      action({
        ...{ path: `${PATH}/:id/requeue`, scope: "run", form: none },
        run: async ({ param }) => {
          const { id } = await jobs.requeue(param("id"));
          return { to: pathOf(id), flash: { tone: "good", text: `${id} begins again.` } };
        },
      }),
    ],
  };
}

const TONES: Readonly<Record<JobState, Tone | "busy">> = {
  queued: "plain",
  running: "busy",
  done: "good",
  dead: "bad",
  cancelled: "plain",
};

export function jobBadge(state: JobState): Html {
  return badge(state, TONES[state]);
}

/** @param id of the job. */
export function pathOf(id: string, page = ""): string {
  return `${PATH}/${encodeURIComponent(id)}${page}`;
}

async function listPage(jobs: Jobs, visit: Visit): Promise<View> {
  const state = JOB_STATES.find((one) => one === visit.query("state"));
  const after = visit.query("after") || undefined;
  const [list, { depth, workers, busy }] = await Promise.all([
    jobs.list({ limit: ON_PAGE, state, after }),
    jobs.stats(),
  ]);
  const filters = [undefined, ...JOB_STATES].map((one) => {
    const here: Piece = one === state && html` aria-current="true"`;
    const number: Piece =
      one !== undefined && html` <span class="count">${count(depth[one])}</span>`;
    return html`<li><a href="${addressOf(one)}"${here}>${one ?? "all"}${number}</a></li>`;
  });
  return {
    title: "Jobs",
    beside: html`<span>${busy} of ${workers} ${workers === 1 ? "worker" : "workers"} busy</span>`,
    main: html`<nav aria-label="States"><ul class="filters">${filters}</ul></nav>
${section(state === undefined ? "The newest first" : `In the state ${state}`, jobTable(list, visit, state))}
${pages(list, state, after)}`,
  };
}

function addressOf(state: JobState | undefined, after?: string): string {
  const fields = new URLSearchParams();
  if (state !== undefined) fields.set("state", state);
  if (after !== undefined) fields.set("after", after);
  return fields.size === 0 ? PATH : `${PATH}?${fields}`;
}

function pages({ next }: JobList, state: JobState | undefined, after: string | undefined): Html {
  return pager({
    about: "jobs",
    older: next === undefined ? undefined : addressOf(state, next),
    // A page is found from the one before it: the way back is the beginning.
    newer: after === undefined ? undefined : addressOf(state),
  });
}

function jobTable({ jobs }: JobList, { clean }: Visit, state: JobState | undefined): Html {
  if (jobs.length === 0) {
    return html`${emptyNote(state === undefined ? "No job was ever submitted." : `No job is ${state}.`)}${commandLine('org goal "What is in this folder?" --detach')}`;
  }
  return table({
    caption: "Jobs",
    empty: "",
    rows: jobs,
    columns: [
      { title: "Job", cell: ({ id }) => html`<a href="${pathOf(id)}">${id}</a>` },
      { title: "State", cell: ({ state: its }) => jobBadge(its) },
      { title: "Work", cell: ({ work }) => oneRow(clean(workText(work))) },
      { title: "Attempts", kind: "number", cell: (job) => `${job.attempts}/${job.maxAttempts}` },
      { title: "Changed", cell: ({ changedAt }) => ago(changedAt) },
      {
        title: "Error",
        cell: ({ error }) =>
          error === undefined
            ? ""
            : html`${oneRow(clean(firstLine(error.message)))} <code>${error.code}</code>`,
      },
    ],
  });
}

async function jobPage(jobs: Jobs, visit: Visit): Promise<View> {
  const job = await jobs.get(visit.param("id"));
  const { id, state, error, result } = job;
  const first = Math.max(
    1,
    Math.min(numberIn(visit.query("from"), job.events - EVENTS + 1), job.events),
  );
  const trace = await traceOf(jobs, job, { first, signal: visit.signal });
  const { clean } = visit;
  const failed: Piece =
    error !== undefined &&
    section("Error", [
      block(clean(error.message), "What went wrong"),
      html`<p class="code">${error.code}</p>`,
    ]);
  const args: Piece =
    result !== undefined && section("Result", block(clean(asText(result)), "What it gave"));
  return {
    title: id,
    beside: html`<span class="actions">${jobBadge(state)}${decisions(visit, job)}</span>`,
    main: html`${failed}${args}${section("Trace", traceTable(trace, visit))}${tracePages(job, first)}`,
    aside: section("Job", facts(rowsOf(job, clean))),
  };
}

function decisions(visit: Visit, { id, state }: JobView): Piece {
  if (state === "dead") {
    return postButton(visit, { to: pathOf(id, "/requeue"), label: "Begin again", tone: "main" });
  }
  if (state !== "queued" && state !== "running") return "";
  return html`<a class="button danger" href="${pathOf(id, "/cancel")}">Cancel…</a>`;
}

function rowsOf(job: JobView, clean: Visit["clean"]): readonly (readonly [string, Piece])[] {
  const { work, priority, attempts, maxAttempts, createdAt, changedAt, notBefore } = job;
  return [
    ["Work", clean(workText(work))],
    ["Attempts", `${attempts} of ${maxAttempts}`],
    ["Priority", priority],
    ["Submitted", moment(createdAt)],
    ["Changed", moment(changedAt)],
    ...(notBefore === undefined ? [] : [["Not before", moment(notBefore)] as const]),
    ["Whole work", fold("show", block(clean(asText(work)), "Work"))],
  ];
}

interface Part {
  /** Number of the first event, from 1. */
  readonly first: number;
  readonly signal: AbortSignal;
}

/** What happens from now on is not waited for. */
async function traceOf(
  jobs: Jobs,
  { id, events }: JobView,
  { first, signal }: Part,
): Promise<readonly JobTraceEvent[]> {
  const trace: JobTraceEvent[] = [];
  if (events === 0) return trace;
  const last = Math.min(events, first + EVENTS - 1);
  for await (const event of jobs.events(id, first, signal)) {
    trace.push(event);
    if (event.seq >= last) break;
  }
  return trace;
}

function tracePages({ id, events }: JobView, first: number): Html {
  const path = (from: number): string => `${pathOf(id)}?from=${from}`;
  return pager({
    about: "the trace",
    older: first > 1 ? path(Math.max(1, first - EVENTS)) : undefined,
    newer: first + EVENTS <= events ? path(first + EVENTS) : undefined,
    here: `${count(first)} to ${count(Math.min(events, first + EVENTS - 1))} of ${count(events)}`,
  });
}

const EVENT_TONES: Readonly<Partial<Record<JobTraceEvent["type"], Tone | "busy">>> = {
  started: "busy",
  done: "good",
  dead: "bad",
  retry: "bad",
  expired: "bad",
};

function traceTable(trace: readonly JobTraceEvent[], { clean }: Visit): Html {
  return table({
    caption: "What happened, the oldest first",
    rows: trace,
    empty: "Nothing has happened yet.",
    columns: [
      { title: "#", kind: "number", cell: ({ seq }) => seq },
      { title: "When", cell: ({ at }) => moment(at) },
      { title: "Event", cell: ({ type }) => badge(type, EVENT_TONES[type] ?? "plain") },
      { title: "Attempt", kind: "number", cell: ({ attempt }) => attempt },
      { title: "What", cell: (event) => whatOf(event, clean) },
    ],
  });
}

function whatOf({ error, delayMs, data: note }: JobTraceEvent, clean: Visit["clean"]): Piece {
  const wait = delayMs === undefined ? "" : ` again in ${duration(delayMs)}`;
  const why: Piece =
    error !== undefined &&
    html`${oneRow(clean(firstLine(error.message)))} <code>${error.code}</code>`;
  if (note === undefined) return [why, wait];
  const text = clean(asText(note));
  return [why, wait, fold(oneRow(clean(JSON.stringify(note))), block(text, "Note"))];
}

function cancelQuestion(visit: Visit, { id, state, work }: JobView): View {
  return confirmView(visit, {
    title: `Cancel ${id}?`,
    says: [
      facts([
        ["Work", visit.clean(workText(work))],
        ["State", jobBadge(state)],
      ]),
      html`<p>A job that runs is ended at once. A cancelled job does not begin again.</p>`,
    ],
    to: pathOf(id, "/cancel"),
    ...{ label: "Cancel the job", back: pathOf(id), command: `org jobs cancel ${id}` },
  });
}
