/** Candidates for those who ask over HTTP. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { resolveCommit } from "#fitness/gate/gate-repository.ts";
import { candidateRows, lastVerdict } from "#ops/candidates/candidate-rows.ts";
import { startPromotion } from "#ops/processes/generations.ts";
import { candidateBranches } from "#ops/release/candidate.ts";
import { openCheckout } from "#platform/git/repository.ts";
import type { CandidatesApi } from "#server/api/candidates.ts";
import type { AppContext } from "./context.ts";
import { withGate } from "./gate.ts";

const PREFIX = "cand/";

export function candidatesApi({ settings: { home }, cleaner }: AppContext): CandidatesApi {
  // Without a repository there is nothing that could be one.
  const branchesOf = async () =>
    existsSync(join(home, ".git")) ? await candidateBranches(home) : [];
  const knownId = async (id: string): Promise<string> => {
    const branch = `${PREFIX}${id}`;
    if ((await branchesOf()).includes(branch)) return branch;
    throw noCandidate(id);
  };
  return {
    list: async () => {
      const rows = existsSync(join(home, ".git")) ? await candidateRows(home) : [];
      return rows.map(({ branch, commit, verdict, stage, reason }) => ({
        ...{ id: branch.slice(PREFIX.length), branch, commit },
        ...{ verdict: verdict ?? undefined, stage: stage ?? undefined },
        reason: cleaner.cleanData(reason ?? undefined),
      }));
    },
    verdict: async (id) => {
      // First of all: a home need not be a repository.
      const branch = await knownId(id);
      const commit = await resolveCommit(await openCheckout(home), branch);
      const last = lastVerdict(home, commit);
      if (last === undefined) throw noVerdict(id);
      return cleaner.cleanData({ record: last.record, signature: last.signature });
    },
    promote: async (id, approves) => {
      const args = ["promote", await knownId(id), ...(approves ? ["--approve"] : [])];
      startPromotion(home, Bun.main, args);
    },
    reject: async (id, reason) => {
      const candidate = await knownId(id);
      const why = reason === "" ? "rejected by the user" : cleaner.clean(reason);
      await withGate({ home, checkout: home }, (gate) =>
        gate.refuse(home, { candidate, reason: why, nowMs: Date.now() }),
      );
    },
  };
}

function noCandidate(id: string): OrgError {
  return new OrgError(`There is no candidate ${echoed(id)}`, {
    code: "INPUT_MISSING",
    remedies: ["org cand list"],
    unchanged: "Nothing was changed.",
  });
}

function noVerdict(id: string): OrgError {
  return new OrgError(`The candidate ${echoed(id)} was not judged yet`, {
    code: "INPUT_MISSING",
    remedies: [`org fitness cand/${id.slice(0, 80)}`],
    unchanged: "Nothing was changed.",
  });
}
