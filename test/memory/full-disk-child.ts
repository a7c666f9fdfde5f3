/**
 * A process of its own that owns a memory on a small disk. Each line of its input is an order in JSON, and each line of its
 * output an answer.
 *
 *   bun full-disk-child.ts FOLDER
 */
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { textLines } from "#core/lines.ts";
import type { Memory } from "#core/memory.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openMemory } from "#memory/open-memory.ts";
import { errnoOf } from "#platform/files.ts";
import { HUMAN } from "./memory-folder.ts";

export type DiskOrder =
  | { readonly do: "save"; readonly text: string; readonly replaces?: number }
  | { readonly do: "forget"; readonly id: number }
  /** Takes all the room that is left, or gives it back. */
  | { readonly do: "fill" | "empty" }
  /** Closes it and opens it again. */
  | { readonly do: "reopen" }
  | { readonly do: "look" };

export interface DiskAnswer {
  readonly id?: number;
  readonly refused?: string;
  readonly why?: string | undefined;
  readonly remedies?: readonly string[];
  readonly texts?: readonly string[];
  readonly found?: readonly string[];
  readonly problems?: readonly string[];
}

const [folder = ""] = process.argv.slice(2);
const ballast = join(folder, "ballast");
const open = () => openMemory(join(folder, "memory.sqlite"), { cleaner: new TextCleaner() });

async function main(): Promise<void> {
  let memory = await open();
  for await (const line of textLines(Bun.stdin.stream())) {
    const order: DiskOrder = JSON.parse(line);
    if (order.do === "reopen") {
      await memory[Symbol.asyncDispose]();
      memory = await open();
    }
    process.stdout.write(`${JSON.stringify(await answer(order, memory).catch(refusal))}\n`);
  }
}

async function answer(order: DiskOrder, memory: Memory): Promise<DiskAnswer> {
  if (order.do === "fill") fill();
  else if (order.do === "empty") rmSync(ballast);
  else if (order.do === "forget") await memory.forget(order.id);
  else if (order.do === "look") return await look(memory);
  else if (order.do === "save") {
    const { do: _, ...draft } = order;
    return { id: (await memory.save({ ...draft, kind: "fact" }, HUMAN)).id };
  }
  return {};
}

async function look(memory: Memory): Promise<DiskAnswer> {
  const { notes } = await memory.search("pebble garden", "human", { most: 20 });
  return {
    texts: memory.list("human").map(({ text }) => text),
    found: notes.map(({ note }) => note.text),
    problems: (await memory.verify()).problems,
  };
}

function fill(): void {
  const file = openSync(ballast, "a");
  for (const size of [65_536, 4096, 1]) {
    try {
      while (writeSync(file, new Uint8Array(size)) === size);
    } catch (error) {
      if (errnoOf(error) !== "ENOSPC") throw error;
    }
  }
  closeSync(file);
}

function refusal(error: unknown): DiskAnswer {
  if (!(error instanceof OrgError)) throw error;
  const { code, why, remedies } = error;
  return { refused: code, why, remedies };
}

if (import.meta.main) await main();
