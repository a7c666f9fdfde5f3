import { expect, test } from "bun:test";
import type { RuleKey } from "#core/rules/rule.ts";
import { homeRules } from "#test/rules/rules-home.ts";
import { type RulesRequest, remoteRules, rulesHandlers } from "./rules-service.ts";

const NEVER = new AbortController().signal;

test("another process is answered as the owner is", async () => {
  await using own = homeRules();
  const book = await own.held.open();
  const lesson: RuleKey = {
    ...{ persona: "agent", place: "workspace" },
    pattern: { head: "ls", slot: "folder" },
    template: { tool: "ls", fixed: "{}", argument: "path" },
  };
  await book.observe({ outcomes: [], lesson, tools: "t" });
  await book.observe({
    ...{ outcomes: [], tools: "t" },
    lesson: { ...lesson, pattern: { head: "jobs", slot: undefined } },
  });
  const handlers = rulesHandlers(own.held.service);
  const call = async function* (name: string, body: unknown, signal: AbortSignal) {
    // As it comes over the socket.
    const handler = handlers[name];
    if (handler === undefined) throw new Error("No such question");
    for await (const line of handler(JSON.parse(JSON.stringify(body)), signal)) {
      yield JSON.parse(JSON.stringify(line));
    }
  };
  const remote = remoteRules(call);
  const ask = async (request: RulesRequest) => await remote(request, NEVER);
  expect(await ask({ kind: "list" })).toEqual(book.list());
  expect(await ask({ kind: "show", id: 2 })).toEqual([book.show(2)]);
  expect(await ask({ kind: "off", id: 1 })).toMatchObject([{ id: 1, state: "off" }]);
  expect(await ask({ kind: "on", id: 1 })).toMatchObject([{ id: 1, state: "shadow" }]);
  expect(await ask({ kind: "forget", id: 1 })).toEqual([]);
  await expect(ask({ kind: "show", id: 1 })).rejects.toMatchObject({ code: "RULE_UNKNOWN" });
  expect(await ask({ kind: "list" })).toHaveLength(1);
});

test("a question that is none is refused, and so is an owner that says nothing", async () => {
  await using own = homeRules();
  const [handler] = Object.values(rulesHandlers(own.held.service));
  const answers = handler?.({ kind: "list", more: 1 }, NEVER);
  await expect(Array.fromAsync(answers ?? [])).rejects.toThrow();
  const silent = remoteRules(async function* () {
    yield* [];
  });
  await expect(silent({ kind: "list" }, NEVER)).rejects.toThrow("said nothing");
});
