import { describe, expect, test } from "bun:test";
import type { ToolFinished } from "#core/events.ts";
import type { Entry, RoomSummary } from "#core/journal.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { type LogOptions, runLog } from "./log-command.ts";

const { signal } = new AbortController();
const AT = Date.UTC(2026, 0, 2, 3, 4);
const result: ToolFinished = {
  type: "tool-result",
  turn: "t1",
  persona: "agent",
  id: "a",
  name: "sh",
  ok: true,
  ms: 12,
  exit: 0,
  size: 6,
  output: "secret",
};
const ENTRIES: readonly Entry[] = [
  {
    seq: 1,
    key: "m1",
    at: AT,
    event: { type: "message", id: "m1", from: "user", text: "hi", to: ["agent"], mode: "group" },
  },
  { seq: 2, key: "r", at: AT, event: result },
];

async function log(about: Partial<LogOptions>, rooms: readonly RoomSummary[] = []) {
  const output = capturedOutput();
  const home: HomeService = {
    async *ask() {
      yield* [];
    },
    rooms: async () => rooms,
    questions: async () => [],
    async *follow() {
      yield* [];
    },
    answer: () => Promise.reject(new Error("This is not asked for")),
    async *entries() {
      yield* ENTRIES;
    },
  };
  const room = { kind: "newest" } as const;
  const plain = { what: "text", raw: false, cleaner: new TextCleaner(["swordfish-1"]) } as const;
  const exit = await runLog(home, { room, ...plain, output, signal, ...about });
  expect(exit).toBe(0);
  return { stdout: output.stdout, stderr: output.stderr };
}

describe("org log", () => {
  test("prints the room as a page, titled by how it was asked for", async () => {
    const { stdout } = await log({});
    expect(stdout).toStartWith("# The newest room\n\n## user → agent · 2026-01-02 03:04\n\nhi\n");
    const named = await log({ room: { kind: "named", id: "r1" } });
    expect(named.stdout).toStartWith("# Room r1\n");
  });

  test("keeps raw output back unless it is asked for", async () => {
    expect((await log({})).stdout).not.toContain("secret");
    expect((await log({ raw: true })).stdout).toContain("\n```text\nsecret\n```\n");
  });

  test("prints entries as JSON, one a line, without the keys of the journal", async () => {
    const lines = (await log({ what: "json" })).stdout.trimEnd().split("\n");
    const { output: _, ...shown } = result;
    expect(lines.map((line) => JSON.parse(line))[1]).toEqual({
      seq: 2,
      at: "2026-01-02T03:04:00.000Z",
      ...shown,
    });
    expect((await log({ what: "json", raw: true })).stdout).toContain('"output":"secret"');
  });

  test("lists the rooms as the home gives them: newest first", async () => {
    const rooms = [
      { room: "r2", head: 7, startedAt: AT, lastAt: AT + 60_000 },
      { room: "r1", head: 3, startedAt: AT, lastAt: AT },
    ];
    expect(await log({ what: "list" }, rooms)).toEqual({
      stdout: "r2\t7 events\t2026-01-02T03:05:00.000Z\nr1\t3 events\t2026-01-02T03:04:00.000Z\n",
      stderr: "",
    });
  });

  test("says on stderr that there is nothing to list", async () => {
    expect(await log({ what: "list" })).toEqual({
      stdout: "",
      stderr: "There is no room yet. `org` opens one.\n",
    });
  });
});
