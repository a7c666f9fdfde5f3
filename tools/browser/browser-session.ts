/** The browser of one room: its pages, and what pages may not do. */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import {
  type CdpConnection,
  type CdpEvent,
  CdpFailure,
  type CdpParams,
} from "#platform/browser/cdp.ts";
import { Chromium } from "#platform/browser/chromium.ts";
import type { EgressOptions } from "#platform/net/egress/proxy.ts";
import { Downloads, type KeepDownload } from "./downloads.ts";
import { Notes, unreachedNote } from "./notes.ts";
import { Page } from "./page.ts";
import { type RequestRules, refusalOf } from "./request-rules.ts";

/** What the pages of a browser take from the network in its life, in bytes, both directions. */
const MOST_BYTES = 50 * 1024 * 1024;
const MOST_CONNECTIONS = 64;
const MOST_PAGES = 8;
const PAGE_MS = 20_000;

const attached = z.object({
  sessionId: z.string(),
  targetInfo: z.object({ targetId: z.string(), type: z.string(), openerId: z.string().optional() }),
});
const detached = z.object({ sessionId: z.string() });
const paused = z.object({
  requestId: z.string(),
  request: z.object({ url: z.string(), method: z.string() }),
  resourceType: z.string().default(""),
});
const dialog = z.object({ type: z.string(), message: z.string().default("") });

export interface BrowserOptions extends Pick<RequestRules, "admits" | "maySend"> {
  /** Real path of Chromium. */
  readonly program: string;
  /** How hosts are reached. @default public addresses, port 443 */
  readonly egress?: Pick<EgressOptions, "resolver" | "allowAddress" | "ports"> | undefined;
  /** More flags. @default none */
  readonly flags?: readonly string[] | undefined;
  /** Takes the files that pages give. @default none is taken */
  readonly keepDownload?: KeepDownload | undefined;
}

/** What pages may do while an action lasts. */
interface ActionRights {
  /** Send something. */
  readonly submits: boolean;
  /** Open one window. */
  readonly mayOpen: boolean;
}

/** Disposing ends every process of it. */
export class BrowserSession implements AsyncDisposable {
  readonly notes: Notes = new Notes();
  readonly downloads: Downloads;
  readonly #options: BrowserOptions;
  #browser: Chromium | undefined;
  readonly #pages = new Map<string, Page>();
  /** Whose page a session belongs to: of the page itself, and of its frames and workers. */
  readonly #sessions = new Map<string, Page>();
  #current: Page | undefined;
  #action: { readonly submits: boolean; mayOpen: boolean } | undefined;
  #opened: PromiseWithResolvers<Page> = Promise.withResolvers<Page>();

  private constructor(options: BrowserOptions) {
    this.#options = options;
    this.downloads = new Downloads({
      ...{ notes: this.notes, keep: options.keepDownload },
      send: (method, params) => this.#send(method, params),
    });
  }

