import { expect, test } from "bun:test";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { candidate, promoteIn } from "#test/promoting.ts";
import { mainMoves } from "./facts.ts";

test("tells of every move of main with its signature, and the tools that main had from then on", async () => {
  using home = new CandidateRepository();
  const { change } = await promoteIn(home, candidate(home));
  expect(await mainMoves(home.checkout)).toEqual([
    {
      ...{ kind: "promotion", tag: change.tag, commit: home.id("main"), isVerified: true },
      tools: ["shout", "word-count"],
    },
  ]);
});
