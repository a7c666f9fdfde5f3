import { expect, test } from "bun:test";
import { foundBy, layOutPrompt } from "./prompt-layout.ts";
import type { ChatMessage } from "./provider.ts";

const persona = { id: "agent", description: "Works.", prompt: "", tools: [] };
const asked: ChatMessage = { role: "user", content: "Add a test." };
const step: readonly ChatMessage[] = [
  { role: "assistant", content: "", calls: [{ id: "1", name: "read_file", arguments: {} }] },
  { role: "tool", callId: "1", name: "read_file", content: "a long file" },
];

function laidOut(
  current: readonly ChatMessage[],
  project: boolean,
  { line = asked, recalled }: { readonly line?: ChatMessage; readonly recalled?: string } = {},
): readonly ChatMessage[] {
  const shared = {
    ...{ history: [[line], [{ role: "user", content: "Before." } as const]], tools: [] },
    ...{ present: ["agent"], project: project ? { about: "You work on shop." } : undefined },
  };
  const prompted = { persona, personas: [persona], budgetTokens: 4000 };
  const view = { history: [], current, tools: [], shared, recalled };
  return layOutPrompt(view, { ...prompted, profile: { calls: "shape" } }).messages;
}

test("in a repository the newest question stands behind the last result once more", () => {
  expect(laidOut(step, true).at(-1)).toEqual({
    role: "user",
    content: "Your task: Add a test.",
  });
  expect(laidOut([], true).at(-1)?.content).toEndWith("Add a test.");
  expect(laidOut(step, false).at(-1)).toEqual(step[1] ?? asked);
});

test("elsewhere it stands behind what a program or a query found out", () => {
  const found = (name: string, failed = false): readonly ChatMessage[] => [
    { role: "assistant", content: "", calls: [{ id: "1", name, arguments: {} }] },
    { role: "tool", callId: "1", name, content: "day: Monday", ...(failed ? { failed } : {}) },
  ];
  const asking = { role: "user", content: "Who came last?" } as const;
  const last = (current: readonly ChatMessage[], line: ChatMessage = asking) =>
    laidOut(current, false, { line }).at(-1)?.content;
  // A real model answered with the day that its query had found.
  expect(last(found("table_query"))).toBe("With this, answer: Who came last?");
  expect(last(found("python_run"))).toBe("With this, answer: Who came last?");
  expect(last(found("table_query", true))).toBe("day: Monday");
  expect(last(found("sh"))).toBe("day: Monday");
  expect(last([])).toEndWith("Who came last?");
  expect(foundBy(found("table_query"), undefined)).toBe("table_query");
  expect(foundBy(found("table_query", true), undefined)).toBeUndefined();
  expect(foundBy(found("python_run"), { about: "You work on shop." })).toBeUndefined();
  const pasted: ChatMessage = { role: "user", content: "a long text ".repeat(60) };
  expect(last(found("table_query"), pasted)).toBe("day: Monday");
});

// A real model read "on Saturdays at 14" before it searched the files, and said "at 18" behind the search.
test("notes stand behind what was found out, before the question, once more", () => {
  const note = "What was noted earlier:\n│ On Saturdays the bakery closes at 14.";
  const ends = (...laid: Parameters<typeof laidOut>) =>
    laidOut(...laid)
      .slice(-2)
      .map(({ content }) => content);
  expect(ends(step, true, { recalled: note })).toEqual([note, "Your task: Add a test."]);
  const found: readonly ChatMessage[] = [
    { role: "assistant", content: "", calls: [{ id: "1", name: "table_query", arguments: {} }] },
    { role: "tool", callId: "1", name: "table_query", content: "day: Saturday" },
  ];
  expect(ends(found, false, { recalled: note })).toEqual([note, "With this, answer: Add a test."]);
  expect(ends(step, false, { recalled: note })[1]).toBe("a long file");
  expect(ends([], true, { recalled: note })).not.toContain(note);
});

test("behind a change it is told what the task was, and how names are changed everywhere before it", () => {
  const written: readonly ChatMessage[] = [
    { role: "assistant", content: "", calls: [{ id: "1", name: "write_file", arguments: {} }] },
    { role: "tool", callId: "1", name: "write_file", content: "wrote a.ts" },
  ];
  // A real model wrote the same file again behind "Your task", and other files behind a sentence about those.
  expect(laidOut(written, true).at(-1)?.content).toBe(
    "Your task was: Add a test.\nIf the files do that now, answer in a sentence.",
  );
  const failed = written.map((one) => (one.role === "tool" ? { ...one, failed: true } : one));
  expect(laidOut(failed, true).at(-1)?.content).toBe("Your task: Add a test.");
  const asking = { role: "user", content: "Rename calc to price." } as const;
  expect(laidOut(step, true, { line: asking }).at(-1)?.content).toMatch(
    /^Your task: .*\n.* sed -i 's/,
  );
});
