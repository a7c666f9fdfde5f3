import { expect, test } from "bun:test";
import { dirname, join } from "node:path";
import { spentTimes } from "#ops/totals.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";

test("a run of tests writes down the processor time of each file, also where two processes share them", async () => {
  await using folder = await temporaryFolder("times");
  const times = join(folder.path, "times");
  const files = ["core/aborted.test.ts", "core/elapsed.test.ts"];
  for (const how of [["--parallel=2", "--no-isolate"], ["--isolate"]]) {
    const { exited } = Bun.spawn([process.execPath, "test", ...how, ...files], {
      ...{ cwd: dirname(import.meta.dir), env: { ...Bun.env, ORG_TEST_TIMES: times } },
      stdio: ["ignore", "ignore", "ignore"],
    });
    expect(await exited).toBe(0);
    expect(Object.keys(spentTimes(await Bun.file(times).text())).sort()).toEqual(files.sort());
    await Bun.write(times, "");
  }
});
