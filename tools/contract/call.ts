/** Calls a generated tool: one process, one sandbox, one answer. */
import { POLICIES, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { SandboxResult } from "#platform/sandbox/result.ts";
import { readAnswer } from "./answer.ts";
import { Broker } from "./broker.ts";
import type { CallOptions } from "./call-options.ts";
import { hostCapabilities } from "./host-capabilities.ts";
import type { CallRequest } from "./inside/protocol.ts";
import type { CallOutcome } from "./outcome.ts";
import {
  PROGRAM_FOLDER,
  programEnvironment,
  pythonPrograms,
  typescriptPrograms,
} from "./programs.ts";
import { PYTHON_MODULES } from "./python-modules.ts";
import { type ReadContract, readContract } from "./read-contract.ts";
import { problemWith } from "./schema-check.ts";
import { INVALID_INPUT } from "./spec.ts";
import type { ToolFolder } from "./tool-folder.ts";

/** Without the capability `clock` it is always this moment, so that equal arguments give equal results. */
const FROZEN_MS = Date.UTC(2026, 0, 1);

const BUN_COMMAND = [
  "bun",
  // No file that lies about may configure the program: a tool could have brought it.
  `--config=${PROGRAM_FOLDER}/bunfig.toml`,
  `--tsconfig-override=${PROGRAM_FOLDER}/tsconfig.json`,
  "--no-env-file",
  "--no-install",
  "--no-macros",
  "--no-addons",
  `${PROGRAM_FOLDER}/main.js`,
];

const PYTHON_COMMAND = [
  "/usr/bin/python3",
  // Neither packages that a user installed nor a compiled file of ours, which could not be written anyway.
  ...["-s", "-S", "-B", "-X", "utf8"],
  `${PROGRAM_FOLDER}/run.py`,
];

/**
 * Runs a tool once. Its code is loaded in a sandbox, never here; arguments and result are checked against
 * the contract here, so that nothing a tool does can make a wrong answer look right.
 *
 * However the tool fares is data.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is no sandbox.
 */
export async function callTool(
  folder: ToolFolder,
  args: unknown,
  options: CallOptions,
): Promise<CallOutcome> {
  const contract = readContract(folder);
  if ("kind" in contract) return contract;
  return refusal(args, contract) ?? (await run(contract, args, options));
}

/** The answer to arguments that the contract does not let in: the tool never sees them. */
export function refusal(args: unknown, { input }: ReadContract): CallOutcome | undefined {
  const problem = problemWith(args, input);
  if (problem === undefined) return undefined;
  return { kind: "failure", code: INVALID_INPUT, message: problem, declared: true };
}

async function run(
  contract: ReadContract,
  args: unknown,
  options: CallOptions,
): Promise<CallOutcome> {
  const { spec } = contract;
  const nonce = crypto.randomUUID();
  using broker = new Broker({
    request: JSON.stringify(requestFor(contract, args, options)),
    nonce,
    host: hostCapabilities(spec.capabilities, options.capabilities ?? {}),
  });
  const result = await runProgram(spec.language === "python", broker, options);
  options.onLog?.(result.stderr);
  options.onUsage?.({ cpuMs: result.cpuMs, peakBytes: result.peakBytes });
  const outcome = readAnswer(result, nonce, spec);
  if (broker.refusal !== undefined && outcome.kind !== "breakdown") {
    const detail = `The contract does not name ${broker.refusal}`;
    return { kind: "breakdown", why: "capability", detail };
  }
  return checked(outcome, contract);
}

/** A result that does not fit is none. */
export function checked(outcome: CallOutcome, { output }: ReadContract): CallOutcome {
  if (outcome.kind !== "result") return outcome;
  const problem = problemWith(outcome.value, output);
  return problem === undefined
    ? outcome
    : { kind: "breakdown", why: "schema", detail: `The result does not fit "output": ${problem}` };
}

/** Runs the program of a call in the sandbox. */
export async function runProgram(
  isPython: boolean,
  broker: Broker,
  options: CallOptions,
): Promise<SandboxResult> {
  const { policy: base = POLICIES.generatedTool } = options;
  const environment = { ...base.environment, ...programEnvironment(isPython) };
  const policy: SandboxPolicy = { ...base, environment };
  // Loaded with the first run: most rooms and questions come to their end without one.
  const { runSandboxed } = await import("#platform/sandbox/run.ts");
  const result = await runSandboxed(isPython ? PYTHON_COMMAND : BUN_COMMAND, policy, {
    signal: options.signal,
    host: options.host,
    files: isPython ? await pythonPrograms() : await typescriptPrograms(),
    stdin: broker.input,
    onOutput: (stream, text) => {
      if (stream === "stdout") broker.take(text);
    },
  });
  options.onCost?.({ cpuMs: result.cpuMs });
  return result;
}

export function requestFor(
  { spec, source, helpers }: ReadContract,
  args: unknown,
  { seed, nowMs }: CallOptions,
): CallRequest {
  const { name, capabilities, failures } = spec;
  return {
    name,
    source,
    helpers: Object.fromEntries(helpers),
    args: JSON.stringify(args),
    nowMs: capabilities.includes("clock") ? (nowMs ?? null) : FROZEN_MS,
    seed: seed === undefined ? null : seedNumbers(seed),
    capabilities,
    failures: failures.map(({ code }) => code),
    modules: PYTHON_MODULES,
  };
}

/** What chance in a call with this seed is made of: four 32-bit numbers. */
export function seedNumbers(seed: string): number[] {
  const bytes = new Bun.CryptoHasher("sha256").update(seed).digest();
  return [0, 4, 8, 12].map((at) => bytes.readUInt32LE(at));
}
