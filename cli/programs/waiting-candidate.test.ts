import { expect, test } from "bun:test";
import { makeCandidate } from "#ops/project/candidate.ts";
import { promoteCandidate } from "#ops/project/promotion.ts";
import { recapture } from "#ops/project/recapture.ts";
import { keepTurn } from "#ops/project/work.ts";
import { projectApp } from "#test/project-app.ts";
import { say } from "#test/scripted-answers.ts";
import { WaitingCandidate } from "./waiting-candidate.ts";

test("a candidate waits from when it is made until it is in the branch, and a newer one takes its place", async () => {
  const options = { files: { "a.txt": "one\n" }, checks: [] };
  await using parts = await projectApp(() => say("Well."), options);
  const { app, work, repository } = parts;
  const { signal } = new AbortController();
  const waiting = new WaitingCandidate({ app }, work.location, work.room);
  const name = async () => {
    await waiting.look();
    return waiting.name;
  };
  expect(await name()).toBeUndefined();
  await Bun.write(`${work.copy}/a.txt`, "two\n");
  await keepTurn(work, { persona: "agent", title: "two" });
  expect(await name()).toBeUndefined();
  const first = await makeCandidate(work, { title: "two", trailers: {}, nowMs: 1_000_000 });
  expect(await name()).toBe(first.name);
  const second = await makeCandidate(work, { title: "two", trailers: {}, nowMs: 9_000_000 });
  expect(await name()).toBe(second.name);
  await promoteCandidate(work, second);
  await recapture(work, { signal });
  expect(await name()).toBeUndefined();
  repository.commit("later", { "b.txt": "b\n" });
  await recapture(work, { signal });
  expect(await name()).toBeUndefined();
});

test("none waits in a room of no repository, and in one that cannot be opened", async () => {
  const broken = { projectWork: () => Promise.reject(new Error("gone")) };
  const place = { id: "0123456789abcdef", root: "/shop", folder: "/none" };
  for (const of of [undefined, place]) {
    const waiting = new WaitingCandidate({ app: broken }, of, "project-0123456789abcdef");
    await waiting.look();
    expect(waiting.name).toBeUndefined();
  }
});
