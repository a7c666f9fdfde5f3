import { expect, test } from "bun:test";
import fc from "fast-check";
import { fitPrompt, messageTokens } from "./context.ts";
import type { ChatMessage } from "./provider.ts";

const user = (content: string): ChatMessage => ({ role: "user", content });
const callAndResult = (content: string): ChatMessage[] => [
  { role: "assistant", content: "", calls: [{ id: "1", name: "sh", arguments: {} }] },
  { role: "tool", callId: "1", name: "sh", content },
];

test("everything fits: oldest first, neighbouring user messages joined", () => {
  const assistant: ChatMessage = { role: "assistant", content: "hello" };
  expect(
    fitPrompt({
      system: "S",
      history: [[user("user: c")], [user("python: b")], [assistant], [user("user: a")]],
      current: [],
      budgetTokens: 1000,
    }),
  ).toEqual([
    { role: "system", content: "S" },
    user("user: a"),
    assistant,
    user("python: b\n\nuser: c"),
  ]);
});

test("drops the oldest exchanges whole and reads no further than needed", () => {
  let read = 0;
  function* history() {
    for (;;) {
      read += 1;
      yield callAndResult("x".repeat(360));
    }
  }
  const prompt = fitPrompt({ system: "S", history: history(), current: [], budgetTokens: 1000 });
  expect(prompt.filter((m) => m.role === "assistant").length).toBe(
    prompt.filter((m) => m.role === "tool").length,
  );
  expect(read).toBeLessThan(12);
});

test("a huge result in the running turn shrinks in the middle, and the question stays", () => {
  const current = callAndResult(`start${"x".repeat(100_000)}end`);
  const prompt = fitPrompt({ system: "S", history: [[user("why?")]], current, budgetTokens: 1000 });
  const result = prompt.at(-1)?.content ?? "";
  expect(prompt[1]).toEqual(user("why?"));
  expect(result).toStartWith("start");
  expect(result).toEndWith("end");
  expect(result).toMatch(/\[… \d+ characters left out …\]/);
});

test("never takes more than the budget once it is large enough for the shortest cuts", () => {
  const content = fc.nat({ max: 5000 }).map((n) => "x".repeat(n));
  fc.assert(
    fc.property(fc.array(content, { maxLength: 8 }), content, (texts, last) => {
      const budgetTokens = 2000;
      const history = texts.map((text) => [user(text)]);
      const current = callAndResult(last);
      const prompt = fitPrompt({ system: "S", history, current, budgetTokens });
      const total = prompt.reduce((sum, message) => sum + messageTokens(message), 0);
      expect(total).toBeLessThanOrEqual(budgetTokens + 150);
    }),
  );
});
