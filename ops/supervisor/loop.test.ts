import { expect, test } from "bun:test";
import { ownerPort } from "#app/owner-port.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { openSupervisorStore, Supervisor } from "./supervisor.ts";

test("the loop looks until it is told to leave, and a look that fails is told and not the last", async () => {
  await using home = await temporaryFolder("loop");
  const stop = new AbortController();
  using store = await openSupervisorStore(home.path);
  let looks = 0;
  const failures: unknown[] = [];
  const clock = async () => {
    looks += 1;
    if (looks === 1) throw new Error("no clock");
    if (looks > 9) stop.abort();
    return { at: looks * 5000, wall: Date.now() };
  };
  const about = { home: home.path, program: "", owner: ownerPort(home.path), periodMs: 1, clock };
  const told = { policy: "off", tell: () => undefined, signal: stop.signal } as const;
  const supervisor = new Supervisor({ ...about, ...told }, store);
  let found = 0;
  await supervisor.run(
    (findings) => {
      found += findings.length;
    },
    (error) => failures.push(error),
  );
  expect([found, failures.map(String)]).toEqual([0, ["Error: no clock"]]);
});
