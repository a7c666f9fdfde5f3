/** A dashboard on a real port, with real tokens, and a caller that does what a browser does without a script. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scope } from "#core/access.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { AccessStore } from "#home/access-store.ts";
import { Authenticator } from "#server/http/auth/authenticator.ts";
import { type Listening, listenGeneration } from "#server/listen.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import type { Screen } from "#server/ui/page.ts";
import { Sessions } from "#server/ui/sessions.ts";
import { sessionsScreen } from "#server/ui/sessions-screen.ts";

export interface TestDashboard extends AsyncDisposable {
  readonly port: number;
  /** Such as "http://127.0.0.1:40123". */
  readonly url: string;
  readonly screens: readonly Screen[];
  readonly sessions: Sessions;
  readonly store: AccessStore;
  /** What was reported and not told to the reader. */
  readonly reported: readonly unknown[];
  /** Ends every connection, and listens on the same port again once `meanwhile` is done. */
  interrupt(meanwhile: () => Promise<void>): Promise<void>;
  /** The address that `org ui` would print. */
  link(): string;
  /** A caller that is signed in; absent scope: by a link, with all rights. */
  signIn(scope?: Scope): Promise<TestVisitor>;
}

/** What the dashboard says that it was made of. */
export const SERVED_COMMIT: string = "c0ffee".padEnd(40, "0");

export interface TestDashboardOptions {
  readonly screens: readonly Screen[];
  readonly service?: HomeService | undefined;
  readonly cleaner?: TextCleaner | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

export async function testDashboard(options: TestDashboardOptions): Promise<TestDashboard> {
  const { now, service = NO_HOME, cleaner = new TextCleaner() } = options;
  const folder = mkdtempSync(join(tmpdir(), "org-dashboard-"));
  const store = new AccessStore({ access: join(folder, "access.sqlite") });
  const authenticator = new Authenticator({ store, isExposed: false, own: "own_key" });
  const sessions = new Sessions({ tokens: authenticator, now });
  // A dashboard that was put together elsewhere brings its own.
  const hasSessions = options.screens.some(({ pages }) =>
    pages.some(({ path }) => path === "/ui/sessions"),
  );
  const screens = hasSessions ? options.screens : [...options.screens, sessionsScreen(sessions)];
  const reported: unknown[] = [];
  const signIn = { tokenOf: (one: string, from: string) => authenticator.tokenOf(one, from) };
  const listen = async (port: number): Promise<Listening> =>
    await listenGeneration({
      generation: { name: "current", commit: SERVED_COMMIT, tools: () => [] },
      ...{
        service,
        authenticator,
        port,
        cleaner,
        hosts: [PROXIED],
        report: (error) => reported.push(error),
      },
      ui: { sessions, signIn, screens },
    });
  let listening = await listen(0);
  const url = `http://127.0.0.1:${listening.port}`;
  return {
    ...{ port: listening.port, url, screens, sessions, store, reported },
    link: () => `${url}/ui/sign-in?link=${sessions.createLink()}`,
    signIn: async (scope) => {
      const visitor = new TestVisitor(url);
      const token = scope && store.createToken("test", scope).token;
      const proof = token === undefined ? { link: sessions.createLink() } : { token };
      await visitor.post("/ui/sign-in", proof);
      return visitor;
    },
    interrupt: async (meanwhile) => {
      const { port } = listening;
      await listening[Symbol.asyncDispose]();
      await meanwhile();
      listening = await listen(port);
    },
    [Symbol.asyncDispose]: async () => {
      await listening[Symbol.asyncDispose]();
      store[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The name of a proxy that speaks TLS before it. */
export const PROXIED: string = "org.example";

/** Keeps its cookie, and follows nothing by itself. */
export class TestVisitor {
  readonly #url: string;
  cookie: string | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const answer = await fetch(`${this.#url}${path}`, {
      headers: { ...this.#cookies(), ...headers },
      redirect: "manual",
    });
    return this.#keep(answer);
  }

  /** The text of a page. */
  async page(path: string): Promise<string> {
    return await (await this.get(path)).text();
  }

  /** Sends a form as a browser on a page of this dashboard does, without the hidden field. */
  async post(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const own = { origin: this.#url, "sec-fetch-site": "same-origin", ...this.#cookies() };
    const answer = await fetch(`${this.#url}${path}`, {
      ...{ method: "POST", body: new URLSearchParams(fields), redirect: "manual" },
      headers: { ...own, ...headers },
    });
    return this.#keep(answer);
  }

  /** Sends a form with the hidden field of a page. @param from the page that the form stands on. */
  async submit(
    path: string,
    fields: Record<string, string>,
    from: string = "/ui/rooms",
  ): Promise<Response> {
    return await this.post(path, { ...fields, csrf: csrfIn(await this.page(from)) });
  }

  #cookies(): Record<string, string> {
    return this.cookie === undefined ? {} : { cookie: this.cookie };
  }

  #keep(answer: Response): Response {
    const [cookie] = answer.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(";")[0];
    return answer;
  }
}

/** The hidden field of the forms of a page. */
export function csrfIn(page: string): string {
  return /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
}

const never = (): never => {
  throw new Error("This test has no home");
};

const NO_HOME: HomeService = {
  ...{ ask: never, rooms: never, entries: never, follow: never, questions: never, answer: never },
};

/** All hidden fields of the first form of the page's content: that of a page that asks. */
export function hiddenFields(page: string): Record<string, string> {
  const form = page.slice(page.indexOf("<main"));
  const found = form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g);
  return Object.fromEntries([...found].map(([, name = "", value = ""]) => [name, value]));
}
