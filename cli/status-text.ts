/** `org status`, for a person. */
import type { HomeStatus, Part } from "#app/home-status.ts";
import { formatAmount } from "#core/budget.ts";
import { elapsed } from "#core/elapsed.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { processTable } from "./processes-text.ts";

interface StatusView {
  readonly nowMs: number;
  readonly cleaner: TextCleaner;
}

/** A row for each part, and below them the processes. */
export function statusText(status: HomeStatus, { nowMs, cleaner }: StatusView): string {
  const { home, processes, rooms, jobs, heartbeat, supervisor, approvals, toReview, budget } =
    status;
  const rows: readonly (readonly [string, string])[] = [
    ["home", home],
    ["owner", ownerOf(processes)],
    ["rooms", partText(rooms, (status) => roomsText(status, nowMs))],
    ["engine", roleText(processes, ["engine", "embeddings"])],
    ["jobs", partText(jobs, jobsText)],
    ["heartbeat", heartbeatText(heartbeat, nowMs)],
    ["supervisor", supervisor.detail.replaceAll("\n", " ")],
    ["approvals", partText(approvals, approvalsText)],
    ["review", partText(toReview, reviewText)],
    ["today", partText(budget, budgetText)],
  ];
  const text = rows.map(([name, text]) => `${name.padEnd(10)}  ${text}\n`).join("");
  const table = processTable(processes, { nowMs, cleaner });
  return `${cleaner.clean(text.trimEnd())}\n${table === "" ? "" : `\n${table}`}`;
}

function partText<T>(part: Part<T>, text: (value: T) => string): string {
  return "known" in part ? text(part.known) : `unknown: ${part.unknown.replaceAll("\n", " ")}`;
}

type Processes = HomeStatus["processes"];

/** Who serves a generation owns its state, too. */
function ownerOf(processes: Processes): string {
  const owners = processes.filter(({ role }) => ["room", "current", "candidate"].includes(role));
  if (owners.length === 0) return "none runs";
  return owners.map(({ role, pid, what }) => `${role}, process ${pid}: ${what}`).join("; ");
}

function roleText(processes: Processes, roles: readonly string[]): string {
  const found = processes.filter(({ role }) => roles.includes(role));
  if (found.length === 0) return "none runs";
  return found.map(({ role, pid }) => `${role}, process ${pid}`).join("; ");
}

type Value<Name extends keyof HomeStatus> = Extract<HomeStatus[Name], { known: unknown }>["known"];

function roomsText({ count, newest }: Value<"rooms">, nowMs: number): string {
  if (newest === null) return "none";
  return `${count}; the newest, ${newest.id}, ${elapsed(nowMs - newest.at)} ago`;
}

function jobsText(counts: Value<"jobs">): string {
  if (counts === null) return "no job was ever submitted";
  const { queued, running, dead } = counts;
  return `${queued} queued, ${running} running, ${dead} dead${dead > 0 ? "  → org jobs --state dead" : ""}`;
}

function heartbeatText(heartbeat: HomeStatus["heartbeat"], nowMs: number): string {
  if (heartbeat === null) return "no process writes it";
  const { at, ok, provider, backup } = heartbeat;
  const beat = `${elapsed(nowMs - at)} ago${ok ? "" : "; its process has ended or hangs"}`;
  const verified = backup.verified ? "verified" : "not verified";
  const saved = backup.at === null ? "none" : `${elapsed(nowMs - backup.at)} ago, ${verified}`;
  return `${beat}; model server ${provider.state}; backup ${saved}`;
}

function approvalsText(ids: Value<"approvals">): string {
  return ids.length === 0 ? "none waits" : `${ids.join(", ")}  → org approvals`;
}

function reviewText(count: Value<"toReview">): string {
  return count === 0 ? "no note waits" : `${count} to decide about  → org memory review`;
}

function budgetText({ tokens, micros, mostTokens, mostMicros }: Value<"budget">): string {
  const of = (most: number | null, kind: "tokens" | "money") =>
    most === null ? "" : ` of ${formatAmount(most, kind)}`;
  const counted = `${formatAmount(tokens, "tokens")}${of(mostTokens, "tokens")}`;
  if (micros === 0 && mostMicros === null) return counted;
  return `${counted}, ${formatAmount(micros, "money")}${of(mostMicros, "money")}`;
}
