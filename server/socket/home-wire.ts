/** The questions to a home as they travel between processes; both ends are checked against these schemas. */
import { z } from "zod";
import { roomEventSchema } from "#core/event-schema.ts";
import type { RoomEvent } from "#core/events.ts";
import type { Entry, RoomSummary } from "#core/journal.ts";
import { isLive } from "#room/entries.ts";
import type {
  AnswerRequest,
  AskRequest,
  FollowRequest,
  HomeService,
  OpenQuestion,
  RoomChoice,
} from "./home-service.ts";
import type { Handlers } from "./owner-server.ts";

/** One side asks, the other answers with lines. */
export type Call = (name: string, body: unknown, signal: AbortSignal) => AsyncIterable<unknown>;

/** "own" may be a room without a message yet, which no journal knows, such as the room of a repository. */
export const choiceSchema: z.ZodType<RoomChoice> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("open") }),
  z.strictObject({ kind: z.literal("newest") }),
  z.strictObject({ kind: z.literal("named"), id: z.string() }),
  z.strictObject({ kind: z.literal("own"), id: z.string().regex(/^\w[\w.-]{0,99}$/) }),
]);

const askSchema: z.ZodType<AskRequest> = z.strictObject({
  text: z.string(),
  room: choiceSchema,
  mode: z.string().optional(),
  raw: z.boolean(),
  yes: z.boolean().optional(),
  id: z.string().optional(),
});

const followSchema: z.ZodType<FollowRequest> = z.strictObject({
  room: choiceSchema,
  from: z.int().min(1),
});

const answerSchema: z.ZodType<AnswerRequest> = z.strictObject({
  id: z.string(),
  approved: z.boolean(),
  room: z.string().optional(),
});

const questionSchema = z.strictObject({ room: z.string(), asked: roomEventSchema });

const roomSchema: z.ZodType<RoomSummary> = z.strictObject({
  room: z.string(),
  head: z.int(),
  startedAt: z.number(),
  lastAt: z.number(),
});

const entrySchema = z.strictObject({
  seq: z.int(),
  key: z.string(),
  at: z.number(),
  event: roomEventSchema,
});

/** Questions whose answers end only with the caller. */
export const WATCHES: readonly string[] = ["follow"];

/** The owner's side of what reads the journal and nothing else: any node can do it that shares the journal. */
export function journalHandlers(home: Pick<HomeService, "follow">): Handlers {
  return { follow: (body, signal) => home.follow(followSchema.parse(body), signal) };
}

/** The owner's side: what it does for each question that comes in. */
export function homeHandlers(
  home: HomeService,
): Readonly<Record<string, (body: unknown, signal: AbortSignal) => AsyncIterable<unknown>>> {
  return {
    ask: (body, signal) => home.ask(askSchema.parse(body), signal),
    entries: (body, signal) => home.entries(choiceSchema.parse(body), signal),
    ...journalHandlers(home),
    rooms: async function* (_body, signal) {
      yield* await home.rooms(signal);
    },
    questions: async function* (_body, signal) {
      yield* await home.questions(signal);
    },
    answer: (body, signal) => answered(home, answerSchema.parse(body), signal),
  };
}

/** The other processes' side: the same service, asked of the owner. */
export function remoteHome(call: Call): HomeService {
  return {
    async *ask(request, signal): AsyncGenerator<RoomEvent, void> {
      for await (const line of call("ask", request, signal)) yield roomEventSchema.parse(line);
    },
    async *entries(room, signal): AsyncGenerator<Entry, void> {
      for await (const line of call("entries", room, signal)) yield entryOf(line);
    },
    async *follow(request, signal): AsyncGenerator<Entry, void> {
      for await (const line of call("follow", request, signal)) yield entryOf(line);
    },
    rooms: async (signal) =>
      (await Array.fromAsync(call("rooms", {}, signal))).map((line) => roomSchema.parse(line)),
    questions: async (signal) =>
      (await Array.fromAsync(call("questions", {}, signal))).map(questionOf),
    answer: async (request, signal) =>
      questionOf((await Array.fromAsync(call("answer", request, signal)))[0]),
  };
}

async function* answered(
  home: HomeService,
  request: AnswerRequest,
  signal: AbortSignal,
): AsyncGenerator<OpenQuestion, void> {
  yield await home.answer(request, signal);
}

function questionOf(line: unknown): OpenQuestion {
  const { room, asked } = questionSchema.parse(line);
  if (asked.type === "approval" && asked.state === "asked") return { room, asked };
  throw new Error(`The owner sent "${asked.type}" for a question`);
}

function entryOf(line: unknown): Entry {
  const { event, ...rest } = entrySchema.parse(line);
  if (isLive(event)) throw new Error(`The owner sent "${event.type}", which no journal holds`);
  return { ...rest, event };
}
