/** The clock of the machine against that since the boot, set apart by the kernel: no test sets the machine's own. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { z } from "zod";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { SupervisedHome } from "#test/supervised-home.ts";
import type { Clock } from "./log-tail.ts";

const clockSchema = z.object({ at: z.number(), wall: z.number() });
const PRINT = `import { systemClock } from "#ops/supervisor/observe/machine.ts";
  console.log(JSON.stringify(await systemClock()));`;
/** A namespace in which the time since the boot is another one by so many seconds. */
const inNamespace = (seconds: number): readonly string[] => [
  ...["unshare", "--user", "--map-root-user", "--time", `--boottime=${seconds}`, "--"],
];

/** What the supervisor's own clock says there. */
async function clockIn(seconds: number): Promise<Clock> {
  const child = Bun.spawn([...inNamespace(seconds), process.execPath, "-e", PRINT], {
    ...{ cwd: join(import.meta.dir, "../.."), stdio: ["ignore", "pipe", "inherit"] },
  });
  return clockSchema.parse(JSON.parse(await new Response(child.stdout).text()));
}

const canMake = Bun.spawnSync([...inNamespace(1), "true"]).exitCode === 0;
if (!canMake) process.stderr.write("skipped: this kernel gives no namespace of time here\n");

test.skipIf(!canMake).each([
  ["back by", 7200],
  ["forward by", -7200],
] as const)(
  "a clock that goes %s two hours is told once, and nothing is started or ended for it",
  async (direction, seconds) => {
    await using folder = await temporaryFolder("clock");
    let offset = 86_400;
    await using supervised = await SupervisedHome.open(folder.path, {
      clock: () => clockIn(offset),
    });
    expect(await supervised.beats(2)).toBe(3);
    expect(supervised.records()).toEqual([]);
    offset += seconds;
    await supervised.beats(3);
    expect(supervised.told).toMatchObject([{ pattern: "clock-jump", state: "told" }]);
    expect(supervised.told[0]?.text).toMatch(new RegExp(`${direction} 7[12]\\d\\d s`));
    expect(supervised.records()).toHaveLength(1);
  },
);
