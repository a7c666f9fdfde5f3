/** Whether a call may run. Pure: the same policy and the same call give the same answer. */
import { canonicalJson } from "../canonical-json.ts";
import { globMatches } from "./glob.ts";
import { hostsOf } from "./hosts.ts";
import {
  argumentOf,
  type CallFacts,
  type Decision,
  PERMISSION_MODES,
  type PermissionMode,
  type Policy,
  type Rule,
} from "./policy.ts";
import { judgePrograms, type ResolveProgram } from "./shell-allowlist.ts";

/**
 * Decides in this order: what nothing can widen (`locked`, the shell's allowlist) and the rules that
 * fit, deny before ask before allow; where none of them speaks, the mode of the tool.
 *
 * @param resolve finds the real path of a program; called only under a shell allowlist.
 */
export function decide(policy: Policy, call: CallFacts, resolve: ResolveProgram): Decision {
  const mode = modeOf(policy, call.tool);
  const decisions = [
    locked(mode, call),
    judgePrograms(policy.shellPrograms, call, resolve),
    ...policy.rules.filter((rule) => fits(rule, call)).map(decisionOf),
  ].filter((decision) => decision !== undefined);
  return strongest(decisions) ?? byMode(mode, policy, call);
}

/** The mode that holds for a tool. */
export function modeOf(policy: Policy, tool: string): PermissionMode {
  const exact = Object.entries(policy.tools).find(([name]) => name === tool);
  if (exact !== undefined) return exact[1];
  const modes = Object.entries(policy.tools)
    .filter(([pattern]) => globMatches(pattern, tool))
    .map(([, mode]) => mode);
  return PERMISSION_MODES.findLast((mode) => modes.includes(mode)) ?? policy.mode;
}

function strongest(decisions: readonly Decision[]): Decision | undefined {
  return (["deny", "ask", "allow"] as const)
    .map((permission) => decisions.find((decision) => decision.permission === permission))
    .find((decision) => decision !== undefined);
}

/** Whether a rule speaks of calls of a tool by a persona, as far as their arguments do not matter. */
export function ruleFits(rule: Rule, call: Omit<CallFacts, "arguments">): boolean {
  const { tool, persona = "*", capability } = rule;
  return (
    globMatches(tool, call.tool) &&
    globMatches(persona, call.persona) &&
    (capability === undefined || call.capabilities.includes(capability))
  );
}

function fits(rule: Rule, call: CallFacts): boolean {
  const { host, arguments: patterns = {} } = rule;
  return (
    ruleFits(rule, call) &&
    (host === undefined || fitsHost(host, rule, call)) &&
    Object.entries(patterns).every(([name, pattern]) => {
      const value = argumentOf(call.arguments, name);
      return value !== undefined && globMatches(pattern, textOf(value));
    })
  );
}

function fitsHost(pattern: string, { permission }: Rule, call: CallFacts): boolean {
  const hosts = hostsOf(call.arguments);
  if (permission !== "allow") return hosts.some((host) => globMatches(pattern, host));
  return (
    call.hidesHosts !== true &&
    hosts.length > 0 &&
    hosts.every((host) => globMatches(pattern, host))
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : canonicalJson(value);
}

function decisionOf({ permission, why, tool, persona }: Rule): Decision {
  const whose = persona === undefined ? "" : ` of "${persona}"`;
  return { permission, why: why ?? `a rule for "${tool}"${whose} says ${permission}` };
}

function locked(mode: PermissionMode, call: CallFacts): Decision | undefined {
  if (mode !== "locked" || onlyReads(call)) return undefined;
  return { permission: "deny", why: `"${call.tool}" is locked: only tools that read may run` };
}

function byMode(mode: PermissionMode, policy: Policy, call: CallFacts): Decision {
  if (mode === "supervised" && !(onlyReads(call) || call.effect === "room")) {
    return { permission: "ask", why: `"${call.tool}" is supervised` };
  }
  const strange = mode === "standard" ? strangeHost(policy, call) : undefined;
  if (strange !== undefined) return { permission: "ask", why: strange };
  return { permission: "allow", why: `the mode is ${mode}` };
}

/** Changes nothing and reaches no other machine. */
export function onlyReads({
  effect,
  capabilities,
}: Pick<CallFacts, "effect" | "capabilities">): boolean {
  return effect === "none" && capabilities.every((capability) => capability === "file_read");
}

/** Why a call that uses the network needs an approval; `undefined` when every host is known. */
function strangeHost({ domains }: Policy, call: CallFacts): string | undefined {
  if (!call.capabilities.includes("network")) return undefined;
  const hosts = hostsOf(call.arguments);
  const { approvedHosts: approved } = call;
  if (hosts.length === 0 && approved === undefined) {
    return "it uses the network, and does not say which host";
  }
  if (call.hidesHosts === true) return "others wrote it, and it may reach any host";
  const strange = hosts.find(
    (host) => !(approved?.includes(host) || domains.some((domain) => globMatches(domain, host))),
  );
  return strange === undefined ? undefined : `the host "${strange}" is new`;
}
