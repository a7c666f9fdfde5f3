/** Rooms: what was said, what is said now, and a way to say something. */
import { z } from "zod";
import { newId } from "#core/ids.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { visibleEvent } from "#room/entries.ts";
import { toMarkdown } from "#room/export.ts";
import { eventStream, type ServerEvent } from "../http/event-stream.ts";
import type { OpenTurns } from "../http/open-turns.ts";
import { problem } from "../http/problem.ts";
import type { FollowRequest, HomeService, RoomChoice } from "../socket/home-service.ts";
import { failureOf } from "./failures.ts";
import { fromSchema, lastEventId } from "./last-event-id.ts";
import type { Routes } from "./routes.ts";

export interface RoomParts {
  readonly service: HomeService;
  readonly turns: OpenTurns;
  readonly cleaner: TextCleaner;
  /** Told of what went wrong within a stream and is not told to its reader. */
  readonly report: (error: unknown) => void;
}

interface MessageBody {
  readonly text: string;
  readonly mode?: string | undefined;
}

const messageBodySchema: z.ZodType<MessageBody> = z.strictObject({
  text: z.string().min(1).max(500_000),
  mode: z.string().min(1).max(200).optional().describe("group, direct:PERSONA or file:PATH"),
});

const messageSchema: z.ZodType<MessageBody & { readonly room?: string | undefined }> =
  z.strictObject({
    text: z.string().min(1).max(500_000),
    room: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe("Absent: the one that is open, else a new one"),
    mode: z.string().min(1).max(200).optional(),
  });

interface EventsQuery {
  readonly room?: string | undefined;
  readonly from?: string | undefined;
}

const roomEventsSchema: z.ZodType<EventsQuery> = z.strictObject({ from: fromSchema });
const eventsSchema: z.ZodType<EventsQuery> = z.strictObject({
  ...{ room: z.string().min(1).max(200).optional(), from: fromSchema },
});

const STREAM = { 200: { description: "Server-sent events.", type: "text/event-stream" } };

export function roomRoutes(routes: Routes, parts: RoomParts): void {
  messageRoutes(routes, parts);
  readRoutes(routes, parts);
  eventRoutes(routes, parts);
}

function messageRoutes(routes: Routes, parts: RoomParts): void {
  const say = (request: MessageBody, room: RoomChoice): Response => {
    const { service, turns } = parts;
    if (turns.isLeaving) {
      return Response.json(problem("HOME_BUSY", "this one is leaving"), { status: 503 });
    }
    const stop = new AbortController();
    const { text, mode } = request;
    const roomEvents = service.ask(
      { text, mode, room, raw: false, id: newId("client") },
      stop.signal,
    );
    const { report } = parts;
    return eventStream(turns.during(serverEvents(roomEvents)), {
      stop,
      failure: failing(parts),
      report,
    });
  };
  routes.add(
    {
      ...{ method: "post", path: "/v1/messages", scope: "run", body: messageSchema },
      summary: "Sends a message to the newest room, and streams the events that follow",
      answers: STREAM,
    },
    (_context, { body: { room, ...rest } }) => say(rest, choiceOf(room)),
  );
  routes.add(
    {
      ...{ method: "post", path: "/v1/rooms/{id}/messages", scope: "run", body: messageBodySchema },
      summary: "Sends a message to a room, and streams the events that follow",
      answers: STREAM,
    },
    (_context, { body, param }) => say(body, { kind: "named", id: param("id") }),
  );
}

function readRoutes(routes: Routes, { service, cleaner }: RoomParts): void {
  routes.add(
    {
      ...{ method: "get", path: "/v1/rooms", scope: "read" },
      summary: "Rooms, the newest first",
      answers: { 200: { description: "Rooms.", shape: "rooms" } },
    },
    async (context) => {
      const rooms = await service.rooms(context.req.raw.signal);
      return context.json({
        rooms: rooms.map(({ room, head, startedAt, lastAt }) => {
          return { id: room, entries: head, started_at: startedAt, last_at: lastAt };
        }),
      });
    },
  );
  const format = z.strictObject({ format: z.enum(["md", "json"]).optional() });
  routes.add(
    {
      ...{ method: "get", path: "/v1/rooms/{id}/transcript", scope: "read", query: format },
      summary: "The conversation of a room, without the raw output of tools",
      answers: { 200: { description: "Markdown, or with format=json {entries}." } },
    },
    async (context, { query, param }) => {
      const id = param("id");
      const entries = service.entries({ kind: "named", id }, context.req.raw.signal);
      if (query.format === "json") {
        const all = await Array.fromAsync(entries, ({ seq, at, event }) => {
          return { seq, at, event: visibleEvent(event) };
        });
        return context.json({ entries: all });
      }
      const lines = await Array.fromAsync(toMarkdown(entries, { title: id, raw: false, cleaner }));
      return context.body(lines.join(""), 200, { "content-type": "text/markdown; charset=utf-8" });
    },
  );
}

function eventRoutes(routes: Routes, parts: RoomParts): void {
  const follow = (room: RoomChoice, last: number): Response => {
    const stop = new AbortController();
    const events = happened(parts.service, { room, from: last + 1 }, stop.signal);
    return eventStream(events, { stop, failure: failing(parts), report: parts.report });
  };
  routes.add(
    {
      ...{ method: "get", path: "/events", scope: "read", query: eventsSchema },
      summary: "The events of the newest room, or of the named one",
      answers: STREAM,
    },
    (context, { query: { room } }) => {
      const last = lastEventId(context);
      return typeof last === "number" ? follow(choiceOf(room, "newest"), last) : last;
    },
  );
  routes.add(
    {
      ...{ method: "get", path: "/v1/rooms/{id}/events", scope: "read", query: roomEventsSchema },
      summary: "The events of a room; Last-Event-ID continues after an event",
      answers: STREAM,
    },
    (context, { param }) => {
      const last = lastEventId(context);
      return typeof last === "number" ? follow({ kind: "named", id: param("id") }, last) : last;
    },
  );
}

function failing({ report }: RoomParts): (error: unknown) => unknown {
  return (error) => {
    const { problem: body, report: hidden } = failureOf(error);
    if (hidden !== undefined) report(hidden);
    return body;
  };
}

async function* serverEvents(
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
    yield { id: seq, event: event.type, data: { seq, at, event: visibleEvent(event) } };
  }
}

function choiceOf(room: string | undefined, otherwise: "open" | "newest" = "open"): RoomChoice {
  return room === undefined ? { kind: otherwise } : { kind: "named", id: room };
}
