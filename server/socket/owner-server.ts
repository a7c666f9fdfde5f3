/**
 * The socket of a home: a Unix socket on which the process that owns the home answers all others. HTTP with
 * server-sent events, so that every language and `curl --unix-socket` can speak to it.
 */
import { lstat, rename, unlink } from "node:fs/promises";
import { OrgError } from "#core/errors.ts";
import { errnoOf, fileFailed } from "#platform/files.ts";
import { homeBusy } from "#platform/owner.ts";
import { eventStream, type ServerEvent } from "../http/event-stream.ts";
import { problem } from "../http/problem.ts";
import { CALLS, failureData } from "./owner-wire.ts";

/**
 * What the owner answers to one kind of question. It must end soon after the signal is aborted, which
 * happens as soon as the caller is gone.
 */
export type Handler = (body: unknown, signal: AbortSignal) => AsyncIterable<unknown>;

/** By the name of the question. */
export type Handlers = Readonly<Record<string, Handler>>;

export interface OwnerServer extends AsyncDisposable {
  /** Questions that are being answered now, those of watchers left out. */
  active(): number;
  /** Resolves at the first moment when there is none; from then on no request is taken. */
  retire(): Promise<void>;
}

export interface ServeOptions {
  /**
   * How long disposing lets answers end and be read, in milliseconds; then it closes the connections.
   *
   * @default 1000
   */
  readonly drainMs?: number;
  /** Names of questions whose answers end only with the caller: they are not waited for before we go. */
  readonly watches?: readonly string[];
  /** Answers what is not a call of a handler. @default there is no such address */
  readonly application?: Application | undefined;
}

/** HTTP without a port: who asks is known to be the user of the home. */
export type Application = (request: Request) => Promise<Response>;

const DRAIN_MS = 1000;

/** The status for a request that was not taken: the owner has decided to leave. */
export const LEAVING = 503;

/** Largest question in bytes: a message with a whole file in it. */
const MAX_QUESTION_BYTES = 32 * 1024 * 1024;

/**
 * Opens the socket. Only this user can connect to it (mode 0600 from its first moment). One that a
 * dead owner left behind is replaced.
 *
 * @throws {OrgError} `HOME_BUSY` when another process answers there, `FILE_FAILED` when it cannot be made.
 */
export async function serveOwner(
  path: string,
  handlers: Handlers,
  options: ServeOptions = {},
): Promise<OwnerServer> {
  await refuseIfInUse(path);
  const answers = new Answers(handlers, options);
  // Under another name first: a process that finds the socket finds one that is ready.
  const temporary = `${path}.${process.pid}`;
  const server = listen(temporary, answers);
  try {
    await rename(temporary, path);
  } catch (error) {
    await server.stop(true);
    throw fileFailed(path, error);
  }
  const { ino } = await lstat(path);
  return {
    active: () => answers.active,
    retire: () => answers.retire(),
    [Symbol.asyncDispose]: async () => {
      // First of all: a request that is taken now would be cut off.
      answers.refuse();
      await unlinkIfOurs(path, ino);
      answers.end();
      const inPeace = answers.drained("open").then(() => server.stop());
      // A client that does not read (a pager, a stopped terminal) would hold us for ever.
      await within(options.drainMs ?? DRAIN_MS, inPeace);
      await server.stop(true);
      await answers.drained("open");
    },
  };
}

/** Waits for the work, but no longer than so many milliseconds. */
async function within(limitMs: number, work: Promise<void>): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, limitMs);
  await Promise.race([work, over.promise]);
  clearTimeout(timer);
}

/** The questions that are being answered. */
class Answers {
  /** Those that come to an end by themselves. */
  active = 0;
  /** All of them. */
  open = 0;
  readonly #handlers: Handlers;
  readonly #watches: ReadonlySet<string>;
  readonly #application: Application;
  readonly #ending = new AbortController();
  #isRefusing: boolean = false;
  readonly #waiting = { active: [] as (() => void)[], open: [] as (() => void)[] };

  constructor(handlers: Handlers, { watches, application = nothingThere }: ServeOptions) {
    this.#handlers = handlers;
    this.#watches = new Set(watches);
    this.#application = application;
  }

