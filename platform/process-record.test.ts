import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityOf, processOf, readServices, recordService } from "./process-record.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "org-record-"));
});
afterEach(() => rmSync(home, { recursive: true }));

test("a process is known by its id, its start and the boot together", async () => {
  const self = await identityOf();
  expect(await processOf(self)).toMatchObject({ pid: process.pid });
  expect(await processOf({ ...self, startTime: self.startTime + 1 })).toBeUndefined();
  expect(await processOf({ ...self, boot: "another" })).toBeUndefined();
  expect(await processOf(await identityOf(2 ** 22 + 1))).toBeUndefined();
});

test("what works for a home is known while it lives, and goes with the process that wrote it down", async () => {
  const child = Bun.spawn(["cat"], { stdin: "pipe", stdout: "ignore" });
  const about = { role: "engine", command: "serve a model", port: 4321 };
  {
    await using _record = await recordService(home, { ...about, pid: child.pid });
    expect(await readServices(home)).toMatchObject([{ ...about, pid: child.pid }]);
  }
  expect(await readServices(home)).toEqual([]);
  await recordService(home, { ...about, pid: child.pid });
  child.stdin.end();
  await child.exited;
  expect(await readServices(home)).toEqual([]);
});

test("a name that could lead elsewhere is not a role, and what is not a record describes no process", async () => {
  const wrong = { role: "../../x", command: "" };
  const refused = await recordService(home, wrong).then(() => "", String);
  expect(refused).toContain("is not a role");
  await Bun.write(join(home, ".org", "run", "service-x.json"), '{"role":"x","pid":1}');
  expect(await readServices(home)).toEqual([]);
});

test("two processes of one role are both known, and records of dead ones do not gather", async () => {
  const about = { role: "embeddings", command: "m in the built-in engine" };
  const start = () => Bun.spawn(["sleep", "60"], { stdio: ["ignore", "ignore", "ignore"] });
  const [one, two, three] = [start(), start(), start()];
  await recordService(home, { ...about, pid: one.pid });
  await recordService(home, { ...about, pid: two.pid });
  const pids = async () => (await readServices(home)).map(({ pid }) => pid).sort();
  expect(await pids()).toEqual([one.pid, two.pid].sort());
  for (const child of [one, two]) {
    child.kill("SIGKILL");
    await child.exited;
  }
  await using _third = await recordService(home, { ...about, pid: three.pid });
  expect(await pids()).toEqual([three.pid]);
  expect(readdirSync(join(home, ".org", "run"))).toEqual(["service-embeddings.json"]);
  three.kill("SIGKILL");
  await three.exited;
});
