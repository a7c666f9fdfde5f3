/** The one browser of a room: opened by its first use, closed when it is not used, one action at a time. */
import { explain, OrgError } from "#core/errors.ts";
import { CdpFailure } from "#platform/browser/cdp.ts";
import { plainHost } from "#platform/net/target.ts";
import type { ToolContext, ToolOutput } from "../tool.ts";
import { BrowserSession } from "./browser-session.ts";
import type { BrowserCall, BrowserTarget, RoomBrowser } from "./browser-tool.ts";
import { ActionRefused } from "./element-actions.ts";
import { pageAddress } from "./page-address.ts";
import { pageText, perform, type SaveImage } from "./perform.ts";
import type { BrowserOptions } from "./start-browser.ts";
import { targetText } from "./target-text.ts";
import { type ReadUpload, uploadOf } from "./upload.ts";

/** Actions that a person could have opened a window by. */
const OPENING: ReadonlySet<string> = new Set<BrowserCall["action"]>(["click", "press"]);
const ACTION_MS = 30_000;
const LOAD_MS = 20_000;
const REPLACE_MS = 5000;
const IDLE_MS = 600_000;
/** Of an address in a question to the user, in characters. */
const MOST_URL = 500;

export interface RoomBrowserOptions
  extends Pick<BrowserOptions, "program" | "egress" | "flags" | "keepDownload"> {
  /** What the user's policy says of a host, where nothing was approved; asked for every request of a page. */
  readonly judge: (host: string, persona: string) => "allow" | "ask" | "deny";
  /** Whether the policy lets this persona send something to an address without asking. */
  readonly maySend: (url: string, persona: string) => boolean;
  /** Keeps a picture of a page. @returns the path by which it is found */
  readonly saveImage: SaveImage;
  /** Reads a file of the workspace that a page is to be given. */
  readonly readFile: ReadUpload;
  /** How long it stays open without an action, in milliseconds. @default ten minutes */
  readonly idleMs?: number | undefined;
  /** How long an action may take, in milliseconds. @default half a minute */
  readonly actionMs?: number | undefined;
  /** How long a page may take to load, in milliseconds; what is there then is read. @default 20 s */
  readonly loadMs?: number | undefined;
}

export class OneBrowser implements RoomBrowser {
  readonly #options: RoomBrowserOptions;
  /** By persona: what one was approved, another has to be approved anew. */
  readonly #approved = new Map<string, Set<string>>();
  #session: BrowserSession | undefined;
  #persona = "";
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #isClosed: boolean = false;

  constructor(options: RoomBrowserOptions) {
    this.#options = options;
  }

  describe({ action, ref = "" }: BrowserCall): BrowserTarget {
    const page = this.#session?.problem === undefined ? this.#session?.current : undefined;
    if (page === undefined || action === "close") return {};
    const url = page.host === "" ? {} : { url: page.url.slice(0, MOST_URL) };
    const target = page.refs.target(ref);
    if (target === undefined) return url;
    const isSecret = page.refs.isSecret(target) && (action === "type" || action === "press");
    const takesFile = page.refs.takesFile(target) && action === "type";
    return {
      ...{ ...url, element: targetText(target) },
      ...(isSecret ? { password: true } : {}),
      ...(takesFile ? { upload: true } : {}),
    };
  }

