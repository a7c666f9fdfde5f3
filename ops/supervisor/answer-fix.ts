/** A person's word about what the supervisor has found. */
import { OrgError } from "#core/errors.ts";
import type { FixRecord } from "./fix-record.ts";
import type { SupervisorStore } from "./supervisor-store.ts";

/** @param name its number, as a person writes it. @throws {OrgError} `FIX_UNKNOWN` */
export function fixNamed(store: SupervisorStore, name = ""): FixRecord {
  const id = /^\d{1,9}$/.test(name) ? Number(name) : undefined;
  const record = id === undefined ? undefined : store.get(id);
  if (record !== undefined) return record;
  throw new OrgError(`There is no fix "${name.slice(0, 40)}"`, {
    code: "FIX_UNKNOWN",
    why: "a fix is named by its number",
    remedies: ["org fixes"],
    unchanged: "Nothing was changed.",
  });
}

/** Approves or rejects a fix that waits. @returns it as it is then. @throws {OrgError} `FIX_UNKNOWN` */
export function answerFix(
  store: SupervisorStore,
  name: string | undefined,
  state: "approved" | "rejected",
): FixRecord {
  const record = fixNamed(store, name);
  if (!store.answer(record.id, state)) throw notWaiting(record);
  return store.get(record.id) ?? record;
}

/** Lets a role that was given up be started again. @throws {OrgError} `FIX_UNKNOWN` */
export function resumeRole(store: SupervisorStore, role: string): void {
  const roles = store.givenUp().map((one) => one.role);
  if (roles.includes(role)) return void store.resume(role);
  throw new OrgError(`The role "${role.slice(0, 40)}" was not given up`, {
    code: "FIX_UNKNOWN",
    why: roles.length === 0 ? "no role is given up" : `given up: ${roles.join(", ")}`,
    remedies: roles.length === 0 ? ["org fixes"] : roles.map((one) => `org fixes resume ${one}`),
    unchanged: "Nothing was changed.",
  });
}

function notWaiting({ id, state }: FixRecord): OrgError {
  return new OrgError(`Fix ${id} does not wait for an answer`, {
    code: "FIX_UNKNOWN",
    why: `it is ${state}`,
    remedies: [`org fixes show ${id}`],
    unchanged: "Nothing was changed.",
  });
}
