import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "#test/until.ts";
import { recordGeneration } from "../processes/generation-record.ts";
import { processesCheck } from "./processes-check.ts";

const { signal } = new AbortController();
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "org-processes-"));
});
afterEach(async () => await rm(home, { recursive: true }));

const found = async () => await processesCheck(home).run(signal);
const program = () => join(home, ".org", "releases", "left-over");

describe("processes of a home", () => {
  test("that is not in use are none", async () => {
    expect(await found()).toEqual({
      state: "ok",
      detail: "0 processes of this home, none left over",
      remedies: [],
    });
  });

  test("whose parent lives are waited for", async () => {
    await using _child = Bun.spawn(["bash", "-c", 'exec -a "$0" sleep 300', program()], {
      killSignal: "SIGKILL",
    });
    await until("the program to have its name", async () =>
      (await found()).detail.startsWith("1 "),
    );
    expect((await found()).state).toBe("ok");
    // This one knows what it does: it serves, and says so.
    await using _record = await recordGeneration(home, { name: "current", port: 1, commit: "c" });
    expect((await found()).state).toBe("ok");
  });

  test("whose parent is gone are named, with how to end them", async () => {
    // The shell ends at once; what it started is collected by process 1 from then on.
    const script = 'exec -a "$0" sleep 300 >/dev/null & echo $!';
    await using shell = Bun.spawn(["bash", "-c", script, program()], { stdout: "pipe" });
    const pid = Number((await shell.stdout.text()).trim());
    try {
      const finding = await until("the process to be left over", async () => {
        const now = await found();
        // Between its fork and its program it still has the words of the shell.
        return now.state === "warning" && !now.detail.includes("(bash ") && now;
      });
      expect(finding.remedies).toEqual([`kill ${pid}`]);
      expect(finding.detail).toStartWith(
        `1 process of this home, of which no process waits for ${pid} (${home.slice(0, 20)}`,
      );
    } finally {
      process.kill(pid, "SIGKILL");
    }
  });
});
