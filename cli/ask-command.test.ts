import { describe, expect, test } from "bun:test";
import { jsonLineSchema } from "#core/event-schema.ts";
import type { RoomEvent, TurnEndReason } from "#core/events.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { runAsk } from "./ask-command.ts";

const { signal } = new AbortController();
const request = { text: "hi", room: { kind: "open" }, raw: false } as const;

/** A home that answers every question with these events. */
function homeOf(...events: readonly RoomEvent[]): HomeService {
  return {
    async *ask() {
      yield* events;
    },
    rooms: async () => [],
    questions: async () => [],
    async *follow() {
      yield* [];
    },
    answer: () => Promise.reject(new Error("This is not asked for")),
    async *entries() {
      yield* [];
    },
  };
}

const asked = (...to: readonly string[]): RoomEvent => ({
  type: "message",
  id: "m1",
  from: "user",
  text: "hi",
  to,
  mode: "group",
});
const start = (persona: string): RoomEvent => ({
  type: "turn-start",
  turn: `turn of ${persona}`,
  persona,
  message: "m1",
  model: "m",
  window: 8192,
});
const delta = (persona: string, text: string): RoomEvent => ({
  type: "text-delta",
  turn: `turn of ${persona}`,
  persona,
  text,
});
const answer = (persona: string, text: string): RoomEvent => ({
  type: "answer",
  turn: `turn of ${persona}`,
  persona,
  hop: 0,
  text,
  calls: [],
});
const toolCall = (persona: string): RoomEvent => ({
  type: "tool-call",
  turn: `turn of ${persona}`,
  persona,
  call: { id: "a", name: "sh", arguments: {} },
  origin: "declared",
});

function end(persona: string, reason: TurnEndReason = "complete", about = {}): RoomEvent {
  return { type: "turn-end", turn: `turn of ${persona}`, persona, reason, ...about };
}

async function run(events: readonly RoomEvent[], live = false) {
  const output = capturedOutput(live);
  const exit = await runAsk(homeOf(...events), { request, json: false, output, signal });
  return { exit, stdout: output.stdout, stderr: output.stderr };
}

describe("into a pipe", () => {
  test("goes the answer alone, with a line end", async () => {
    const events = [
      asked("agent"),
      start("agent"),
      delta("agent", "Let me look."),
      answer("agent", "Let me look."),
      toolCall("agent"),
      delta("agent", "It is 42."),
      answer("agent", "It is 42."),
      end("agent"),
    ];
    expect(await run(events)).toEqual({ exit: 0, stdout: "It is 42.\n", stderr: "" });
  });

  test("go several answers under their names", async () => {
    const events = [
      asked("python", "agent"),
      start("python"),
      answer("python", "One.\n"),
      end("python"),
      start("agent"),
      answer("agent", "Two."),
      end("agent"),
    ];
    expect((await run(events)).stdout).toBe("python: One.\nagent: Two.\n");
  });

  test("go answers that were given at the same time to those who gave them, in order", async () => {
    const events = [
      asked("agent", "python"),
      start("agent"),
      start("python"),
      answer("python", "I am python."),
      answer("agent", "I am agent."),
      end("python"),
      end("agent"),
    ];
    expect((await run(events)).stdout).toBe("agent: I am agent.\npython: I am python.\n");
  });

  test("goes a name as soon as a second persona speaks", async () => {
    const events = [
      asked("agent"),
      start("agent"),
      answer("agent", "Over to @@python."),
      end("agent"),
      start("python"),
      answer("python", "Thanks."),
      end("python"),
    ];
    expect((await run(events)).stdout).toBe("Over to @@python.\npython: Thanks.\n");
  });

  test("goes nothing of a persona that passes", async () => {
    const events = [
      asked("agent"),
      start("agent"),
      answer("agent", "Let me look."),
      toolCall("agent"),
      end("agent", "passed"),
    ];
    expect(await run(events)).toEqual({ exit: 0, stdout: "", stderr: "" });
  });
});

