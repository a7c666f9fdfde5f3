/**
 * The socket of a home: a Unix socket on which the process that owns the home answers all others.
 * HTTP, so that every language and `curl --unix-socket` can speak to it; one JSON object per line out.
 */
import { lstat, rename, unlink } from "node:fs/promises";
import { OrgError } from "#core/errors.ts";
import { errnoOf, fileFailed } from "#platform/files.ts";
import { homeBusy } from "#platform/owner.ts";
import { toFailedLine, toLine } from "./owner-wire.ts";

/**
 * What the owner answers to one kind of question. It must end soon after the signal is aborted, which
 * happens as soon as the asker is gone.
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
  /** Names of questions whose answers end only with the asker: they are not waited for before we go. */
  readonly watches?: readonly string[];
}

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
  await refuseIfTaken(path);
  const answers = new Answers(handlers, new Set(options.watches));
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
  readonly #ending = new AbortController();
  #isRefusing: boolean = false;
  readonly #waiting = { active: [] as (() => void)[], open: [] as (() => void)[] };

  constructor(handlers: Handlers, watches: ReadonlySet<string>) {
    this.#handlers = handlers;
    this.#watches = watches;
  }

  async respond(request: Request): Promise<Response> {
    const name = new URL(request.url).pathname.slice(1);
    const handler = Object.hasOwn(this.#handlers, name) ? this.#handlers[name] : undefined;
    if (handler === undefined) return new Response("unknown question\n", { status: 404 });
    if (request.method !== "POST") return new Response("only POST\n", { status: 405 });
    if (this.#isRefusing) return new Response("this owner is leaving\n", { status: LEAVING });
    // Counted from here on: the one that decides to leave while the body is on its way would drop it.
    const release = this.#enter(this.#watches.has(name) ? 0 : 1);
    const body: unknown = await request.json().catch(() => undefined);
    if (body === undefined) {
      release();
      return new Response("the body is not JSON\n", { status: 400 });
    }
    const signal = AbortSignal.any([request.signal, this.#ending.signal]);
    const lines = linesOf(() => handler(body, signal), release);
    // Begun at once: what has not begun is not told when the asker has gone.
    await lines.next();
    return new Response(streamOf(lines), {
      // One question, one connection: a closed connection means that the asker has gone.
      headers: { "content-type": "application/x-ndjson", connection: "close" },
    });
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

/** @param release called when the answer is over. The first piece is empty, so that it can be begun. */
async function* linesOf(
  answer: () => AsyncIterable<unknown>,
  release: () => void,
): AsyncGenerator<string, void> {
  try {
    yield "";
    // At once, before there is anything to say: it shows that the owner is alive.
    yield "\n";
    for await (const item of answer()) yield toLine(item);
  } catch (error) {
    yield toFailedLine(error);
  } finally {
    release();
  }
}

function streamOf(lines: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await lines.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await lines.return();
    },
  });
}

function ownerEnds(): OrgError {
  return new OrgError("The org that owns this home is ending", {
    code: "OWNER_LOST",
    why: "It was asked to stop while it answered.",
    remedies: ["run the same command again"],
    left: "What it had finished is in the journal.",
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

async function refuseIfTaken(path: string): Promise<void> {
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
