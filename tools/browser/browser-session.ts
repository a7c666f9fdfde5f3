/** The browser of one room: its pages, and what pages may not do. */
import { setTimeout as wait } from "node:timers/promises";
import {
  type CdpConnection,
  type CdpEvent,
  CdpFailure,
  type CdpParams,
} from "#platform/browser/cdp.ts";
import type { Chromium } from "#platform/browser/chromium.ts";
import {
  type Attached,
  AUTO_ATTACH,
  type Dialog,
  EVERY_REQUEST,
  type Paused,
  readAttached,
  readDetached,
  readDialog,
  readPaused,
  setUpCommands,
  type TargetKind,
} from "./devtools-messages.ts";
import { Downloads } from "./downloads.ts";
import { Notes } from "./notes.ts";
import { Page } from "./page.ts";
import { refusalOf } from "./request-rules.ts";
import { type BrowserOptions, startBrowser } from "./start-browser.ts";

const MOST_PAGES = 8;
const PAGE_MS = 20_000;

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
    const onEvent = (event: CdpEvent): void => session.#handle(event);
    session.#browser = await startBrowser(options, { notes: session.notes, onEvent }, signal);
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

  /** Replaces a page that does not answer by an empty one. */
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
        this.#attached(readAttached(params), page);
        break;
      case "Target.detachedFromTarget":
        this.#detached(readDetached(params));
        break;
      case "Fetch.requestPaused":
        this.#judge(readPaused(params), session);
        break;
      case "Page.javascriptDialogOpening":
        this.#dialog(readDialog(params), session);
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

  #attached({ sessionId, targetInfo }: Attached, parent: Page | undefined): void {
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

  /** Everything is set before the first request of it leaves. */
  async #prepare(session: string, kind: TargetKind): Promise<void> {
    const done = setUpCommands(kind).map(([method, params]) => this.#send(method, params, session));
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

  #judge({ requestId, request, resourceType }: Paused, session?: string): void {
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

  #dialog({ type, message }: Dialog, session?: string): void {
    // Only to leave a page, and what the user approved, is agreed to; an alert has nothing else to say.
    const accept =
      type === "beforeunload" ||
      type === "alert" ||
      (type === "confirm" && this.#action?.submits === true);
    if (type !== "beforeunload") this.notes.dialog(type, message, accept);
    this.#tell("Page.handleJavaScriptDialog", { accept }, session);
  }
}
