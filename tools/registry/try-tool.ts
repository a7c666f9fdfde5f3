/** Calls a tool with its own first example, to see whether it works where it is now. */
import { callTool } from "../contract/call.ts";
import { casesSchema, type ToolCase } from "../contract/cases.ts";
import type { CallOutcome } from "../contract/outcome.ts";
import type { VerifiedTool } from "./registered-tool.ts";
import type { ToolRegistry } from "./registry.ts";

export interface ToolTrial {
  readonly ok: boolean;
  /** One clause for a person; never what a tool wrote. */
  readonly why: string;
}

/** Not granted here; a tool that needs one of them is looked at and not called. */
const EXTERNAL = /^(?:net:|files:|memory$)/;

/** @throws {OrgError} `SANDBOX_UNAVAILABLE` */
export async function tryRegisteredTool(
  registry: ToolRegistry,
  name: string,
  signal: AbortSignal,
): Promise<ToolTrial> {
  const tool = (await registry.list()).find((one) => one.name === name);
  if (tool?.state !== "ready" || tool.verified === undefined) {
    return { ok: false, why: tool?.why ?? "there is no such tool" };
  }
  return await tryTool(tool.verified, signal);
}

async function tryTool(
  { folder, metadata }: VerifiedTool,
  signal: AbortSignal,
): Promise<ToolTrial> {
  if (metadata.spec.capabilities.some((one) => EXTERNAL.test(one))) {
    return { ok: true, why: "it needs more than a trial grants" };
  }
  const [first] = casesSchema.parse(JSON.parse(folder.files.get("cases.json") ?? "null")).cases;
  if (first === undefined) return { ok: true, why: "it has no example" };
  const outcome = await callTool(folder, first.input, { signal });
  return isAsDeclared(first, outcome)
    ? { ok: true, why: "its first example gives what it says" }
    : { ok: false, why: `its first example ends with a ${outcome.kind} that it does not name` };
}

function isAsDeclared(one: ToolCase, outcome: CallOutcome): boolean {
  if ("error" in one) return outcome.kind === "failure" && outcome.code === one.error;
  return outcome.kind === "result" && Bun.deepEquals(outcome.value, one.output, true);
}
