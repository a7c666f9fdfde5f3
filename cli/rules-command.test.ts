import { expect, test } from "bun:test";
import type { RuleKey, RulesMode } from "#core/rules/rule.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { homeRules, LIVE_AFTER, type TestRules } from "#test/rules/rules-home.ts";
import { parseCommandLine } from "./command-line.ts";
import { runRulesCommand } from "./rules-command.ts";

const { signal } = new AbortController();

function runner({ held }: TestRules, mode: RulesMode = "live") {
  return async (...words: readonly string[]) => {
    const output = capturedOutput();
    const deps = { rules: held.service, mode, cleaner: new TextCleaner(), output, signal };
    const exit = await runRulesCommand(parseCommandLine(["rules", ...words]), deps);
    expect(exit).toBe(0);
    return { stdout: output.stdout, stderr: output.stderr };
  };
}

async function teach({ held }: TestRules): Promise<void> {
  const book = await held.open();
  const lesson: RuleKey = {
    ...{ persona: "agent", place: "workspace" },
    pattern: { head: "search memory for", slot: "query" },
    template: { tool: "memory_search", fixed: "{}", argument: "query" },
  };
  for (let n = 0; n < LIVE_AFTER; n += 1) {
    await book.observe({ outcomes: [], lesson, tools: "t" });
  }
  await book.observe({
    ...{ outcomes: [], tools: "t" },
    lesson: {
      ...{ ...lesson, place: "project", pattern: { head: "ls", slot: undefined } },
      template: { tool: "find", fixed: '{"name":"*"}', argument: undefined },
    },
  });
}

test("rules are listed with what they do and how they stand", async () => {
  await using own = homeRules();
  const run = runner(own);
  const none =
    "No rule was learnt yet. A message becomes a rule after a model has answered it 16 times with the same call of a tool without side effects.\n";
  expect(await run()).toEqual({ stdout: "", stderr: none });
  expect((await runner(own, "off")()).stderr).toBe(
    `${none}[rules] mode = "off" in org.config: org learns no rule and uses none\n`,
  );
  await teach(own);
  expect((await run("list")).stderr).toBe("");
  expect((await run("list")).stdout).toBe(
    `r1  live    agent: search memory for <query> → memory_search query=…  (16 for, 0 against, bound 0.81, answered 0)
r2  shadow  agent: ls → find {"name":"*"}  (1 for, 0 against, bound 0.21, answered 0)
`,
  );
  const inConfig = (mode: string) => `[rules] mode = "${mode}" in org.config: org learns`;
  expect((await runner(own, "shadow")("list")).stderr).toContain(
    `${inConfig("shadow")} rules and uses none`,
  );
  expect((await runner(own, "off")("list")).stderr).toContain(
    `${inConfig("off")} no rule and uses none`,
  );
  const { stdout } = await run("list", "--json");
  expect(JSON.parse(stdout.split("\n")[0] ?? "")).toMatchObject({
    ...{ id: "r1", line: "search memory for", slot: "query", tool: "memory_search" },
    ...{ arguments: {}, argument: "query", state: "live", confirmed: 16, against: 0, fired: 0 },
  });
});

test("a rule is shown, switched off and on, and forgotten", async () => {
  await using own = homeRules();
  await teach(own);
  const run = runner(own);
  const { stdout } = await run("show", "r1");
  expect(stdout).toContain("\nin      rooms without a repository\nrecent  ++++++++++++++++\n");
  expect(stdout).toContain("\ncontrol one message in 20 goes to the model\nlearnt  ");
  expect(stdout).toMatch(/\nlearnt {2}\d{4}-[\d:.T-]+Z\nused {4}\d{4}-[\d:.T-]+Z\n$/);
  const shadow = (await run("show", "2")).stdout;
  expect(shadow).toMatch(/\nin {6}rooms on a repository\nrecent {2}\+\nlearnt /);
  expect((await run("show", "2", "--json")).stdout).toStartWith('{"id":"r2"');
  expect((await run("off", "r1")).stdout).toBe("r1 off\n");
  expect((await run("on", "1")).stdout).toBe("r1 on, as a shadow rule at first\n");
  expect(JSON.parse((await run("off", "1", "--json")).stdout)).toMatchObject({ state: "off" });
  expect((await run("forget", "r2")).stdout).toBe("r2 forgotten\n");
  expect(JSON.parse((await run("forget", "r1", "--json")).stdout)).toEqual({
    ...{ id: "r1", done: "forgotten" },
  });
  await expect(run("show", "r1")).rejects.toMatchObject({ code: "RULE_UNKNOWN" });
});

test.each([
  [["show"], "Which rule?"],
  [["off", "x7"], '"x7" is not a rule'],
  [["forget", "r0"], '"r0" is not a rule'],
  [["list", "all"], 'Unexpected argument "all"'],
  [["show", "r1", "r2"], 'Unexpected argument "r2"'],
])("org rules %p is refused", async (words, message) => {
  await using own = homeRules();
  await expect(runner(own)(...words)).rejects.toMatchObject({
    ...{ code: "USAGE", message, unchanged: "Nothing was changed." },
    remedies: ["org rules list", "org rules show r7", 'mode = "off" below [rules] in org.config'],
  });
});
