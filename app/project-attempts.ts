/** Several attempts at one task: they begin in the same state of a room, and the project's gate judges each of them. */
import { ChannelLock } from "#core/channel-lock.ts";
import { OrgError } from "#core/errors.ts";
import type { RoomEvent, TurnEnd } from "#core/events.ts";
import type { Entry } from "#core/journal.ts";
import { unknownPersona } from "#core/mode.ts";
import { readTags } from "#core/tags.ts";
import { createHome } from "#home/home-paths.ts";
import {
  attemptChange,
  attemptsFolder,
  attemptsMemory,
  createAttempt,
  lockAttempts,
  removeUntakeable,
} from "#ops/project/attempt.ts";
import { judgementOf, NO_JUDGEMENT } from "#ops/project/attempt-judgement.ts";
import { AttemptList } from "#ops/project/attempt-list.ts";
import {
  type Attempt,
  type AttemptResult,
  type AttemptsRecord,
  isTakeable,
  OTHER_TEMPERATURE,
  readAttempts,
} from "#ops/project/attempts-record.ts";
import type { ReviewOptions } from "#ops/project/review.ts";
import { type RoomState, readState } from "#ops/project/room-folder.ts";
import { changeText } from "#ops/project/turns.ts";
import type { ProjectWork } from "#ops/project/work.ts";
import type { SayOptions } from "#room/line.ts";
import type { Room } from "#room/room.ts";
import type { App } from "./app.ts";
import { type AttemptMemories, copyForAttempts } from "./copy-memory.ts";
import { freshen, workParts } from "./project.ts";
import { criticOf } from "./project-critic.ts";

export interface TryRequest extends Pick<ReviewOptions, "cleaner" | "signal"> {
  readonly task: string;
  /** From 2 to 8. */
  readonly count: number;
  /** What was said in the room so far, for all of them to know. */
  readonly history: readonly Entry[];
  /** Asked in turn. Empty: the persona that would answer next. */
  readonly personas: readonly string[];
  /** Names of language models, given to the attempts in turn. Empty: each persona has its own. */
  readonly models: readonly string[];
  /** What becomes of calls that the policy asks about. @default "deny" */
  readonly consent?: SayOptions["consent"];
  /** Told that an attempt has begun, was answered, was judged: a line each, clean. */
  readonly report: (text: string) => void;
}

/**
 * Makes attempts, and judges each as soon as it was answered. What was judged waits for the user to take one; the rest is
 * removed, also when the signal ends it.
 *
 * @throws {OrgError} `INPUT_INVALID` while older attempts wait, `LOCK_HELD` while others run, `PERSONA_UNKNOWN`, `USAGE`
 *   for a task that names a persona in its text.
 * @throws the reason of the signal once it aborts.
 */
export async function runAttempts(
  app: App,
  main: ProjectWork,
  request: TryRequest,
): Promise<AttemptsRecord> {
  const { signal, report, cleaner } = request;
  const task = cleaner.clean(request.task);
  refuseMentions(task);
  await createHome(app.paths);
  using _held = lockAttempts(main);
  await refuseWaiting(main);
  const state = await startOf(main, signal);
  const start = state.refs.work;
  const list = await AttemptList.begin(main, { task, start, attempts: [], taking: null });
  try {
    const memories = await copyForAttempts(app, attemptsMemory(main), request);
    await using rooms = new AsyncDisposableStack();
    rooms.use(memories);
    const runners: Runner[] = [];
    for (let number = 1; number <= request.count; number += 1) {
      signal.throwIfAborted();
      runners.push(await openRunner({ app, main, request, number, start: state, rooms, memories }));
    }
    await list.add(runners.map(({ attempt }) => attempt));
    const judging = new ChannelLock();
    const ends = await Promise.allSettled(
      runners.map(async (runner) => {
        const result = await resultOf(runner, { app, request, start, judging });
        await list.end(runner.attempt.number, result);
        reportOn(runner.attempt, request, `: ${endText(result)}`);
      }),
    );
    signal.throwIfAborted();
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    return await removeUntakeable(main, list.record);
  } catch (error) {
    const { attempts } = await removeUntakeable(main, list.record);
    const takeable = attempts.filter(isTakeable).length;
    if (signal.aborted)
      report(`Stopped: ${countText(takeable)} can be taken, the rest is removed.`);
    throw error;
  }
}

