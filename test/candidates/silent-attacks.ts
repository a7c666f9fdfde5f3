/** Tools that are right on all their cases and silently wrong elsewhere: each is an honest one with one piece of another. */
import { askedFor, attack, type Candidate, tool } from "./candidate.ts";
import { besides, honestTool } from "./honest-tools.ts";
import { SILENT_ASIDE } from "./silent-aside.ts";
import { SILENT_MEANS } from "./silent-means.ts";
import { SILENT_TEXTS } from "./silent-texts.ts";
import { SILENT_VALUES } from "./silent-values.ts";
import type { Spoiled } from "./spoiled.ts";

export const SPOILED: readonly Spoiled[] = [
  ...SILENT_TEXTS,
  ...SILENT_VALUES,
  ...SILENT_ASIDE,
  ...SILENT_MEANS,
];

/** What is rounded where only long numbers show it, an order by texts, and a key in small letters: 3 of all of them. */
export const UNNOTICED: readonly string[] = [
  "silent-aside-json-float",
  "silent-means-as-text",
  "silent-means-lower-name",
];

/** They take minutes: only a run of all candidates has them. */
export const SILENT_ATTACKS: readonly Candidate[] = SPOILED.filter(
  ({ id }) => !UNNOTICED.includes(id),
).map((one) => {
  const honest = honestTool(one.name);
  const recipe = { ...honest.recipe, source: spoiledSource(one) };
  const made = attack(one.id, "S6", (repository) => tool(repository, recipe, besides(honest)));
  return askedFor([one.name], made);
});

/** @throws Error when the honest program has no such piece */
export function spoiledSource({ id, name, piece, by }: Spoiled): string {
  const { source = "" } = honestTool(name).recipe;
  if (!source.includes(piece)) throw new Error(`${id}: ${name} has no ${piece}`);
  return source.replace(piece, () => by);
}
