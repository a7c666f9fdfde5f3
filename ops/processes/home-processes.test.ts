import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityOf, recordService } from "#platform/process-record.ts";
import { until } from "#test/until.ts";
import { PROMOTION, processesOf } from "./home-processes.ts";
import { descendantsOf, signalAll } from "./process-tree.ts";

let home = "";
let shell: Bun.Subprocess<"ignore", "pipe">;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "org-found-"));
  mkdirSync(join(home, ".org", "run"), { recursive: true });
  const script = "sh -c 'echo up; exec sleep 300'; :";
  shell = Bun.spawn(["sh", "-c", script], { stdin: "ignore", stdout: "pipe" });
  await shell.stdout.getReader().read();
  // The child says "up" before it becomes what the tests look for.
  await until("the sleeper", async () => {
    const [child] = await descendantsOf([shell.pid]);
    return (await readFile(`/proc/${child?.pid}/comm`, "utf8")) === "sleep\n";
  });
});
afterEach(async () => {
  await signalAll(await descendantsOf([shell.pid]), "SIGKILL");
  shell.kill("SIGKILL");
  await shell.exited;
  rmSync(home, { recursive: true });
});

const write = (name: string, record: object): void =>
  writeFileSync(join(home, ".org", "run", name), JSON.stringify(record));

test("who serves and owns at once is one process, with what it has started and since when", async () => {
  const self = await identityOf(shell.pid);
  write("generation-current.json", { ...self, name: "current", port: 7001, commit: "c0ffee" });
  write("owner.json", { ...self, command: "org serve", since: "today" });
  const found = await processesOf(home);
  expect(found).toMatchObject([
    {
      ...{ role: "current", pid: shell.pid, port: 7001, commit: "c0ffee", what: "main at c0ffee" },
      children: [{ name: "sleep", parent: shell.pid }],
    },
  ]);
  // Since then, to some seconds: the kernel counts from the boot.
  expect(Math.abs(Date.now() - (found[0]?.startedAt ?? 0))).toBeLessThan(30_000);
});

test("what works for the others comes last, and a child that has a record is no one's child", async () => {
  const [child] = await descendantsOf([shell.pid]);
  write("owner.json", { ...(await identityOf(shell.pid)), command: "org chat", since: "today" });
  await recordService(home, { role: "engine", command: "serve", pid: child?.pid ?? 0 });
  expect(await processesOf(home)).toMatchObject([
    { role: "room", what: "org chat", children: [] },
    { role: "engine", what: "serve", pid: child?.pid, children: [] },
  ]);
});

test("who asks is not found, nor is what has ended or never was", async () => {
  write("owner.json", { ...(await identityOf()), command: "org ps", since: "today" });
  const self = await identityOf(shell.pid);
  const older = { ...self, startTime: self.startTime - 1 };
  write("generation-candidate.json", { ...older, name: "candidate", port: 1, commit: "c" });
  expect(await processesOf(home)).toEqual([]);
  expect(await processesOf(join(home, "none"))).toEqual([]);
});

test("a promotion comes first: it starts again what it finds ended", async () => {
  const [child] = await descendantsOf([shell.pid]);
  const self = await identityOf(shell.pid);
  write("generation-current.json", { ...self, name: "current", port: 7001, commit: "c0ffee" });
  await recordService(home, { role: PROMOTION, command: "org promote", pid: child?.pid ?? 0 });
  const found = await processesOf(home);
  expect(found.map(({ role }) => role)).toEqual(["promotion", "current"]);
  // Started by what serves, and ended by itself.
  expect(found[1]?.children).toEqual([]);
});
