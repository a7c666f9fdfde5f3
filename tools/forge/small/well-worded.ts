/** The words of a contract as a judge lets them pass, before anything is built on them. */
import { isFields } from "#core/json.ts";
import type { Contract, JsonSchema } from "../../contract/spec.ts";
import type { ContractObjection, ForgeRun, Wish } from "../run.ts";
import { make, StageFailed } from "../stage.ts";
import { rewordStage } from "./contract-stage.ts";
import type { SmallContract } from "./fields.ts";

/**
 * Leaves out what is objected to: sentences of the description, words on arguments, a name of one word that the words of a
 * contract use as a verb. What the programs are written by stays whole. Where that is not enough, the model is asked once.
 *
 * @throws {StageFailed} when the tool would be taken for another one in whatever words.
 */
export async function wellWorded(
  run: ForgeRun,
  small: SmallContract,
  { name }: Wish,
): Promise<SmallContract> {
  const first = await objectionsTo(run, small.contract);
  if (first.length === 0) return small;
  const plain = await withoutFlaggedWords(run, small.contract, { mayRename: name === undefined });
  if (plain !== undefined) {
    await run.repaired("spec", ["words-left-out"]);
    return { ...small, contract: plain };
  }
  const complaint = first.map(({ message }) => message).join("\n");
  const description = await make(run, rewordStage(small.contract.description, complaint));
  const candidate = { ...small.contract, description, asks: [] };
  const reworded = (await withoutFlaggedWords(run, candidate, { mayRename: false })) ?? candidate;
  const remaining = await objectionsTo(run, reworded);
  const duplicates = remaining.filter(({ kind }) => kind === "taken");
  if (duplicates.length > 0) throw new StageFailed("spec", duplicateReasons(duplicates));
  // What is only a matter of words a human may still let pass.
  return { ...small, contract: reworded };
}

/** For the user of a tool that there is already, or nearly. */
export function duplicateReasons(duplicates: readonly ContractObjection[]): readonly string[] {
  return [
    ...duplicates.map(({ message }) => message),
    "a tool that there is answers such requests already: call that one, or say in the goal what the new one does that it does not",
  ];
}

async function objectionsTo(
  { parts }: ForgeRun,
  contract: Contract,
): Promise<readonly ContractObjection[]> {
  return (await parts.objectionsTo?.(contract)) ?? [];
}

/** The contract with as many of its own words as no objection meets; nothing where none of them does. */
async function withoutFlaggedWords(
  run: ForgeRun,
  contract: Contract,
  { mayRename }: { readonly mayRename: boolean },
): Promise<Contract | undefined> {
  const [sentence = "", ...more] = sentencesOf(contract.description);
  const isGood = async (one: Contract) => (await objectionsTo(run, one)).length === 0;
  const bare = { ...contract, description: sentence };
  let good: Contract | undefined;
  for (const variant of variantsOf(bare, mayRename)) {
    if (!(await isGood(variant))) continue;
    good = variant;
    break;
  }
  if (good === undefined) return;
  for (const next of more) {
    const longer: Contract = { ...good, description: `${good.description} ${next}` };
    if (await isGood(longer)) good = longer;
  }
  return good;
}

function sentencesOf(text: string): readonly string[] {
  return text.split(/(?<=[.!?;])\s+/).filter((sentence) => sentence.trim() !== "");
}

/** What gives up less comes first. */
function variantsOf(contract: Contract, mayRename: boolean): readonly Contract[] {
  const [input] = Object.keys(propertiesOf(contract.input));
  const { name } = contract;
  const isRenamed = mayRename && input !== undefined && !/[-_]/.test(name);
  const names = isRenamed ? [name, `${name}_${input}`.slice(0, 40)] : [name];
  return names.flatMap((one) => {
    const named = { ...contract, name: one };
    const silent = {
      ...named,
      input: withoutDescriptions(named.input),
      output: withoutDescriptions(named.output),
    };
    return [named, silent, { ...named, asks: [] }, { ...silent, asks: [] }];
  });
}

/** Its properties say by their names what they are. */
function withoutDescriptions(schema: JsonSchema): JsonSchema {
  const properties = Object.entries(propertiesOf(schema)).map(([name, one]) => {
    const { description: _, ...rest } = isFields(one) ? one : {};
    return [name, rest] as const;
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}

function propertiesOf({ properties }: JsonSchema): object {
  return isFields(properties) ? properties : {};
}
