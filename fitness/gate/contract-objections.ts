/** What the gate will say of the words of a contract, asked before anything is built on it. */

import type { Contract } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { contractToRead } from "../static/text/texts-to-read.ts";
import { type FirstHit, shadowed } from "./shadowing.ts";

interface Beside {
  /** Those that there are; a new one must be told apart from each that is verified. */
  readonly tools: readonly {
    readonly name: string;
    readonly verified?: { readonly folder: ToolFolder } | undefined;
  }[];
  readonly firstHit: FirstHit;
}

interface Objection {
  /** `words`: a human would have to read them. `taken`: its requests, or those of another tool, would lead to the wrong one. */
  readonly kind: "words" | "taken";
  readonly message: string;
}

export function objectionsBeside({
  tools,
  firstHit,
}: Beside): (contract: Contract) => Promise<readonly Objection[]> {
  const before = new Map(
    tools.flatMap(({ name, verified }) =>
      verified === undefined ? [] : [[name, verified.folder]],
    ),
  );
  return async (contract) => {
    const phrases = contractToRead(contract).map(({ message }) => ({
      kind: "words" as const,
      message,
    }));
    // No user looks for a tool by words that are to change.
    if (phrases.length > 0) return phrases;
    const folder: ToolFolder = {
      name: contract.name,
      files: new Map([["spec.json", JSON.stringify(contract)]]),
    };
    const after = new Map([...before, [contract.name, folder]]);
    const shadowing = await shadowed(before, after, firstHit);
    return shadowing.map((message) => ({ kind: "taken" as const, message }));
  };
}
