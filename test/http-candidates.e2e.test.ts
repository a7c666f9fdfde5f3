/** Deciding about main over HTTP, on a real repository, with the real gate. */
import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { CandidateRepository } from "./candidate-repository.ts";
import { asked } from "./generation-fixture.ts";
import { OrgProcess } from "./org-process.ts";
import { until } from "./until.ts";

test("a candidate is listed, refused; judged, held, and merged with an approval", async () => {
  using home = new CandidateRepository();
  // A name of its own, by which the process is found that decides about it.
  const id = `code-${crypto.randomUUID().slice(0, 8)}`;
  home.branch(id).commit("feat: more", { "core/more.ts": "export const MORE = 1;\n" });
  home.git("checkout", "--quiet", "main");
  home.branch("other").commit("docs: other", { "docs/other.md": "# Other\n" });
  home.git("checkout", "--quiet", "main");
  await using server = new OrgProcess(["serve", "--port", "0"], home.checkout, {});
  const line = await server.stderr.line((text) => text.includes("serves on"));
  const url = `${/http:\S+/.exec(line)?.[0] ?? ""}/v1/candidates`;
  const json = async (path: string, body?: object): Promise<readonly [number, unknown]> => {
    const response = await asked(`${url}${path}`, body);
    return [response.status, await response.json()];
  };
  const isDeciding = () => Bun.spawnSync(["pgrep", "-f", `promote cand/${id}`]).exitCode === 0;

  const list = async (): Promise<unknown> => Object((await json(""))[1]).candidates;
  expect(await list()).toHaveLength(2);
  expect(await json("/other/reject", { reason: "we have it" })).toEqual([
    200,
    { id: "other", rejected: true },
  ]);
  expect(await list()).toContainEqual(
    expect.objectContaining({ id: "other", verdict: "reject", reason: "we have it" }),
  );
  expect((await json(`/${id}/verdict`))[0]).toBe(404);
  expect((await json("/none/promote", {}))[0]).toBe(404);

  // What serves here was not made of main: a promotion has nothing to restart.
  await rm(join(home.checkout, ".org/run/generation-current.json"));
  const main = home.id("main");
  expect((await json(`/${id}/promote`, {}))[0]).toBe(202);
  await until("the gate to hold it", async () => (await json(`/${id}/verdict`))[0] === 200);
  const [, verdict] = await json(`/${id}/verdict`);
  expect(verdict).toMatchObject({ record: { verdict: "hold" }, signature: expect.any(String) });
  await until("it to be over", async () => !isDeciding());
  expect(home.id("main")).toBe(main);

  expect((await json(`/${id}/promote`, { approve: true }))[0]).toBe(202);
  await until("it to be merged", async () => home.id("main") !== main);
  await until("it to be over", async () => !isDeciding());
  expect(home.git("show", "main:core/more.ts")).toBe("export const MORE = 1;\n");
});