/** The room as it is, with the user's newest files below its turns: what all attempts begin with. */
async function startOf(main: ProjectWork, signal: AbortSignal): Promise<RoomState> {
  using _held = await main.lock.take({ owner: "try", signal });
  await freshen(main, signal);
  return await readState(main.folder);
}

/** `1 attempt`, `2 attempts`. */
export function countText(count: number): string {
  return `${count} ${count === 1 ? "attempt" : "attempts"}`;
}

interface Runner {
  readonly attempt: Attempt;
  readonly work: ProjectWork;
  readonly room: Room;
}

interface Opening {
  readonly app: App;
  readonly main: ProjectWork;
  readonly request: TryRequest;
  readonly number: number;
  readonly start: RoomState;
  readonly rooms: AsyncDisposableStack;
  readonly memories: AttemptMemories;
}

async function openRunner(opening: Opening): Promise<Runner> {
  const { app, main, request, number, start, rooms, memories } = opening;
  const speaker = speakerOf(request, number);
  const work = await createAttempt(main, { number, start });
  const parts = await workParts(app, work, async () => undefined);
  // The first time it answers as it always does; the same again would be the same answer.
  const isAgain = Array.from({ length: number - 1 }, (_, index) => index + 1).some((earlier) =>
    Bun.deepEquals(speakerOf(request, earlier), speaker),
  );
  const sampling = isAgain ? { seed: number, leastTemperature: OTHER_TEMPERATURE } : undefined;
  const { openAttempt } = await app.participants();
  const memory = await memories.of(number);
  const about = { id: main.room, history: request.history, model: speaker.model, memory };
  const room = rooms.use(await openAttempt({ ...about, parts, sampling }));
  const persona = speaker.persona ?? room.nextSpeakers[0] ?? "";
  const model = room.models.find((one) => one.persona.id === persona);
  if (model === undefined) {
    const ids = room.models.map((one) => one.persona.id);
    throw unknownPersona(persona, ids, {
      remedyOf: (one) => `org project try --personas ${one} "TASK"`,
      unchanged: "No attempt was started.",
    });
  }
  return { attempt: { number, persona, model: model.name, result: null }, work, room };
}

/** Who makes an attempt, with which language model, as far as the request names them. */
function speakerOf(
  { personas, models }: Pick<TryRequest, "personas" | "models">,
  number: number,
): { readonly persona: string | undefined; readonly model: string | undefined } {
  const inTurn = (names: readonly string[]) => names[(number - 1) % Math.max(1, names.length)];
  return { persona: inTurn(personas), model: inTurn(models) };
}

interface Judging {
  readonly app: App;
  readonly request: TryRequest;
  readonly start: string;
  /** Checks of one attempt at a time: they share the processors, and what passes on the base is run once for all. */
  readonly judging: ChannelLock;
}

async function resultOf(
  { attempt, work, room }: Runner,
  { app, request, start, judging }: Judging,
): Promise<AttemptResult> {
  const { cleaner, signal } = request;
  reportOn(attempt, request, ` · ${attempt.model}: started`);
  const turn = await turnOf(room, attempt.persona, request);
  signal.throwIfAborted();
  const change = await attemptChange(work, start);
  const { files, added, removed } = change;
  const why = cleaner.clean(turn.why).trim().replace(/\s+/g, " ");
  const end = why === "" ? "" : `; ${why}`;
  const changed = files === 0 ? "no file changed" : changeText(change);
  reportOn(attempt, request, `: answered in ${(turn.ms / 1000).toFixed(1)} s, ${changed}${end}`);
  const facts = { ...NO_JUDGEMENT, ...turn, why, files, added, removed };
  if (files === 0) return { ...facts, outcome: turn.why === "" ? "unchanged" : "failed" };
  using _held = await judging.waitForLock(Number.POSITIVE_INFINITY, {
    owner: attempt.persona,
    signal,
  });
  const judgement = await judgementOf(work, {
    ...{ searchPath: app.searchPath, askCritic: criticOf(app), cleaner, signal },
    note: () => undefined,
  });
  signal.throwIfAborted();
  return {
    ...facts,
    ...judgement,
    why: [why, judgement.why].filter((one) => one !== "").join("; "),
  };
}

