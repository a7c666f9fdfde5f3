/** What the gate writes beside a tool that it promotes. */

import type { Repository } from "#platform/git/wrapper.ts";
import { contentHash, fileHashes } from "#tools/contract/content-hash.ts";
import type { Provenance, ToolMetadata, ToolTests } from "#tools/contract/metadata.ts";
import { contractSchema } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type { VerdictRecord } from "./gate.ts";
import { readTreeTools } from "./tree-tools.ts";
import type { Intent } from "./verdict-store.ts";

export interface MetadataSources {
  readonly record: Pick<VerdictRecord, "tree" | "tools">;
  /** What was requested under a tool's name. */
  readonly intentOf: (tool: string) => Intent | undefined;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** @returns the metadata of every tool that the candidate changes and that passed, by name. */
export async function metadataOf(
  gate: Repository,
  { record, intentOf, nowMs }: MetadataSources,
): Promise<ReadonlyMap<string, ToolMetadata>> {
  const all = new Map<string, ToolMetadata>();
  if (record.tree === undefined) return all;
  const folders = await readTreeTools(gate, record.tree);
  for (const [name, { tests, capabilities }] of Object.entries(record.tools)) {
    const folder = folders.get(name);
    if (folder === undefined || tests === undefined) continue;
    const intent = intentOf(name);
    const createdAt = new Date(nowMs).toISOString();
    const provenance = { ...makerOf(intent), createdAt };
    all.set(name, describeTool(folder, { tests, capabilities }, provenance));
  }
  return all;
}

/** The findings about a tool that passed. */
export interface Evaluation {
  readonly tests: ToolTests;
  /** What its code was seen to use. */
  readonly capabilities: readonly string[];
}

/** The metadata of one tool that passed. */
export function describeTool(
  folder: ToolFolder,
  { tests, capabilities }: Evaluation,
  provenance: Provenance,
): ToolMetadata {
  return {
    version: 1,
    spec: contractSchema.parse(JSON.parse(folder.files.get("spec.json") ?? "")),
    contentHash: contentHash(folder),
    files: fileHashes(folder),
    tests,
    dependencies: dependenciesOf(folder),
    capabilities: [...capabilities],
    policy: "generatedTool",
    provenance,
  };
}

function makerOf(
  intent: Intent | undefined,
): Pick<ToolMetadata["provenance"], "origin" | "model" | "goal"> {
  if (intent === undefined) return { origin: "human" };
  const { maker, goal } = intent;
  return maker === "human" ? { origin: "human", goal } : { origin: "model", model: maker, goal };
}

/** Packages that its code imports; the static checks let nothing else in. */
function dependenciesOf(folder: ToolFolder): readonly string[] {
  const code = folder.files.get("tool.ts") ?? "";
  return /^import\s[^"']*["']zod["']/m.test(code) ? ["zod"] : [];
}
