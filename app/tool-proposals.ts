/** What the home proposes about its tools: what was done by hand so often that one could do it, and which might go. */

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { parseJson } from "#core/json.ts";
import { counted } from "#core/text/counted.ts";
import { headOf } from "#core/text/head.ts";
import { shellQuoted } from "#core/text/shell-word.ts";
import { readTextFile, writeFileAtomically } from "#platform/files.ts";
import { findHandWork, type HandWork } from "#room/hand-work.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import type { ToolRegistry } from "#tools/registry/registry.ts";
import type { Trust } from "#tools/registry/trust.ts";
import { whyGo } from "./tool-report.ts";

/** What was done longer ago does not count: it may have been of one week, in milliseconds. */
const COUNTED_MS = 30 * 24 * 3_600_000;
/** So much of a program and of a line stands in a goal, in characters. */
const MOST_PROGRAM = 600;
const MOST_LINE = 120;

/** Something that a tool could do. */
interface Makeable extends Pick<HandWork, "tool" | "program" | "times" | "lines" | "lastAt"> {
  /** The same as long as nothing but values changes. */
  readonly id: string;
  /** What has the forge make it, for a person. */
  readonly command: string;
}

export interface ToolProposals {
  readonly make: readonly Makeable[];
  readonly retire: readonly { readonly name: string; readonly why: string }[];
}

interface Sources {
  readonly rooms: Pick<HomeService, "rooms" | "entries">;
  readonly registry: Pick<ToolRegistry, "list">;
  readonly trust: (name: string) => Trust;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Nothing is made and nothing goes by it: both are a person's to begin, and the gate's to judge. */
export async function toolProposals(sources: Sources): Promise<ToolProposals> {
  const { rooms, registry, trust, now, signal } = sources;
  const since = now - COUNTED_MS;
  const recent = (await rooms.rooms(signal)).filter(({ lastAt }) => lastAt >= since);
  const entries = recent.map(({ room }) => rooms.entries({ kind: "named", id: room }, signal));
  const work = await findHandWork(entries, since);
  const retire = (await registry.list()).flatMap((tool) => {
    const why = whyGo(tool, trust);
    return why === undefined ? [] : [{ name: tool.name, why }];
  });
  return { make: work.map(makeable), retire };
}

function makeable({ shape, ...work }: HandWork): Makeable {
  const { tool, program, lines } = work;
  const examples = lines.map((line) => `"${headOf(oneRow(line), MOST_LINE)}"`).join(", ");
  const by = tool === "sh" ? "this shell command" : "this Python program";
  const example = headOf(program, MOST_PROGRAM);
  const goal = `One tool for what was asked as ${examples}. It was done by ${by}:\n${example}`;
  const id = new Bun.CryptoHasher("sha256").update(`${tool} ${shape}`).digest("hex").slice(0, 12);
  return { id, ...work, command: `org forge --goal ${shellQuoted(goal)}` };
}

/** Whom a line addressed is not part of the work. */
function oneRow(text: string): string {
  return text
    .replace(/(?<![\w@])@@[A-Za-z][\w-]*/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

const reportedSchema = z.array(z.string());

/**
 * Which proposals a person was not told of yet.
 *
 * @param path of the file that keeps of which they were; nothing of what was said is in it.
 */
export function untold(path: string, { make, retire }: ToolProposals): ToolProposals {
  // A damaged one knows of none: they are told of again.
  const read = existsSync(path) ? reportedSchema.safeParse(parseJson(readTextFile(path))).data : [];
  const reported = new Set(read);
  return {
    make: make.filter(({ id }) => !reported.has(id)),
    retire: retire.filter(({ name }) => !reported.has(name)),
  };
}

/** From now on a person was told of all of them. One that is made no more may be told of anew. */
export async function storeReported(path: string, { make, retire }: ToolProposals): Promise<void> {
  const all = [...make.map(({ id }) => id), ...retire.map(({ name }) => name)];
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFileAtomically(path, JSON.stringify(all));
}

/** For all who have a room open; nothing of what was said is in it. @returns nothing where there is nothing to say. */
export function proposalsText({ make, retire }: ToolProposals): string | undefined {
  const parts = [
    ...(make.length === 0 ? [] : [`${counted(make.length, "thing")} done by hand could be a tool`]),
    ...(retire.length === 0 ? [] : [`${counted(retire.length, "tool")} may go`]),
  ];
  return parts.length === 0 ? undefined : `${parts.join("; ")}: org tools proposals`;
}
