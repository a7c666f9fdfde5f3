/** Which processes of a home were written down, and how each is: asked, and never believed without its identity. */
import { z } from "zod";
import { beatFile, readBeat } from "#home/autonomy/burst-beat.ts";
import { type GenerationName, homePaths } from "#home/home-paths.ts";
import { readOwnerRecord } from "#platform/owner.ts";
import {
  identityOf,
  type ProcessIdentity,
  processOf,
  readServiceRecords,
} from "#platform/process-record.ts";
import { askGeneration } from "../../processes/ask.ts";
import { type GenerationRecord, readGenerationRecord } from "../../processes/generation-record.ts";
import { AUTONOMY_ROLE, SUPERVISOR } from "../../processes/home-processes.ts";
import type { ObservedProcess } from "../observation.ts";
import { portHolder, queuedMs, residentBytes } from "./machine.ts";
import { memoryShare } from "./memory-share.ts";

/** Longest wait for an answer, in milliseconds. */
const ANSWER_MS = 3000;

const GENERATIONS: readonly GenerationName[] = ["current", "candidate"];

const readySchema = z.object({ status: z.string(), code: z.string().optional() });

/** What earlier looks recorded of processes. */
export interface ProcessHistory {
  /** It had announced its shutdown. */
  readonly hasLeft: (identity: ProcessIdentity) => boolean;
  /** This very process has served the home. */
  readonly hasServed: (identity: ProcessIdentity) => boolean;
}

export async function observeProcesses(
  home: string,
  history: ProcessHistory,
): Promise<readonly ObservedProcess[]> {
  const [generations, owner, services] = await Promise.all([
    Promise.all(GENERATIONS.map((name) => readGenerationRecord(home, name))),
    readOwnerRecord(homePaths(home).ownerRecord),
    readServiceRecords(home),
  ]);
  const records = generations.filter((record) => record !== undefined);
  const found = await Promise.all(records.map((record) => generation(record, history)));
  const isServed = records.some((record) => record.pid === owner?.pid);
  const others = [
    ...(owner === undefined || isServed ? [] : [{ role: "room", ...owner }]),
    ...services.filter(({ role }) => role !== SUPERVISOR),
  ];
  return [...found, ...(await Promise.all(others.map((one) => other(home, one, history))))];
}

async function generation(
  record: GenerationRecord,
  history: ProcessHistory,
): Promise<ObservedProcess> {
  const { name: role, port, commit } = record;
  const lives = (await processOf(record)) !== undefined;
  const about = {
    role,
    identity: bare(record),
    lives,
    port,
    commit,
    hasLeft: history.hasLeft(record),
  };
  if (!lives) return { ...about, portHolder: await holderOf(port, history) };
  const [health, ready, rss, queued] = await Promise.all([
    askGeneration(record, { path: "/health", withinMs: ANSWER_MS }).catch(() => undefined),
    askGeneration(record, { path: "/ready", withinMs: ANSWER_MS }).catch(() => undefined),
    residentBytes(record.pid),
    queuedMs(record.pid),
  ]);
  const readiness = readySchema.safeParse(ready?.data).data;
  return {
    ...{ ...about, rss, queuedMs: queued, health: health?.status === 200 ? "ok" : "silent" },
    ready: readiness?.code ?? readiness?.status,
  };
}

async function holderOf(
  port: number,
  history: ProcessHistory,
): Promise<ObservedProcess["portHolder"]> {
  if (port === 0) return undefined;
  const holder = await portHolder(port);
  if (holder === undefined) return undefined;
  if (holder === "unknown") return { name: "a process of another user", isOurs: false };
  const identity = await identityOf(holder.pid);
  return { ...holder, isOurs: history.hasServed(identity) };
}

async function other(
  home: string,
  record: ProcessIdentity & { readonly role: string },
  history: ProcessHistory,
): Promise<ObservedProcess> {
  const lives = (await processOf(record)) !== undefined;
  const rss = lives ? await residentBytes(record.pid) : undefined;
  const { role, pid } = record;
  const share = role === "engine" && lives ? await memoryShare(pid) : undefined;
  const isBurst = role === AUTONOMY_ROLE && lives;
  const beat = isBurst ? await readBeat(beatFile(home), pid) : undefined;
  const about = { role, identity: bare(record), lives, hasLeft: history.hasLeft(record) };
  return { ...about, rss, memoryShare: share, beat };
}

function bare({ pid, startTime, boot }: ProcessIdentity): ProcessIdentity {
  return { pid, startTime, boot };
}
