import { existsSync } from "node:fs";
import type { Check, Finding } from "#core/check.ts";
import { readServices } from "#platform/process-record.ts";
import { SUPERVISOR } from "../processes/home-processes.ts";
import { openSupervisorStore, supervisorPath } from "../supervisor/supervisor.ts";
import { ok } from "./program.ts";

/** Whether a supervisor looks after the home, and what waits for a person. */
export function supervisorCheck(home: string): Check {
  return { name: "supervisor", run: () => supervisor(home) };
}

async function supervisor(home: string): Promise<Finding> {
  const running = (await readServices(home)).find(({ role }) => role === SUPERVISOR);
  const who = running === undefined ? "not running" : `process ${running.pid}`;
  if (!existsSync(supervisorPath(home))) return ok(who);
  using store = await openSupervisorStore(home);
  const proposed = store.open().filter(({ state }) => state === "proposed");
  const givenUp = store.givenUp().map(({ role }) => role);
  if (proposed.length === 0 && givenUp.length === 0) return ok(`${who}; nothing waits for you`);
  const waits = proposed.map(({ id, pattern }) => `${pattern} (fix ${id})`);
  const lost = givenUp.map((role) => `${role} was given up`);
  return {
    state: "warning",
    detail: `${who}; ${[...lost, ...waits].join(", ")}`,
    remedies: [
      ...givenUp.map((role) => `org fixes resume ${role}`),
      ...proposed.map(({ id }) => `org fixes approve ${id}`),
    ],
  };
}