  async respond(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(CALLS)) {
      return this.#isRefusing ? leaving() : await this.#application(request);
    }
    const name = pathname.slice(CALLS.length);
    const handler = Object.hasOwn(this.#handlers, name) ? this.#handlers[name] : undefined;
    if (handler === undefined) return await nothingThere();
    if (request.method !== "POST") return refused(405, "METHOD", "this address accepts POST");
    if (this.#isRefusing) return leaving();
    // Counted from here on: the one that decides to leave while the body is on its way would drop it.
    const release = this.#enter(this.#watches.has(name) ? 0 : 1);
    const body: unknown = await request.json().catch(() => undefined);
    if (body === undefined) {
      release();
      return refused(400, "INPUT_INVALID", "the body is not JSON");
    }
    const stop = new AbortController();
    const signal = AbortSignal.any([request.signal, this.#ending.signal, stop.signal]);
    const items = eventsOf(() => handler(body, signal), release);
    // Begun at once: what has not begun is not told when the one that asked has gone.
    await items.next();
    const answer = eventStream(items, { stop, failure: failureData, timing: TIMING });
    // One question, one connection: a closed connection means that the one that asked has gone.
    answer.headers.set("connection", "close");
    return answer;
  }

  /** Stops every answer. */
  end(): void {
    this.#ending.abort(ownerEnds());
  }

  /** Takes no further request. */
  refuse(): void {
    this.#isRefusing = true;
  }

  async retire(): Promise<void> {
    await this.drained("active");
    // Between the last answer and this line another one may have come.
    while (this.active > 0) await this.drained("active");
    this.refuse();
  }

  async drained(which: "active" | "open"): Promise<void> {
    if (this[which] === 0) return;
    await new Promise<void>((resolve) => this.#waiting[which].push(resolve));
  }

  /** @param weight 0 for a watcher, 1 for everybody else. @returns to be called once, when it is over. */
  #enter(weight: 0 | 1): () => void {
    this.active += weight;
    this.open += 1;
    return () => {
      this.active -= weight;
      this.open -= 1;
      if (this.active === 0) for (const resolve of this.#waiting.active.splice(0)) resolve();
      if (this.open === 0) for (const resolve of this.#waiting.open.splice(0)) resolve();
    };
  }
}

/** @param release called when the answer is over. The first event is not one, so that the answer can be begun. */
async function* eventsOf(
  answer: () => AsyncIterable<unknown>,
  release: () => void,
): AsyncGenerator<ServerEvent, void> {
  try {
    yield {};
    for await (const data of answer()) yield { data };
  } finally {
    release();
  }
}

/** A pager and a stopped terminal read nothing for as long as their user likes. */
const TIMING = { heartbeatMs: 15_000, stalledMs: Number.POSITIVE_INFINITY };

function refused(status: number, code: string, message: string): Response {
  return Response.json(problem(code, message), { status });
}

function leaving(): Response {
  return refused(LEAVING, "HOME_BUSY", "this owner is leaving");
}

/** An {@link Application} without an address. */
export function nothingThere(): Promise<Response> {
  return Promise.resolve(refused(404, "NOT_FOUND", "there is no such address"));
}

function ownerEnds(): OrgError {
  return new OrgError("The process that owns this home is ending", {
    code: "OWNER_LOST",
    why: "It was asked to stop while it answered.",
    remedies: ["run the same command again"],
    unchanged: "What it had finished is in the journal.",
  });
}

// Answers may be silent for as long as a model thinks, and Bun cuts them off after 10 seconds otherwise.
// Its types leave the option out for Unix sockets, where `server.timeout()` does nothing (Bun 1.4.5).
const NO_IDLE_TIMEOUT: object = { idleTimeout: 0 };

function listen(path: string, answers: Answers): Bun.Server<undefined> {
  // The umask is the only way to create a socket with this mode: a later chmod would leave a moment
  // in which others could connect. Listening is synchronous, so nothing else runs under this umask.
  const umask = process.umask(0o177);
  try {
    return Bun.serve({
      ...NO_IDLE_TIMEOUT,
      unix: path,
      maxRequestBodySize: MAX_QUESTION_BYTES,
      development: false,
      fetch: (request) => answers.respond(request),
    });
  } catch (error) {
    throw fileFailed(path, error);
  } finally {
    process.umask(umask);
  }
}

async function refuseIfInUse(path: string): Promise<void> {
  const existing = await lstat(path).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw fileFailed(path, error);
  });
  if (existing === undefined) return;
  if (!existing.isSocket()) throw fileFailed(path, new Error("something else has this name"));
  if (await accepts(path)) throw homeBusy(`Another org answers at "${path}"`, undefined);
}

/** Whether a process listens; a socket that a dead process left behind refuses. */
async function accepts(path: string): Promise<boolean> {
  try {
    const connection = await Bun.connect({ unix: path, socket: { data: () => undefined } });
    connection.end();
    return true;
  } catch {
    return false;
  }
}

async function unlinkIfOurs(path: string, ino: number): Promise<void> {
  const now = await lstat(path).catch(() => undefined);
  if (now?.ino === ino) await unlink(path).catch(() => undefined);
}
