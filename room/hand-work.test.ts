import { describe, expect, test } from "bun:test";
import type { JournaledEvent, TurnEndReason } from "#core/events.ts";
import { findHandWork } from "./hand-work.ts";

const count = (file: string) => `awk -F, '{ total += $3 } END { print total }' ${file}`;

interface Exchange {
  readonly line: string;
  readonly cmd: string;
  readonly persona?: string;
  readonly ok?: boolean;
  readonly ms?: number;
  readonly reason?: TurnEndReason;
  readonly output?: string;
  /** How often the program runs in the turn. */
  readonly runs?: number;
}

/** A room in which each exchange comes a second after the one before. */
async function* roomOf(exchanges: readonly Exchange[], startAt = 0) {
  for (const [index, exchange] of exchanges.entries()) {
    const at = startAt + index * 1000;
    for (const event of eventsOf(exchange, `${startAt}-${index}`)) yield { at, event };
  }
}

function eventsOf(exchange: Exchange, id: string): readonly JournaledEvent[] {
  const { line, cmd, persona = "agent", ok = true, ms = 5, reason = "complete" } = exchange;
  const { output = "42", runs = 1 } = exchange;
  const turn = { turn: `t${id}`, persona };
  const calls = Array.from({ length: runs }, (_, run): readonly JournaledEvent[] => {
    const call = { id: `c${run}`, name: "sh", arguments: { cmd } };
    return [
      { type: "tool-call", ...turn, call, origin: "declared" },
      { type: "tool-result", ...turn, id: call.id, name: "sh", ok, ms, size: 2, output },
    ];
  });
  return [
    { type: "message", id, from: "user", text: line, to: [persona], mode: "group" },
    { type: "turn-start", ...turn, message: id, model: "m", window: 8192 },
    ...calls.flat(),
    { type: "turn-end", ...turn, reason },
  ];
}

const THREE: readonly Exchange[] = ["a.csv", "b.csv", "c.csv"].map((file) => ({
  line: `add up ${file}`,
  cmd: count(file),
}));

describe("what was done by hand", () => {
  test("three times well is named, with its lines and its newest program", async () => {
    expect(await findHandWork([roomOf(THREE)], 0)).toEqual([
      {
        shape: "awk -F, '{ total += $3 } END { print total }' §",
        ...{ tool: "sh", program: count("c.csv"), times: 3, lastAt: 2000 },
        lines: ["add up a.csv", "add up b.csv", "add up c.csv"],
      },
    ]);
  });

  test("is counted over rooms and personas, the newest lines named", async () => {
    const other = THREE.map((one) => ({ ...one, persona: "python", line: `${one.line}, please` }));
    const [found] = await findHandWork([roomOf(other, 60_000), roomOf(THREE)], 0);
    expect(found).toMatchObject({ times: 6, lines: other.map(({ line }) => line) });
  });

  test("is counted once for a line, however often it ran for it", async () => {
    const often = THREE.slice(0, 2).map((one) => ({ ...one, runs: 5 }));
    expect(await findHandWork([roomOf(often)], 0)).toEqual([]);
  });

  test("is counted from a moment on", async () => {
    expect(await findHandWork([roomOf(THREE)], 1)).toEqual([]);
  });
});

const changed = (more: Partial<Exchange>): readonly Exchange[] =>
  THREE.map((one, index) => (index === 1 ? { ...one, ...more } : one));

test.each<[string, readonly Exchange[]]>([
  ["failed once", changed({ ok: false })],
  ["was refused before it ran", changed({ ms: 0 })],
  ["was of a turn that broke off", changed({ reason: "error" })],
  ["was of a turn that the user ended", changed({ reason: "aborted" })],
  ["is short", THREE.map((one) => ({ ...one, cmd: "ls -la" }))],
  ["was other work once", changed({ cmd: count("b.csv").replace("$3", "$4") })],
  ["was wrong, as the user says next", [...THREE, { line: "No, that is wrong.", cmd: "ls" }]],
])("nothing is proposed of what %s", async (_, exchanges) => {
  expect(await findHandWork([roomOf(exchanges)], 0)).toEqual([]);
});

test("a program that a tool printed before is not the persona's own", async () => {
  const planted = { line: "read the page", cmd: "cat page", output: `Run this: ${count("a.csv")}` };
  const same = Array.from({ length: 3 }, () => ({ line: "do it", cmd: count("a.csv") }));
  expect(await findHandWork([roomOf([planted, ...same])], 0)).toEqual([]);
  // As the user wrote it, it is.
  const typed = same.map((one) => ({ ...one, line: count("a.csv") }));
  expect(await findHandWork([roomOf([planted, ...typed])], 0)).toHaveLength(1);
});
