/** The gate, opened for a home or a named repository, and what it judges with. */
import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { Gate, type GateRequest } from "#fitness/gate/gate.ts";
import { hiddenCases } from "#fitness/gate/hidden-cases.ts";
import type { FirstHit } from "#fitness/gate/shadowing.ts";
import { createValidator } from "#fitness/validate-tool.ts";
import { loadKnowledge } from "#language/load-knowledge.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type { ValidateTool } from "#tools/contract/validation.ts";
import { ToolSearch } from "#tools/search/tool-search.ts";

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
  await using folder = await temporaryFolder("gate");
  using gate = await Gate.open(folder.path, home);
  return await use(gate);
}

/** Judges tools beside the others that there would be, with the hidden cases of the gate. */
export function validatorIn({
  paths,
}: Gate): (others: ReadonlyMap<string, ToolFolder>) => ValidateTool {
  const hidden = hiddenCases(paths.hidden);
  return (others) => createValidator({ others, hiddenCases: hidden });
}

/** As a persona would find them. */
export const firstBySearch: FirstHit = async (tools, queries) => {
  using search = new ToolSearch(tools, await loadKnowledge());
  return queries.map((query) => search.search(query, 1)[0]);
};

/**
 * Plays main's suite to both sides.
 *
 * @param place the checkout whose main brings the suite, and the database of earlier replays.
 * @returns nothing where main has no suite.
 */
export type OpenComparison = (options: {
  readonly checkout: string;
  readonly ledger: string;
}) => Promise<GateRequest["sideBySide"]>;

/** How far a promotion is judged: with main's suite where there is one, and what it costs. */
export async function judgeOptions(
  { paths }: Gate,
  checkout: string,
  compare: OpenComparison | undefined,
): Promise<Pick<GateRequest, "sideBySide" | "until">> {
  const sideBySide = await compare?.({ checkout, ledger: paths.replays });
  return sideBySide === undefined ? {} : { sideBySide, until: "S8" };
}
