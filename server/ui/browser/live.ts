/** The module of a room's page: brings in what happens, and sends forms without leaving the page. */
import type {
  PageElement,
  PageEvent,
  PageField,
  PageForm,
  PageSource,
  PageWindow,
} from "./page-dom.ts";

/** Rows that stay in the page; those beyond it, older or newer than what a reader looks at, are behind a link. */
const MOST_ROWS = 300;
/** Nearer to the end than this, in pixels, a reader wants to see what comes. */
const NEAR = 80;

type Node = string | readonly [string, Readonly<Record<string, string>>, ...Node[]];

type Change = () => void;

interface Anchors {
  /** Address of the events. */
  readonly stream: string;
  /** What scrolls. */
  readonly log: PageElement;
  readonly rows: PageElement;
}

class LivePage {
  readonly #page: PageWindow;
  readonly #log: PageElement;
  readonly #rows: PageElement;
  #source: PageSource | undefined;
  #changes: Change[] = [];
  #stream: string;
  #hasEnded = false;
  /** Newer rows are kept back, for the reader looks at older ones. */
  #isBehind = false as boolean;

  constructor(page: PageWindow, { stream, log, rows }: Anchors) {
    this.#page = page;
    this.#stream = stream;
    this.#log = log;
    this.#rows = rows;
  }

