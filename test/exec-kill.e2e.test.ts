/** `org exec` that is killed with SIGKILL: nothing of the repository changes, nothing goes on, and the next run cleans up. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { answer, RENAMED, TASK } from "./exec-repository.ts";
import { always, execPlace } from "./exec-run.ts";
import { hang, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

/** In no other command line of this machine. */
const MARK = `mark${process.pid}x${Date.now()}`;
const CHECKED = TASK.replace(
  "  - Nothing else changes.",
  `  - text: It ends.\n    check: "sleep 600 # ${MARK}"`,
);

/** Whether a program with the mark in its command line runs; what still sets up its sandbox is none. */
function isChecking(): boolean {
  return readdirSync("/proc").some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, "latin1");
      return line.includes(MARK) && !line.includes("bwrap");
    } catch {
      return false;
    }
  });
}

test("killed at any step, it has changed nothing, and the next run removes what it left", async () => {
  await using place = await execPlace();
  const { home, repository } = place;
  const before = repository.state();
  const temporary = join(home.path, "tmp");
  const left = (): readonly string[] => readdirSync(temporary);
  const checked = join(home.path, "checked.md");
  await Bun.write(checked, CHECKED);
  let thinks = true;
  await using model = scriptedServer(() => (thinks ? hang() : say(answer(RENAMED))));
  const steps = [
    // While the scratch copy is being made.
    { task: "task.md", reached: () => left().some((name) => name.startsWith("org-exec-")) },
    // While the model thinks.
    { task: "task.md", reached: (requests: number) => model.requests.length > requests },
    // While a check runs in the sandbox.
    { task: checked, reached: isChecking },
  ];
  for (const [count, { task, reached }] of steps.entries()) {
    thinks = count < 2;
    const { length } = model.requests;
    const environment = { REPO_ROOT: repository.checkout, NAME: "sum", TMPDIR: temporary };
    const running = home.start(["exec", task], { url: model.url, environment });
    await until(`step ${count + 1}`, async () => reached(length));
    running.signal("SIGKILL");
    expect(await running.ended).toMatchObject({ stdout: "", stderr: "" });
    await until("nothing to go on", async () => !isChecking());
    expect(repository.state()).toBe(before);
    // What the one before has left is gone, where this one has come so far.
    expect(left().length).toBe(1);
  }
  const next = await place.exec(always(answer(RENAMED)));
  expect(next).toMatchObject({ exitCode: 0, stderr: "", isUntouched: true, leftOver: [] });
  expect(next.stdout).toContain("+export const sum = 1;");
});
