import { expect, test } from "bun:test";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

test.each([
  [["chores"], '"chores" is not a role of a worker', "it is for fitness, tools, goals"],
  [["tools", "x".repeat(81)], `"${"x".repeat(80)}" is not a role of a worker`, undefined],
  [["--workers", "0"], 'Invalid value for --workers: "0" (1 to 64)', undefined],
  [[], "No shared database is configured", undefined],
  [["fitness", "tools", "goals"], "No shared database is configured", undefined],
])("org worker %j is refused before anything is started", async (words, message, why) => {
  await using home = await testHome();
  await expect(runCommand(home, "worker", ...words)).rejects.toMatchObject({
    ...{ code: "USAGE", message, unchanged: "Nothing was started." },
    ...(why === undefined ? {} : { why }),
  });
});
