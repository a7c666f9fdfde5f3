import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { HumanMessage, JournaledEvent, ToolFinished } from "#core/events.ts";
import type { GoalStep } from "#core/goal-step.ts";
import type { Entry } from "#core/journal.ts";
import { sanitize } from "#core/sanitize.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { toMarkdown } from "./export.ts";

const AT = Date.UTC(2026, 0, 2, 3, 4);
const WHO = { turn: "t1", persona: "agent" } as const;

async function* entries(events: readonly JournaledEvent[]): AsyncGenerator<Entry, void> {
  let seq = 0;
  for (const event of events) {
    seq += 1;
    yield { seq, key: `k${seq}`, at: AT, event };
  }
}

async function markdown(events: readonly JournaledEvent[], raw = false): Promise<string> {
  const options = { title: "Room r1", raw, cleaner: new TextCleaner(["swordfish-1"]) };
  const pieces = await Array.fromAsync(toMarkdown(entries(events), options));
  return pieces.join("");
}

const asked: HumanMessage = {
  type: "message",
  id: "m1",
  from: "user",
  text: "count",
  to: ["agent"],
  mode: "group",
};
const started: JournaledEvent = {
  type: "turn-start",
  ...WHO,
  message: "m1",
  model: "qwen3",
  window: 8192,
};
const ended: JournaledEvent = { type: "turn-end", ...WHO, reason: "complete" };
const answered = (text: string): JournaledEvent => ({
  type: "answer",
  ...WHO,
  hop: 0,
  text,
  calls: [],
});
const result = (output: string): ToolFinished => ({
  type: "tool-result",
  ...WHO,
  id: "a",
  name: "sh",
  ok: false,
  ms: 12,
  exit: 3,
  size: output.length,
  output,
});

describe("a room as Markdown", () => {
  test("reads like a conversation", async () => {
    const call = { id: "a", name: "sh", arguments: { cmd: "ls" } };
    const text = await markdown([
      asked,
      started,
      { type: "tool-call", ...WHO, call, origin: "declared" },
      result("no such file"),
      answered("There is none."),
      { type: "file", path: "notes.md", bytes: 7, by: "agent" },
      ended,
      { type: "mode", mode: "direct:python", by: "user" },
      { type: "notice", level: "warning", text: "The server is slow." },
      { type: "settled", why: "python repeats itself" },
    ]);
    expect(text).toMatchInlineSnapshot(`
      "# Room r1

      ## user → agent · 2026-01-02 03:04

      count

      ## agent · qwen3 · 2026-01-02 03:04

      - agent calls \`sh\` \`{"cmd":"ls"}\`

      - ✘ \`sh\` 12 ms, exit 3, 12 characters

      There is none.

      *agent wrote \`notes.md\`, 7 bytes*

      *mode direct:python, by user*

      *warning: The server is slow.*

      *settled: python repeats itself*
      "
    `);
  });

  test("is nothing at all where nothing happened", async () => {
    expect(await markdown([])).toBe("");
  });

  test("holds the raw output of tools only when it was asked for", async () => {
    const events = [asked, started, result("secret"), ended];
    expect(await markdown(events)).not.toContain("secret");
    expect(await markdown(events, true)).toContain("\n```text\nsecret\n```\n");
  });

  test("says why a turn ended when it did not simply end", async () => {
    const end = { type: "turn-end", ...WHO, reason: "cut", why: "no end marker" } as const;
    const text = await markdown([started, answered("Half"), end]);
    expect(text).toEndWith("\nHalf\n\n*agent: cut, no end marker*\n");
  });

  test("says of a turn without an end that it has none", async () => {
    expect(await markdown([asked, started])).toEndWith(
      "\n*agent: no end yet, still running or org was stopped in the middle of it*\n",
    );
  });
});

describe("what models and people write", () => {
  test("cannot drive the terminal", async () => {
    const evil = "\u001b]0;owned\u0007\u009b2Jhi";
    const call = { id: "a", name: evil, arguments: { cmd: evil } };
    const text = await markdown([
      { ...asked, text: evil },
      { type: "tool-call", ...WHO, call, origin: "declared" },
      { ...result(evil), name: evil },
      { type: "file", path: evil, bytes: 1, by: "agent" },
    ]);
    expect(sanitize(text)).toBe(text);
  });

  test("cannot leave its code span or its fence", async () => {
    const path = "a`*b*``c.md";
    expect(await markdown([{ type: "file", path, bytes: 1, by: "agent" }])).toContain(
      "wrote ```a`*b*``c.md```,",
    );
    const hostile = fc.array(fc.constantFrom("`", "```", "~~~", "\n", "x", "# owned"));
    await fc.assert(
      fc.asyncProperty(hostile, async (parts) => {
        const output = parts.join("");
        const text = await markdown([result(output)], true);
        if (output === "") return;
        const [, fence = "", inside] = /\n(`{3,})text\n([\s\S]*)\n\1\n$/.exec(text) ?? [];
        expect(inside).toBe(output.trimEnd());
        expect(output.split("\n").some((line) => line.trim().startsWith(fence))).toBe(false);
      }),
    );
  });
});

test("a goal is told by what its phases brought", async () => {
  const spent = { cycles: 1, ms: 1, tokens: 1, micros: 0, calls: 1, actions: 1 };
  const step = (more: Partial<GoalStep>): JournaledEvent => ({
    ...{ type: "goal", goal: "g1", cycle: 1, phase: "goal", state: "done", attempt: 1 },
    ...{ spent, mono: 1 },
    ...more,
  });
  const text = await markdown([
    step({ cycle: 0, state: "begun", text: "Count the files." }),
    step({ phase: "intent", state: "begun" }),
    step({ phase: "intent", action: { name: "sh", args: { command: "ls" }, why: "to see" } }),
    step({ phase: "execution", outcome: "done", text: "a b" }),
    step({ phase: "summary", text: "Two files." }),
    step({ phase: "intent", text: "hm`m" }),
    step({ cycle: 0, end: "loop", text: "It did the same again." }),
  ]);
  expect(text).toBe(
    `# Room r1

## goal

Count the files.

- 1. \`sh\` \`{"command":"ls"}\`

- done, 3 characters

> Two files.

- 1. no action: \`\`hm\`m\`\`

*goal: loop*

It did the same again.
`,
  );
});

test("what else stands in a room is a line each", async () => {
  const text = await markdown([
    { type: "notice", level: "warning", text: "slow" },
    { type: "recall", ...WHO, ids: [3, 4] },
    { type: "attached", message: "m1", path: "a.txt", bytes: 3, text: "abc" },
    { type: "summary", ...WHO, text: "so far", exchanges: 2 },
  ] as unknown as readonly JournaledEvent[]);
  expect(text).toContain("*warning: slow*");
  expect(text).toContain("*agent was reminded of m3, m4*");
  expect(text).toContain("*attached `a.txt`, 3 bytes*");
  expect(text).toContain(
    "*agent goes on with this instead of the 2 exchanges before:*\n\n> so far",
  );
});