  start(): void {
    const { document } = this.#page;
    this.#log.scrollTop = this.#log.scrollHeight;
    const hint = this.#element("hint");
    if (hint !== null) hint.textContent = "Ctrl+Enter sends";
    this.#tick();
    this.#page.setInterval(() => this.#tick(), 1000);
    this.#connect();
    // A browser has few connections to one host: pages that are not looked at give theirs back.
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) return this.#connect();
      this.#source?.close();
      this.#source = undefined;
    });
    this.#log.addEventListener("scroll", () => {
      if (this.#isBehind && this.#isAtEnd()) this.#catchUp();
    });
    document.addEventListener("submit", (event) => this.#submit(event));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      const form = this.#element("text")?.closest("form");
      if (document.activeElement?.id === "text" && isForm(form)) form.requestSubmit();
    });
  }

  #connect(): void {
    if (this.#source !== undefined || this.#hasEnded || this.#page.document.hidden) return;
    const source = new this.#page.EventSource(this.#stream);
    this.#source = source;
    const on = (type: string, run: (data: Data, event: PageEvent) => void): void =>
      source.addEventListener(type, (event) => run(JSON.parse(event.data), event));
    source.addEventListener("open", () => this.#say("live", "good"));
    source.addEventListener("error", () => {
      // Refused for good: the session is over, or the room.
      if (source.readyState === 2) this.#end();
      else this.#say("connecting …", "busy");
    });
    on("row", ({ node }, event) => {
      if (this.#isBehind) return;
      this.#goOnBehind(event.lastEventId);
      this.#later(() => this.#rows.append(this.#draw(node)));
    });
    on("part", ({ name, node }) => this.#later(() => this.#replace(name, node)));
    on("text", (data) => this.#later(() => this.#write(data)));
    on("anew", () => {
      this.#setBehind(false);
      this.#later(() => this.#rows.replaceChildren());
    });
    on("end", () => this.#end());
  }

  /** Everything that comes within a frame is drawn at once. */
  #later(change: Change): void {
    this.#changes.push(change);
    if (this.#changes.length === 1) this.#page.requestAnimationFrame(() => this.#drawAll());
  }

  #drawAll(): void {
    const follows = this.#isAtEnd();
    const changes = this.#changes;
    this.#changes = [];
    for (const change of changes) change();
    this.#tick();
    const excess = this.#rows.children.length - MOST_ROWS;
    for (let at = 0; at < excess; at += 1) {
      (follows ? this.#rows.firstElementChild : this.#rows.lastElementChild)?.remove();
    }
    if (excess > 0) follows ? this.#showOlder() : this.#fallBehind();
    if (follows) this.#log.scrollTop = this.#log.scrollHeight;
  }

  #isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #fallBehind(): void {
    this.#goOnBehind(this.#rows.lastElementChild?.id.slice(1) ?? "0");
    this.#setBehind(true);
  }

  /** Asks for what was kept back. */
  #catchUp(): void {
    this.#setBehind(false);
    this.#source?.close();
    this.#source = undefined;
    this.#connect();
  }

  #setBehind(isBehind: boolean): void {
    this.#isBehind = isBehind;
    const newer = this.#element("newer");
    if (isBehind) newer?.removeAttribute("hidden");
    else newer?.setAttribute("hidden", "");
  }

  /** The next connection begins behind this entry. */
  #goOnBehind(entry: string): void {
    this.#stream = this.#stream.replace(/from=\d+/, `from=${entry}`);
  }

  /** How long each question still waits. */
  #tick(): void {
    for (const timerElement of this.#page.document.querySelectorAll("[data-until]")) {
      const secondsLeft = Math.max(
        0,
        Math.ceil((Number(timerElement.dataset["until"]) - Date.now()) / 1000),
      );
      const seconds = String(secondsLeft % 60).padStart(2, "0");
      timerElement.textContent =
        secondsLeft === 0 ? "(over)" : `(${Math.trunc(secondsLeft / 60)}:${seconds} left)`;
    }
  }

  /** What was taken away at the top is behind the link there. */
  #showOlder(): void {
    const first = this.#rows.firstElementChild?.id.slice(1) ?? "";
    const older = this.#element("older");
    older?.setAttribute("href", `?before=${first}`);
    older?.removeAttribute("hidden");
  }

  #replace(name: string, node: Node): void {
    const target = this.#element(name);
    if (target === null) return;
    const focused = this.#page.document.activeElement;
    const id = target.contains(focused) ? focused?.id : undefined;
    target.replaceChildren(this.#draw(node));
    if (id === undefined) return;
    // A button that is gone leaves its reader where it was.
    (this.#element(id) ?? this.#log).focus();
  }

  #write({ turn, at, text }: Data): void {
    const textElement = this.#element(`t-${turn}`)?.querySelector("[data-text]");
    if (textElement == null) return;
    const length = textElement.textContent?.length ?? 0;
    if (at === 0) textElement.replaceChildren(text);
    else if (at === length) textElement.append(text);
  }

  /** Only what the server's pages are made of, and text as text. */
  #draw(node: Node): PageElement | string {
    if (typeof node === "string") return node;
    const [tag, attributes, ...inside] = node;
    const element = this.#page.document.createElement(tag);
    for (const name in attributes) element.setAttribute(name, attributes[name] ?? "");
    element.append(...inside.map((one) => this.#draw(one)));
    return element;
  }

  /** What a form asked for shows in the stream; what the server says of it stands where other pages have it. */
  async #send(form: PageForm, submitter: PageField | null): Promise<void> {
    const { FormData, URLSearchParams } = this.#page;
    const answer = await this.#page.fetch(form.action, {
      ...{ method: "POST", headers: { accept: "application/json" }, redirect: "error" },
      body: new URLSearchParams(new FormData(form, submitter)),
    });
    if (answer.status === 401) return this.#end();
    const { flash, error } = await answer.json();
    this.#flash(error === undefined ? flash : { tone: "bad", text: error.message });
    const line = form.querySelector('[name="line"]');
    const text = form.querySelector('[name="text"]');
    if (error === undefined && isField(line) && isField(text)) {
      line.value = newLine();
      text.value = "";
    }
  }

  #flash(flash: Flash | undefined): void {
    const notice = this.#draw(["p", { class: `flash ${flash?.tone}` }, flash?.text ?? ""]);
    const container = this.#page.document.querySelector(".flashes");
    container?.replaceChildren(...(flash === undefined ? [] : [notice]));
  }

  #submit(event: PageEvent): void {
    const form = event.target;
    if (!isForm(form) || !/\/(?:say|stop|mode|approvals)$/.test(form.action)) return;
    event.preventDefault();
    this.#send(form, event.submitter).catch(() => {
      this.#flash({ tone: "bad", text: "It is not known whether that arrived: no connection." });
    });
  }

  #end(): void {
    this.#hasEnded = true;
    this.#source?.close();
    this.#say("The session has ended: load the page to sign in", "bad");
  }

  #say(text: string, tone: string): void {
    const live = this.#element("live");
    if (live === null || live.textContent === text) return;
    live.textContent = text;
    live.className = `badge ${tone}`;
  }

  #element(id: string): PageElement | null {
    return this.#page.document.getElementById(id);
  }
}

/** Shown where every page has it. */
interface Flash {
  readonly tone: string;
  readonly text: string;
}

/** What an event of the stream says; each has its own of these. */
interface Data {
  readonly name: string;
  readonly node: Node;
  readonly turn: string;
  readonly at: number;
  readonly text: string;
}

/** An id for the next line, so that one that is sent twice counts once. */
function newLine(): string {
  return [...crypto.getRandomValues(new Uint8Array(9))]
    .map((byte) => byte.toString(36).padStart(2, "0"))
    .join("");
}

function isForm(value: unknown): value is PageForm {
  return typeof value === "object" && value !== null && "action" in value;
}

function isField(value: PageElement | null | undefined): value is PageField {
  return value != null && "value" in value;
}

/** @param page a browser's window; nothing happens in one whose page has no stream. */
export function startLive(page: PageWindow): void {
  const { document } = page;
  const { stream } = document.body.dataset;
  const [log, rows] = [document.getElementById("log"), document.getElementById("rows")];
  if (stream !== undefined && log !== null && rows !== null) {
    new LivePage(page, { stream, log, rows }).start();
  }
}

if ("document" in globalThis) startLive(globalThis as unknown as PageWindow);
