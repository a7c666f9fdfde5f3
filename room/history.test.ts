import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { TurnEndReason } from "#core/events.ts";
import { answer, call, end, historyOf, message, start, turn } from "#test/history-events.ts";
import { processorMs } from "#test/processor-time.ts";
import { audienceOf, RoomHistory } from "./history.ts";

/** What a persona sees, oldest first, as "role: content". */
function seen(history: RoomHistory, persona: string): string[] {
  const exchanges = [...history.viewFor(persona).exchanges()].reverse().flat();
  return exchanges.map(({ role, content }) => `${role}: ${content}`);
}

describe("a persona", () => {
  test("sees its own words as its own, and everybody else's under their names", () => {
    const history = historyOf(
      message("m1", "hi"),
      ...turn("agent", "Hello."),
      ...turn("python", "Good day."),
    );
    expect(seen(history, "agent")).toEqual([
      "user: user: hi",
      "assistant: Hello.",
      "user: python: Good day.",
    ]);
    expect(seen(history, "toolsmith")).toEqual([
      "user: user: hi",
      "user: agent: Hello.",
      "user: python: Good day.",
    ]);
  });

  test("sees its calls followed by their results, others see neither", () => {
    const who = { turn: "t1", persona: "agent" };
    const result = { name: "sh", ok: true, ms: 1, size: 4, output: "42\n" };
    const history = historyOf(
      message("m1", "count"),
      start("t1", "agent"),
      { ...answer("t1", "agent", "Let me look."), calls: [call("a")] },
      { type: "tool-call", ...who, call: call("a"), origin: "declared" },
      { type: "tool-result", ...who, id: "a", ...result },
      { ...answer("t1", "agent", "42."), hop: 1 },
      end("t1", "agent", "complete"),
    );
    const own = [...history.viewFor("agent").exchanges()][0];
    expect(own).toEqual([
      { role: "assistant", content: "Let me look.", calls: [call("a")] },
      { role: "tool", callId: "a", name: "sh", content: "42\n" },
      { role: "assistant", content: "42.", calls: [] },
    ]);
    expect(seen(history, "python")).toEqual([
      "user: user: count",
      "user: agent: Let me look.\n\n42.",
    ]);
  });

  test("reads of every call without a result why it has none", () => {
    const history = historyOf(
      message("m1", "count"),
      start("t1", "agent"),
      { ...answer("t1", "agent", ""), calls: [call("a"), call("b")] },
      {
        type: "tool-call",
        turn: "t1",
        persona: "agent",
        call: call("a"),
        origin: "declared",
      },
      end("t1", "agent", "cut"),
    );
    expect(seen(history, "agent").slice(2)).toEqual([
      "tool: Not run to its end: the turn was broken off meanwhile. What it did until then is not known.",
      "tool: Not run: the turn ended before this call.",
      "user: (your last answer ended early: cut)",
    ]);
  });

  test("does not see its running turn: that is in the request itself", () => {
    const history = historyOf(
      message("m1", "hi"),
      start("t1", "agent"),
      answer("t1", "agent", "Let me look."),
    );
    expect(seen(history, "agent")).toEqual(["user: user: hi"]);
    expect(seen(history, "python")).toEqual(["user: user: hi"]);
  });

  test("is shown the newest exchange first, so that reading can stop at the window", () => {
    const history = historyOf(
      message("m1", "one"),
      ...turn("agent", "1"),
      message("m2", "two"),
      start("t2", "agent", "m2"),
    );
    const contents = [...history.viewFor("agent").exchanges()].map(([first]) => first?.content);
    expect(contents).toEqual(["user: two", "1", "user: one"]);
  });
});

describe("a turn that", () => {
  test.each<[TurnEndReason, boolean]>([
    ["complete", true],
    ["length", true],
    ["limit", true],
    ["looped", true],
    ["cut", false],
    ["error", false],
    ["aborted", false],
    ["passed", false],
  ])("ended as %s is an answer for others: %p", (reason, heard) => {
    const history = historyOf(message("m1", "hi"), ...turn("agent", "42", reason));
    expect(seen(history, "python").includes("user: agent: 42")).toBe(heard);
    expect(history.lastSpeaker).toBe(heard ? "agent" : undefined);
  });

  test("was broken off is known to its own persona as such, a pass is not a failure", () => {
    const last = (reason: TurnEndReason) =>
      seen(historyOf(message("m1", "hi"), ...turn("agent", "42", reason)), "agent").at(-1);
    expect(last("aborted")).toBe("user: (your last answer ended early: aborted)");
    expect(last("passed")).toBe("assistant: 42");
  });

  test("said nothing leaves nothing", () => {
    const history = historyOf(
      message("m1", "hi"),
      start("t1", "agent"),
      end("t1", "agent", "error"),
    );
    expect(seen(history, "agent")).toEqual(["user: user: hi"]);
    const silent = historyOf(message("m1", "hi"), ...turn("agent", " \n", "looped"));
    expect(seen(silent, "python")).toEqual(["user: user: hi"]);
  });

  test("never ended is open until it is ended", () => {
    const history = historyOf(message("m1", "hi"), start("t1", "agent"));
    expect(history.openTurns).toEqual([{ turn: "t1", persona: "agent" }]);
    history.apply(end("t1", "agent", "cut"));
    expect(history.openTurns).toEqual([]);
  });
});

