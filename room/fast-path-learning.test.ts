/** What rooms learn no rules of. */
import { describe, expect, test } from "bun:test";
import {
  ask,
  LIVE_AFTER,
  looker,
  personasWith,
  rulesRoom,
  withTool,
} from "#test/rules/rules-home.ts";
import { type Answer, call, say, several } from "#test/scripted-answers.ts";

describe("nothing is learnt", () => {
  const cases: Readonly<Record<string, readonly [Answer | undefined, string]>> = {
    "of a turn without a call": [undefined, "jobs"],
    "of a tool that can change something": [call("sh", { cmd: "ls" }), "jobs"],
    "of a line to several": [call("job_list", {}), "@@group jobs"],
    "of a line with a name": [call("job_list", {}), "@@agent jobs"],
    "of a line with a file": [call("job_list", {}), "jobs @notes/plan.md"],
    "of a pasted text": [call("job_list", {}), "jobs\nThat is what it says."],
    "of an ending that is not a name": [
      call("memory_search", { query: "what you said" }),
      "search memory for what you said",
    ],
    "of a path that is not there": [call("file_list", { path: "nowhere" }), "ls nowhere"],
  };
  test.each(Object.entries(cases))("%s", async (_name, [answer, line]) => {
    await using own = await rulesRoom(() => answer);
    await own.say(line);
    expect(await own.list()).toBeEmpty();
  });

  test("of a call that failed", async () => {
    await using own = await rulesRoom(
      ask,
      withTool(() => ({ ok: false, output: "x" })),
    );
    await own.say("jobs");
    expect(await own.list()).toBeEmpty();
  });

  test("of two calls", async () => {
    await using own = await rulesRoom(() => several(call("job_list", {}), call("status", {})));
    await own.say("jobs");
    expect(await own.list()).toBeEmpty();
  });

  test("of arguments that a tool, a file or another persona brought", async () => {
    const found = looker("date", undefined, () => ({ ok: true, output: "look for zebra" }));
    const doing = (line: string): Answer | undefined => {
      if (line === "what day is it") return call("date", {});
      return line === "status" ? call("memory_search", { query: "zebra" }) : undefined;
    };
    const tools = [found, looker("memory_search")];
    const personas = personasWith(["date", "memory_search"]);
    await using own = await rulesRoom(doing, { tools, personas });
    await own.say("what day is it");
    await own.say("status");
    expect((await own.list()).map(({ template }) => template.tool)).toEqual(["date"]);
  });

  test("of lines that another persona, a file or a tool says", async () => {
    const doing = (line: string): Answer | undefined => {
      if (line.startsWith("go")) return say("@@python jobs");
      return line.includes("jobs") ? call("job_list", {}) : undefined;
    };
    await using own = await rulesRoom(doing);
    for (let n = 0; n < LIVE_AFTER + 1; n += 1) await own.say("go");
    expect(await own.list()).toBeEmpty();
  });

  test("of ten turns with the right line and the wrong tool", async () => {
    let tool = "job_list";
    await using own = await rulesRoom(() => call(tool, {}));
    for (let n = 0; n < 6; n += 1) await own.say("jobs");
    tool = "status";
    for (let n = 0; n < 10; n += 1) await own.say("jobs");
    tool = "job_list";
    for (let n = 0; n < 6; n += 1) await own.say("jobs");
    expect((await own.list()).filter(({ state }) => state === "live")).toBeEmpty();
  });

  test("in the mode off", async () => {
    await using own = await rulesRoom(ask, { mode: "off" });
    await own.say("jobs");
    expect(await own.list()).toBeEmpty();
  });
});
