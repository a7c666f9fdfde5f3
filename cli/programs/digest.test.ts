/** A digest is counted when it is asked for, kept, and shown as it was kept. */
import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

test("a digest counts the last week, is for the owner's eyes, and is shown again as it was", async () => {
  await using home = await testHome();
  const before = Date.now();
  const now = await runCommand(home, "digest", "now", "--json");
  expect(now).toMatchObject({ code: 0, stderr: "" });
  const counted = JSON.parse(now.stdout);
  expect(counted.until - counted.from).toBe(WEEK_MS);
  expect(counted.until).toBeGreaterThanOrEqual(before);
  expect(counted).toMatchObject({
    ...{ rooms: 0, lines: 0, merges: [], withoutMerges: expect.any(String) },
    ...{ proposals: { make: 0, retire: 0 }, dead: {} },
  });
  expect(statSync(dirname(home.paths.digest)).mode & 0o077).toBe(0);
  expect((await runCommand(home, "digest", "show", "--json")).stdout).toBe(now.stdout);
  const { stdout } = await runCommand(home, "digest");
  expect(stdout).toStartWith("# The week from ");
  expect(stdout).toContain("- 0 lines of yours in 0 rooms");
});

test.each([
  ["bytes that are no text", "\u0000\uffff{"],
  ["JSON of another form", '{"from":1}'],
])("a digest of %s is a clear error, and is counted again", async (_name, text) => {
  await using home = await testHome();
  await runCommand(home, "digest", "now");
  await Bun.write(home.paths.digest, text);
  const refused = {
    code: "FILE_FAILED",
    remedies: [expect.stringContaining("org digest now")],
  };
  await expect(runCommand(home, "digest")).rejects.toMatchObject(refused);
  expect((await runCommand(home, "digest", "now")).code).toBe(0);
});
