/** Where a note that the user had forgotten stands beside the memory: what bursts wrote down, and the digest. */
import { existsSync, readFileSync } from "node:fs";
import { isFields, parseJson } from "#core/json.ts";
import { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import type { HomePaths } from "#home/home-paths.ts";
import { holdsText } from "#memory/erased-texts.ts";
import { writeFileAtomically } from "#platform/files.ts";
import type { Digest } from "./digest.ts";

export type ForgetPlaces = Pick<HomePaths, "digest" | "autonomy">;

const FORGOTTEN = "[forgotten]";

/** @param text of the note, as it was. */
export async function forgetElsewhere(
  { digest, autonomy }: ForgetPlaces,
  { id, text }: { readonly id: number; readonly text: string },
): Promise<void> {
  const holds = holdsText(text);
  const isIt = (other: string): boolean => other.includes(text) || holds(other);
  if (existsSync(autonomy)) {
    using store = new AutonomyStore(autonomy);
    store.rewrite((json) => JSON.stringify(without(parseJson(json), isIt)));
  }
  if (!existsSync(digest)) return;
  // Written by us alone, as a whole.
  const latest = JSON.parse(readFileSync(digest, "utf8")) as Digest;
  const merges = latest.merges.filter((one) => !one.sources.includes(id) && !isIt(one.text));
  if (merges.length === latest.merges.length) return;
  await writeFileAtomically(digest, JSON.stringify({ ...latest, merges }));
}

/** The same data with every text taken out that holds it. */
function without(value: unknown, isIt: (text: string) => boolean): unknown {
  if (typeof value === "string") return isIt(value) ? FORGOTTEN : value;
  if (Array.isArray(value)) return value.map((item: unknown) => without(item, isIt));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, without(item, isIt)]));
}
