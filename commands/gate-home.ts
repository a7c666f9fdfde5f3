/** Opens the gate for a command: that of the home, or one for a repository that somebody named. */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createValidator } from "#fitness/validate-tool.ts";
import { Gate } from "#ops/gate/gate.ts";
import { hiddenCases } from "#ops/gate/hidden-cases.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type { ValidateTool } from "#tools/contract/validation.ts";

/**
 * @param place `home` is ORG_HOME. A `checkout` that is another folder leaves no trace in the home but its
 *   key: its candidates are judged by a gate of its own, which is gone afterwards.
 */
export async function withGate<Result>(
  { home, checkout }: { readonly home: string; readonly checkout: string },
  use: (gate: Gate) => Promise<Result>,
): Promise<Result> {
  const here = await realpath(checkout).catch(() => resolve(checkout));
  if (here === (await realpath(home))) {
    using gate = await Gate.open(home);
    return await use(gate);
  }
  const folder = await mkdtemp(join(tmpdir(), "org-gate-"));
  try {
    using gate = await Gate.open(folder, home);
    return await use(gate);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Judges tools beside the others that there would be, with the hidden cases of the gate. */
export function validatorIn({
  paths,
}: Gate): (others: ReadonlyMap<string, ToolFolder>) => ValidateTool {
  const hidden = hiddenCases(paths.hidden);
  return (others) => createValidator({ others, hiddenCases: hidden });
}
