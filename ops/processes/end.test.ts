import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ProcessInfo, readProcessInfo } from "#platform/process-info.ts";
import { until } from "#test/until.ts";
import { endProcesses } from "./end.ts";
import { descendantsOf, signalAll } from "./process-tree.ts";

const children: Bun.Subprocess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
    await child.exited;
  }
});

/** A shell that has said that it is up. */
async function running(script: string): Promise<readonly [ProcessInfo, Bun.Subprocess]> {
  const child = Bun.spawn(["sh", "-c", script], { stdout: "pipe" });
  children.push(child);
  await child.stdout.getReader().read();
  const info = await readProcessInfo(child.pid);
  if (info === undefined) throw new Error("It has ended");
  return [info, child];
}

test("what leaves when it is asked to is not killed, and is waited for", async () => {
  const [info, child] = await running("echo up; exec sleep 300");
  expect(await endProcesses([info])).toEqual({ killed: [], left: [] });
  await child.exited;
  expect(child.signalCode).toBe("SIGTERM");
});

test("what stays is killed with what it has started, and the rest is told apart", async () => {
  const deaf = "trap '' TERM; sh -c \"trap '' TERM; echo up; sleep 300; :\"; :";
  const [[stubborn], [polite]] = await Promise.all([
    running(deaf),
    running("echo up; exec sleep 300"),
  ]);
  // So long that a busy machine lets the polite one run once.
  const { killed, left } = await endProcesses([stubborn, polite], { graceMs: 2000 });
  const pids = killed.map(({ pid }) => pid);
  expect(pids).toContain(stubborn.pid);
  expect(pids.length).toBeGreaterThan(1);
  expect(pids).not.toContain(polite.pid);
  expect(left).toEqual([]);
});

test("one that was stopped is let go on, so that it can leave", async () => {
  const [{ pid }] = await running("echo up; exec sleep 300");
  process.kill(pid, "SIGSTOP");
  const info = await until("it to stop", async () => {
    const now = await readProcessInfo(pid);
    return now?.state === "T" && now;
  });
  expect(await endProcesses([info], { graceMs: 60_000 })).toEqual({ killed: [], left: [] });
});

test("a process that has only got the id is left alone", async () => {
  const [info, child] = await running("echo up; exec sleep 300");
  await endProcesses([{ ...info, startTime: info.startTime - 1 }], { graceMs: 100 });
  expect(await readProcessInfo(info.pid)).toMatchObject({ startTime: info.startTime });
  expect(child.signalCode).toBeNull();
});

test("a process that ends its parent lives on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "org-end-"));
  try {
    const told = Bun.file(join(folder, "told"));
    const program = join(import.meta.dir, "../../test/fixtures/ends-parent.ts");
    const parent = Bun.spawn([process.execPath, program, "parent", told.name ?? ""]);
    children.push(parent);
    const text = await until("the child to tell", async () => {
      const text = await told.text().catch(() => "");
      return text.endsWith("\n") && text;
    });
    expect(text).toBe(`${parent.pid} ended, 0 killed, 0 left\n`);
    await parent.exited;
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a spared process lives on with its children, although it was started by one that is ended", async () => {
  const [parent] = await running("sh -c 'sh -c \"echo up; exec sleep 300\"; :' & wait");
  const [spared, grandchild] = await descendantsOf([parent.pid]);
  const keep = [spared?.pid ?? 0];
  expect(await endProcesses([parent], { graceMs: 60_000, spared: keep })).toMatchObject({
    killed: [],
  });
  const living = await Promise.all(
    [spared, grandchild].map((one) => readProcessInfo(one?.pid ?? 0)),
  );
  expect(living.map((one) => one?.pid)).toEqual([spared?.pid, grandchild?.pid]);
  await signalAll(
    living.filter((one) => one !== undefined),
    "SIGKILL",
  );
});
