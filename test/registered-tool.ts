/** Tools as the gate leaves them in a home. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contentHash, fileHashes } from "#tools/contract/content-hash.ts";
import type { ToolMetadata } from "#tools/contract/metadata.ts";
import { type Contract, contractSchema } from "#tools/contract/spec.ts";

interface Registered extends Partial<Contract> {
  readonly name: string;
  /** What its `cases.json` holds. @default one, without input */
  readonly cases?: readonly object[];
}

const ONE_CASE = [{ input: {}, output: 1 }];

/** Writes a tool with the metadata of a promotion. @returns its folder. */
export async function registerTool(
  root: string,
  { cases = ONE_CASE, ...contract }: Registered,
  source: string = SOURCE,
): Promise<string> {
  const spec = contractSchema.parse({
    description: `Does ${contract.name}.`,
    input: { type: "object" },
    output: {},
    ...contract,
  });
  const files = new Map([
    ["spec.json", JSON.stringify(spec)],
    ["tool.ts", source],
    ["cases.json", JSON.stringify({ cases })],
  ]);
  const folder = { name: spec.name, files };
  const metadata: ToolMetadata = {
    version: 1,
    spec,
    contentHash: contentHash(folder),
    files: fileHashes(folder),
    tests: { cases: cases.length, passed: cases.length, coverage: 1, mutationScore: 1, mutants: 3 },
    dependencies: ["zod"],
    capabilities: spec.capabilities,
    policy: "generatedTool",
    provenance: { origin: "example", createdAt: "2026-01-01T00:00:00.000Z" },
  };
  const path = join(root, spec.name);
  // As Git does it: a reader meanwhile sees the old tool or the new one.
  const fresh = join(root, `.${spec.name}.new`);
  await mkdir(fresh, { recursive: true });
  for (const [name, text] of files) await writeFile(join(fresh, name), text);
  await writeFile(join(fresh, "metadata.json"), JSON.stringify(metadata));
  await rm(path, { recursive: true, force: true });
  await rename(fresh, path);
  return path;
}

const SOURCE = `import { z } from "zod";
export const input = z.looseObject({});
export async function run() { return 1; }
`;
