/** How the home is: what its owner wrote last, what runs for it, its backups, and what the supervisor found. */
import { z } from "zod";
import type { HealthSource, HealthView, ProcessRow } from "../home-view.ts";
import { type Html, html, type Piece } from "../html.ts";
import { action, type Screen, type View, type Visit } from "../page.ts";
import { badge, section, table } from "../parts.ts";
import { confirmView } from "./confirm.ts";
import { ago, count, oneRow } from "./format.ts";
import {
  backupsOf,
  databasesOf,
  HEALTH,
  heartbeatOf,
  isWaiting,
  pausedOf,
  supervisorBadge,
  supervisorOf,
  taskButton,
  tasksOf,
} from "./health-parts.ts";
import { pathOf } from "./jobs.ts";

/** A backup that is older is said to be, in milliseconds: the task makes one a day. */
const OLD_MS = 36 * 60 * 60 * 1000;

export function healthScreen(health: HealthSource): Screen {
  return {
    nav: { label: "Health", path: HEALTH, position: 70 },
    pages: [
      { path: HEALTH, render: async (visit) => healthPage(visit, await health.read()) },
      {
        ...{ path: `${HEALTH}/processes/:role/:what`, scope: "admin" },
        render: async (visit) => controlQuestion(visit, await health.read()),
      },
    ],
    actions: [
      action({
        ...{
          path: `${HEALTH}/tasks`,
          scope: "run",
          form: z.strictObject({ name: z.string().max(200) }),
        },
        run: async (_visit, { name }) => {
          const id = await health.runTask(name);
          return { to: pathOf(id), flash: { tone: "good", text: `The task ${name} is queued.` } };
        },
      }),
      action({
        ...{ path: `${HEALTH}/fixes/:id`, scope: "admin" },
        form: z.strictObject({ answer: z.enum(["approved", "rejected"]) }),
        run: async ({ param }, { answer }) => {
          await health.answerFix(param("id"), answer);
          return { to: HEALTH, flash: { tone: "good", text: `Fix ${param("id")} is ${answer}.` } };
        },
      }),
      action({
        ...{
          path: `${HEALTH}/roles`,
          scope: "admin",
          form: z.strictObject({ role: z.string().max(40) }),
        },
        run: async (_visit, { role }) => {
          await health.resumeRole(role);
          return { to: HEALTH, flash: { tone: "good", text: `${role} may be started again.` } };
        },
      }),
      action({
        ...{
          path: `${HEALTH}/kinds`,
          scope: "admin",
          form: z.strictObject({ kind: z.string().max(40) }),
        },
        run: async (_visit, { kind }) => {
          const was = await health.resumeKind(kind);
          const text = was
            ? `Workers take jobs of the kind ${kind} again.`
            : `${kind} was not paused.`;
          return { to: HEALTH, flash: { tone: was ? "good" : "plain", text } };
        },
      }),
      action({
        ...{ path: `${HEALTH}/processes`, scope: "admin" },
        form: z.strictObject({ role: z.string().max(40), what: z.enum(["stop", "restart"]) }),
        run: async (_visit, { role, what }) => {
          await health.control(role, what);
          const text = what === "stop" ? `${role} is being ended.` : `${role} is being restarted.`;
          return { to: HEALTH, flash: { tone: "plain", text } };
        },
      }),
    ],
  };
}

/** What is not well, a clause each; the first page shows them, too. */
export function troublesOf(view: HealthView, now: number = Date.now()): readonly string[] {
  const { beat, abandoned, fixes, paused, backups } = view;
  const [newest] = backups;
  const failed = Object.entries(beat?.db ?? {}).filter(([, { check }]) => check === "failed");
  return [
    ...(beat !== undefined && !beat.isAlive ? ["the owner of the home gives no sign of life"] : []),
    ...(beat?.provider.state === "down" ? ["the model server does not answer"] : []),
    ...failed.map(([name]) => `the database ${name} is damaged`),
    ...(newest === undefined ? ["there is no backup yet"] : []),
    ...(newest !== undefined && now - newest.at > OLD_MS ? ["the newest backup is old"] : []),
    ...(newest !== undefined && newest.bytes === undefined ? ["the newest backup is damaged"] : []),
    ...abandoned.map(({ role }) => `${role} was given up`),
    ...fixes.filter(isWaiting).map(({ id, pattern }) => `${pattern} (fix ${id}) waits for you`),
    ...paused.map((kind) => `jobs of the kind ${kind} are paused`),
  ];
}

function healthPage(visit: Visit, view: HealthView): View {
  const troubles = troublesOf(view);
  const summary: Html =
    troubles.length === 0
      ? badge("all is well", "good")
      : badge(troubles.length === 1 ? "1 trouble" : `${troubles.length} troubles`, "bad");
  const notice: Piece =
    troubles.length > 0 &&
    section(
      "Not well",
      html`<ul class="list">${troubles.map((one) => html`<li>${one}</li>`)}</ul>`,
    );
  return {
    title: "Health",
    beside: summary,
    main: html`${notice}${section("Processes", processTable(view.processes))}
${section("Supervisor", supervisorOf(visit, view), supervisorBadge(view))}
${section("Backups", backupsOf(view), taskButton(visit, "backup", view))}
${section("Tasks", tasksOf(visit, view))}`,
    aside: html`${section("Heartbeat", heartbeatOf(view))}${section("Databases", databasesOf(view))}${pausedOf(visit, view)}`,
  };
}

function processTable(rows: readonly ProcessRow[]): Html {
  return table({
    caption: "What runs for this home",
    rows,
    empty: "Nothing is written down as running.",
    columns: [
      { title: "Who", cell: ({ role }) => role },
      { title: "What", cell: ({ what }) => oneRow(what) },
      {
        title: "State",
        cell: ({ isStopped }) => (isStopped ? badge("stopped", "bad") : badge("runs", "good")),
      },
      { title: "Process", kind: "number", cell: ({ pid }) => pid },
      { title: "Port", kind: "number", cell: ({ port }) => port ?? "–" },
      { title: "Started", cell: ({ startedAt }) => ago(startedAt) },
      { title: "Has started", kind: "number", cell: ({ children }) => count(children) },
      { title: "Control", cell: controls },
    ],
  });
}

function controls({ role }: ProcessRow): Piece {
  const path = `${HEALTH}/processes/${encodeURIComponent(role)}`;
  const about = html`<span class="unseen"> ${role}</span>`;
  const again: Piece =
    isGeneration(role) && html`<a class="button plain" href="${path}/restart">Restart…${about}</a>`;
  return html`<span class="actions">${again}<a class="button danger" href="${path}/stop">Stop…${about}</a></span>`;
}

function isGeneration(role: string): boolean {
  return role === "current" || role === "candidate";
}

function controlQuestion(visit: Visit, { processes }: HealthView): View {
  const role = visit.param("role");
  const what = visit.param("what") === "restart" ? "restart" : "stop";
  const found = processes.filter((one) => one.role === role);
  const isHere = role === "current";
  const effect =
    what === "restart"
      ? "It ends what it is doing within ten seconds, and begins again as it was."
      : `It ends what it is doing within ten seconds${isHere ? ", and this dashboard ends with it: org serve starts it again" : ""}.`;
  return confirmView(visit, {
    title: `${what === "stop" ? "Stop" : "Restart"} ${role}?`,
    says: [processTable(found), html`<p>${effect}</p>`],
    to: `${HEALTH}/processes`,
    hidden: { role, what },
    ...{
      label: what === "stop" ? "Stop it" : "Restart it",
      back: HEALTH,
      command: `org ${what} ${role}`,
    },
  });
}
