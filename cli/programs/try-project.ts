/** `org project try`, and `/try` in a room: several attempts at one task, of which the user takes one. */

import { countText, runAttempts } from "#app/project-attempts.ts";
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import type { Entry } from "#core/journal.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { homePaths } from "#home/home-paths.ts";
import {
  attemptDiff,
  attemptsFolder,
  lockAttempts,
  removeAttempts,
  settleAttempts,
  takeAttempt,
} from "#ops/project/attempt.ts";
import {
  type AttemptsRecord,
  isTakeable,
  ranked,
  readAttempts,
} from "#ops/project/attempts-record.ts";
import { type ProjectLocation, roomIdOf } from "#ops/project/location.ts";
import { changeText } from "#ops/project/turns.ts";
import type { ProjectWork } from "#ops/project/work.ts";
import { openHome } from "#server/socket/open-home.ts";
import { NoOwner } from "#server/socket/owner-client.ts";
import { attemptCount } from "../attempt-count.ts";
import type { CommandContext } from "../context.ts";
import { attemptsTable } from "../try-text.ts";

/** @param task what is to be done; absent: the options say what, or the attempts that wait are shown. */
export async function tryProject(
  context: CommandContext,
  work: ProjectWork,
  task: string | undefined,
): Promise<number> {
  const { options } = context.line;
  const [action, ...more] = ["take", "drop", "diff"].filter((name) => options.has(name));
  if (more.length > 0 || (action !== undefined && task !== undefined)) throw severalAtOnce();
  if (action === "take") return await take(context, work, options.get("take") ?? "");
  if (action === "drop") return await drop(context, work);
  if (action === "diff") return await diff(context, work, options.get("diff") ?? "");
  if (task !== undefined && task.trim() !== "") return await run(context, work, task);
  if (task !== undefined || ["count", "personas", "models"].some((name) => options.has(name)))
    throw noTask();
  return await show(context, work);
}

/**
 * `org ask --best-of N`: takes the best attempt when it passes; else all wait for the user.
 *
 * @returns whether one was taken.
 */
export async function takeBestOf(
  context: CommandContext,
  project: ProjectLocation,
  task: string,
): Promise<boolean> {
  const { app, line, output } = context;
  const work = await app.projectWork(project, roomIdOf(project, line.options.get("room")));
  await reportCutOff(context, work);
  const count = countOf(line.options.get("best-of"));
  const personas = directPersona(line.options.get("mode"));
  const consent = line.options.has("yes") ? ("approve" as const) : ("deny" as const);
  const history = await conversationOf(context, work.room);
  const speakers = { personas, models: [], history };
  const request = { ...requestOf(context), ...speakers, consent, task, count };
  const record = await runAttempts(app, work, request);
  const aside = { ...context, output: { ...output, write: output.say } };
  const [first] = ranked(record.attempts);
  if (first?.result?.outcome !== "passes") {
    // Where a patch was asked for, a program reads it.
    print(line.options.has("patch") ? aside : context, record);
    return false;
  }
  print(aside, record);
  await takeAttempt(work, first.number);
  output.say(`Attempt ${first.number} was taken; the others were removed.\n`);
  return true;
}

/** Says what a crash had left of attempts, and removes it. */
export async function reportCutOff(
  { output }: Pick<CommandContext, "output">,
  work: ProjectWork,
): Promise<void> {
  const cutOff = await settleAttempts(work);
  if (cutOff === undefined) return;
  const { removed, left } = cutOff;
  const rest =
    left === 0
      ? ""
      : ` ${countText(left)} can still be taken: org project try (in the room: /try).`;
  output.say(`${countText(removed)} interrupted and removed.${rest}\n`);
}

function requestOf({ cleaner, signal, output }: CommandContext) {
  return { cleaner, signal, report: (text: string) => output.say(`${text}\n`) };
}

async function run(context: CommandContext, work: ProjectWork, task: string): Promise<number> {
  const { app, line } = context;
  const [personas, models] = ["personas", "models"].map((name) => namesIn(line.options.get(name)));
  const most = Math.max(DEFAULT_COUNT, personas?.length ?? 0, models?.length ?? 0);
  const count = countOf(line.options.get("count"), most);
  const history = await conversationOf(context, work.room);
  const speakers = { personas: personas ?? [], models: models ?? [], history };
  const request = { ...requestOf(context), ...speakers, task, count };
  return print(context, await runAttempts(app, work, request));
}

/** What was said in a room so far, whichever process has the home. */
async function conversationOf(
  { app, settings, signal }: CommandContext,
  room: string,
): Promise<readonly Entry[]> {
  for (;;) {
    try {
      await using home = await openHome({
        paths: homePaths(settings.home),
        command: "org project try",
        ...app.kept,
        signal,
        openRoom: async (id, journal) => await (await app.participants()).open(id, journal),
      });
      return await Array.fromAsync(home.service.entries({ kind: "own", id: room }, signal));
    } catch (error) {
      // An owner that leaves before it answers has a successor, or none.
      if (!(error instanceof NoOwner) || signal.aborted) throw error;
    }
  }
}

/** Names with commas between them. */
function namesIn(text = ""): readonly string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

async function show(context: CommandContext, work: ProjectWork): Promise<number> {
  const record = await readAttempts(attemptsFolder(work));
  if (record === undefined) throw noneWait();
  return print(context, record);
}

