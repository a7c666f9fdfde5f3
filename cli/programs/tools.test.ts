/** The tools of a home from a command line, in this process. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import type { JournaledEvent } from "#core/events.ts";
import { createHome } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { registerTool } from "#test/registered-tool.ts";
import { runCommand, startCommand } from "#test/run-command.ts";

/** A home in which a tool is there, and something was done by hand three times. */
async function usedHome(): Promise<TestHome> {
  const home = await testHome();
  await registerTool(join(home.path, "tools/generated"), {
    ...{ name: "sum", description: "Adds numbers up.", asks: ["what do these numbers add up to"] },
  });
  await createHome(home.paths);
  await using journal = await openSqliteJournal(home.paths.journal);
  for (const file of ["a.txt", "b.txt", "c.txt"]) {
    for (const [at, event] of exchange(file).entries()) {
      await journal.append("r", { key: `${file}-${at}`, event });
    }
  }
  return home;
}

function exchange(file: string): readonly JournaledEvent[] {
  const turn = { turn: file, persona: "agent" };
  const call = (id: string, name: string, args: object) =>
    ({
      type: "tool-call",
      ...turn,
      call: { id, name, arguments: args },
      origin: "declared",
    }) as const;
  const result = (id: string, name: string) =>
    ({ type: "tool-result", ...turn, id, name, ok: true, ms: 5, size: 1, output: "4" }) as const;
  return [
    {
      ...{ type: "message", id: file, from: "user", text: `@@agent how often in\n${file}?` },
      ...{ to: ["agent"], mode: "group" },
    },
    { type: "turn-start", ...turn, message: file, model: "m", window: 8192 },
    call("c", "sh", { cmd: `grep -c it ${file} | awk '{ print $1 * 2 }' | sort -n | tail -1` }),
    result("c", "sh"),
    { type: "turn-end", ...turn, reason: "complete" },
    { type: "turn-start", ...turn, turn: `${file}-2`, message: file, model: "m", window: 8192 },
    { ...call("d", "sum", { values: [1] }), turn: `${file}-2` },
    { ...result("d", "sum"), turn: `${file}-2` },
    { type: "turn-end", ...turn, turn: `${file}-2`, reason: "complete" },
  ];
}

test("a tool is listed, found, shown with how its calls went, and switched off and on", async () => {
  await using home = await usedHome();
  const tools = async (...words: readonly string[]) => await runCommand(home, "tools", ...words);
  expect((await tools()).stdout).toContain("sum");
  expect((await tools("search", "add up numbers")).stdout).toStartWith("sum");
  const shown = JSON.parse((await tools("show", "sum", "--json")).stdout);
  expect(shown).toMatchObject({ name: "sum", state: "ready" });
  expect(JSON.stringify(shown)).toContain('"calls":3');
  expect((await tools("disable", "sum")).code).toBe(0);
  expect((await tools("list")).stdout).toContain("disabled");
  expect((await tools("enable", "sum")).code).toBe(0);
  expect((await tools("list")).stdout).not.toContain("disabled");
});

test("what was done by hand three times is proposed, and told once", async () => {
  await using home = await usedHome();
  const proposed = await runCommand(home, "tools", "proposals", "--json");
  expect(JSON.parse(proposed.stdout)).toMatchObject({ make: [{ tool: "sh", times: 3 }] });
  // No process serves the home: no room is open to be told, and it is kept as told all the same.
  const told = await runCommand(home, "tools", "proposals", "--tell");
  expect(told.stdout).toContain("org forge --goal");
  const kept = await Bun.file(home.paths.proposals).text();
  expect((await runCommand(home, "tools", "proposals", "--tell")).stdout).toBe(told.stdout);
  expect(await Bun.file(home.paths.proposals).text()).toBe(kept);
});

test("with a process that serves, the room that is open is told", async () => {
  await using home = await usedHome();
  await using served = startCommand(home, "serve", "--port", "0");
  await served.said("serves on");
  expect((await runCommand(home, "tools", "proposals", "--tell")).code).toBe(0);
  expect(await Bun.file(home.paths.proposals).exists()).toBe(true);
});

test.each<[readonly string[], string]>([
  [["show"], "USAGE"],
  [["show", "summ"], "TOOL_UNKNOWN"],
  [["disable", "summ"], "TOOL_UNKNOWN"],
  [["pull"], "CONFIG_INVALID"],
  [["push"], "CONFIG_INVALID"],
  [["make"], "USAGE"],
])("org tools %p is refused with %s", async (words, code) => {
  await using home = await usedHome();
  await expect(runCommand(home, "tools", ...words)).rejects.toMatchObject({ code });
});
