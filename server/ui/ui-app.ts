/** The dashboard: sign-in, and every page and form of its screens behind it. */
import { type Context, Hono } from "hono";
import { includesScope } from "#core/access.ts";
import { OrgError } from "#core/errors.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { failureOf } from "../api/failures.ts";
import { problem } from "../http/problem.ts";
import type { RequestEnv } from "../http/request-env.ts";
import { type Assets, assets } from "./assets.ts";
import { browserRules, foreignForm } from "./browser-rules.ts";
import { errorView, refusedView } from "./error-view.ts";
import { type Frame, layout } from "./layout.ts";
import type { Action, Page, Screen, View, Visit } from "./page.ts";
import { isCsrfOf, type Sessions } from "./sessions.ts";
import { type Signed, type SignIn, signedIn, signInRoutes } from "./sign-in.ts";

export interface UiParts {
  readonly sessions: Sessions;
  /** Judges a token that is typed into the sign-in page. */
  readonly signIn: SignIn;
  readonly screens: readonly Screen[];
}

interface UiOptions extends UiParts {
  /** The generation and its commit. */
  readonly serves: string;
  readonly cleaner: TextCleaner;
  /** Told of what went wrong here and is not told to the reader. */
  readonly report: (error: unknown) => void;
}

/** Longest path, field behind the question mark, or value of a hidden field in characters. */
const LONGEST = 4096;

type UiContext = Context<RequestEnv>;

/** @returns an app for the paths from "/ui" on. */
export function uiApp(options: UiOptions): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  app.use("/ui/*", browserRules());
  const ui = new Ui(options);
  const { sessions, signIn } = options;
  signInRoutes(app, { sessions, signIn, assets });
  app.get("/ui/assets/:name", async (context) => assetAnswer(context, await assets()));
  for (const { pages, actions = [] } of options.screens) {
    for (const page of pages) app.get(page.path, (context) => ui.page(context, page));
    for (const action of actions) app.post(action.path, (context) => ui.action(context, action));
  }
  app.post("/ui/sign-out", (context) => ui.signOut(context));
  const first = ui.nav[0]?.path;
  if (first !== undefined && first !== "/ui")
    app.get("/ui", (context) => context.redirect(first, 303));
  app.all("/ui/*", (context) => ui.unknown(context));
  app.onError((error, context) => ui.failed(context, error));
  return app;
}

class Ui {
  readonly nav: Frame["nav"];
  readonly #options: UiOptions;

  constructor(options: UiOptions) {
    this.#options = options;
    const entries = options.screens.flatMap(({ nav }) => (nav === undefined ? [] : [nav]));
    this.nav = entries.toSorted((one, other) => one.position - other.position);
  }

  async page(context: UiContext, page: Page): Promise<Response> {
    const signed = this.#signed(context);
    if (signed === undefined) return toSignIn(context);
    const visit = this.#visit(context, signed);
    if (!includesScope(visit.scope, page.scope ?? "read")) {
      return await this.#show(context, signed, refusedView(page.scope ?? "read", visit.scope));
    }
    const made = await page.render(visit);
    return made instanceof Response ? made : await this.#show(context, signed, made);
  }

