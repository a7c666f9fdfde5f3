import { expect, test } from "bun:test";
import { capturedOutput } from "#test/captured-output.ts";
import { AnswerPrinter } from "./ask-printer.ts";

test("a call that no user could approve is printed with its outcome, and not with how to approve it", () => {
  const output = capturedOutput();
  const printer = new AnswerPrinter(output);
  const who = { type: "approval", id: "A1", turn: "t1", persona: "agent" } as const;
  const call = { id: "c1", name: "sh", arguments: { cmd: "ls" } };
  printer.take({ ...who, state: "asked", call, why: "it runs", hash: "0", expiresAt: 0 });
  expect(output.stderr).toBe("");
  printer.take({ ...who, state: "answered", outcome: "unattended", by: "org" });
  expect(output.stderr).toBe(
    "? A1 agent wants to run sh: it runs\n    cmd: ls\n✘ A1 cannot be asked here: denied\n",
  );
  expect(output.stdout).toBe("");
});

test("what a persona was reminded of is said beside the answer", () => {
  const output = capturedOutput();
  new AnswerPrinter(output).take({ type: "recall", turn: "t1", persona: "agent", ids: [12, 3] });
  expect([output.stderr, output.stdout]).toEqual(["⟲ 2 notes · m12, m3\n", ""]);
});

test("what else a person must know is said beside the answer, each in its words", () => {
  const output = capturedOutput();
  const printer = new AnswerPrinter(output);
  printer.take({ type: "attached", message: "m1", path: "a.md", bytes: 12, text: "x" });
  printer.take({
    ...{ type: "summary", persona: "agent", text: "Before.", through: "t1", exchanges: 3 },
    ...{ tokensBefore: 900, tokensAfter: 90 },
  });
  printer.take({ type: "notice", level: "warning", text: "It failed\n→ /retry" });
  printer.take({ type: "settled", why: "all have passed" });
  printer.take({ type: "file", path: "b.md", bytes: 3, by: "agent" });
  printer.take({ type: "mode", mode: "group", by: "user" });
  expect(output.stdout).toBe("");
  expect(output.stderr).toMatchInlineSnapshot(`
    "— attached a.md, 12 bytes
    — agent goes on with a summary of 3 exchanges: 900 tokens became 90
    It failed
    → run the same command again
    The room settled: all have passed.
    agent wrote b.md (3 bytes)
    "
  `);
});

test("a question that is answered before it was asked is told by what is known of it", () => {
  const output = capturedOutput();
  const printer = new AnswerPrinter(output);
  const who = { type: "approval", id: "A1", turn: "t1", persona: "agent" } as const;
  printer.take({ ...who, state: "answered", outcome: "denied", by: "user" });
  expect(output.stderr).toBe("✘ A1 was denied\n");
});

test("a turn that stopped is told with why, and what to do in a shell", () => {
  const output = capturedOutput();
  const printer = new AnswerPrinter(output);
  const turn = { turn: "t1", persona: "agent" };
  printer.take({ type: "turn-start", ...turn, model: "m", message: "m1", window: 1000 });
  printer.take({ type: "turn-end", ...turn, reason: "limit" });
  printer.take({ type: "turn-start", ...turn, model: "m", message: "m1", window: 1000 });
  printer.take({ type: "turn-end", ...turn, reason: "error", why: "It failed\n→ /retry" });
  expect(output.stderr).toBe(
    "agent stopped (limit)\nagent stopped (error): It failed\n→ run the same command again\n",
  );
});

/** Turns one after the other, each with its answer. */
function printed(
  turns: readonly (readonly [persona: string, text: string])[],
  to: readonly string[],
) {
  const output = capturedOutput();
  const printer = new AnswerPrinter(output);
  printer.take({ type: "message", id: "m1", from: "user", to, text: "hi", mode: "group" });
  for (const [index, [persona, text]] of turns.entries()) {
    const turn = `t${index}`;
    printer.take({ type: "turn-start", turn, persona, model: "m", message: "m1", window: 1000 });
    printer.take({ type: "answer", turn, persona, text, hop: 0, calls: [] });
    printer.take({ type: "turn-end", turn, persona, reason: "complete" });
  }
  return output.stdout;
}

test("an only answer has no name; every further one has, also of the persona that spoke before", () => {
  expect(printed([["agent", "One."]], ["agent"])).toBe("One.\n");
  const turns = [
    ["agent", "One."],
    ["python", "Two."],
    ["python", "Three."],
  ] as const;
  expect(printed(turns, ["agent"])).toBe("One.\npython: Two.\npython: Three.\n");
  expect(printed(turns, ["agent", "python"])).toBe("agent: One.\npython: Two.\npython: Three.\n");
});

test("what was withdrawn is marked on a terminal, and printed nowhere else", () => {
  const turn = { turn: "t1", persona: "agent" };
  for (const live of [true, false]) {
    const output = capturedOutput(live);
    const printer = new AnswerPrinter(output);
    printer.take({ type: "turn-start", ...turn, model: "m", message: "m1", window: 1000 });
    printer.take({ type: "text-delta", ...turn, text: "It is" });
    printer.take({ type: "reclassify", ...turn });
    printer.take({ type: "answer", ...turn, text: "", reasoning: "It is", hop: 0, calls: [] });
    printer.take({ type: "text-delta", ...turn, text: "It is 4." });
    printer.take({ type: "answer", ...turn, text: "It is 4.", hop: 1, calls: [] });
    printer.take({ type: "turn-end", ...turn, reason: "complete" });
    expect(output.stdout).toBe(live ? "It is\nIt is 4.\n" : "It is 4.\n");
    expect(output.stderr).toBe(
      live ? "— what agent wrote above was thinking, not its answer\n" : "",
    );
  }
});

test("what is said beside an answer stands on a line of its own on a terminal", () => {
  const turn = { turn: "t1", persona: "agent" };
  let screen = "";
  const show = (text: string) => {
    screen += text;
  };
  const printer = new AnswerPrinter({ live: true, write: show, say: show });
  printer.take({ type: "turn-start", ...turn, model: "m", message: "m1", window: 1000 });
  printer.take({ type: "text-delta", ...turn, text: "It adds now." });
  printer.take({ type: "notice", level: "info", text: "1 file +1 −1 · /diff" });
  printer.take({
    type: "tool-call",
    ...turn,
    call: { id: "c1", name: "sh", arguments: {} },
    origin: "declared",
  });
  printer.take({ type: "text-delta", ...turn, text: "Done." });
  printer.take({ type: "answer", ...turn, text: "Done.", hop: 1, calls: [] });
  printer.take({ type: "turn-end", ...turn, reason: "complete" });
  expect(screen).toBe("It adds now.\n1 file +1 −1 · org project diff\nDone.\n");
});