/** @returns the exit code: 1 when there is nothing that the gate lets pass, or holds. */
function print({ line, output, cleaner }: CommandContext, record: AttemptsRecord): number {
  const attempts = ranked(record.attempts);
  const takeable = attempts.filter(isTakeable);
  if (line.options.has("json")) {
    output.write(jsonLine(cleaner.cleanData({ task: record.task, attempts })));
  } else {
    const [first] = takeable;
    const running = attempts.filter(({ result }) => result === null).length;
    const next = first === undefined ? NOTHING_TO_TAKE : remedies(first.number);
    const end = running > 0 ? `${countText(running)} not finished yet.` : next;
    output.write(cleaner.clean(`${attemptsTable(attempts)}${end}\n`));
  }
  const isGood = takeable.some(({ result }) => result?.outcome !== "refused");
  return isGood ? EXIT.done : EXIT.failed;
}

const NOTHING_TO_TAKE = "No attempt has changes to take; all were removed.";

function remedies(number: number): string {
  return [
    `look at one    org project try --diff ${number}   (in the room: /try diff ${number})`,
    `take one       org project try --take ${number}   (/try take ${number})`,
    "remove all     org project try --drop     (/try drop)",
  ].join("\n");
}

async function take(context: CommandContext, work: ProjectWork, which: string): Promise<number> {
  const { output, line } = context;
  const number = which === "best" ? await bestOf(work) : numberOf("--take", which);
  const change = await takeAttempt(work, number);
  if (line.options.has("json")) {
    output.write(jsonLine({ attempt: number, change: change ?? null }));
    return EXIT.done;
  }
  const text = change === undefined ? "the room had all these changes already" : changeText(change);
  output.write(`Attempt ${number} is a turn of the room: ${text}. The others are removed.\n`);
  return EXIT.done;
}

async function bestOf(work: ProjectWork): Promise<number> {
  const record = await readAttempts(attemptsFolder(work));
  if (record === undefined) throw noneWait();
  const [first] = ranked(record.attempts);
  if (first?.result?.outcome === "passes") return first.number;
  throw new OrgError("No attempt passes the gate", {
    code: "CANDIDATE_REFUSED",
    why: `the best one, ${first?.number ?? 1}, is ${first?.result?.outcome ?? "not judged"}`,
    remedies: [
      ...(first === undefined ? [] : [`org project try --take ${first.number}   # all the same`]),
      "org project try --drop   # removes all",
    ],
    unchanged: "Nothing was changed; the attempts wait.",
  });
}

async function drop({ output, line }: CommandContext, work: ProjectWork): Promise<number> {
  using _held = lockAttempts(work);
  const record = await readAttempts(attemptsFolder(work)).catch(() => undefined);
  await removeAttempts(work);
  const removed = record?.attempts.filter(isTakeable).length ?? 0;
  const text = removed === 0 ? "No attempts wait in this room." : `Removed ${countText(removed)}.`;
  output.write(line.options.has("json") ? jsonLine({ removed }) : `${text}\n`);
  return EXIT.done;
}

async function diff(context: CommandContext, work: ProjectWork, which: string): Promise<number> {
  const text = await attemptDiff(work, numberOf("--diff", which));
  context.output.write(context.cleaner.clean(text));
  return EXIT.done;
}

const DEFAULT_COUNT = 3;

/** @throws {OrgError} `USAGE` for a number that is not from 2 to 8. */
function countOf(text: string | undefined, otherwise: number = DEFAULT_COUNT): number {
  return attemptCount(text ?? String(otherwise), [
    '/try 3 TASK   # or: org project try --count 3 "TASK"',
  ]);
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new OrgError(`${echoed(text)} is not an attempt`, {
    code: "USAGE",
    why: `${option} takes a number of the table${option === "--take" ? ", or best" : ""}`,
    remedies: ["/try   # or: org project try; shows them"],
    unchanged: "Nothing was changed.",
  });
}

/** Whom `org ask --mode` asks. */
function directPersona(mode: string | undefined): readonly string[] {
  if (mode === undefined) return [];
  const [, persona] = /^direct:(.+)$/.exec(mode) ?? [];
  if (persona !== undefined) return [persona];
  throw new OrgError(`Attempts cannot be made in the mode ${echoed(mode)}`, {
    code: "USAGE",
    why: "each is the turn of one persona",
    remedies: ["--mode direct:PERSONA", 'org project try --personas a,b "TASK"'],
    unchanged: "Nothing was sent.",
  });
}

function severalAtOnce(): OrgError {
  return new OrgError("org project try takes one of these options at a time", {
    code: "USAGE",
    why: "a task, --take, --drop and --diff were given together",
    remedies: ['org project try "TASK"', "org project try --take N", "org project try --drop"],
    unchanged: "Nothing was changed.",
  });
}

function noTask(): OrgError {
  return new OrgError("There is no task to try", {
    code: "USAGE",
    why: "the task is empty or missing",
    remedies: ['/try 3 TASK   # or: org project try --count 3 "make the failing test pass"'],
    unchanged: "Nothing was started.",
  });
}

function noneWait(): OrgError {
  return new OrgError("No attempts wait in this room", {
    code: "INPUT_MISSING",
    why: "None was made, or all were taken or dropped.",
    remedies: ['/try 3 TASK   # or: org project try "make the failing test pass"'],
    unchanged: "Nothing was changed.",
  });
}
