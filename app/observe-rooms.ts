/** Observes rooms that fell silent: durable jobs of the queue of the home, one after the other. */
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { Journal } from "#core/journal.ts";
import type { Job, Queue } from "#core/queue.ts";
import { OBSERVER } from "#home/settings/observer-settings.ts";
import { budgeted } from "#models/budgeted.ts";
import { completeText } from "#models/complete.ts";
import { takesNoteExam } from "#models/note-exam.ts";
import { ProfileStore } from "#models/profile-store.ts";
import type { Provider } from "#models/provider.ts";
import { backoffMs } from "#server/jobs/backoff.ts";
import { failureOf } from "#server/jobs/job-failure.ts";
import type { AppParts } from "./context.ts";
import { hasKeepable, type ObserveParts, type ObserveTask, observeRoom } from "./observe-job.ts";
import { ANSWER_TOKENS } from "./observer-wish.ts";

type ObserverApp = Pick<
  AppParts,
  "settings" | "cleaner" | "paths" | "memory" | "providers" | "budget" | "lockOf"
>;

export interface PassParts {
  readonly app: ObserverApp;
  readonly journal: Journal;
  /** Opens the queue for one piece of work: while a model answers others may have it. */
  readonly withQueue: <T>(work: (queue: Queue) => Promise<T>) => Promise<T>;
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
/** Ids of lines that a user typed; every other one is a name that a program gave. */
const TYPED = /^msg_[0-9a-f]{15}$/;
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
  const { withQueue } = parts;
  // What a process before this one had begun.
  await withQueue((queue) => queue.reclaim(QUEUE));
  for (;;) {
    if (parts.signal.aborted) return "later";
    const [job] = await withQueue((queue) => queue.lease(QUEUE, { max: 1, leaseMs: LEASE_MS }));
    if (job === undefined) break;
    const end = await attempt(job, parts);
    if (end !== "done") return end;
  }
  const { depth } = await withQueue((queue) => queue.stats(QUEUE));
  return depth.queued > 0 ? "later" : "done";
}

/** A room in which nothing could be kept needs no job, and a home that keeps nothing no memory. */
async function schedule(room: string, parts: PassParts): Promise<void> {
  const { app, journal, withQueue } = parts;
  const through = await journal.head(room);
  const memory = await app.memory.learning(journal, false);
  if (through <= (memory?.observedThrough(room) ?? 0)) return;
  const task = { room, through };
  if (!(await hasKeepable(task, { ...parts, ...readingOf(parts), memory }))) {
    await memory?.learn(task, []);
    return;
  }
  const about = { id: `${room}:${through}`, kind: "observe" };
  await withQueue((queue) => queue.enqueue(QUEUE, JSON.stringify(task), about));
}

function readingOf({ app, withQueue }: PassParts): Pick<ObserveParts, "cleaner" | "ofPrograms"> {
  return {
    cleaner: app.cleaner,
    ofPrograms: async (ids) => {
      const typed = ids.filter((id) => TYPED.test(id));
      const others = ids.filter((id) => !TYPED.test(id));
      const jobs = await withQueue((queue) =>
        Promise.all(typed.map(async (id) => ({ id, job: await queue.get(JOBS, id) }))),
      );
      return new Set([...others, ...jobs.flatMap(({ id, job }) => (job === undefined ? [] : id))]);
    },
  };
}

async function attempt(job: Job, parts: PassParts): Promise<PassEnd> {
  const { app, journal, withQueue, signal } = parts;
  try {
    const task = taskSchema.parse(JSON.parse(job.body));
    const memory = await app.memory.learning(journal, true);
    if (memory === undefined) throw new Error("A memory that is needed is opened");
    const ask = askIn(task.room, parts);
    const canTell = canTellIn(ask, app);
    const reading = { ...parts, ...readingOf(parts), memory };
    const observation = await observeRoom(task, { ...reading, ask, canTell });
    const result = JSON.stringify({ ...task, ...observation });
    await withQueue((queue) => queue.ack(job, result));
    return "done";
  } catch (error) {
    const code = error instanceof OrgError ? error.code : "";
    const end = signal.aborted ? "later" : HINDRANCES.get(code);
    if (end !== undefined) {
      await withQueue((queue) => queue.release(job));
      return end;
    }
    // Held by another process when all was done: nothing is asked again, for what was observed is kept.
    if (code === "HOME_BUSY") throw error;
    const how = { ...failureOf(error), delayMs: backoffMs(job.attempt) };
    await withQueue((queue) => queue.nak(job, how));
    return "done";
  } finally {
    await app.memory.recount();
  }
}

/** Who answers for the one that spoke last. */
async function answererOf(
  speaker: Parameters<ObserveParts["ask"]>[1],
  app: Pick<ObserverApp, "providers" | "settings">,
): Promise<{ readonly provider: Provider; readonly model: string }> {
  const { main, own } = await app.providers();
  const named = app.settings.observer.model;
  const provider = named === undefined ? (own.get(speaker.persona) ?? main) : main;
  return { provider, model: named ?? speaker.model };
}

function canTellIn(ask: ObserveParts["ask"], app: ObserverApp): ObserveParts["canTell"] {
  return async (speaker, signal) => {
    const { provider, model } = await answererOf(speaker, app);
    const store = new ProfileStore(app.paths.profiles);
    const { endpoint } = provider;
    const askSpeaker = (wish: Parameters<ObserveParts["ask"]>[0]) => ask(wish, speaker, signal);
    return await takesNoteExam({ store, endpoint, model, ask: askSpeaker });
  };
}

function askIn(room: string, { app }: PassParts): ObserveParts["ask"] {
  return async (wish, speaker, signal) => {
    const { provider, model } = await answererOf(speaker, app);
    const account = (await app.budget()).account(room, OBSERVER);
    const whole = { ...wish, model };
    const request = (await app.cleaner.ahead(whole, signal)).redactData(whole);
    const lock = app.lockOf(provider.endpoint);
    const wait = { owner: OBSERVER, signal };
    using _lock = await lock.waitForLock(Number.POSITIVE_INFINITY, wait);
    const maxCharacters = ANSWER_TOKENS * MOST_CHARACTERS;
    const paid = budgeted(provider, account);
    return (await completeText(paid, request, { signal, maxCharacters })).text;
  };
}
