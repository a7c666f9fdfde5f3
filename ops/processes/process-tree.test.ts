import { afterEach, expect, test } from "bun:test";
import { readProcessInfo } from "#platform/process-info.ts";
import { descendantsOf, isAlive, signalAll, waitForEnd } from "./process-tree.ts";

const children: Bun.Subprocess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    await signalAll(await descendantsOf([child.pid]), "SIGKILL");
    child.kill("SIGKILL");
  }
});

/** A shell with a child that has a child; resolves when the last has started. */
async function family(): Promise<Bun.Subprocess> {
  const script = "sh -c 'sh -c \"echo up; exec sleep 300\"; :'; :";
  const child = Bun.spawn(["sh", "-c", script], { stdout: "pipe", stderr: "ignore" });
  children.push(child);
  await child.stdout.getReader().read();
  return child;
}

test("descendants are found through every generation, parents first, and end together", async () => {
  const shell = await family();
  const tree = await descendantsOf([shell.pid]);
  expect(tree).toHaveLength(2);
  expect(tree[0]?.parent).toBe(shell.pid);
  expect(tree[1]?.parent).toBe(tree[0]?.pid ?? 0);

  expect(await waitForEnd(tree, 0)).toEqual(tree);
  await signalAll(tree, "SIGKILL");
  expect(await waitForEnd(tree, 5_000)).toEqual([]);
  expect(await descendantsOf([shell.pid])).toEqual([]);
});

test("a process with the number of another one is neither alive nor signalled", async () => {
  const shell = await family();
  const info = await readProcessInfo(shell.pid);
  if (info === undefined) throw new Error("The shell has gone");
  const older = { ...info, startTime: info.startTime - 1 };
  expect(await isAlive(info)).toBe(true);
  expect(await isAlive(older)).toBe(false);
  await signalAll([older], "SIGKILL");
  expect(await isAlive(info)).toBe(true);
});
