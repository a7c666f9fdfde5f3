/** `org init` writes a home that says how it is set, and leaves alone what is there. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

test("a home is laid out once, and its config file is kept as it is the second time", async () => {
  await using home = await testHome();
  const config = join(home.path, "org.config");
  const first = await runCommand(home, "init");
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining(`✔ ${config}\n`) });
  await Bun.write(config, "[permissions]\n");
  const second = JSON.parse((await runCommand(home, "init", "--json")).stdout);
  expect(JSON.stringify(second)).toContain("org.config");
  expect(await Bun.file(config).text()).toBe("[permissions]\n");
});