function reportOn(
  { number, persona }: Attempt,
  { cleaner, report }: TryRequest,
  text: string,
): void {
  report(cleaner.clean(`attempt ${number} · ${persona}${text}`));
}

/** On disk by then, so that what a user has read is true after a crash, too. */
function endText({ outcome, checks }: AttemptResult): string {
  const isVerified = outcome !== "unchanged" && outcome !== "failed";
  return isVerified ? `${outcome}, ${checks.passed} of ${checks.all} checks pass` : outcome;
}

type TurnFacts = Pick<AttemptResult, "why" | "ms" | "promptTokens" | "completionTokens">;

async function turnOf(
  room: Room,
  persona: string,
  { task, signal, consent = "deny" }: TryRequest,
): Promise<TurnFacts> {
  const clock = new TurnClock();
  let end: TurnEnd | undefined;
  const listener = (event: RoomEvent): void => {
    clock.take(event);
    if (event.type === "turn-end") end = event;
  };
  const mode = `direct:${persona}`;
  const { done } = await room.say(task, { mode, consent, signal, listener });
  await done;
  const { promptTokens = 0, completionTokens = 0 } = end?.usage ?? {};
  const isComplete = end?.reason === "complete";
  const why = isComplete ? "" : (end?.why ?? end?.reason ?? "it did not begin");
  return { why, ms: clock.ms, promptTokens, completionTokens };
}

/** The time of a turn without the wait for the endpoint: attempts that share one would count each other's. */
class TurnClock {
  readonly #startMs = performance.now();
  #waitedMs = 0;
  #queuedAtMs: number | undefined;

  get ms(): number {
    return Math.round(performance.now() - this.#startMs - this.#waitedMs);
  }

  take(event: RoomEvent): void {
    if (event.type !== "phase") return;
    const nowMs = performance.now();
    if (this.#queuedAtMs !== undefined) this.#waitedMs += nowMs - this.#queuedAtMs;
    this.#queuedAtMs = event.phase === "queued" ? nowMs : undefined;
  }
}

/** @throws {OrgError} `INPUT_INVALID` while attempts wait for the user. */
async function refuseWaiting(main: ProjectWork): Promise<void> {
  const record = await readAttempts(attemptsFolder(main));
  const takeable = record?.attempts.filter(isTakeable).length ?? 0;
  if (takeable === 0) return;
  throw new OrgError(
    `${countText(takeable)} of this room ${takeable === 1 ? "waits" : "wait"} for you`,
    {
      code: "INPUT_INVALID",
      why: `they are for the task: ${record?.task.slice(0, 200)}`,
      remedies: [
        "/try take N   # or: org project try --take N; makes it a turn of the room",
        "/try drop   # or: org project try --drop; removes them",
      ],
      unchanged: "Nothing was begun; the attempts are as they were.",
    },
  );
}

/** An attempt is the turn of one persona, so its task names no other. */
function refuseMentions(task: string): void {
  const [first] = readTags(task).mentions;
  if (first === undefined) return;
  throw new OrgError(`The task names @@${first}, but an attempt belongs to one persona`, {
    code: "USAGE",
    why: "put the personas that shall try before the task",
    remedies: [`/try @@${first} TASK   # or: org project try --personas ${first} TASK`],
    unchanged: "Nothing was started.",
  });
}
