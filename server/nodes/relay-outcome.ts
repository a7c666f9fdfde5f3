/** What became of something that another node was asked. */
import { ERROR_EXIT, type ErrorCode } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import type { JobError, JobRecord } from "#core/queue.ts";

/** The process of the other node was killed over it, or the room was not its own any more. */
const FREE: ReadonlySet<string> = new Set(["WORKER_LOST", "LOCK_HELD"]);

/** Nothing: it was done. `free`: the other node did not come to it, or was lost over it. */
export function outcomeOf(record: JobRecord | undefined): JobError | "free" | undefined {
  if (record?.state === "done") return undefined;
  const { error } = record ?? {};
  if (record?.state !== "dead" || error === undefined) return "free";
  return FREE.has(error.code) ? "free" : error;
}

/** @throws {OrgError} always: what the other node threw, with its name. */
export function relayedError(node: string, { code, message }: JobError): never {
  throw new OrgError(message, {
    code: isErrorCode(code) ? code : "JOB_REFUSED",
    why: `node "${node}", which has the room open, said so`,
    remedies: ["org log --list   # rooms, and who speaks in them"],
    unchanged: "Nothing was sent.",
  });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_EXIT, code);
}