  /** @throws {OrgError} `BROWSER_FAILED`, `SANDBOX_UNAVAILABLE` */
  static async open(options: BrowserOptions, signal: AbortSignal): Promise<BrowserSession> {
    const session = new BrowserSession(options);
    const { egress, program, flags } = options;
    session.#browser = await Chromium.start(
      {
        ...{ program, flags },
        egress: {
          ...egress,
          admits: options.admits,
          limits: { bytes: MOST_BYTES, connections: MOST_CONNECTIONS },
          onEvent: (event) => {
            const note = unreachedNote(event, options.admits);
            if (note !== undefined) session.notes.add(note);
          },
        },
        onEvent: (event) => session.#handle(event),
      },
      signal,
    );
    try {
      await session.#begin();
      return session;
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Why it ended, one clause; undefined while it runs. */
  get problem(): string | undefined {
    return this.#browser?.problem;
  }

  /** The page that is shown, if there is one. */
  get current(): Page | undefined {
    return this.#current;
  }

  /** The page that is shown. @throws {CdpFailure} when there is none any more. */
  get page(): Page {
    if (this.#current === undefined) throw new CdpFailure("the page is gone", true);
    return this.#current;
  }

  /** Marks the beginning of an action: what it was approved for, pages may do until it ends. */
  begin({ submits, mayOpen }: ActionRights): Disposable {
    this.#action = { submits, mayOpen };
    return { [Symbol.dispose]: () => (this.#action = undefined) };
  }

  /** Goes back to the page that opened this one, if there is one. */
  async closePage(): Promise<boolean> {
    const { opener, target } = this.page;
    if (opener === undefined || !this.#pages.has(opener.target)) return false;
    this.#current = opener;
    await this.#send("Target.closeTarget", { targetId: target });
    await opener.send("Page.bringToFront");
    return true;
  }

  /** Puts an empty page in the place of one that does not answer. */
  async replacePage(): Promise<void> {
    const old = this.#current;
    this.#current = undefined;
    this.#opened = Promise.withResolvers<Page>();
    await this.#send("Target.createTarget", { url: "about:blank" });
    await this.#firstPage();
    if (old !== undefined) await this.#send("Target.closeTarget", { targetId: old.target });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser?.[Symbol.asyncDispose]();
  }

  async #begin(): Promise<void> {
    await this.#send("Browser.setDownloadBehavior", this.downloads.behavior);
    // None of them: whatever is not granted here is refused from then on.
    await this.#send("Browser.grantPermissions", { permissions: [] });
    await this.#send("Target.setAutoAttach", AUTO_ATTACH);
    await this.#firstPage();
  }

  async #firstPage(): Promise<void> {
    const stop = new AbortController();
    const late = wait(PAGE_MS, undefined, { signal: stop.signal }).then(() => {
      throw new CdpFailure("no page was opened in time", true);
    });
    try {
      await Promise.race([this.#opened.promise, late]);
    } finally {
      stop.abort();
      // Its abort is not a failure of anything.
      late.catch(() => undefined);
    }
  }

  #connection(): CdpConnection {
    if (this.#browser === undefined) throw new Error("A browser speaks before it has started");
    return this.#browser.connection;
  }

  #send(method: string, params: CdpParams, session?: string): Promise<unknown> {
    return this.#connection().send(method, params, session);
  }

  /** Sends what needs no answer: a page that is gone by then needs it no more. */
  #tell(method: string, params: CdpParams, session?: string): void {
    this.#send(method, params, session).catch(() => undefined);
  }

  #handle({ method, params, session }: CdpEvent): void {
    const page = this.#sessions.get(session ?? "");
    switch (method) {
      case "Target.attachedToTarget":
        this.#attached(attached.parse(params), page);
        break;
      case "Target.detachedFromTarget":
        this.#detached(detached.parse(params).sessionId);
        break;
      case "Fetch.requestPaused":
        this.#judge(paused.parse(params), session);
        break;
      case "Page.javascriptDialogOpening":
        this.#dialog(dialog.parse(params), session);
        break;
      case "Browser.downloadWillBegin":
        this.downloads.begin(params, this.#action !== undefined);
        break;
      case "Browser.downloadProgress":
        this.downloads.progress(params);
        break;
      case "Page.fileChooserOpened":
        this.notes.upload();
        break;
      case "Inspector.targetCrashed":
        this.#crashed(session);
        break;
      default:
        page?.handle(method, params);
    }
  }

  #attached({ sessionId, targetInfo }: z.infer<typeof attached>, parent: Page | undefined): void {
    const { type, targetId, openerId } = targetInfo;
    if (type === "page") {
      this.#pageOpened(targetId, sessionId, this.#pages.get(openerId ?? ""));
      return;
    }
    // Shared by pages, and alive without one: nothing would say which action it belongs to.
    if (parent === undefined || type === "service_worker" || type === "shared_worker") {
      this.#tell("Target.closeTarget", { targetId });
      return;
    }
    this.#sessions.set(sessionId, parent);
    if (type === "iframe") parent.frameSessions.set(targetId, sessionId);
    this.#prepare(sessionId, type === "iframe" ? "frame" : "worker").catch(() => undefined);
  }

  #pageOpened(target: string, session: string, opener: Page | undefined): void {
    const isOurs = this.#current === undefined;
    const mayOpen = this.#action?.mayOpen === true && this.#pages.size < MOST_PAGES;
    if (!(isOurs || mayOpen)) {
      this.notes.popupClosed();
      // One that is closed while it waits for us would stop the page that opened it for good; it gets no request through.
      this.#tell("Fetch.enable", EVERY_REQUEST, session);
      this.#tell("Runtime.runIfWaitingForDebugger", {}, session);
      this.#tell("Target.closeTarget", { targetId: target });
      return;
    }
    // One for each action: a link may open a window, a page may not open a hundred.
    if (this.#action !== undefined && !isOurs) this.#action.mayOpen = false;
    const connection = this.#connection();
    const page = new Page({ connection, target, session, opener: isOurs ? undefined : opener });
    this.#pages.set(target, page);
    this.#sessions.set(session, page);
    this.#current = page;
    if (!isOurs) this.notes.add("It opened in a new window; back returns to the one before.");
    this.#prepare(session, "page").then(
      () => this.#opened.resolve(page),
      (error: unknown) => this.#opened.reject(error),
    );
  }

  /** Everything is in its place before the first request of it leaves. */
  async #prepare(session: string, kind: "page" | "frame" | "worker"): Promise<void> {
    const commands: readonly (readonly [string, CdpParams])[] = [
      ...(kind === "worker" ? [] : [["Page.enable", {}] as const]),
      ...(kind === "page"
        ? [["Page.setInterceptFileChooserDialog", { enabled: true }] as const]
        : []),
      ["Network.enable", { maxTotalBufferSize: 0, maxResourceBufferSize: 0 }],
      ["Network.setBypassServiceWorker", { bypass: true }],
      ["Fetch.enable", EVERY_REQUEST],
      ["Target.setAutoAttach", AUTO_ATTACH],
    ];
    const done = commands.map(([method, params]) => this.#send(method, params, session));
    // They are done in this order; some are answered only once the page runs, so it is not to wait for the answers.
    const runs = this.#send("Runtime.runIfWaitingForDebugger", {}, session);
    const all = await Promise.allSettled([...done, runs]);
    // Workers know few of them; the proxy judges their hosts all the same.
    const failed = all.find((one) => one.status === "rejected");
    if (failed !== undefined && kind !== "worker") throw failed.reason;
  }

  #detached(session: string): void {
    this.#browser?.connection.endSession(session);
    const page = this.#sessions.get(session);
    this.#sessions.delete(session);
    if (page === undefined) return;
    for (const [frame, own] of page.frameSessions) {
      if (own === session) page.frameSessions.delete(frame);
    }
    if (page.session !== session) return;
    this.#pages.delete(page.target);
    if (this.#current !== page) return;
    // A window that closes itself leaves the one that opened it.
    this.#current =
      page.opener !== undefined && this.#pages.has(page.opener.target) ? page.opener : undefined;
  }

  #crashed(session: string | undefined): void {
    const page = this.#sessions.get(session ?? "");
    if (page === undefined) return;
    this.notes.add("The page crashed; it was closed.");
    if (page.session === session) this.#tell("Target.closeTarget", { targetId: page.target });
  }

