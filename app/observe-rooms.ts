/** Observes rooms that fell silent: durable jobs of the queue of the home, one after the other. */
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { Journal } from "#core/journal.ts";
import type { Job, Queue } from "#core/queue.ts";
import { OBSERVER } from "#home/settings/observer-settings.ts";
import { budgeted } from "#models/budgeted.ts";
import { completeText } from "#models/complete.ts";
import { backoffMs } from "#server/jobs/backoff.ts";
import { failureOf } from "#server/jobs/job-failure.ts";
import type { AppParts } from "./context.ts";
import {
  type ObserveParts,
  type ObserveTask,
  observeRoom,
  readForObserver,
} from "./observe-job.ts";
import { ANSWER_TOKENS } from "./observer-wish.ts";

type ObserverApp = Pick<
  AppParts,
  "settings" | "cleaner" | "memory" | "providers" | "budget" | "lockOf"
>;

export interface PassParts {
  readonly app: ObserverApp;
  readonly journal: Journal;
  readonly queue: Queue;
  readonly promotion: ObserveParts["promotion"];
  /** Aborts when a user waits for an answer, or the process leaves. */
  readonly signal: AbortSignal;
}

/** `later`: a user waits, or a job is to be tried again. `tomorrow`: the budget of this day is spent. */
export type PassEnd = "done" | "later" | "no-model" | "tomorrow";

/** Beside the jobs that users submit, so that neither waits for the other. */
const QUEUE = "observe";
const JOBS = "jobs";
/** The process that leases is the only one that has the queue. */
const LEASE_MS = 30 * 60_000;
/** Of one token: some servers do not obey `max_tokens`. */
const MOST_CHARACTERS = 12;
/** Ids of messages that a program sent, in whatever name. */
const OF_PROGRAM = /^(?:job|client)_/;
/** What no further attempt mends for a while: none is counted. */
const HINDRANCES: ReadonlyMap<string, PassEnd> = new Map([
  ["BUDGET_SPENT", "tomorrow"],
  ["PROVIDER_UNREACHABLE", "no-model"],
  ["MODEL_MISSING", "no-model"],
]);

const taskSchema: z.ZodType<ObserveTask> = z.strictObject({
  ...{ room: z.string().min(1), through: z.int().min(1) },
});

/** Queues what is to be observed of some rooms, and does all that is queued. @returns why it ended. */
export async function observeRooms(rooms: readonly string[], parts: PassParts): Promise<PassEnd> {
  for (const room of rooms) {
    if (parts.signal.aborted) return "later";
    await schedule(room, parts);
  }
  const { queue } = parts;
  // What a process before this one had begun.
  await queue.reclaim(QUEUE);
  for (;;) {
    if (parts.signal.aborted) return "later";
    const [job] = await queue.lease(QUEUE, { max: 1, leaseMs: LEASE_MS });
    if (job === undefined) break;
    const end = await attempt(job, parts);
    if (end !== "done") return end;
  }
  return (await queue.stats(QUEUE)).depth.queued > 0 ? "later" : "done";
}

/** A room in which nothing could be kept needs no job, and a home that keeps nothing no memory. */
async function schedule(room: string, parts: PassParts): Promise<void> {
  const { app, journal, queue } = parts;
  const through = await journal.head(room);
  const memory = await app.memory.learning(journal, false);
  if (through <= (memory?.observedThrough(room) ?? 0)) return;
  const task = { room, through };
  const { lines } = await readForObserver(task, { ...parts, ...readingOf(parts), memory });
  if (lines.length === 0) {
    await memory?.learn(task, []);
    return;
  }
  const id = `${room}:${through}`;
  await queue.enqueue(QUEUE, JSON.stringify(task), { id, kind: "observe" });
}

function readingOf({ app, queue }: PassParts): Pick<ObserveParts, "cleaner" | "isOfProgram"> {
  return {
    cleaner: app.cleaner,
    isOfProgram: async (id) => OF_PROGRAM.test(id) || (await queue.get(JOBS, id)) !== undefined,
  };
}

async function attempt(job: Job, parts: PassParts): Promise<PassEnd> {
  const { app, journal, queue, signal } = parts;
  try {
    const task = taskSchema.parse(JSON.parse(job.body));
    const memory = await app.memory.learning(journal, true);
    if (memory === undefined) throw new Error("A memory that is needed is opened");
    const ask = askIn(task.room, parts);
    const observation = await observeRoom(task, { ...parts, ...readingOf(parts), memory, ask });
    await queue.ack(job, JSON.stringify({ ...task, ...observation }));
    return "done";
  } catch (error) {
    const code = error instanceof OrgError ? error.code : "";
    const end = signal.aborted ? "later" : HINDRANCES.get(code);
    if (end !== undefined) {
      await queue.release(job);
      return end;
    }
    await queue.nak(job, { ...failureOf(error), delayMs: backoffMs(job.attempt) });
    return "done";
  } finally {
    await app.memory.recount();
  }
}

function askIn(room: string, { app }: PassParts): ObserveParts["ask"] {
  return async (wish, speaker, signal) => {
    const { main, own } = await app.providers();
    const named = app.settings.observer.model;
    const provider = named === undefined ? (own.get(speaker.persona) ?? main) : main;
    const account = (await app.budget()).account(room, OBSERVER);
    const request = app.cleaner.redactData({ ...wish, model: named ?? speaker.model });
    const lock = app.lockOf(provider.endpoint);
    const wait = { owner: OBSERVER, signal };
    using _floor = await lock.waitForLock(Number.POSITIVE_INFINITY, wait);
    const maxCharacters = ANSWER_TOKENS * MOST_CHARACTERS;
    const paid = budgeted(provider, account);
    return (await completeText(paid, request, { signal, maxCharacters })).text;
  };
}
