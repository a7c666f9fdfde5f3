/** One run of the forge: a tool is built, then delivered, and the log says how it ended. */
import { reasonOf } from "#core/errors.ts";
import type { Deliver, DeliveryCheck } from "./deliver.ts";
import { buildTool, type DecidedWish, decided, refusalReasons } from "./forge.ts";
import { type ForgeParts, type ForgeResult, ForgeRun, type Wish } from "./run.ts";
import { unusualCases } from "./unusual-cases.ts";

/**
 * @throws {OrgError} where the model cannot be asked, nothing can be written, or the gate objects; the signal's
 *   reason when it aborts.
 */
export async function forgeTool(
  wish: Wish,
  parts: ForgeParts,
  deliver: Deliver,
): Promise<ForgeResult> {
  const run = new ForgeRun(parts);
  const { goal, language } = decided(wish, parts);
  await run.tell({ type: "forge-start", goal, model: parts.model, language, rounds: run.rounds });
  try {
    const result = await delivered(run, { ...wish, language }, deliver);
    await run.tell({ type: "forge-end", ...endOf(result) });
    return result;
  } catch (error) {
    const reasons = refusalReasons(error);
    if (reasons !== undefined) {
      const result = { ...nothing(run, "refused"), reasons };
      await run.tell({ type: "forge-end", ...endOf(result) });
      return result;
    }
    // The log says how it ended, whatever it was; a log that cannot be written must not hide that.
    const { run: _, ...end } = { ...nothing(run, "refused"), reasons: [reasonOf(error)] };
    await run.tell({ type: "forge-end", ...end, outcome: "stopped" }).catch(() => undefined);
    throw error;
  }
}

/** A person reads no more of them. */
const MAX_LISTED = 3;

async function delivered(run: ForgeRun, wish: DecidedWish, deliver: Deliver): Promise<ForgeResult> {
  const built = await buildTool(run, wish);
  if (built === undefined) return nothing(run, "declined");
  const { draft, folder, report } = built;
  const { signal, model } = run.parts;
  // One after the other, as they happened.
  let written = Promise.resolve();
  const onCheck = (check: DeliveryCheck): void => {
    written = written.then(() => run.tell({ type: "check", ...check }));
  };
  const finished = { folder, report, wish, model, signal, onCheck };
  const { path, next } = await deliver(finished).finally(() => written);
  const { name, description } = draft.contract;
  const { tests } = report;
  const unusual = unusualCases(draft.cases, MAX_LISTED);
  return { ...nothing(run, "delivered"), name, description, path, next, tests, unusual };
}

function nothing(run: ForgeRun, outcome: ForgeResult["outcome"]): ForgeResult {
  const { repairs, requests, tokens } = run;
  return { outcome, run: run.parts.log.run, reasons: [], repairs, requests, tokens };
}

/** What the last event says; its reader knows the run and the goal. */
function endOf(result: ForgeResult): Omit<ForgeResult, "run" | "description" | "unusual"> {
  const { run: _, description: __, unusual: ___, ...end } = result;
  return end;
}
