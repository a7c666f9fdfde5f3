/** Which processes serve the generations of a home; written by each when it listens, believed only while it lives. */
import { join } from "node:path";
import { z } from "zod";
import type { GenerationName } from "#home/home-paths.ts";
import { loadText } from "#platform/files.ts";
import {
  identityOf,
  identityShape,
  type ProcessIdentity,
  parseRecord,
  processOf,
  writeRecord,
} from "#platform/process-record.ts";

export interface GenerationRecord extends ProcessIdentity {
  readonly name: GenerationName;
  readonly port: number;
  /** What it is made of. */
  readonly commit: string;
  /** The branch of a candidate. */
  readonly branch?: string | undefined;
  /** Where it answers on this machine; absent: 127.0.0.1. */
  readonly address?: string | undefined;
  /** Lets in those who can read this file, and no other user can. */
  readonly key?: string | undefined;
}

const recordSchema: z.ZodType<GenerationRecord> = z.object({
  name: z.enum(["current", "candidate"]),
  ...identityShape,
  port: z.int().min(0).max(65_535),
  commit: z.string(),
  branch: z.string().optional(),
  address: z.string().optional(),
  key: z.string().optional(),
});

/** Writes down that this process serves a generation. Disposing takes the record away. */
export async function recordGeneration(
  orgHome: string,
  about: Pick<GenerationRecord, "name" | "port" | "commit" | "branch" | "address" | "key">,
): Promise<AsyncDisposable> {
  const record: GenerationRecord = { ...about, ...(await identityOf()) };
  return await writeRecord(generationPath(orgHome, about.name), record);
}

/** The process that serves a generation now, if there is one. */
export async function readGeneration(
  orgHome: string,
  name: GenerationName,
): Promise<GenerationRecord | undefined> {
  const record = await readGenerationRecord(orgHome, name);
  return record !== undefined && (await processOf(record)) !== undefined ? record : undefined;
}

/** The record as it lies there, whether that process lives or not. */
export async function readGenerationRecord(
  orgHome: string,
  name: GenerationName,
): Promise<GenerationRecord | undefined> {
  const text = await loadText(generationPath(orgHome, name)).catch(() => undefined);
  return parseRecord(text, recordSchema);
}

/** The generation that serves on a port. */
export async function generationOnPort(
  orgHome: string,
  port: number,
): Promise<GenerationRecord | undefined> {
  const both = await Promise.all([
    readGeneration(orgHome, "current"),
    readGeneration(orgHome, "candidate"),
  ]);
  return both.find((record) => record?.port === port);
}

/** Where the record of a generation lies. */
export function generationPath(orgHome: string, name: GenerationName): string {
  return join(orgHome, ".org", "run", `generation-${name}.json`);
}
