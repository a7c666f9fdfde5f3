/** The processes of a home, for a person. */
import { elapsed } from "#core/elapsed.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { columnsOf } from "./columns.ts";

/** One of them, with what it has started. */
export interface ProcessView {
  readonly role: string;
  readonly pid: number;
  /** One letter of the kernel. */
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly port?: number | undefined;
  readonly what: string;
  readonly children: readonly { readonly pid: number; readonly name: string }[];
}

/** A line for each process, and one for each child below it. */
export function processTable(
  processes: readonly ProcessView[],
  { nowMs, cleaner }: { readonly nowMs: number; readonly cleaner: TextCleaner },
): string {
  if (processes.length === 0) return "";
  const rows = processes.flatMap(({ role, pid, state, startedAt, port, what, children }) => [
    [role, `${pid}`, elapsed(nowMs - startedAt), stateWord(state), `${port ?? "-"}`, what],
    ...children.map((child) => ["", `${child.pid}`, "", "", "", `└ ${child.name}`]),
  ]);
  const table = [["WHO", "PID", "UP", "STATE", "PORT", "WHAT"], ...rows];
  // Names of programs come from their authors.
  const clean = table.map((row) => row.map((text) => cleaner.clean(text).replaceAll("\n", " ")));
  return columnsOf(clean)
    .map((line) => `${line}\n`)
    .join("");
}

function stateWord(state: string): string {
  return "Tt".includes(state) ? "stopped" : "running";
}
