/** So much of a browser's page as the module of a room uses, for tests that need no browser. */
import type {
  PageElement,
  PageEvent,
  PageSource,
  PageWindow,
} from "#server/ui/browser/page-dom.ts";

type Listener = (event: PageEvent) => void;

export class ElementDouble implements PageElement {
  readonly tag: string;
  readonly attributes: Record<string, string | undefined>;
  readonly nodes: (ElementDouble | string)[] = [];
  readonly #listeners = new Map<string, Listener>();
  scrollTop = 0;
  scrollHeight = 0;
  clientHeight = 0;
  value = "";
  parent: ElementDouble | undefined;
  focused = 0;

  constructor(tag: string, attributes: Record<string, string> = {}) {
    this.tag = tag;
    this.attributes = attributes;
  }

  get id(): string {
    return this.attributes["id"] ?? "";
  }
  get action(): string {
    return this.attributes["action"] ?? "";
  }
  get dataset(): Readonly<Record<string, string | undefined>> {
    return { stream: this.attributes["data-stream"], until: this.attributes["data-until"] };
  }
  get className(): string {
    return this.attributes["class"] ?? "";
  }
  set className(name: string) {
    this.attributes["class"] = name;
  }
  get children(): readonly ElementDouble[] {
    return this.nodes.filter((node) => typeof node !== "string");
  }
  get firstElementChild(): ElementDouble | null {
    return this.children[0] ?? null;
  }
  get lastElementChild(): ElementDouble | null {
    return this.children.at(-1) ?? null;
  }
  get textContent(): string {
    return this.nodes.map((node) => (typeof node === "string" ? node : node.textContent)).join("");
  }
  set textContent(text: string) {
    this.nodes.splice(0, this.nodes.length, text);
  }

  append(...nodes: readonly (PageElement | string)[]): void {
    for (const node of nodes) {
      if (typeof node !== "string" && !(node instanceof ElementDouble))
        throw new TypeError("foreign");
      if (typeof node !== "string") node.parent = this;
      this.nodes.push(node);
    }
  }
  replaceChildren(...nodes: readonly (PageElement | string)[]): void {
    this.nodes.length = 0;
    this.append(...nodes);
  }
  remove(): void {
    const siblings = this.parent?.nodes ?? [];
    siblings.splice(siblings.indexOf(this), 1);
  }
  focus(): void {
    this.focused += 1;
  }
  requestSubmit(): void {
    this.attributes["submitted"] = "yes";
  }
  setAttribute(name: string, value: string): void {
    this.attributes[name] = value;
  }
  removeAttribute(name: string): void {
    delete this.attributes[name];
  }
  contains(other: PageElement | null): boolean {
    return [...this.all()].some((one) => one === other);
  }
  /** Knows "#id", ".class", "tag", "[name]" and '[name="value"]'. */
  querySelector(selector: string): ElementDouble | null {
    for (const one of this.all()) if (one.fits(selector)) return one;
    return null;
  }
  closest(selector: string): ElementDouble | null {
    if (this.fits(selector)) return this;
    return this.parent?.closest(selector) ?? null;
  }
  fits(selector: string): boolean {
    const [, name, value] = /^\[([\w-]+)(?:="([^"]*)")?\]$/.exec(selector) ?? [];
    if (name !== undefined) {
      return name in this.attributes && (value === undefined || this.attributes[name] === value);
    }
    if (selector.startsWith("#")) return this.id === selector.slice(1);
    if (selector.startsWith(".")) return this.className.split(" ").includes(selector.slice(1));
    return this.tag === selector;
  }
  readonly addEventListener: PageElement["addEventListener"] = (type, listener) => {
    this.#listeners.set(type, listener);
  };
  tell(type: string): void {
    this.#listeners.get(type)?.(NO_EVENT);
  }
  *all(): Generator<ElementDouble, void> {
    for (const child of this.children) {
      yield child;
      yield* child.all();
    }
  }
}

export class SourceDouble implements PageSource {
  readonly url: string;
  readyState = 1;
  readonly #listeners = new Map<string, Listener>();

  constructor(url: string) {
    this.url = url;
  }
  readonly addEventListener: PageSource["addEventListener"] = (type, listener) => {
    this.#listeners.set(type, listener);
  };
  close(): void {
    this.readyState = 2;
  }
  /** Brings an event, as the server sends it. */
  bring(type: string, data: unknown = {}, lastEventId = ""): void {
    this.#listeners.get(type)?.({ ...NO_EVENT, data: JSON.stringify(data), lastEventId });
  }
}

const NO_EVENT: PageEvent = {
  ...{ target: null, data: "", lastEventId: "", key: "", ctrlKey: false, metaKey: false },
  ...{ submitter: null, preventDefault: () => undefined },
};

type Answer = Awaited<ReturnType<PageWindow["fetch"]>>;

/** A page of a room; nothing of it is drawn before {@link PageDouble.frame}. */
export class PageDouble {
  readonly body: ElementDouble = new ElementDouble("body");
  readonly sources: SourceDouble[] = [];
  readonly sent: { readonly url: string; readonly body: string }[] = [];
  /** What the next form is answered. */
  answer: Answer | Error = { status: 200, json: () => Promise.resolve({}) };
  hidden = false;
  active: ElementDouble | null = null;
  readonly #listeners = new Map<string, Listener>();
  #frames: (() => void)[] = [];
  readonly #clocks: (() => void)[] = [];

  get window(): PageWindow {
    const double = this;
    return {
      document: {
        body: this.body,
        get activeElement() {
          return double.active;
        },
        get hidden() {
          return double.hidden;
        },
        getElementById: (id) => this.body.querySelector(`#${id}`),
        querySelector: (selector) => this.body.querySelector(selector),
        querySelectorAll: (selector) => [...this.body.all()].filter((one) => one.fits(selector)),
        createElement: (tag) => new ElementDouble(tag),
        addEventListener: (type, listener) => this.#listeners.set(type, listener),
      },
      EventSource: class extends SourceDouble {
        constructor(url: string) {
          super(url);
          double.sources.push(this);
        }
      },
      FormData: class {
        readonly fields: string;
        constructor(form: PageElement) {
          const inputs = form instanceof ElementDouble ? [...form.all()] : [];
          this.fields = inputs.map((one) => `${one.attributes["name"]}=${one.value}`).join("&");
        }
      },
      URLSearchParams: class {
        readonly text: string;
        constructor(data: object) {
          this.text = "fields" in data ? String(data.fields) : "";
        }
      },
      fetch: (url, { body }) => {
        this.sent.push({ url, body: "text" in body ? String(body.text) : "" });
        return this.answer instanceof Error
          ? Promise.reject(this.answer)
          : Promise.resolve(this.answer);
      },
      requestAnimationFrame: (run) => this.#frames.push(run),
      setInterval: (run) => this.#clocks.push(run),
    };
  }

  /** Draws what has come since the last frame. */
  frame(): void {
    for (const run of this.#frames.splice(0)) run();
  }

  /** A second goes by. */
  second(): void {
    for (const run of this.#clocks) run();
  }

  tell(type: string, event: Partial<PageEvent> = {}): void {
    this.#listeners.get(type)?.({ ...NO_EVENT, ...event });
  }
}
