import { describe, expect, test } from "bun:test";
import { ZodError } from "zod";
import { OrgError } from "#core/errors.ts";
import type { JournaledEvent, RoomEvent } from "#core/events.ts";
import type { Entry, RoomSummary } from "#core/journal.ts";
import type { AskRequest, HomeService, OpenQuestion, RoomChoice } from "./home-service.ts";
import { type Call, homeHandlers, remoteHome } from "./home-wire.ts";

const { signal } = new AbortController();
const WHO = { turn: "t1", persona: "agent" } as const;
const EVENTS: readonly RoomEvent[] = [
  { type: "message", id: "m1", from: "user", text: "hi", to: ["agent"], mode: "group" },
  { type: "turn-start", ...WHO, message: "m1", model: "m", window: 8192 },
  { type: "phase", ...WHO, phase: "waiting" },
  { type: "text-delta", ...WHO, text: "Hel\u2028lo" },
  {
    type: "answer",
    ...WHO,
    hop: 0,
    text: "Hello",
    calls: [{ id: "a", name: "sh", arguments: null }],
  },
  {
    type: "tool-result",
    ...WHO,
    id: "a",
    name: "sh",
    ok: true,
    ms: 1,
    exit: 0,
    size: 2,
    output: "x",
  },
  { type: "notice", level: "error", text: "no", persona: "agent", code: "PATH_REFUSED" },
  { type: "turn-end", ...WHO, reason: "complete", usage: { promptTokens: 1, completionTokens: 2 } },
];
const ROOMS: readonly RoomSummary[] = [{ room: "r1", head: 2, startedAt: 1, lastAt: 2 }];
const QUESTION: OpenQuestion = {
  room: "r1",
  asked: {
    ...{ type: "approval", state: "asked", id: "A1", ...WHO },
    call: { id: "a", name: "sh", arguments: { cmd: "ls" } },
    ...{ why: "it is supervised", hash: "0", expiresAt: 7 },
  },
};
/** With every field: one that the other end does not know is refused there. */
const REQUEST: Required<AskRequest> = {
  ...{ text: "hi", room: { kind: "newest" }, mode: "group", raw: true },
  ...{ yes: true, id: "client-1" },
};

/** A home that gives what it is made with, and notes what it was asked. */
function homeOf(about: Partial<HomeService>, asked: unknown[] = []): HomeService {
  return {
    async *ask(request) {
      asked.push(request);
      yield* EVENTS;
    },
    async *entries(room: RoomChoice): AsyncGenerator<Entry, void> {
      asked.push(room);
      const event: JournaledEvent = { type: "settled", why: "enough" };
      yield { seq: 1, key: "k", at: 7, event };
    },
    async *follow(request): AsyncGenerator<Entry, void> {
      asked.push(request);
      const event: JournaledEvent = { type: "settled", why: "enough" };
      yield { seq: request.from, key: "k", at: 7, event };
    },
    rooms: async () => ROOMS,
    questions: async () => [],
    answer: () => Promise.reject(new Error("This is not asked for")),
    ...about,
  };
}

