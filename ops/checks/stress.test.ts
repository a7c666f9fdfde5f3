import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { until } from "#test/until.ts";

const SCRIPT = `${import.meta.dir}/stress.sh`;

async function stress(...args: readonly string[]) {
  const { ORG_PART: _ofThisRun, ...env } = Bun.env;
  const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
  const child = Bun.spawn([SCRIPT, ...args], { env, stdio });
  const [out, error] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const folder = / what they printed: (.*)\n$/.exec(out)?.[1];
  return { exitCode: await child.exited, out, error, folder };
}

/** Children of the script, which is the parent of what it runs. */
const LOOPS = 'ps -o pid= --ppid "$PPID" | grep -vx " *$$" | grep -vx " *" | tr -d " "';

test("each run is told with its exit code and its last line, and one that fails is a failure", async () => {
  const script =
    'n=$(cat "$0" 2>/dev/null || echo 0); echo $((n + 1)) >"$0"; echo "run $n"; echo "part $ORG_PART"; exit "$n"';
  await using folder = await temporaryFolder("stress");
  const words = ["bash", "-c", script, join(folder.path, "count")];
  const ran = await stress("--runs", "2", "--loops", "1", "--", ...words);
  expect(ran.exitCode).toBe(1);
  expect(ran.out).toMatch(/^run 1 of 2 beside 1 loops: exit code 0 after \d+ s: part 1$/m);
  expect(ran.out).toMatch(/^run 2 of 2 beside 1 loops: exit code 1 after \d+ s: part 2$/m);
  expect(ran.out).toMatch(/^1 of 2 runs passed; /m);
  expect(readFileSync(`${ran.folder}/run-2.log`, "utf8")).toBe("run 1\npart 2\n");
  await rm(ran.folder ?? "", { recursive: true });
});

test("as many loops as asked run beside it, and none when it has ended", async () => {
  const ran = await stress("--runs", "1", "--loops", "3", "--", "bash", "-c", `${LOOPS}; echo end`);
  const log = readFileSync(`${ran.folder}/run-1.log`, "utf8").trim().split("\n");
  await rm(ran.folder ?? "", { recursive: true });
  const loops = log.slice(0, -1);
  expect([ran.exitCode, ran.error]).toEqual([0, ""]);
  expect(loops.length).toBeGreaterThanOrEqual(3);
  await until("the loops to be gone", async () =>
    loops.every((pid) => !existsSync(`/proc/${pid}`)),
  );
});

test.each(["--bogus", "--runs 0", "--loops"])("refuses %s, and runs nothing", async (line) => {
  const { exitCode, error } = await stress(...line.split(" "));
  expect([exitCode, error]).toEqual([64, expect.stringContaining("nothing was run")]);
});
