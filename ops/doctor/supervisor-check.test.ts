import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordService } from "#platform/process-record.ts";
import { openSupervisorStore } from "../supervisor/supervisor.ts";
import { supervisorCheck } from "./supervisor-check.ts";

test("a home says who supervises it, and what waits for a person", async () => {
  const home = await mkdtemp(join(tmpdir(), "org-doctor-"));
  const { signal } = new AbortController();
  const check = () => supervisorCheck(home).run(signal);
  expect(await check()).toMatchObject({ state: "ok", detail: "not running" });
  await using _ = await recordService(home, { role: "supervisor", command: "org supervise" });
  {
    using store = await openSupervisorStore(home);
    expect(await check()).toMatchObject({
      detail: `process ${process.pid}; nothing waits for you`,
    });
    const finding = { pattern: "owner-gone", subject: "current", why: "it ended" };
    store.add(finding, { fix: "start-serving", state: "proposed", foundAt: 1, now: 1 });
    store.giveUp({ role: "candidate", at: 1, why: "a loop" });
  }
  expect(await check()).toMatchObject({
    state: "warning",
    detail: `process ${process.pid}; candidate was given up, owner-gone (fix 1)`,
    remedies: ["org fixes resume candidate", "org fixes approve 1"],
  });
  await rm(home, { recursive: true });
});
