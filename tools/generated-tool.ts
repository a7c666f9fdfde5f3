/** A generated tool as the room knows tools: its code runs in a sandbox of its own, never here. */

import { unreachable } from "#core/errors.ts";
import type { Capability } from "#core/policy/policy.ts";
import { hostList } from "#platform/net/host-list.ts";
import { type HttpRules, sendRequest } from "#platform/net/http-client.ts";
import { decodeText } from "#platform/net/media-type.ts";
import type { SandboxHost } from "#platform/sandbox/host.ts";
import { callTool } from "./contract/call.ts";
import type { FetchAnswer, Grants, ToolMemory } from "./contract/call-options.ts";
import { hostsOf } from "./contract/host-capabilities.ts";
import type { CallOutcome } from "./contract/outcome.ts";
import { type Contract, INVALID_INPUT } from "./contract/spec.ts";
import { openToolFiles } from "./contract/tool-files.ts";
import type { ToolFolder } from "./contract/tool-folder.ts";
import { headAndTail, limitMet } from "./program-output.ts";
import type { Tool, ToolOutput } from "./tool.ts";

/** Longest result that a model reads, in characters, as for programs. */
const SHOWN_CHARACTERS = 16_384;

export interface GeneratedToolOptions {
  /** What the sandbox is built with, where it is not what the host's PATH has. */
  readonly host?: SandboxHost | undefined;
  /** Absolute path of the folder that `ctx.files` means; without it a tool has no files. */
  readonly filesRoot?: string | undefined;
  /** How the hosts of the contract are reached. @default public addresses on the usual ports */
  readonly rules?: HttpRules | undefined;
  /** What this tool keeps between calls; without it a tool has no memory. */
  readonly memory?: ToolMemory | undefined;
  /** Told how each call ended. */
  readonly onOutcome?: ((outcome: CallOutcome) => void) | undefined;
}

/** @param contract as `spec.json` of the folder says it. */
export function generatedTool(
  folder: ToolFolder,
  contract: Contract,
  options: GeneratedToolOptions = {},
): Tool {
  const { name, description, input } = contract;
  const { $schema: _, ...parameters } = input;
  return {
    name,
    effect: "execute",
    capabilities: policyCapabilities(contract.capabilities),
    schema: { name, description, parameters },
    run: async (args, { signal }) => {
      const { host } = options;
      const capabilities = await grantsOf(contract, options);
      const outcome = await callTool(folder, args, { signal, host, capabilities });
      options.onOutcome?.(outcome);
      return outputOf(outcome, contract);
    },
  };
}

/** What the human's policy calls the capabilities of a contract; a clock and chance touch nothing. */
function policyCapabilities(names: readonly string[]): readonly Capability[] {
  return [...new Set(names.flatMap(policyCapability))];
}

function policyCapability(name: string): readonly Capability[] {
  if (name.startsWith("net:")) return ["network"];
  if (name === "files:read") return ["file_read"];
  if (name === "files:write") return ["file_write"];
  return name === "memory" ? ["memory"] : [];
}

async function grantsOf(
  { capabilities }: Contract,
  { filesRoot, rules, memory }: GeneratedToolOptions,
): Promise<Grants> {
  const needs = (prefix: string): boolean => capabilities.some((name) => name.startsWith(prefix));
  return {
    fetch: needs("net:") ? toolFetch(capabilities, rules) : undefined,
    files: needs("files:") && filesRoot !== undefined ? await openToolFiles(filesRoot) : undefined,
    memory,
  };
}

const BROKE_DOWN = "broke down and gave no result";

/**
 * Whether a result that a model has read says that the tool is to blame: a failure of its contract, or
 * arguments that do not fit, are not a fault of its program.
 */
export function isBreakdown({
  name,
  output,
}: {
  readonly name: string;
  readonly output: string;
}): boolean {
  return output.startsWith(`"${name}" ${BROKE_DOWN} (`);
}

/** How a call reads to a model. */
function outputOf(outcome: CallOutcome, { name, failures }: Contract): ToolOutput {
  switch (outcome.kind) {
    case "result":
      return { ok: true, output: headAndTail(shown(outcome.value), SHOWN_CHARACTERS) };
    case "failure": {
      const { code, message } = outcome;
      if (code === INVALID_INPUT) {
        return {
          ok: false,
          outcome: outcome.kind,
          output: `The arguments of "${name}" are not valid: ${message}`,
        };
      }
      const named = failures.find((failure) => failure.code === code);
      const meaning = named === undefined || named.when === "" ? "" : ` (${named.when})`;
      const output = `"${name}" failed with ${code}${meaning}: ${message}`;
      // An error that the contract does not name breaks the promise.
      return { ok: false, outcome: named === undefined ? "breakdown" : "failure", output };
    }
    case "breakdown": {
      const { why, detail } = outcome;
      const output = `"${name}" ${BROKE_DOWN} (${why}). ${detail}`.trimEnd();
      const shortened = headAndTail(output, SHOWN_CHARACTERS);
      return { ok: false, outcome: outcome.kind, output: shortened, ...limitMet(why) };
    }
    default:
      return unreachable(outcome);
  }
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * What `ctx.fetch` does in production: GET, to the hosts of the contract and, over redirects, to no other.
 *
 * @throws {OrgError} `CONFIG_INVALID` for a capability whose host is not a domain.
 */
function toolFetch(
  capabilities: readonly string[],
  rules: HttpRules = {},
): (url: string, signal: AbortSignal) => Promise<FetchAnswer> {
  const isListed = hostList(hostsOf(capabilities));
  const asked: HttpRules = { ...rules, allowsRedirect: (to) => isListed(to.host) };
  return async (url, signal) => {
    const answer = await sendRequest({ url }, asked, signal);
    return {
      url: answer.url,
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: decodeText(answer.body, answer.headers.get("content-type")),
    };
  };
}