describe("on a terminal", () => {
  test("text shows as it comes, what is said behind a tool call on a line of its own", async () => {
    const output = capturedOutput(true);
    const seen: string[] = [];
    const home: HomeService = {
      ...homeOf(),
      async *ask() {
        for (const event of [
          asked("agent"),
          start("agent"),
          delta("agent", "Let me"),
          delta("agent", " look."),
          answer("agent", "Let me look."),
          toolCall("agent"),
          delta("agent", "It is 42."),
          answer("agent", "It is 42."),
          end("agent"),
          start("python"),
          delta("python", "I agree."),
          end("python"),
        ]) {
          yield event;
          seen.push(output.stdout);
        }
      },
    };
    await runAsk(home, { request, json: false, output, signal });
    expect(seen).toEqual([
      "",
      "",
      "Let me",
      "Let me look.",
      "Let me look.",
      "Let me look.\n",
      "Let me look.\nIt is 42.",
      "Let me look.\nIt is 42.",
      "Let me look.\nIt is 42.\n",
      "Let me look.\nIt is 42.\n",
      "Let me look.\nIt is 42.\npython: I agree.",
      "Let me look.\nIt is 42.\npython: I agree.\n",
    ]);
  });

  test("no persona's words are broken up by another that speaks at the same time", async () => {
    const events = [
      asked("agent", "python"),
      start("agent"),
      start("python"),
      delta("python", "I am "),
      delta("agent", "One, "),
      delta("python", "python."),
      end("python"),
      delta("agent", "two."),
      end("agent"),
    ];
    expect((await run(events, true)).stdout).toBe("agent: One, two.\npython: I am python.\n");
  });
});

test("a message to no persona is done when it was sent", async () => {
  expect(await run([asked()])).toEqual({ exit: 0, stdout: "", stderr: "" });
  await expect(run([asked("agent")])).rejects.toMatchObject({ code: "OWNER_LOST" });
});

describe("beside the answer", () => {
  test("stands what a person must know, on stderr", async () => {
    const events: RoomEvent[] = [
      asked("agent"),
      start("agent"),
      { type: "notice", level: "warning", text: "The server is busy.", persona: "agent" },
      answer("agent", "Half"),
      { type: "file", path: "a.md", bytes: 3, by: "agent" },
      end("agent", "cut", { why: "no end marker", code: "STREAM_CUT" }),
      { type: "settled", why: "enough" },
    ];
    expect(await run(events)).toEqual({
      exit: 1,
      stdout: "Half\n",
      stderr: [
        "The server is busy.",
        "agent wrote a.md (3 bytes)",
        "agent stopped (cut): no end marker",
        "The room settled: enough.",
        "",
      ].join("\n"),
    });
  });

  test("stands every event as a line of the exported shape, where JSON was asked for", async () => {
    const events = [asked("agent"), start("agent"), delta("agent", "Hi\n"), end("agent", "length")];
    const output = capturedOutput();
    const exit = await runAsk(homeOf(...events), { request, json: true, output, signal });
    const lines = output.stdout.trimEnd().split("\n");
    expect(lines.map((line) => jsonLineSchema.parse(JSON.parse(line)))).toEqual(events);
    expect([exit, output.stderr]).toEqual([1, ""]);
  });
});

describe("the exit code", () => {
  test.each<[TurnEndReason, string | undefined, number]>([
    ["complete", undefined, 0],
    ["passed", undefined, 0],
    ["length", undefined, 1],
    ["looped", undefined, 1],
    ["limit", undefined, 1],
    ["aborted", undefined, 130],
    ["cut", "STREAM_CUT", 1],
    ["cut", "STREAM_SILENT", 124],
    ["error", "PROVIDER_UNREACHABLE", 69],
    ["error", "BUG", 70],
    ["error", "A_CODE_OF_A_LATER_VERSION", 1],
  ])("of a turn that ended as %s (%s) is %d", async (reason, code, exit) => {
    expect((await run([asked("agent"), start("agent"), end("agent", reason, { code })])).exit).toBe(
      exit,
    );
  });

  test("is that of the first failure, a file that was not written included", async () => {
    const notice: RoomEvent = { type: "notice", level: "error", text: "no", code: "PATH_REFUSED" };
    const events = [asked("a", "b"), start("a"), notice, end("a"), start("b"), end("b", "cut")];
    expect((await run(events)).exit).toBe(77);
  });

  test("of a warning is 0", async () => {
    const notice: RoomEvent = { type: "notice", level: "warning", text: "slow" };
    expect((await run([asked("a"), start("a"), notice, end("a")])).exit).toBe(0);
  });
});

describe("an answer that stops without a reason", () => {
  const words = [asked("agent"), start("agent"), answer("agent", "Half")];
  test.each([
    ["before the line was taken", []],
    ["before the turn began", [asked("agent")]],
    ["in the middle of the turn", words],
    ["in the middle of the second turn", [...words, end("agent"), start("python")]],
  ])("%s is a failure, and never an empty success", async (_name, events) => {
    await expect(run(events)).rejects.toMatchObject({
      ...{ code: "OWNER_LOST", message: "The answer was interrupted" },
      why: "The process that wrote it ended before the turn did.",
      remedies: ["run the same command again", "org log   # what was written down"],
      unchanged: "Finished turns are in the journal.",
    });
  });
});
