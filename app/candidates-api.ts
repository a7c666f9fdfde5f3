/** Candidates for those who ask over HTTP. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { resolveCommit } from "#fitness/gate/gate-repository.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { VerdictStore } from "#fitness/gate/verdict-store.ts";
import { startPromotion } from "#ops/processes/generations.ts";
import { candidateBranches } from "#ops/release/candidate.ts";
import { openCheckout } from "#platform/git/repository.ts";
import type { CandidatesApi } from "#server/api/candidates.ts";
import type { AppContext } from "./context.ts";
import { withGate } from "./gate.ts";

const PREFIX = "cand/";

export function candidatesApi({ settings: { home }, cleaner }: AppContext): CandidatesApi {
  const lastOf = async (branch: string) => {
    const commit = await resolveCommit(await openCheckout(home), branch);
    using verdicts = new VerdictStore(promotionPaths(home).verdicts);
    return { commit, last: verdicts.lastOn(commit) };
  };
  // Without a repository there is nothing that could be one.
  const branchesOf = async () =>
    existsSync(join(home, ".git")) ? await candidateBranches(home) : [];
  const known = async (id: string): Promise<string> => {
    const branch = `${PREFIX}${id}`;
    if ((await branchesOf()).includes(branch)) return branch;
    throw noCandidate(id);
  };
  return {
    list: async () => {
      const branches = await branchesOf();
      return await Promise.all(
        branches.map(async (branch) => {
          const { commit, last } = await lastOf(branch);
          return {
            ...{ id: branch.slice(PREFIX.length), branch, commit },
            ...{ verdict: last?.verdict, stage: last?.stage ?? undefined },
            reason: cleaner.cleanData(last?.reason ?? undefined),
          };
        }),
      );
    },
    verdict: async (id) => {
      const { last } = await lastOf(await known(id));
      if (last === undefined) throw notJudged(id);
      return cleaner.cleanData({ record: JSON.parse(last.record), signature: last.signature });
    },
    promote: async (id, approves) => {
      const words = ["promote", await known(id), ...(approves ? ["--approve"] : [])];
      startPromotion(home, Bun.main, words);
    },
    reject: async (id, reason) => {
      const candidate = await known(id);
      const why = reason === "" ? "a human said no" : cleaner.clean(reason);
      await withGate({ home, checkout: home }, (gate) =>
        gate.refuse(home, { candidate, reason: why, nowMs: Date.now() }),
      );
    },
  };
}

function noCandidate(id: string): OrgError {
  return new OrgError(`There is no candidate "${id.slice(0, 80)}"`, {
    code: "INPUT_MISSING",
    remedies: ["org cand list"],
    left: "Nothing was changed.",
  });
}

function notJudged(id: string): OrgError {
  return new OrgError(`The candidate "${id.slice(0, 80)}" was not judged yet`, {
    code: "INPUT_MISSING",
    remedies: [`org fitness cand/${id.slice(0, 80)}`],
    left: "Nothing was changed.",
  });
}
