import { expect, test } from "bun:test";
import type { Rule } from "#core/rules/rule.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { testDashboard } from "#test/dashboard.ts";
import { memoryScreen } from "./memory.ts";

const RULE: Rule = {
  ...{ id: 7, persona: "agent", place: "workspace", tools: "t", state: "live" },
  pattern: { head: "<b>list</b> files", slot: "folder" },
  template: { tool: "find", fixed: "{}", argument: "path" },
  ...{
    confirmed: 16,
    against: 0,
    inRow: 0,
    recent: "+",
    lines: 3,
    fired: 3,
    learntAt: 1,
    usedAt: 2,
  },
};

test("rules stand below the memory, and are switched off, on and forgotten", async () => {
  const asked: unknown[] = [];
  const screen = memoryScreen({
    memory: async () => ({ notes: [], episodes: [] }),
    rules: async (request) => {
      asked.push(request);
      return [RULE];
    },
  });
  await using board = await testDashboard({ screens: [screen], cleaner: new TextCleaner() });
  const visitor = await board.signIn("run");
  const page = await visitor.page("/ui/memory");
  expect(page).toContain(
    "agent: &lt;b&gt;list&lt;/b&gt; files &lt;folder&gt; → <code>find path=…</code>",
  );
  expect(page).toContain("16 for, 0 against, bound 0.81, answered 3");
  asked.length = 0;
  for (const kind of ["off", "on", "forget"]) {
    const answer = await visitor.submit(`/ui/rules/${kind}`, { id: "7" }, "/ui/memory");
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/ui/memory"]);
  }
  expect(asked).toContainEqual({ kind: "off", id: 7 });
  expect(asked).toContainEqual({ kind: "on", id: 7 });
  expect(asked).toContainEqual({ kind: "forget", id: 7 });
  const wrong = await visitor.submit("/ui/rules/off", { id: "r" }, "/ui/memory");
  expect(wrong.status).toBe(400);
});
