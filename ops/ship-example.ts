#!/usr/bin/env bun
/**
 * Judges a tool of this checkout as the gate would, and writes what was found into its metadata.json.
 *
 *   bun ops/ship-example.ts tools/generated/NAME [CREATED_AT]   CREATED_AT: ISO 8601, needed the first time
 *
 * Run again on the same bytes it writes the same bytes.
 */
import { join, resolve } from "node:path";
import { describeTool } from "#fitness/gate/tool-metadata.ts";
import { createValidator } from "#fitness/validate-tool.ts";
import { metadataSchema } from "#tools/contract/metadata.ts";
import { readToolFolder } from "#tools/contract/read-folder.ts";

/**
 * @param path folder of the tool.
 * @param createdAt ISO 8601. @default what its metadata says so far
 * @throws {Error} with everything that is wrong with a tool that does not pass.
 */
export async function exampleMetadata(path: string, createdAt?: string): Promise<string> {
  const provenance = {
    origin: "example",
    createdAt: createdAt ?? (await createdAtOf(path)),
  } as const;
  const folder = await readToolFolder(resolve(path));
  const { tests, capabilities, stages } = await createValidator()(folder, {
    signal: new AbortController().signal,
  });
  if (tests === undefined) {
    const failed = stages.find(({ ok }) => !ok);
    throw new Error([`"${folder.name}" is refused`, ...(failed?.details ?? [])].join("\n  "));
  }
  const metadata = describeTool(folder, { tests, capabilities }, provenance);
  // A date that the registry would refuse must not be written.
  return `${JSON.stringify(metadataSchema.parse(metadata), null, 2)}\n`;
}

async function createdAtOf(path: string): Promise<string> {
  const file = Bun.file(join(path, "metadata.json"));
  if (!(await file.exists())) {
    throw new Error(`There is no metadata yet in "${path}": say when the tool was made`);
  }
  return metadataSchema.parse(await file.json()).provenance.createdAt;
}

if (import.meta.main) {
  const [path, createdAt] = process.argv.slice(2);
  if (path === undefined) throw new Error("Which folder? bun ops/ship-example.ts FOLDER [DATE]");
  await Bun.write(join(path, "metadata.json"), await exampleMetadata(path, createdAt));
}