/** The owner's end and the other end, with JSON in between. */
function joined(home: HomeService): HomeService {
  const handlers = homeHandlers(home);
  return remoteHome(async function* (name, body, stop) {
    const handler = handlers[name];
    if (handler === undefined) throw new Error(`There is no handler "${name}"`);
    for await (const line of handler(asJson(body), stop)) yield asJson(line);
  });
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const answering = (...lines: readonly unknown[]): Call =>
  async function* () {
    yield* lines;
  };

describe("through the wire", () => {
  test("a question and every kind of event arrive as they were", async () => {
    const asked: unknown[] = [];
    const home = joined(homeOf({}, asked));
    expect(await Array.fromAsync(home.ask(REQUEST, signal))).toEqual([...EVENTS]);
    expect(asked).toEqual([REQUEST]);
  });

  test("a question to a room of a repository arrives, whatever name the user gave the room", async () => {
    const asked: unknown[] = [];
    const id = `project-${"0".repeat(16)}-${"a.b_c-d".padEnd(64, "x")}`;
    const request: AskRequest = { text: "hi", room: { kind: "own", id }, raw: false };
    await Array.fromAsync(joined(homeOf({}, asked)).ask(request, signal));
    expect(asked).toEqual([request]);
    for (const odd of ["../x", ".", "", "a/b", "a\nb", "x".repeat(200)]) {
      const to = { ...request, room: { kind: "own", id: odd } } as const;
      await expect(Array.fromAsync(joined(homeOf({})).ask(to, signal))).rejects.toThrow(ZodError);
    }
  });

  test("a question without a mode has none", async () => {
    const asked: unknown[] = [];
    const { mode: _, ...plain } = REQUEST;
    await Array.fromAsync(joined(homeOf({}, asked)).ask(plain, signal));
    expect(asked).toEqual([plain]);
  });

  test("rooms and entries arrive as they were", async () => {
    const asked: unknown[] = [];
    const home = joined(homeOf({}, asked));
    expect(await home.rooms(signal)).toEqual(ROOMS);
    const choice = { kind: "named", id: "r1" } as const;
    expect(await Array.fromAsync(home.entries(choice, signal))).toEqual([
      { seq: 1, key: "k", at: 7, event: { type: "settled", why: "enough" } },
    ]);
    const follow = { room: choice, from: 4 };
    expect(await Array.fromAsync(home.follow(follow, signal))).toMatchObject([{ seq: 4 }]);
    expect(asked).toEqual([choice, follow]);
  });

  test("what waits for the human, and the answer, arrive as they were", async () => {
    const given: unknown[] = [];
    const home = joined(
      homeOf({
        questions: async () => [QUESTION],
        answer: async (request) => {
          given.push(request);
          return QUESTION;
        },
      }),
    );
    expect(await home.questions(signal)).toEqual([QUESTION]);
    const request = { id: "A1", approved: true, room: "r1" };
    expect(await home.answer(request, signal)).toEqual(QUESTION);
    expect(given).toEqual([request]);
  });

  test("the signal reaches the owner, and its failure the asker", async () => {
    const stop = new AbortController();
    const home = joined(
      homeOf({
        async *ask(_request, given) {
          await new Promise<void>((resolve) => given.addEventListener("abort", () => resolve()));
          throw new OrgError("Enough", { code: "LOCK_HELD", remedies: [] });
        },
      }),
    );
    const asking = Array.fromAsync(home.ask(REQUEST, stop.signal));
    stop.abort();
    await expect(asking).rejects.toMatchObject({ code: "LOCK_HELD" });
  });

  test("leaving the loop leaves the owner's, too", async () => {
    let left = false;
    const home = joined(
      homeOf({
        async *ask() {
          try {
            yield* EVENTS;
          } finally {
            left = true;
          }
        },
      }),
    );
    for await (const _ of home.ask(REQUEST, signal)) break;
    expect(left).toBe(true);
  });
});

describe("what does not fit is refused", () => {
  const handlers = homeHandlers(homeOf({}));

  test.each([
    ["a question of another shape", "ask", { ...REQUEST, text: 7 }],
    ["a question with something more", "ask", { ...REQUEST, shell: true }],
    ["an unknown choice of a room", "entries", { kind: "any" }],
    ["nothing at all", "ask", undefined],
    ["an answer that is neither yes nor no", "answer", { id: "A1", approved: "yes" }],
  ])("%s, by the owner", (_name, question, body) => {
    expect(() => handlers[question]?.(body, signal)).toThrow(ZodError);
  });

  test("an event of another version, by the asker", async () => {
    const home = remoteHome(answering({ type: "applause" }));
    await expect(Array.fromAsync(home.ask(REQUEST, signal))).rejects.toThrow(ZodError);
  });

  test("an event that is not a question, by the asker", async () => {
    const asked = { type: "settled", why: "x" };
    const home = remoteHome(answering({ room: "r1", asked }));
    await expect(home.questions(signal)).rejects.toThrow('The owner sent "settled" for a question');
  });

  test("an entry that no journal holds, by the asker", async () => {
    const event = { type: "text-delta", ...WHO, text: "x" };
    const home = remoteHome(answering({ seq: 1, key: "k", at: 7, event }));
    await expect(Array.fromAsync(home.entries({ kind: "newest" }, signal))).rejects.toThrow(
      'The owner sent "text-delta", which no journal holds',
    );
  });
});
