/** From what a room changed to the user's branch, with the real gate on a real repository. */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openedRoom, type ProjectApp, projectApp } from "#test/project-app.ts";
import { codeOf } from "#test/promoting.ts";
import { candidateOf, mergeCandidate } from "./merge-reviewed.ts";
import { isSuccess, markShown, reviewChanges, reviewMerge, wasShown } from "./review.ts";
import { keepTurn, titleOf } from "./work.ts";

const FILES = { "a.txt": "wrong\n", "b.txt": "fine\n" };

const opened = (checks = ["grep -q right a.txt"]) => projectApp([], { files: FILES, checks });

function options({ app, home: { path: home } }: ProjectApp) {
  const { signal } = new AbortController();
  const { cleaner, searchPath } = app;
  const askCritic = () => Promise.reject(new Error("No critic is asked"));
  return { searchPath, askCritic, home, cleaner, signal, note: () => undefined };
}

async function change({ work }: ProjectApp, path: string, text: string): Promise<void> {
  writeFileSync(join(work.copy, path), text);
  await keepTurn(work, { persona: "agent", title: `change ${path}` });
}

test("what the room changed is judged, made a candidate, merged, and judged no more", async () => {
  await using there = await opened();
  const { work, repository } = there;
  expect(await codeOf(reviewChanges(work, options(there)))).toBe("INPUT_MISSING");
  await change(there, "a.txt", "right\n");
  const review = await reviewMerge(work, undefined, options(there));
  expect(review).toMatchObject({ outcome: "passes", merged: undefined });
  expect(isSuccess(review)).toBe(true);
  const title = await titleOf(work);
  expect(title).toBe("change a.txt");
  const { name } = await candidateOf(work, { title, review });
  const merged = await mergeCandidate(work, { name, review }, options(there));
  expect(merged).toMatchObject({ branch: name, into: "main", isRebased: true, left: [] });
  const trailers = repository.git("log", "-1", "--format=%(trailers:only)");
  expect(trailers).toContain("Org-Gate: passes\nOrg-Checks: grep -q right a.txt\n");
  expect(await codeOf(reviewMerge(work, name, options(there)))).toBe("CANDIDATE_REFUSED");
});

test("a merge is told although the room is in the middle of a turn", async () => {
  await using there = await opened();
  const { work } = there;
  await change(there, "a.txt", "right\n");
  const review = await reviewMerge(work, undefined, options(there));
  const { name } = await candidateOf(work, { title: "x", review });
  using _turn = await work.lock.take({ owner: "agent" });
  const merged = await mergeCandidate(work, { name, review }, options(there));
  expect(merged).toMatchObject({ into: "main", isRebased: false });
});

test("what is merged is judged apart where the user has files that are not committed", async () => {
  await using there = await opened(["cat c.txt"]);
  const { work, repository } = there;
  repository.write("c.txt", "not committed\n");
  const own = await openedRoom(there.app, there.place, `${work.room}-two`);
  const two = { ...there, work: own };
  await change(two, "a.txt", "right\n");
  const review = await reviewChanges(own, options(two));
  expect(review.judgement.outcome).toBe("passes");
  expect(review).toMatchObject({ outcome: "held", merged: { outcome: "held" } });
  expect(isSuccess(review)).toBe(false);
  expect(await wasShown(own, review)).toBe(false);
  await markShown(own, review);
  expect(await wasShown(own, review)).toBe(true);
  await change(two, "b.txt", "other\n");
  expect(await wasShown(own, await reviewChanges(own, options(two)))).toBe(false);
});

test("what cannot be merged now is judged all the same, and not merged", async () => {
  await using there = await opened();
  const { work, repository } = there;
  await change(there, "a.txt", "right\n");
  repository.git("checkout", "--quiet", "--detach");
  const review = await reviewChanges(work, options(there));
  expect(review).toMatchObject({ outcome: "passes", preview: undefined });
  expect(await codeOf(reviewMerge(work, undefined, options(there)))).toBe("CANDIDATE_REFUSED");
});
