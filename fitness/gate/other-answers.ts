/** Both versions of a tool asked the same: what was not declared must stay as it is. */
import { POLICIES } from "#platform/sandbox/policy.ts";
import { callTool } from "#tools/contract/call.ts";
import { INVALID_INPUT } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { STANDARD } from "../oracle/ask.ts";
import { sameJson, showJson } from "../oracle/compare.ts";
import { emptyWorld } from "../oracle/grants.ts";
import { sameOutcome, showOutcome } from "../oracle/judge-answer.ts";
import type { JudgedTool } from "../oracle/judged-tool.ts";
import { fitting } from "../oracle/schema.ts";
import { unforeseenInputs } from "../oracle/unforeseen-inputs.ts";
import { askMany, type ManyAnswer } from "../quality/ask-many.ts";

/** How many inputs both are asked, in one process each. */
const ASKED = 600;
/** Of a busy machine: processor time is what ends a call. */
const PATIENT = { ...POLICIES.generatedTool, wallMs: 60_000 };
const CPU_MS = 4000;
/** As many differences are confirmed and shown. */
const SHOWN = 3;

/** @returns one line for each input that main's tool answered well and that has another answer now. */
export async function otherAnswers(
  was: JudgedTool,
  is: JudgedTool,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (was.contract.capabilities.length > 0 || !was.contract.deterministic) return [];
  const takes = fitting(was.contract.input);
  const inputs = unforeseenInputs(was, { count: ASKED, seed: 1 }).filter(takes);
  const asked = { inputs, cpuMs: CPU_MS };
  const [old, now] = [await askMany(was, asked, { signal }), await askMany(is, asked, { signal })];
  const lines: string[] = [];
  for (const [index, input] of inputs.entries()) {
    if (lines.length === SHOWN) break;
    if (!differ(old.answers[index], now.answers[index])) continue;
    const [before, after] = [
      await outcomeOf(was.folder, input, signal),
      await outcomeOf(is.folder, input, signal),
    ];
    const isGood = before.kind === "result" || (before.kind === "failure" && before.declared);
    if (!isGood || sameOutcome(before, after)) continue;
    lines.push(
      `it answers otherwise where no case says so: input ${showJson(input)} · main ${showOutcome(before)} · now ${showOutcome(after)}; declare it as a case, or keep the answer`,
    );
  }
  return lines;
}

function differ(old: ManyAnswer, now: ManyAnswer): boolean {
  if (old === undefined || now === undefined) return old !== now;
  if (old.failure !== undefined && now.failure !== undefined) {
    // Who throws inside may name it otherwise; the call of its own tells.
    return old.failure.code !== now.failure.code && old.failure.code !== INVALID_INPUT;
  }
  return (
    (old.failure === undefined) !== (now.failure === undefined) || !sameJson(old.value, now.value)
  );
}

async function outcomeOf(tool: ToolFolder, input: unknown, signal: AbortSignal) {
  const world = { ...STANDARD, capabilities: emptyWorld(), policy: PATIENT, signal };
  const outcome = await callTool(tool, input, world);
  signal.throwIfAborted();
  return outcome;
}
