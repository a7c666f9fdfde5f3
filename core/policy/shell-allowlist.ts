import { argumentOf, type CallFacts, type Decision } from "./policy.ts";
import { readShellPrograms } from "./shell-programs.ts";

/** The real path of a program as the sandbox would find it; `undefined` when it would not. */
export type ResolveProgram = (program: string) => string | undefined;

/**
 * Refuses a call that starts a program which is not on the list, or whose programs cannot be determined.
 *
 * @param allowed real paths; `undefined`: every program is allowed.
 */
export function judgePrograms(
  allowed: ReadonlySet<string> | undefined,
  call: CallFacts,
  resolve: ResolveProgram,
): Decision | undefined {
  if (allowed === undefined || !call.capabilities.includes("shell")) return undefined;
  const programs = programsOf(call);
  if (typeof programs === "string") return deny(`under the shell allowlist, ${programs}`);
  const strange = programs.find((program) => {
    const path = resolve(program);
    return path === undefined || !allowed.has(path);
  });
  if (strange === undefined) return undefined;
  return deny(`the program ${JSON.stringify(strange.slice(0, 80))} is not on the shell allowlist`);
}

/** The programs, or why they cannot be determined. */
function programsOf(call: CallFacts): readonly string[] | string {
  if (call.program !== undefined) return [call.program];
  const script = argumentOf(call.arguments, "cmd");
  if (typeof script !== "string") return `what "${call.tool}" starts cannot be told`;
  const reading = readShellPrograms(script);
  return reading.understood ? reading.programs : `the command was not understood: ${reading.why}`;
}

function deny(why: string): Decision {
  return { permission: "deny", why };
}