  /** What a form asks for is done, and the browser is sent on: to load the page again does nothing twice. */
  async action(context: UiContext, { scope, submit }: Action): Promise<Response> {
    const form = await this.#form(context);
    if (form instanceof Response) return form;
    const { signed, fields } = form;
    const visit = this.#visit(context, signed);
    if (!includesScope(visit.scope, scope)) {
      return await this.#refuse(context, signed, refusedView(scope, visit.scope));
    }
    const { to, flash } = await submit(visit, fields);
    const cleanFlash = flash && { ...flash, text: this.#options.cleaner.clean(flash.text) };
    if (isModule(context)) return context.json({ flash: cleanFlash });
    signed.session.flash = cleanFlash;
    return context.redirect(to, 303);
  }

  async signOut(context: UiContext): Promise<Response> {
    const form = await this.#form(context);
    if (form instanceof Response) return form;
    this.#options.sessions.end(form.signed.id);
    return context.redirect("/ui/sign-in?out=1", 303);
  }

  async unknown(context: UiContext): Promise<Response> {
    const signed = this.#signed(context);
    if (signed === undefined) return toSignIn(context);
    const error = new OrgError("There is no such page", {
      code: "INPUT_MISSING",
      why: "the dashboard has no page at that address",
      remedies: ["choose one of the screens above"],
    });
    return await this.failed(context, error);
  }

  /** A failure as a page of its own, with the status that the API gives it. */
  async failed(context: UiContext, error: unknown): Promise<Response> {
    const { status, problem: problemBody, report } = failureOf(error);
    if (report !== undefined) this.#options.report(report);
    if (isModule(context))
      return context.json(this.#options.cleaner.cleanData(problemBody), status);
    const signed = this.#signed(context);
    if (signed === undefined) return toSignIn(context);
    const orgError = error instanceof OrgError && report === undefined ? error : undefined;
    const view = errorView(orgError, problemBody, (text) => this.#options.cleaner.clean(text));
    return await this.#show(context, signed, { ...view, status });
  }

  /** The fields of a form that a page of this session has sent; else the answer that refuses it. */
  async #form(
    context: UiContext,
  ): Promise<Response | { readonly signed: Signed; readonly fields: unknown }> {
    const foreign = foreignForm((name) => context.req.header(name));
    if (foreign !== undefined) return context.text(`Refused: ${foreign}.\n`, 403);
    const signed = this.#signed(context);
    if (signed === undefined) return toSignIn(context);
    const { csrf, ...fields } = await context.req.parseBody();
    if (isCsrfOf(signed.session, csrf)) return { signed, fields };
    const error = new OrgError("This form is from another session", {
      code: "INPUT_INVALID",
      why: "its hidden field is not the one of the session that you are signed in with",
      remedies: ["go back, load the page again, and send it again"],
      unchanged: "Nothing was changed.",
    });
    const view = { ...errorView(error, undefined, String), status: 403 } as const;
    return await this.#refuse(context, signed, view);
  }

  /** A page of why, or its heading for the module. */
  async #refuse(context: UiContext, signed: Signed, view: View): Promise<Response> {
    if (isModule(context)) return context.json(problem("FORBIDDEN", view.title), 403);
    return await this.#show(context, signed, view);
  }

  #signed(context: UiContext): Signed | undefined {
    return signedIn(context, this.#options.sessions);
  }

  #visit(context: UiContext, { id, session }: Signed): Visit {
    const { sessions, cleaner, report } = this.#options;
    const { csrf, scope } = session;
    return {
      ...{ csrf, scope, report, cleaner, path: context.req.path, signal: context.req.raw.signal },
      param: (name) => (context.req.param(name) ?? "").slice(0, LONGEST),
      query: (name) => context.req.query(name)?.slice(0, LONGEST),
      header: (name) => context.req.header(name),
      isAlive: () => sessions.find(id) !== undefined,
      clean: (text) => cleaner.clean(text),
    };
  }

  async #show(context: UiContext, { session }: Signed, view: View): Promise<Response> {
    const { style, live } = await assets();
    const frame = {
      serves: this.#options.serves,
      nav: this.nav,
      assets: { style: style.path, live: live.path },
    };
    const { flash, csrf } = session;
    session.flash = undefined;
    return await context.html(
      layout(frame, view, { path: context.req.path, csrf, flash }),
      view.status,
    );
  }
}

/** A page is found again behind the sign-in; what was to be done is not done by itself. */
function toSignIn(context: UiContext): Response {
  const { method, path } = context.req;
  // A module cannot sign in.
  if (isModule(context)) return context.json(ENDED, 401);
  const back = method === "GET" && path !== "/ui" ? `?to=${encodeURIComponent(path)}` : "";
  return context.redirect(`/ui/sign-in${back}`, 303);
}

/** Asked by the module of a page, which shows what it is told itself. */
function isModule(context: UiContext): boolean {
  return /^(?:application\/json|text\/event-stream)/.test(context.req.header("accept") ?? "");
}

const ENDED = problem("UNAUTHORIZED", "the session has ended");

function assetAnswer(context: UiContext, { style, live }: Assets): Response {
  const asset = [style, live].find(({ path }) => path === context.req.path);
  if (asset === undefined) return context.text("There is no such file.\n", 404);
  return context.body(asset.text, 200, {
    "content-type": asset.type,
    "cache-control": "public, max-age=31536000, immutable",
  });
}