  get #actionMs(): number {
    return this.#options.actionMs ?? ACTION_MS;
  }

  approvedHosts(persona: string): readonly string[] {
    return [...(this.#approved.get(persona) ?? [])];
  }

  async run(call: BrowserCall, context: ToolContext): Promise<ToolOutput> {
    const turn = this.#last.then(() => this.#run(call, context));
    this.#last = turn.catch(() => undefined);
    return await turn;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#close();
    await this.#last;
  }

  async #run(call: BrowserCall, context: ToolContext): Promise<ToolOutput> {
    context.signal.throwIfAborted();
    clearTimeout(this.#idle);
    try {
      return await this.#act(call, context);
    } catch (error) {
      context.signal.throwIfAborted();
      if (error instanceof ActionRefused) return { ok: false, output: error.message };
      if (error instanceof CdpFailure) return { ok: false, output: await this.#failed(error) };
      throw error;
    } finally {
      this.#idle = setTimeout(() => void this.#close(), this.#options.idleMs ?? IDLE_MS).unref();
    }
  }

  async #act(call: BrowserCall, context: ToolContext): Promise<ToolOutput> {
    if (call.action === "close") {
      await this.#close();
      return { ok: true, output: "The browser is closed." };
    }
    if (call.action === "open") pageAddress(call.url ?? "", this.#options.egress?.ports);
    this.#approve(call, context.persona);
    const session = await this.#opened(call, context.signal);
    this.#persona = context.persona;
    this.#requireSamePage(call, session);
    using _action = session.begin({
      submits: call.submit === true,
      mayOpen: OPENING.has(call.action),
    });
    const limit = AbortSignal.any([context.signal, AbortSignal.timeout(this.#actionMs)]);
    const { saveImage, loadMs = LOAD_MS } = this.#options;
    const upload = (path: string) => uploadOf(path, this.#options.readFile, context.clean);
    const work = perform(call, { session, signal: limit, loadMs, saveImage, upload });
    const done = await orAborted(work, limit).catch(async (error: unknown) => {
      context.signal.throwIfAborted();
      if (!limit.aborted) throw error;
      return await this.#unanswered(session);
    });
    return done ?? (await pageText(call, session, context.clean));
  }

  /** The page runs on and on: it is closed, for nothing else can be done with it. */
  async #unanswered(session: BrowserSession): Promise<ToolOutput> {
    const limit = AbortSignal.timeout(REPLACE_MS);
    await orAborted(session.replacePage(), limit).catch(() => this.#close());
    const seconds = this.#actionMs / 1000;
    return { ok: false, output: `The page did not answer within ${seconds} s and was closed.` };
  }

  async #opened({ action }: BrowserCall, signal: AbortSignal): Promise<BrowserSession> {
    const previous = this.#session;
    if (previous?.problem !== undefined) {
      await this.#close();
      if (action !== "open") throw gone(previous.problem);
    }
    if (this.#session !== undefined) return this.#session;
    if (action !== "open") throw new ActionRefused("No page is open: open an address first.");
    if (this.#isClosed) throw new ActionRefused("The room is closing.");
    const { program, egress, flags, keepDownload } = this.#options;
    this.#session = await BrowserSession.open(
      {
        ...{ program, egress, flags, keepDownload },
        admits: (host) => this.#admits(host),
        maySend: (url) => this.#options.maySend(url, this.#persona),
      },
      signal,
    );
    if (previous !== undefined)
      this.#session.notes.add("It is a new browser: logins and history are lost.");
    return this.#session;
  }

  #admits(host: string): boolean {
    const permission = this.#options.judge(host, this.#persona);
    if (permission !== "ask") return permission === "allow";
    return [...this.#approved.values()].some((hosts) => hosts.has(host));
  }

  /** The user has approved all hosts that the call names. */
  #approve({ url, hosts = [] }: BrowserCall, persona: string): void {
    const names = [url === undefined ? undefined : URL.parse(url)?.hostname, ...hosts.map(hostOf)];
    const approved = this.#approved.get(persona) ?? new Set();
    for (const name of names) {
      const host = name === undefined ? undefined : plainHost(name);
      if (host !== undefined) approved.add(host);
    }
    this.#approved.set(persona, approved);
  }

  /** An approval is for a page: its action must not be done on another one. */
  #requireSamePage({ action, url }: BrowserCall, session: BrowserSession): void {
    if (action === "open" || url === undefined) return;
    const approvedHost = URL.parse(url)?.hostname ?? "";
    const { host } = session.page;
    if (host !== "" && host !== approvedHost) {
      throw new ActionRefused(`The page has moved to ${host} meanwhile: read it first.`);
    }
  }

  async #failed(error: CdpFailure): Promise<string> {
    const why = this.#session?.problem;
    if (why !== undefined) {
      await this.#close();
      return explain(gone(why));
    }
    if (!error.isGone) return `The page did not take it: ${error.message}. Read it again.`;
    await this.#session?.replacePage().catch(() => this.#close());
    return "The page is gone, it crashed or closed itself: open an address.";
  }

  async #close(): Promise<void> {
    clearTimeout(this.#idle);
    const session = this.#session;
    this.#session = undefined;
    // Of the next browser the user is asked anew.
    this.#approved.clear();
    await session?.[Symbol.asyncDispose]();
  }
}

/** Waits for work, but not beyond a signal; work that goes on then has no owner. */
async function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener("abort", stop);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function hostOf(name: string): string | undefined {
  return URL.parse(`https://${name}`)?.hostname;
}

function gone(why: string): OrgError {
  return new OrgError("The browser is gone", {
    code: "BROWSER_GONE",
    why,
    remedies: ["open the address again"],
    unchanged: "Its pages, logins and history are lost; the room and its files are as they were.",
  });
}
