import { afterEach, beforeEach, expect, test } from "bun:test";
import { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import { createHome } from "#home/home-paths.ts";
import { AUTONOMY } from "#home/settings/autonomy-settings.ts";
import { readSettings } from "#home/settings/settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { AUTONOMY_ROLE } from "#ops/processes/home-processes.ts";
import { recordService } from "#platform/process-record.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { autonomyControl } from "./autonomy-control.ts";

let home: TestHome;
beforeEach(async () => {
  home = await testHome();
  await createHome(home.paths);
});
afterEach(() => home[Symbol.asyncDispose]());

const control = () =>
  autonomyControl(readSettings({ flags: new Map(), env: {}, defaultHome: home.path }));

test("a home that never worked by itself has no burst, spent nothing, and is not made to", async () => {
  const autonomy = control();
  expect(autonomy.state()).toBe("disabled");
  expect(autonomy.bursts(10)).toEqual([]);
  expect(await autonomy.tokensToday()).toBe(0);
  expect(await autonomy.end()).toBe("none");
  await autonomy.turn("off");
  expect(autonomy.state()).toBe("off");
  await autonomy.turn("on");
  expect(autonomy.state()).not.toBe("off");
});

test("bursts are listed with the newest first, and what autonomy spent today is counted alone", async () => {
  using store = new AutonomyStore(home.paths.autonomy);
  for (const [index, id] of ["b1", "b2"].entries()) store.begin(id, 1000 + index);
  using spent = openSpendStore(home.paths.spending);
  const day = new Date().toISOString().slice(0, 10);
  await spent.adjust({ day, session: "s", persona: AUTONOMY }, { tokens: 120, micros: 0 });
  await spent.adjust({ day, session: "s", persona: "agent" }, { tokens: 999, micros: 0 });
  const autonomy = control();
  expect(autonomy.bursts(1).map(({ id }) => id)).toEqual(["b2"]);
  expect(autonomy.bursts(9).map(({ id }) => id)).toEqual(["b2", "b1"]);
  expect(await autonomy.tokensToday()).toBe(120);
});

test("the process of a burst is ended by its record", async () => {
  const burst = Bun.spawn(["sleep", "600"]);
  try {
    const about = { role: AUTONOMY_ROLE, startedAt: Date.now(), command: "a burst" };
    await using _record = await recordService(home.path, { pid: burst.pid, ...about });
    expect(await control().end()).toBe("gone");
    await burst.exited;
    expect(burst.signalCode).toBe("SIGTERM");
  } finally {
    burst.kill("SIGKILL");
  }
});
