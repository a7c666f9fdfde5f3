/** Runs programs of a model in the sandbox, before their expected outputs are decided. */
import { z } from "zod";
import { POLICIES, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import { callTool } from "../../contract/call.ts";
import type { ToolCase } from "../../contract/cases.ts";
import type { CallOutcome } from "../../contract/outcome.ts";
import { problemWith } from "../../contract/schema-check.ts";
import type { Contract } from "../../contract/spec.ts";
import { folderOf } from "../draft.ts";
import type { Input } from "./inputs-stage.ts";

/** A program, and what it promises. */
export interface TriedTool {
  readonly contract: Contract;
  readonly source: string;
}

/** An endless loop ends soon, however busy the machine is. */
const TRY: SandboxPolicy = { ...POLICIES.generatedTool, cpuMs: 2000, wallMs: 30_000 };

/**
 * What a tool gives for each input, in their order. All of them go into one process, for the start of a sandbox takes
 * longer than a program; where that process gives no answer, each input gets one of its own.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is no sandbox.
 */
export async function outcomesOf(
  tool: TriedTool,
  inputs: readonly Input[],
  signal: AbortSignal,
): Promise<readonly CallOutcome[]> {
  const together = await allAtOnce(tool, inputs, signal);
  if (together !== undefined) return together;
  const outcomes: CallOutcome[] = [];
  for (const input of inputs) outcomes.push(await called(tool, input, signal));
  return outcomes;
}

async function called(
  { contract, source }: TriedTool,
  input: unknown,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const folder = folderOf({ contract, cases: [], tests: "", code: source });
  const outcome = await callTool(folder, input, { signal, policy: TRY, seed: "1" });
  // A call that was aborted says nothing about the program.
  signal.throwIfAborted();
  return outcome;
}

/** Put behind a program, it calls the program's own `run` once for each input. */
const CALL_ALL = `

run_once = run


def run(args, ctx):
    outcomes = []
    for given in args["inputs"]:
        try:
            outcomes.append({"value": run_once(given, ctx)})
        except Exception as error:
            code = error.code if hasattr(error, "code") else type(error).__name__
            outcomes.append({"code": str(code), "message": str(error)[:300]})
    return {"outcomes": outcomes}
`;

const outcomesSchema = z.object({
  outcomes: z.array(
    z.union([z.object({ value: z.json() }), z.object({ code: z.string(), message: z.string() })]),
  ),
});

async function allAtOnce(
  { contract, source }: TriedTool,
  inputs: readonly Input[],
  signal: AbortSignal,
): Promise<readonly CallOutcome[] | undefined> {
  const [accepts, fits] = [z.fromJSONSchema(contract.input), z.fromJSONSchema(contract.output)];
  if (inputs.some((input) => problemWith(input, accepts) !== undefined)) return;
  const open = { ...contract, input: { type: "object" }, output: {} };
  const outcome = await called(
    { contract: open, source: `${source}${CALL_ALL}` },
    { inputs },
    signal,
  );
  const read = outcomesSchema.safeParse(outcome.kind === "result" ? outcome.value : undefined);
  if (!read.success) return;
  const codes = contract.failures.map(({ code }) => code);
  return read.data.outcomes.map((one): CallOutcome => {
    if ("code" in one) return { kind: "failure", ...one, declared: codes.includes(one.code) };
    const problem = problemWith(one.value, fits);
    if (problem === undefined) return { kind: "result", value: one.value };
    const detail = `The result does not fit "output": ${problem}`;
    return { kind: "breakdown", why: "schema", detail };
  });
}

/** What a program gives instead of what the user says. */
export function wrongText(outcome: CallOutcome, expected: ToolCase): string {
  const expectedText = JSON.stringify("output" in expected ? expected.output : expected.error);
  if (outcome.kind !== "result")
    return `${crashText(outcome, expected.input)}. It must give ${expectedText}.`;
  const actual = JSON.stringify(outcome.value).slice(0, 200);
  return `For ${JSON.stringify(expected.input).slice(0, 200)} it gives ${actual}. It must give ${expectedText}.`;
}

/** Why a program gave no answer to an input, for the model that wrote it. */
export function crashText(outcome: CallOutcome, input: unknown): string {
  const head = `For ${JSON.stringify(input).slice(0, 200)}`;
  if (outcome.kind === "result") return `${head} its result is too long.`;
  if (outcome.kind === "failure") {
    return `${head} it ends with ${outcome.code}: ${outcome.message.slice(0, 300)}`;
  }
  const detail = outcome.detail.slice(0, 300);
  return outcome.why === "load" ? `It does not start: ${detail}` : `${head}: ${detail}`;
}
