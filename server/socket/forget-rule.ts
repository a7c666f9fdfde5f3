/** A rule that the user had forgotten, in the copy that a candidate began with. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { canonicalJson } from "#core/canonical-json.ts";
import type { Rule } from "#core/rules/rule.ts";
import { type HomePaths, homePaths } from "#home/home-paths.ts";
import { reachOwner } from "./open-home.ts";

/**
 * A candidate that runs forgets it, too; the rules of one that is gone go as a whole, for the next one gets a copy. A
 * candidate looks after its own alone.
 *
 * @throws {OrgError} `HOME_BUSY` for a candidate that does not answer.
 */
export async function forgetRuleInCandidate(
  paths: HomePaths,
  { rule, signal }: { readonly rule: Rule; readonly signal: AbortSignal },
): Promise<void> {
  const candidate = homePaths(paths.root, "candidate");
  if (candidate.rules === paths.rules || !existsSync(candidate.rules)) return;
  const owner = await reachOwner({ paths: candidate, signal });
  if (owner === undefined) {
    for (const ending of ["", "-wal", "-shm"]) {
      await rm(`${candidate.rules}${ending}`, { force: true });
    }
    return;
  }
  const line = lineOf(rule);
  const rules = await owner.rules({ kind: "list" }, signal);
  for (const { id } of rules.filter((one) => lineOf(one) === line)) {
    await owner.rules({ kind: "forget", id }, signal);
  }
}

/** What is the same in every copy: each counts, and numbers its rules, by itself. */
function lineOf({ persona, place, pattern, template }: Rule): string {
  return canonicalJson({ persona, place, ...pattern, ...template });
}
