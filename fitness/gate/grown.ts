/** What a tool may do, or says to its readers, that main's did not: nothing wrong, and a human's to decide. Pure. */
import { canonicalJson } from "#core/canonical-json.ts";
import { hostList } from "#platform/net/host-list.ts";
import { hostsOf } from "#tools/contract/host-capabilities.ts";
import type { Contract } from "#tools/contract/spec.ts";

/** @returns one line for each thing that is new. */
export function grown(before: Contract, after: Contract): readonly string[] {
  return [
    ...after.capabilities
      .filter((name) => !before.capabilities.includes(name))
      .map((name) => `it may use ${name}, which main's tool may not`),
    ...newTexts(before, after),
  ];
}

/** What reaches beyond the arguments and the tool itself; a clock, chance and a memory of its own do not. */
const OUTWARD = /^(?:net|files):/;

/**
 * What a tool that main does not have may reach, and no human has approved yet.
 *
 * @param approved capabilities that org.config approves for every new tool; `net:*.HOST` stands for all names below it.
 * @returns one line for each.
 */
export function reachesOut(
  { capabilities }: Pick<Contract, "capabilities">,
  approved: readonly string[],
): readonly string[] {
  const isApprovedHost = hostList(hostsOf(approved));
  return capabilities
    .filter((name) => {
      if (!OUTWARD.test(name) || approved.includes(name)) return false;
      const [host] = hostsOf([name]);
      return host === undefined || host.startsWith("*") || !isApprovedHost(host);
    })
    .map(
      (name) =>
        `a new tool may ${whatFor(name)}, which no human has approved: promote it with --approve, or name "${name}" ` +
        "in approved_capabilities of org.config",
    );
}

function whatFor(name: string): string {
  if (name === "files:read") return "read the files of the workspace (files:read)";
  if (name === "files:write") return "write the files of the workspace (files:write)";
  return `reach ${hostsOf([name])[0]} (${name})`;
}

/** Every model that looks for a tool reads these. */
function newTexts(before: Contract, after: Contract): readonly string[] {
  const existing = new Set(textsOf(before));
  return textsOf(after)
    .filter((text) => !existing.has(text))
    .map((text) => `it tells models something new: ${JSON.stringify(text.slice(0, 300))}`);
}

function textsOf({ description, input, output, failures }: Contract): readonly string[] {
  const failureTexts = failures.map(({ when }) => when);
  return [description, ...failureTexts, ...described(input), ...described(output)];
}

/** What a schema says in words: a description or a title, and the examples and defaults that stand in it. */
function described(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(described);
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const isText = ["description", "title", "$comment"].includes(key) && typeof value === "string";
    if (isText) return [value];
    if (["examples", "default", "const", "enum"].includes(key)) return [canonicalJson(value)];
    return described(value);
  });
}
