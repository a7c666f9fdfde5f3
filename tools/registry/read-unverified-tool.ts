import { basename } from "node:path";
import { OrgError, reasonOf } from "#core/errors.ts";
import { contentHash, fileHashes } from "../contract/content-hash.ts";
import type { ToolMetadata } from "../contract/metadata.ts";
import { readToolFolder } from "../contract/read-folder.ts";
import { type Contract, contractSchema, TOOL_NAME } from "../contract/spec.ts";
import type { ToolFolder } from "../contract/tool-folder.ts";
import type { RegisteredTool } from "./registered-tool.ts";

/**
 * Reads a tool of a candidate: it was not verified yet, and the sandbox that every call runs in is all that
 * it needs to be tried. What the contract says counts; a `metadata.json` beside it does not.
 *
 * @param path absolute path of its folder.
 * @param reserved names that generated tools must not have.
 */
export async function readUnverifiedTool(
  path: string,
  reserved: ReadonlySet<string>,
): Promise<RegisteredTool> {
  const name = basename(path);
  const tool = { name, origin: "generated", description: "" } as const;
  if (!TOOL_NAME.test(name))
    return { ...tool, state: "refused", why: "a tool cannot have this name" };
  if (reserved.has(name))
    return { ...tool, state: "refused", why: "a built-in tool has this name" };
  try {
    const folder = await readToolFolder(path);
    const spec = contractSchema.parse(JSON.parse(folder.files.get("spec.json") ?? "null"));
    if (spec.name !== name) {
      const why = `its contract is for a tool named "${spec.name.slice(0, 80)}"`;
      return { ...tool, state: "refused", why };
    }
    const verified = { folder, metadata: metadataOf(folder, spec) };
    return { ...tool, description: spec.description, state: "ready", verified: verified };
  } catch (error) {
    const why = error instanceof OrgError ? (error.why ?? error.message) : reasonOf(error);
    return { ...tool, state: "refused", why };
  }
}

/** As the gate would write it before its first stage: hashes, and nothing that was tested. */
function metadataOf(folder: ToolFolder, spec: Contract): ToolMetadata {
  return {
    version: 1,
    spec,
    contentHash: contentHash(folder),
    files: fileHashes(folder),
    tests: { cases: 0, passed: 0, coverage: 0, mutationScore: 0, mutants: 0 },
    dependencies: [],
    capabilities: spec.capabilities,
    policy: "generatedTool",
    provenance: { origin: "model", createdAt: new Date(0).toISOString() },
  };
}
