/** What the models say in `org demo`: texts that were written by hand, played back by a real server. */
import { loadText } from "#platform/files.ts";
import { type Exchange, readCassette } from "../cassette/format.ts";
import { mapStrings, type RequestContent } from "../cassette/key.ts";
import { type ReplayServer, replayServer } from "../cassette/replay-server.ts";

/** What every screen shows as the name of the model. */
export const DEMO_MODEL = "recorded-words";

/** The shipped cassette; `bun demo/make-session.ts` writes it. */
export const SESSION_FILE: string = Bun.fileURLToPath(import.meta.resolve("./session.jsonl"));

/** @throws {OrgError} `CASSETTE_INVALID` */
export async function readSession(): Promise<readonly Exchange[]> {
  return readCassette(await loadText(SESSION_FILE), "models/demo/session.jsonl");
}

/** @param timing as people type and models speak, or without pauses. */
export async function demoServer(timing: "real" | "instant"): Promise<ReplayServer> {
  return replayServer(await readSession(), { timing, counts: conversationOf });
}

// What differs from run to run: names of branches and of runs, how long something took, and in how many tokens.
const CHANCE: readonly (readonly [RegExp, string])[] = [
  [/\bcand\/\d{8}T\d{6}Z(?:-\d+)?/g, "cand/TIME"],
  [/\bforge_[0-9a-f]+/g, "forge_RUN"],
  [/\b\d+(?:\.\d+)? (ms|s)\b/g, "TIME $1"],
  // Behind a time: what a model wrote for it, which each server counts in its own way.
  [/(?<=TIME s), \d+ tokens\b/g, ""],
];

/**
 * The messages and the results of tools: that has to happen again. How personas are instructed, and which tools
 * are declared, may change without new texts.
 */
export function conversationOf({ model, messages = [] }: RequestContent): RequestContent {
  const conversation = messages.filter((message) => Object(message).role !== "system");
  return { model, messages: conversation.map((message) => mapStrings(message, withoutChance)) };
}

function withoutChance(text: string): string {
  return CHANCE.reduce((rest, [pattern, name]) => rest.replace(pattern, name), text);
}
