/** Which processes serve the generations of a home; written by each when it listens, believed only while it lives. */
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { writeFileAtomically } from "#platform/files.ts";
import type { GenerationName } from "#platform/home.ts";
import { readBootId, readProcessInfo } from "#platform/process-info.ts";

export interface GenerationRecord {
  readonly name: GenerationName;
  readonly pid: number;
  /** Clock ticks between boot and the start of the process; tells it from a later one with its id. */
  readonly startTime: number;
  readonly boot: string;
  readonly port: number;
  /** What it is made of. */
  readonly commit: string;
  /** The branch of a candidate. */
  readonly branch?: string | undefined;
  /** Where it is asked from this machine; absent: 127.0.0.1. */
  readonly address?: string | undefined;
  /** Lets in those who can read this file, and nobody else can. */
  readonly key?: string | undefined;
}

const recordSchema: z.ZodType<GenerationRecord> = z.object({
  name: z.enum(["current", "candidate"]),
  pid: z.int().min(1),
  startTime: z.int().min(0),
  boot: z.string(),
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
  const path = pathOf(orgHome, about.name);
  const startTime = (await readProcessInfo(process.pid))?.startTime ?? 0;
  const record = { ...about, pid: process.pid, startTime, boot: await readBootId() };
  const text = `${JSON.stringify(record)}\n`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFileAtomically(path, text);
  return {
    [Symbol.asyncDispose]: async () => {
      // Another one may have taken its place meanwhile.
      const found = await readFile(path, "utf8").catch(() => undefined);
      if (found === text) await rm(path, { force: true });
    },
  };
}

/** The process that serves a generation now, if there is one. */
export async function readGeneration(
  orgHome: string,
  name: GenerationName,
): Promise<GenerationRecord | undefined> {
  const text = await readFile(pathOf(orgHome, name), "utf8").catch(() => undefined);
  const record = recordSchema.safeParse(parsed(text)).data;
  if (record === undefined || record.boot !== (await readBootId())) return undefined;
  return (await readProcessInfo(record.pid))?.startTime === record.startTime ? record : undefined;
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

function pathOf(orgHome: string, name: GenerationName): string {
  return join(orgHome, ".org", "run", `generation-${name}.json`);
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
