/** What the gate will say of the words of a contract, asked before anything is built on it. */
import { shadowed } from "#fitness/gate/shadowing.ts";
import { contractToRead } from "#fitness/static/text/texts-to-read.ts";
import type { Contract } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type { ContractObjection } from "#tools/forge/run.ts";
import type { RegisteredTool } from "#tools/registry/registered-tool.ts";
import { firstBySearch } from "./gate.ts";

/** @param tools those that there are; a new one must be told apart from each that was judged. */
export function objectionsBeside(
  tools: readonly RegisteredTool[],
): (contract: Contract) => Promise<readonly ContractObjection[]> {
  const before = new Map(
    tools.flatMap(({ name, verified }) =>
      verified === undefined ? [] : [[name, verified.folder]],
    ),
  );
  return async (contract) => {
    const words = contractToRead(contract).map(({ message }) => ({
      kind: "words" as const,
      message,
    }));
    // No user looks for a tool by words that are to change.
    if (words.length > 0) return words;
    const folder: ToolFolder = {
      name: contract.name,
      files: new Map([["spec.json", JSON.stringify(contract)]]),
    };
    const after = new Map([...before, [contract.name, folder]]);
    const taken = await shadowed(before, after, firstBySearch);
    return taken.map((message) => ({ kind: "taken" as const, message }));
  };
}
