/** Logs are rotated only with `--yes`; without it the plan is shown. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { recordGeneration } from "#ops/processes/generation-record.ts";
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

test("what a process that serves holds open stays as it is, and that is said", async () => {
  await using home = await testHome();
  await mkdir(home.paths.logs, { recursive: true });
  const [held, free] = ["current.log", "org.log"].map((name) => join(home.paths.logs, name));
  for (const path of [held, free]) await Bun.write(`${path}`, "one\n");
  const about = { name: "current", port: 4711, commit: "c0ffee" } as const;
  await using _record = await recordGeneration(home.path, about);
  const sized = "      4 B  ";
  const plan = await runCommand(home, "log", "rotate");
  expect(plan.stdout).toBe(
    `would rotate ${sized}${free}\nis in use    ${sized}${held}\n0 B would be freed. Nothing was changed.\n→ org log rotate --yes\n`,
  );
  const done = await runCommand(home, "log", "rotate", "--yes", "--json");
  expect(JSON.parse(done.stdout)).toEqual({
    ...{ dryRun: false, remove: [], rotate: [{ path: free, bytes: 4 }] },
    left: [{ path: held, bytes: 4 }],
  });
  expect(await Bun.file(`${held}`).text()).toBe("one\n");
  for (const keep of ["0", "1000"])
    expect((await runCommand(home, "log", "rotate", "--keep", keep)).code).toBe(0);
});
