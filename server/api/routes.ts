/**
 * Routes as data and as handlers at once: what is described is what is checked. The document is made of the same
 * schemas that every request is held against.
 */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Scope } from "#core/access.ts";
import { requestId } from "#platform/log/request-context.ts";
import { needs } from "../http/auth/guard.ts";
import { problem } from "../http/problem.ts";
import type { RequestEnv } from "../http/request-env.ts";
import type { AnswerName } from "./answers.ts";
import { failureOf } from "./failures.ts";

type Method = "get" | "post" | "delete";

/** What may come back beside the refusals that every route has. */
export interface Answer {
  readonly description: string;
  /** @default application/json */
  readonly type?: string | undefined;
  /** @default any JSON */
  readonly shape?: AnswerName | undefined;
}

export interface Route<Body, Query> {
  readonly method: Method;
  /** With parameters as OpenAPI writes them: "/v1/jobs/{id}". */
  readonly path: string;
  readonly summary: string;
  /** What a caller may do at least; absent: everybody who reaches the port. */
  readonly scope?: Scope | undefined;
  /** Absent: a body is not read. */
  readonly body?: z.ZodType<Body> | undefined;
  readonly query?: z.ZodType<Query> | undefined;
  readonly answers: Readonly<Record<number, Answer>>;
}

/** What a handler works on; all of it was checked. */
interface RouteInput<Body, Query> {
  readonly body: Body;
  readonly query: Query;
  /** A parameter of the path. */
  param(name: string): string;
}

export type Handler<Body, Query> = (
  context: Context<RequestEnv>,
  input: RouteInput<Body, Query>,
) => Response | Promise<Response>;

/** Longer than any id of ours. */
const MAX_PARAM = 200;

export class Routes {
  readonly #app: Hono<RequestEnv>;
  readonly #report: (error: unknown, requestId?: string) => void;
  /** For what goes wrong behind the answer of a request. */
  readonly report: (error: unknown) => void;
  readonly #all: Route<unknown, unknown>[] = [];

  /** @param report told of what went wrong here and is not told to the caller. */
  constructor(app: Hono<RequestEnv>, report: (error: unknown, requestId?: string) => void) {
    this.#app = app;
    this.#report = report;
    this.report = (error) => report(error, requestId());
    app.onError((error, context) => this.failed(context, error));
    app.notFound((context) => this.#unknown(context));
  }

  /** Every route, for the document. */
  get all(): readonly Route<unknown, unknown>[] {
    return this.#all;
  }

  add<Body, Query>(route: Route<Body, Query>, handler: Handler<Body, Query>): void {
    this.#all.push(route);
    const { method, scope } = route;
    const path = route.path.replaceAll(/\{(\w+)\}/g, ":$1");
    if (scope !== undefined) this.#app.on(method.toUpperCase(), path, needs(scope));
    this.#app.on(method.toUpperCase(), path, async (context) => {
      const input = await read(context, route);
      if ("unfit" in input) return context.json(input.unfit, 400);
      return await handler(context, input);
    });
  }

  /** What a failure is to the caller. */
  failed(context: Context<RequestEnv>, error: unknown): Response {
    const { status, problem: body, report } = failureOf(error);
    if (report !== undefined) this.#report(report, context.get("requestId"));
    return context.json(body, status);
  }

  #unknown(context: Context<RequestEnv>): Response {
    const { path } = context.req;
    const methods = this.#all.filter((route) => fits(route.path, path)).map(({ method }) => method);
    if (methods.length === 0) {
      return context.json(problem("NOT_FOUND", "there is no such address"), 404);
    }
    const allowed = [...new Set(methods)].map((method) => method.toUpperCase()).join(", ");
    context.header("allow", allowed);
    return context.json(problem("METHOD", `this address accepts ${allowed}`), 405);
  }
}

function fits(pattern: string, path: string): boolean {
  const parts = pattern.split("/");
  const segments = path.split("/");
  return (
    parts.length === segments.length &&
    parts.every((part, at) => (part.startsWith("{") ? segments[at] !== "" : part === segments[at]))
  );
}

async function read<Body, Query>(
  context: Context<RequestEnv>,
  { body, query }: Route<Body, Query>,
): Promise<RouteInput<Body, Query> | { readonly unfit: unknown }> {
  const params = Object.entries(context.req.param());
  const long = params.find(([, value]) => value.length > MAX_PARAM);
  if (long !== undefined) return unfit(`it has at most ${MAX_PARAM} characters`, long[0]);
  const sent = body?.safeParse(await context.req.json().catch(() => undefined));
  if (sent?.success === false) return unfitFor(sent.error);
  const repeated = Object.entries(context.req.queries()).find(([, values]) => values.length > 1);
  if (repeated !== undefined) return unfit("give it once", repeated[0]);
  const searched = (query ?? NO_QUERY).safeParse(context.req.query());
  if (!searched.success) return unfitFor(searched.error);
  return {
    // What is not described is not there, and it is not read.
    body: sent?.data as Body,
    query: searched.data as Query,
    param: (name) => context.req.param(name) ?? "",
  };
}

const NO_QUERY = z.strictObject({});

function unfitFor(error: z.ZodError): { readonly unfit: unknown } {
  const [issue] = error.issues;
  return unfit(issue?.message ?? "unreadable", issue?.path.join(".") || null);
}

function unfit(message: string, param: string | null): { readonly unfit: unknown } {
  return { unfit: problem("INPUT_INVALID", message, param) };
}