describe("a message", () => {
  test("is taken up once a turn began to answer it", () => {
    const history = historyOf(message("m1", "hi"));
    expect([history.lastMessage?.id, history.isAnswerStarted("m1")]).toEqual(["m1", false]);
    history.apply(start("t1", "agent"));
    expect(history.isAnswerStarted("m1")).toBe(true);
  });

  test("in direct mode belongs to those who were addressed, everything else to all", () => {
    expect(audienceOf(message("m1", "hi", { to: ["python"], mode: "direct:python" }))).toEqual([
      "python",
    ]);
    expect(audienceOf(message("m1", "hi", { mode: "group" }))).toBeUndefined();
    expect(audienceOf(message("m1", "hi", { mode: "file:a.md" }))).toBeUndefined();
  });
});

test("nothing of a direct exchange is in anybody else's prompt, whatever else happens", () => {
  const PERSONAS = ["agent", "python", "toolsmith"];
  const persona = fc.constantFrom(...PERSONAS);
  const reason = fc.constantFrom<TurnEndReason>("complete", "length", "cut", "aborted", "limit");
  const exchange = fc.record({ persona, isDirect: fc.boolean(), reason });
  fc.assert(
    fc.property(fc.array(exchange, { maxLength: 12 }), (exchanges) => {
      const history = new RoomHistory();
      exchanges.forEach((one, index) => {
        const secret = one.isDirect ? `secret of ${one.persona}` : "public";
        const mode = one.isDirect ? `direct:${one.persona}` : "group";
        history.apply(message(`m${index}`, secret, { to: [one.persona], mode }));
        history.apply(start(`t${index}`, one.persona, `m${index}`));
        history.apply(answer(`t${index}`, one.persona, secret));
        history.apply(end(`t${index}`, one.persona, one.reason));
      });
      for (const reader of PERSONAS) {
        for (const other of PERSONAS.filter((id) => id !== reader)) {
          expect(seen(history, reader).join("\n")).not.toContain(`secret of ${other}`);
        }
      }
    }),
  );
});

test("a long room that has read files is replayed in time that grows with its length", async () => {
  const replay = (turns: number) =>
    processorMs(() => {
      const history = new RoomHistory();
      const result = { ok: true, ms: 1, size: 1, output: "x", name: "sh", id: "c" };
      for (let n = 0; n < turns; n += 1) {
        const [who, id] = [{ turn: `t${n}`, persona: "agent" }, `m${n}`];
        const asked = { from: "user", text: "x", to: ["python"], mode: "direct:python" } as const;
        history.apply({ type: "message", id, ...asked });
        history.apply({ type: "turn-start", ...who, message: id, model: "m", window: 8192 });
        history.apply({ type: "tool-result", ...who, ...result });
        history.apply({ type: "turn-end", ...who, reason: "complete" });
      }
    });
  await replay(1000);
  // As much in one room as in eight: what looks at all before it takes several times as long.
  const eight = await processorMs(async () => {
    for (let n = 0; n < 8; n += 1) await replay(2500);
  });
  expect(await replay(20_000)).toBeLessThan(4 * eight);
});

test("what is taken out of the journal is in no prompt any more, and who may see what stays", () => {
  const who = { turn: "t1", persona: "agent" };
  const result = { name: "sh", ok: true, ms: 1, size: 4, output: "it prints 4711" };
  const history = historyOf(
    message("m1", "the code is 4711"),
    { type: "attached", message: "m1", path: "a.txt", bytes: 4, text: "in a file: 4711" },
    start("t1", "agent"),
    {
      ...answer("t1", "agent", "Let me try 4711."),
      calls: [{ ...call("a"), arguments: { cmd: "4711" } }],
    },
    { type: "tool-call", ...who, call: call("a"), origin: "declared" },
    { type: "tool-result", ...who, id: "a", ...result },
    { ...answer("t1", "agent", "4711 it is."), hop: 1 },
    end("t1", "agent", "complete"),
    message("m2", "and 4711 again"),
  );
  const before = JSON.stringify([...history.viewFor("agent").exchanges()]);
  history.rewrite((text) => text.replaceAll("4711", "[x]"));
  const after = JSON.stringify([...history.viewFor("agent").exchanges()]);
  expect(after).toBe(before.replaceAll("4711", "[x]"));
  expect(history.lastMessage?.text).toBe("and [x] again");
  history.apply(start("t2", "python", "m2"));
  expect(seen(history, "python").join()).not.toContain("4711");
});
