/** The parts of the page about health: supervisor, backups, tasks, heartbeat and databases. */
import type { FixRow, HealthView } from "../home-view.ts";
import { type Html, html, type Piece } from "../html.ts";
import type { Tone, Visit } from "../page.ts";
import {
  badge,
  commandLine,
  emptyNote,
  facts,
  moment,
  postButton,
  section,
  table,
} from "../parts.ts";
import { ago, count, duration, hash, oneRow, size } from "./format.ts";

/** The page that they stand on. */
export const HEALTH = "/ui/health";

/** The supervisor has proposed it, and does nothing before a person has answered. */
export function isWaiting({ state }: FixRow): boolean {
  return state === "proposed";
}

export function supervisorBadge({ supervisor }: HealthView): Html {
  return supervisor === undefined ? badge("not running") : badge(`process ${supervisor}`, "good");
}

const FIX_TONES: Readonly<Record<string, Tone | "busy">> = {
  proposed: "busy",
  applying: "busy",
  verified: "good",
  failed: "bad",
};

export function supervisorOf(visit: Visit, { fixes, abandoned, supervisor }: HealthView): Html {
  const roles = abandoned.map(
    ({ role, why }) =>
      html`<li>${role} was given up: ${why} ${postButton(visit, { to: `${HEALTH}/roles`, hidden: { role }, label: "Start it again", about: role })}</li>`,
  );
  const lost: Piece = roles.length > 0 && html`<ul class="list">${roles}</ul>`;
  if (fixes.length === 0) {
    const start: Piece = supervisor === undefined && commandLine("org supervise");
    return html`${lost}${emptyNote("The supervisor has found nothing so far.")}${start}`;
  }
  const rows = table({
    caption: "What the supervisor found, the newest first",
    empty: "",
    rows: fixes,
    columns: [
      { title: "Fix", kind: "number", cell: ({ id }) => id },
      { title: "Found", cell: ({ foundAt }) => moment(foundAt) },
      {
        title: "What",
        cell: ({ pattern, subject, why }) => html`${pattern} (${subject}): ${oneRow(why)}`,
      },
      { title: "Fix for it", cell: ({ fix }) => fix ?? "a person is told" },
      { title: "State", cell: ({ state }) => badge(state, FIX_TONES[state] ?? "plain") },
      { title: "Answer", cell: (fix) => answers(visit, fix) },
    ],
  });
  return html`${lost}${rows}`;
}

function answers(visit: Visit, fix: FixRow): Piece {
  if (!isWaiting(fix)) return fix.note ?? "";
  const button = (answer: string, label: string) =>
    postButton(visit, {
      to: `${HEALTH}/fixes/${fix.id}`,
      hidden: { answer },
      label,
      about: `fix ${fix.id}`,
    });
  return html`<span class="actions">${button("approved", "Approve")}${button("rejected", "Reject")}</span>`;
}

export function backupsOf({ backups, beat }: HealthView): Html {
  if (backups.length === 0) {
    return html`${emptyNote("There is no backup yet. The task makes one each night.")}${commandLine("org backup now")}`;
  }
  const isVerified = beat?.backup.verified;
  return table({
    caption: "Backups, the newest first",
    empty: "",
    rows: backups,
    columns: [
      { title: "Backup", cell: ({ name }) => html`<code>${name}</code>` },
      { title: "Made", cell: ({ at }) => ago(at) },
      {
        title: "Size",
        kind: "number",
        cell: ({ bytes }) => (bytes === undefined ? "–" : size(bytes)),
      },
      {
        title: "State",
        cell: (backup) => {
          if (backup.bytes === undefined) return badge("damaged", "bad");
          const isNewest = backup === backups[0];
          return isNewest && isVerified === true
            ? badge("verified", "good")
            : badge("whole by its manifest");
        },
      },
    ],
  });
}

/** Hands a task to the jobs; nothing where it is switched off. */
export function taskButton(visit: Visit, name: string, { tasks }: HealthView): Piece {
  if (!tasks.some((task) => task.name === name)) return "";
  return runButton(visit, name);
}

function runButton(visit: Visit, name: string): Html {
  return postButton(visit, {
    to: `${HEALTH}/tasks`,
    hidden: { name },
    label: "Run now",
    about: name,
  });
}

export function tasksOf(visit: Visit, view: HealthView): Html {
  const ran = view.beat?.tasks ?? {};
  return table({
    caption: "What the home does by itself, and when",
    rows: view.tasks,
    empty: "Every task is switched off in org.config.",
    columns: [
      { title: "Task", cell: ({ name }) => name },
      { title: "When", cell: ({ cron, zone }) => html`<code>${cron}</code> ${zone}` },
      { title: "Next", cell: ({ name }) => at(ran[name]?.next) },
      { title: "Last", cell: ({ name }) => at(ran[name]?.last) },
      { title: "Ended", cell: ({ name }) => ran[name]?.outcome ?? "–" },
      {
        title: "Start",
        cell: ({ name }) =>
          postButton(visit, {
            to: `${HEALTH}/tasks`,
            hidden: { name },
            label: "Run now",
            about: name,
          }),
      },
    ],
  });
}

function at(moments: number | null | undefined): Piece {
  return moments === null || moments === undefined ? "–" : moment(moments);
}

export function heartbeatOf({ beat }: HealthView): Html {
  if (beat === undefined) {
    return emptyNote(
      "No process writes a heartbeat. It is written while org serve or a room runs.",
    );
  }
  const { isAlive, commit, generation, rss, disk_free: free, provider, queue } = beat;
  return facts([
    [
      "Written",
      html`${ago(beat.at)} ${isAlive ? badge("alive", "good") : badge("no sign of life", "bad")}`,
    ],
    ["Generation", html`${generation} ${hash(commit)}`],
    [
      "Model server",
      html`${badge(provider.state, providerTone(provider.state))} since ${moment(provider.since)}`,
    ],
    ["Memory", size(rss)],
    ["Free disk", size(free)],
    ["Queue", queue === null ? "this process does no jobs" : queueText(queue)],
  ]);
}

function providerTone(state: "up" | "down" | "unknown"): Tone {
  if (state === "unknown") return "plain";
  return state === "up" ? "good" : "bad";
}

function queueText({
  queued,
  dead,
  oldest_s: oldest,
}: NonNullable<NonNullable<HealthView["beat"]>["queue"]>): string {
  const wait = queued === 0 ? "" : `, the oldest for ${duration(oldest * 1000)}`;
  return `${count(queued)} queued${wait}, ${count(dead)} dead`;
}

export function databasesOf({ beat }: HealthView): Html {
  return table({
    caption: "Databases of the home",
    rows: Object.entries(beat?.db ?? {}),
    empty: "None is written down.",
    columns: [
      { title: "Database", cell: ([name]) => name },
      { title: "Size", kind: "number", cell: ([, { bytes }]) => size(bytes) },
      { title: "Log", kind: "number", cell: ([, { wal }]) => size(wal) },
      { title: "Check", cell: ([, { check }]) => badge(check, CHECK_TONES[check]) },
    ],
  });
}

const CHECK_TONES = { ok: "good", failed: "bad", unknown: "plain" } as const;

export function pausedOf(visit: Visit, { paused }: HealthView): Piece {
  if (paused.length === 0) return "";
  const rows = paused.map(
    (kind) =>
      html`<li>${kind} ${postButton(visit, { to: `${HEALTH}/kinds`, hidden: { kind }, label: "Take them again", about: kind })}</li>`,
  );
  return section("Paused kinds of jobs", html`<ul class="list">${rows}</ul>`);
}
