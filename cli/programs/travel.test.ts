import { expect, test } from "bun:test";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

test.each(["pull", "push"])("org tools %s without a remote says what to name", async (action) => {
  await using home = await testHome();
  for (const environment of [{}, { ORG_DB: "postgres://u:p@127.0.0.1:1/d" }]) {
    const there = { path: home.path, environment };
    await expect(runCommand(there, "tools", action)).rejects.toMatchObject({
      ...{ code: "CONFIG_INVALID", message: "No Git remote is named" },
      unchanged: "Nothing was changed.",
    });
  }
});
