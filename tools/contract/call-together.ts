/** Calls a generated tool several times in one process, each time in a realm of its own. */
import { readAnswers } from "./answer.ts";
import { Broker } from "./broker.ts";
import { checked, refusal, requestFor, runProgram } from "./call.ts";
import type { CallOptions } from "./call-options.ts";
import { hostCapabilities } from "./host-capabilities.ts";
import type { CallRequest, OneOfMany } from "./inside/protocol.ts";
import type { CallOutcome } from "./outcome.ts";
import { type ReadContract, readContract } from "./read-contract.ts";
import type { ToolFolder } from "./tool-folder.ts";

/** One of several calls. */
export interface TogetherCall extends Pick<CallOptions, "seed" | "nowMs"> {
  readonly args: unknown;
}

type TogetherOptions = Pick<CallOptions, "signal" | "policy" | "host" | "onCost">;

/**
 * Half of what a call takes is the start of its process. What these calls share is the program around their realms, which
 * no tool can reach. Still as little is believed as may be: results that fit and failures, of a process that came to its
 * end in order.
 *
 * @returns `undefined` for each call that has to be made by itself; for all of them where a tool asks the host, or is in
 *   Python, which has no realms.
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is no sandbox.
 */
export async function callTogether(
  folder: ToolFolder,
  calls: readonly TogetherCall[],
  options: TogetherOptions,
): Promise<readonly (CallOutcome | undefined)[]> {
  const contract = readContract(folder);
  if ("kind" in contract || !standsAlone(contract)) return calls.map(() => undefined);
  const refused = calls.map(({ args }) => refusal(args, contract));
  const made = await madeTogether(
    contract,
    calls.filter((_call, index) => refused[index] === undefined),
    options,
  );
  const rest = made.values();
  return refused.map((outcome) => outcome ?? rest.next().value);
}

function standsAlone({ spec }: ReadContract): boolean {
  return spec.language === "ts" && hostCapabilities(spec.capabilities, {}) === undefined;
}

async function madeTogether(
  contract: ReadContract,
  calls: readonly TogetherCall[],
  options: TogetherOptions,
): Promise<readonly (CallOutcome | undefined)[]> {
  const requests = calls.map((call) => requestFor(contract, call.args, { ...options, ...call }));
  const [first] = requests;
  if (first === undefined) return [];
  const nonce = crypto.randomUUID();
  using broker = new Broker({
    request: JSON.stringify({ ...first, calls: requests.map(oneOfMany) }),
    ...{ nonce, host: undefined },
  });
  const result = await runProgram(false, broker, options);
  const outcomes = readAnswers(result, nonce, { spec: contract.spec, calls: calls.length });
  return outcomes.map((outcome) => {
    const verified = outcome && checked(outcome, contract);
    return verified?.kind === "breakdown" ? undefined : verified;
  });
}

function oneOfMany({ args, nowMs, seed }: CallRequest): OneOfMany {
  return { args, nowMs, seed };
}
