/** Logs are rotated only with `--yes`; without it the plan is shown. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

test("a plan moves nothing, --yes does, and --keep 0 keeps no old one", async () => {
  await using home = await testHome();
  await mkdir(home.paths.logs, { recursive: true });
  const path = join(home.paths.logs, "org.log");
  await Bun.write(path, '{"text":"one"}\n');
  const plan = JSON.parse((await runCommand(home, "log", "rotate", "--json")).stdout);
  expect(plan).toMatchObject({ dryRun: true, rotate: [{ path }], remove: [], left: [] });
  expect(await Bun.file(path).text()).toBe('{"text":"one"}\n');

  const done = await runCommand(home, "log", "rotate", "--yes");
  expect(done).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(path) && (await Bun.file(path).text()) !== "").toBe(false);

  await Bun.write(path, '{"text":"two"}\n');
  const none = await runCommand(home, "log", "rotate", "--yes", "--keep", "0", "--json");
  const { dryRun, remove } = JSON.parse(none.stdout);
  expect(dryRun).toBe(false);
  expect(remove).not.toBeEmpty();
});
