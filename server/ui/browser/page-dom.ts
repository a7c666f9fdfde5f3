/**
 * The parts of a browser that the module of the page uses. Written down here, for the types of the DOM would hold for
 * the whole server.
 */

export interface PageElement {
  readonly dataset: Readonly<Record<string, string | undefined>>;
  readonly children: ArrayLike<PageElement>;
  readonly firstElementChild: PageElement | null;
  readonly lastElementChild: PageElement | null;
  readonly scrollHeight: number;
  readonly clientHeight: number;
  scrollTop: number;
  readonly id: string;
  className: string;
  textContent: string | null;
  append(...nodes: readonly (PageElement | string)[]): void;
  replaceChildren(...nodes: readonly (PageElement | string)[]): void;
  remove(): void;
  focus(): void;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  contains(other: PageElement | null): boolean;
  querySelector(selector: string): PageElement | null;
  closest(selector: string): PageElement | null;
  readonly addEventListener: Listen;
}

export interface PageField extends PageElement {
  value: string;
}

export interface PageForm extends PageElement {
  readonly action: string;
  requestSubmit(): void;
}

export interface PageEvent {
  readonly target: unknown;
  readonly data: string;
  readonly lastEventId: string;
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  /** Of a form that is sent: the button that was pressed. */
  readonly submitter: PageField | null;
  preventDefault(): void;
}

type Listen = (type: string, listener: (event: PageEvent) => void) => void;

export interface PageSource {
  readonly readyState: number;
  readonly addEventListener: Listen;
  close(): void;
}

/** What a page is to its module: `globalThis` in a browser. */
export interface PageWindow {
  readonly document: {
    readonly body: PageElement;
    readonly activeElement: PageElement | null;
    readonly hidden: boolean;
    getElementById(id: string): PageElement | null;
    querySelector(selector: string): PageElement | null;
    querySelectorAll(selector: string): Iterable<PageElement>;
    createElement(tag: string): PageElement;
    readonly addEventListener: Listen;
  };
  readonly EventSource: new (url: string) => PageSource;
  readonly FormData: new (form: PageForm, submitter: PageElement | null) => object;
  readonly URLSearchParams: new (data: object) => object;
  fetch(url: string, request: PageRequest): Promise<PageAnswer>;
  requestAnimationFrame(run: () => void): number;
  setInterval(run: () => void, ms: number): number;
}

interface PageRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
  readonly redirect: string;
}

interface PageAnswer {
  readonly status: number;
  json(): Promise<{
    readonly flash?: { readonly tone: string; readonly text: string };
    readonly error?: { readonly message: string };
  }>;
}
