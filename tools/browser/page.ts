/** One page of a browser: where it is, whether it still loads, and the names of what stands on it. */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { type CdpConnection, CdpFailure, type CdpParams } from "#platform/browser/cdp.ts";
import type { ViewLine } from "./page-view.ts";
import { RefBook } from "./ref-book.ts";

/** Longest wait for what a page still fetches once it is there, in milliseconds. */
const FETCH_MS = 3000;
/** So long nothing happens before a page counts as still. */
const STILL_MS = 150;
const LOOK_MS = 25;

const frameSchema = z.object({
  frame: z.object({
    id: z.string(),
    parentId: z.string().optional(),
    url: z.string(),
    unreachableUrl: z.string().optional(),
  }),
});
const frameId = z.object({ frameId: z.string() });
const requestId = z.object({ requestId: z.string() });
const within = z.object({ frameId: z.string(), url: z.string() });
const context = z.object({ executionContextId: z.number() });

/** A command was about something that is not on the page any more. */
function isOutdated(error: unknown): boolean {
  return error instanceof CdpFailure && /context|frame/i.test(error.message) && !error.isGone;
}

export interface PageOptions {
  readonly connection: CdpConnection;
  /** Id of the target, and of its outermost frame. */
  readonly target: string;
  readonly session: string;
  /** The page that opened it. @default it was opened by us */
  readonly opener?: Page | undefined;
}

export class Page {
  readonly connection: CdpConnection;
  readonly target: string;
  readonly session: string;
  readonly opener: Page | undefined;
  /** Sessions of frames that have a process of their own, by the ids of the frames. */
  readonly frameSessions: Map<string, string> = new Map<string, string>();
  readonly refs: RefBook = new RefBook();
  /** All rows of the newest reading, and of the one before it of the same document. */
  lines: readonly ViewLine[] = [];
  before: readonly ViewLine[] | undefined;
  #url = "about:blank";
  #failedUrl: string | undefined;
  #loading: boolean = false;
  readonly #requests = new Set<string>();
  #changedAt = 0;
  readonly #worlds = new Map<string, number>();

  constructor({ connection, target, session, opener }: PageOptions) {
    this.connection = connection;
    this.target = target;
    this.session = session;
    this.opener = opener;
  }

  /** Address of what is shown. */
  get url(): string {
    return this.#url;
  }

  /** The address that could not be opened, where that is what is shown. */
  get failedUrl(): string | undefined {
    return this.#failedUrl;
  }

  /** Host of what is shown; empty where it came from none, as the browser's own pages do. */
  get host(): string {
    const url = URL.parse(this.#url);
    return url?.protocol === "https:" ? url.hostname : "";
  }

  /** Takes an event of one of its sessions. */
  handle(method: string, params: CdpParams): void {
    const frame = frameId.safeParse(params).data?.frameId;
    const request = requestId.safeParse(params).data?.requestId;
    switch (method) {
      case "Page.frameNavigated":
        this.#navigated(params);
        break;
      case "Page.navigatedWithinDocument":
        if (frame === this.target) this.#url = within.parse(params).url;
        break;
      case "Page.frameStartedLoading":
      case "Page.frameRequestedNavigation":
        if (frame === this.target) this.#loading = true;
        break;
      case "Page.frameStoppedLoading":
        if (frame === this.target) this.#loading = false;
        break;
      case "Network.requestWillBeSent":
        if (request !== undefined) this.#requests.add(request);
        break;
      case "Network.loadingFinished":
      case "Network.loadingFailed":
        this.#requests.delete(request ?? "");
        break;
      default:
        return;
    }
    this.#changedAt = performance.now();
  }

  #navigated(params: CdpParams): void {
    const { frame } = frameSchema.parse(params);
    this.#worlds.delete(frame.id);
    if (frame.parentId !== undefined) return;
    this.#worlds.clear();
    this.#requests.clear();
    this.refs.clear();
    this.lines = [];
    this.before = undefined;
    this.#url = frame.url;
    this.#failedUrl = frame.unreachableUrl;
  }

  /**
   * Waits until the page stands still; one that never does is waited for as long as makes sense.
   *
   * @param loadMs longest wait for it to load, in milliseconds.
   */
  async settled(loadMs: number, signal: AbortSignal): Promise<void> {
    const start = performance.now();
    this.#changedAt = start;
    for (;;) {
      signal.throwIfAborted();
      const now = performance.now();
      const isBusy = this.#loading || this.#requests.size > 0;
      if (!isBusy && now - this.#changedAt >= STILL_MS && (await this.#hasRun(start, signal)))
        return;
      if (now - start > (this.#loading ? loadMs : FETCH_MS)) return;
      await wait(LOOK_MS, undefined, { signal });
    }
  }

  /**
   * Lets the page do what it has put off, such as sending a form: on a busy machine it has not even begun with that by
   * the time that nothing was heard of it.
   *
   * @returns whether nothing came of it; true of a page that does not answer for as long as makes sense.
   */
  async #hasRun(start: number, signal: AbortSignal): Promise<boolean> {
    const before = this.#changedAt;
    const remainingMs = Math.max(0, FETCH_MS - (performance.now() - start));
    const expression = `new Promise((done) => setTimeout(done, ${LOOK_MS}))`;
    const stop = new AbortController();
    const late = wait(remainingMs, undefined, { signal: AbortSignal.any([signal, stop.signal]) });
    const target = { session: this.session, frame: this.target };
    const run = this.inIsolatedWorld(target, (contextId) =>
      this.send("Runtime.evaluate", { expression, contextId, awaitPromise: true }),
    );
    // Where the document goes meanwhile there is no answer, but a change.
    await Promise.race([run, late]).catch(() => undefined);
    stop.abort();
    late.catch(() => undefined);
    run.catch(() => undefined);
    return this.#changedAt === before && !this.#loading && this.#requests.size === 0;
  }

  /** Sends a command to a session of the page. @default the page itself */
  send(method: string, params: CdpParams = {}, session: string = this.session): Promise<unknown> {
    return this.connection.send(method, params, session);
  }

  /**
   * Sends a command that runs in an isolated world: no script of the page can see or change what we use.
   *
   * @param command gets the id of that isolated world.
   */
  async inIsolatedWorld<Result>(
    { session, frame }: { readonly session: string; readonly frame: string },
    command: (id: number) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await command(await this.#isolatedWorld(session, frame));
    } catch (error) {
      if (!isOutdated(error)) throw error;
      // It went with the document that it belonged to.
      this.#worlds.delete(frame);
      return await command(await this.#isolatedWorld(session, frame));
    }
  }

  async #isolatedWorld(session: string, frame: string): Promise<number> {
    const existing = this.#worlds.get(frame);
    if (existing !== undefined) return existing;
    const made = await this.send("Page.createIsolatedWorld", { frameId: frame }, session);
    const { executionContextId } = context.parse(made);
    this.#worlds.set(frame, executionContextId);
    return executionContextId;
  }
}
