/** Laws that a contract states and that can be checked without knowing the right answer. */

import { isFields } from "#core/json.ts";
import { readContract } from "#tools/contract/read-contract.ts";
import type { Contract } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { type Answer, type AskTool, inParallel, STANDARD } from "./ask.ts";
import { sameJson, showJson } from "./compare.ts";
import { sameOutcome, showOutcome } from "./judge-answer.ts";
import { fitting, schemasOf } from "./schema.ts";
import type { ToolUnderTest } from "./tool-under-test.ts";

/** More would say little that these do not. */
const CHECKED = 6;

export interface LawContext {
  readonly tool: ToolUnderTest;
  readonly askerOf: (folder: ToolFolder) => AskTool;
  /** Tools that a law may name, by name. */
  readonly others: ReadonlyMap<string, ToolFolder>;
}

/** One line for every law that does not hold for a result that the tool gave. */
export async function brokenLaws(
  answers: readonly Answer[],
  context: LawContext,
): Promise<readonly string[]> {
  const results = answers.filter(({ outcome }) => outcome.kind === "result").slice(0, CHECKED);
  const complaints = await inParallel(context.tool.contract.properties, async (law) => {
    if (law === "idempotent") return await idempotence(results, context);
    const other = /^round-trip:(.+)$/.exec(law)?.[1];
    const folder = other === undefined ? undefined : context.others.get(other);
    return folder === undefined ? [] : await roundTrip(results, folder, context);
  });
  return complaints.flat();
}

async function idempotence(
  answers: readonly Answer[],
  { tool, askerOf }: LawContext,
): Promise<readonly string[]> {
  const ask = askerOf(tool.folder);
  const complaints = await inParallel(answers, async ({ ask: { input }, outcome }) => {
    const value = outcome.kind === "result" ? outcome.value : undefined;
    const next = inputWith(tool.contract, input, value);
    if (next === undefined) {
      return [`idempotent: the result ${showJson(value)} cannot be an input of this tool again`];
    }
    const again = await ask(next, STANDARD);
    if (sameOutcome(again, outcome)) return [];
    return [
      `idempotent: input ${showJson(input)} gave ${showJson(value)}; that, given again, gave ${showOutcome(again)}`,
    ];
  });
  return complaints.flat();
}

async function roundTrip(
  answers: readonly Answer[],
  folder: ToolFolder,
  { askerOf }: LawContext,
): Promise<readonly string[]> {
  const other = readContract(folder);
  if ("kind" in other) return [`round-trip:${folder.name}: ${other.detail}`];
  const ask = askerOf(folder);
  const complaints = await inParallel(answers, async ({ ask: { input }, outcome }) => {
    const value = outcome.kind === "result" ? outcome.value : undefined;
    const next = inputWith(other.spec, {}, value);
    const back = next === undefined ? undefined : await ask(next, STANDARD);
    if (back?.kind === "result" && isTheWayBack(input, back.value)) return [];
    const got = back === undefined ? "an input that it does not take" : showOutcome(back);
    return [
      `round-trip:${folder.name}: input ${showJson(input)} gave ${showJson(value)}; from there ${folder.name} leads to ${got}`,
    ];
  });
  return complaints.flat();
}

/** The input that carries a result: as a whole, or in the one property that takes it. */
function inputWith(contract: Contract, before: unknown, value: unknown): unknown {
  const fits = fitting(contract.input);
  const rest = isFields(before) ? before : {};
  const values = isFields(value) ? [value, ...Object.values(value)] : [value];
  const keys = schemasOf(contract.input, "properties").map(([key]) => key);
  const required = [contract.input["required"] ?? []].flat().map(String);
  const carried = values.flatMap((one) => [
    ...(isFields(one) && keys.some((key) => key in one) ? [{ ...rest, ...one }] : []),
    ...[...required, ...keys].map((key) => ({ ...rest, [key]: one })),
  ]);
  return carried.find(fits);
}

/** Whether what came back is the input, or a part of it that carries it. */
function isTheWayBack(input: unknown, back: unknown): boolean {
  if (!isFields(input)) return sameJson(input, back);
  if (isFields(back)) {
    const shared = Object.keys(back).filter((key) => key in input);
    if (shared.length > 0) return shared.every((key) => sameJson(input[key], back[key]));
  }
  const came = isFields(back) ? Object.values(back) : [back];
  return came.some((value) => Object.values(input).some((part) => sameJson(part, value)));
}
