/** Under which kind a job stands in a queue that several machines share, and which of them does it. */
import { OF_ONE_MACHINE } from "#home/queue/one-machine.ts";
import type { JobKind, JobWork } from "./job-service.ts";

/** What a worker may be for. */
export const WORKER_ROLES = ["fitness", "tools", "goals"] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

/** A test of the gate changes nothing: any machine may do it. */
const DRILL = "drill";

const KINDS: readonly JobKind[] = ["goal", "message", "tool", "workflow", "task"];

/** @param node the machine that took the job; `undefined`: there is only one. */
export function storedKind(work: JobWork, node: string | undefined): string {
  if (node === undefined) return work.kind;
  if (work.kind === "task" && work.task === "drill") return DRILL;
  return OF_ONE_MACHINE.some((kind) => kind === work.kind) ? `${work.kind}@${node}` : work.kind;
}

/** What a stored kind is a kind of. */
export function kindOf(stored: string): JobKind {
  const [kind = ""] = stored.split("@");
  return kind === DRILL ? "task" : (KINDS.find((one) => one === kind) ?? "goal");
}

/** All kinds that a machine may do which serves the home of `node`. */
export function kindsOfNode(node: string): readonly string[] {
  return ["goal", "tool", DRILL, ...OF_ONE_MACHINE.map((kind) => `${kind}@${node}`)];
}

/** Those that a worker may do, whichever machine took the job. */
export function kindsOfRoles(roles: readonly WorkerRole[]): readonly string[] {
  const kinds = { fitness: DRILL, tools: "tool", goals: "goal" } as const;
  return roles.map((role) => kinds[role]);
}

/** Stored kinds for those that a person has paused. */
export function pausedOf(kinds: readonly string[], node: string | undefined): readonly string[] {
  if (node === undefined) return kinds;
  const drill = kinds.includes("task") ? [DRILL] : [];
  return [...kinds, ...drill, ...kinds.map((kind) => `${kind}@${node}`)];
}