  #judge({ requestId, request, resourceType }: z.infer<typeof paused>, session?: string): void {
    const { admits, maySend } = this.#options;
    const isDocument = resourceType === "Document";
    if (!this.#sessions.has(session ?? "")) {
      this.#tell("Fetch.failRequest", { requestId, errorReason: "Aborted" }, session);
      return;
    }
    const refusal = refusalOf(
      { ...request, isDocument },
      { admits, maySend, submits: this.#action?.submits === true },
    );
    if (refusal === undefined) {
      this.#tell("Fetch.continueRequest", { requestId }, session);
      return;
    }
    this.notes.refused(refusal);
    // An aborted navigation leaves what is shown, with all that was typed into it.
    const errorReason = isDocument ? "Aborted" : "BlockedByClient";
    this.#tell("Fetch.failRequest", { requestId, errorReason }, session);
  }

  #dialog({ type, message }: z.infer<typeof dialog>, session?: string): void {
    // Only to leave a page, and what the user approved, is agreed to; an alert has nothing else to say.
    const accept =
      type === "beforeunload" ||
      type === "alert" ||
      (type === "confirm" && this.#action?.submits === true);
    if (type !== "beforeunload") this.notes.dialog(type, message, accept);
    this.#tell("Page.handleJavaScriptDialog", { accept }, session);
  }
}

const EVERY_REQUEST: CdpParams = { patterns: [{ urlPattern: "*" }] };
const AUTO_ATTACH: CdpParams = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };
