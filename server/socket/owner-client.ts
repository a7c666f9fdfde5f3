/** Asks the process that owns a home, over its Unix socket. */
import { OrgError } from "#core/errors.ts";
import { errnoOf } from "#platform/files.ts";
import { homeBusy, type Owner } from "#platform/owner.ts";
import { LEAVING } from "./owner-server.ts";
import { CALLS, readAnswer } from "./owner-wire.ts";

/**
 * No process owns the home: there is no socket, its process is gone or about to go. The question was not taken, so the one that
 * asked may take the home, or ask the next owner the same.
 */
export class NoOwner extends Error {
  override readonly name = "NoOwner";
  constructor(path: string, options: ErrorOptions) {
    super(`No process answers at "${path}"`, options);
  }
}

export interface Question {
  /** Which of the owner's handlers should answer. */
  readonly name: string;
  /** Plain data; travels as JSON. */
  readonly body: unknown;
}

export interface AskOptions {
  /** Ends the answer, here and at the owner. */
  readonly signal: AbortSignal;
  /**
   * Longest wait for a sign of life, in milliseconds; ten times as long while an owner that is known runs, for a machine
   * may be busy. Afterwards the answer may take as long as it takes.
   *
   * @default 3000
   */
  readonly answerWithinMs?: number;
  /** Asked who owns the home when it does not answer; see `describeOwner`. */
  readonly owner?: () => Promise<Owner | undefined>;
}

const ANSWER_WITHIN_MS = 3000;
/** So often an owner that runs is waited for again. */
const MOST_LOOKS = 10;

/**
 * Asks one question and yields the items of the answer, parsed but not checked. Leaving the loop
 * closes the connection, which stops the owner's work.
 *
 * @throws {NoOwner} when no process listens, or the one that does is leaving and has not taken the question.
 * @throws {OrgError} `HOME_BUSY` when a process listens and does not answer in time, or runs another
 *   version; `OWNER_LOST` when the answer breaks off; and whatever the owner itself failed with.
 */
export async function* askOwner(
  path: string,
  question: Question,
  options: AskOptions,
): AsyncGenerator<unknown, void> {
  const answer = await firstSign(path, question, options);
  try {
    yield* readAnswer(answer);
  } catch (error) {
    throw errnoOf(error) === "ECONNRESET" ? ownerLost(error) : error;
  }
}

/** Sends the question and waits, but not for ever, until the owner shows that it is alive. */
async function firstSign(
  path: string,
  question: Question,
  { signal, answerWithinMs = ANSWER_WITHIN_MS, owner = noOwner }: AskOptions,
): Promise<ReadableStream<Uint8Array>> {
  const patience = new AbortController();
  let looks = 0;
  const timer = setInterval(async () => {
    looks += 1;
    // One that was stopped will not answer, nor will what left no record.
    const currentOwner = looks < MOST_LOOKS ? await owner().catch(() => undefined) : undefined;
    if (currentOwner?.stopped !== false) patience.abort();
  }, answerWithinMs);
  try {
    const response = await fetch(`http://owner${CALLS}${encodeURIComponent(question.name)}`, {
      unix: path,
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(question.body),
      signal: AbortSignal.any([signal, patience.signal]),
      timeout: false,
    });
    if (response.status === LEAVING) throw new NoOwner(path, {});
    if (!response.ok || response.body === null) throw await misunderstood(response, await owner());
    return response.body;
  } catch (error) {
    if (patience.signal.aborted) {
      const message = `The process that owns this home has not answered for ${looks * answerWithinMs} ms`;
      throw homeBusy(message, await owner());
    }
    // A reset before the head of the answer: the connection was in the queue of a socket that was closed. An owner
    // sends the head before it begins to work.
    if (["ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE"].includes(errnoOf(error))) {
      throw new NoOwner(path, { cause: error });
    }
    throw error;
  } finally {
    clearInterval(timer);
  }
}

function noOwner(): Promise<undefined> {
  return Promise.resolve(undefined);
}

async function misunderstood(response: Response, owner: Owner | undefined): Promise<Error> {
  if (response.status === 404) {
    return homeBusy("The process that owns this home runs another version of the program", owner);
  }
  const text = await response.text();
  return new Error(`The owner of the home answered ${response.status}: ${text.slice(0, 200)}`);
}

function ownerLost(cause: unknown): OrgError {
  return new OrgError("The process that owns this home ended while it answered", {
    code: "OWNER_LOST",
    why: "The connection was closed before the end of the answer.",
    remedies: ["run the same command again", "org log   # what it had finished"],
    unchanged: "What it had finished is in the journal.",
    cause,
  });
}
