/** What a generation answers: how it is, what is said to it, and what happens in it. */
import { Hono } from "hono";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { shown } from "#room/entries.ts";
import type { FollowRequest, HomeService, RoomChoice } from "#serve/home-service.ts";
import { needs } from "#serve/http/auth/guard.ts";
import type { DoorEnv } from "#serve/http/door-env.ts";
import { eventStream, type ServerEvent } from "#serve/http/event-stream.ts";
import { observeRequests, type RequestSeen } from "#serve/http/observe-requests.ts";
import { behindDoor } from "#serve/http/open-port.ts";
import { problem } from "#serve/http/problem.ts";
import { OpenTurns } from "./open-turns.ts";

export interface Generation {
  readonly name: "current" | "candidate";
  /** The commit that it is made of. */
  readonly commit: string;
  /** Names of the tools that its personas have beside the built-in ones. */
  readonly tools: () => readonly string[] | Promise<readonly string[]>;
  /** Calls a tool with its own first example. @default no tool can be tried */
  readonly tryTool?: ((name: string) => Promise<ToolTrial>) | undefined;
}

/** What became of a tool's first example. */
export interface ToolTrial {
  readonly ok: boolean;
  /** One clause for a person; never what a tool wrote. */
  readonly why: string;
}

export interface GenerationOptions {
  readonly generation: Generation;
  readonly service: HomeService;
  /** Told of what went wrong here and is told to nobody who asks. @default it is dropped */
  readonly report?: ((error: unknown) => void) | undefined;
  /** Counts the answers under way. */
  readonly turns?: OpenTurns | undefined;
  /** Told of every request. */
  readonly onRequest?: ((seen: RequestSeen) => void) | undefined;
  /** Everything that is counted, in the text format of Prometheus. @default there are no metrics */
  readonly metricsText?: (() => Promise<string>) | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: (() => number) | undefined;
}

/** @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const messageSchema = z.strictObject({
  text: z.string().min(1),
  /** Absent: the room that is open, else a new one. */
  room: z.string().min(1).optional(),
  mode: z.string().min(1).optional(),
});

export function generationApp({
  generation,
  service,
  turns = new OpenTurns(),
  report = () => undefined,
  onRequest = () => undefined,
  metricsText,
  now = () => performance.now(),
}: GenerationOptions): Hono<DoorEnv> {
  const app = new Hono<DoorEnv>();
  const start = now();
  // A bug of ours is no reader's business.
  const failure = (error: unknown): unknown => {
    if (error instanceof OrgError) return problem(error.code, error.message);
    report(error);
    return problem("INTERNAL", "something went wrong here; the log says more");
  };
  app.use(observeRequests(onRequest));
  behindDoor(app);
  app.get("/health", async (context) => {
    // That it is alive anybody may know who reaches the port; what it is made of only its callers.
    if (context.get("caller") === undefined) return context.json({ status: "ok" });
    return context.json({
      status: "ok",
      generation: generation.name,
      commit: generation.commit,
      uptime_s: Math.round((now() - start) / 1000),
      tools: await generation.tools(),
    });
  });
  // For what puts requests before it: one that is leaving is alive, and takes no more of them.
  app.get("/ready", (context) =>
    turns.isLeaving ? context.json({ status: "leaving" }, 503) : context.json({ status: "ready" }),
  );
  app.post("/v1/messages", needs("run"), async (context) => {
    const body = messageSchema.safeParse(await context.req.json().catch(() => undefined));
    if (!body.success)
      return context.json(problem("INPUT_INVALID", z.prettifyError(body.error)), 400);
    if (turns.isLeaving) return context.json(problem("HOME_BUSY", "this one is leaving"), 503);
    const { text, room, mode } = body.data;
    const stop = new AbortController();
    const request = { text, mode, room: choiceOf(room), raw: false };
    const events = turns.during(said(service.ask(request, stop.signal)));
    return eventStream(events, { stop, failure });
  });
  app.get("/events", needs("read"), (context) => {
    const stop = new AbortController();
    const last = Number(context.req.header("last-event-id") ?? context.req.query("from") ?? 0);
    if (!Number.isSafeInteger(last) || last < 0) {
      return context.json(problem("INPUT_INVALID", "Last-Event-ID is the number of an entry"), 400);
    }
    const request = {
      room: choiceOf(context.req.query("room"), "newest"),
      from: last + 1,
    } as const;
    return eventStream(happened(service, request, stop.signal), { stop, failure });
  });
  app.post("/v1/tools/:name/try", needs("run"), async (context) => {
    const trial = await generation.tryTool?.(context.req.param("name"));
    return context.json(trial ?? { ok: false, why: "no tool can be tried here" });
  });
  if (metricsText !== undefined) {
    app.get("/metrics", needs("read"), async (context) =>
      context.text(await metricsText(), 200, { "content-type": METRICS_TYPE }),
    );
  }
  app.notFound((context) => context.json(problem("NOT_FOUND", "there is no such address"), 404));
  app.onError((error, context) => context.json(failure(error), 500));
  return app;
}

async function* said(
  events: AsyncIterable<{ readonly type: string }>,
): AsyncGenerator<ServerEvent, void> {
  for await (const event of events) yield { event: event.type, data: event };
}

async function* happened(
  service: HomeService,
  request: FollowRequest,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent, void> {
  for await (const { seq, at, event } of service.follow(request, signal)) {
    yield { id: seq, event: event.type, data: { seq, at, event: shown(event) } };
  }
}

function choiceOf(room: string | undefined, otherwise: "open" | "newest" = "open"): RoomChoice {
  return room === undefined ? { kind: otherwise } : { kind: "named", id: room };
}
