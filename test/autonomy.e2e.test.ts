/** A home that works by itself: the real program on a scripted server. */
import { expect, test } from "bun:test";
import { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import { quietHome, SAID, served } from "./quiet-home.ts";
import { call } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

const INSIGHT =
  "The shop is deployed with deploy.sh on Fridays, so a change has to be in by Thursday.";

test("a burst asks, searches, keeps an insight for a review, and is told to the user", async () => {
  await using server = scriptedServer([
    call("memory_search", { why: "what is known", query: "deploy the shop script" }),
    call("reflect", { why: "worth knowing", text: INSIGHT }),
    call("done", { why: "no more", text: "One insight waits." }),
  ]);
  await using home = await quietHome();
  await using _org = await served(home, server.url);
  using store = new AutonomyStore(home.paths.autonomy);
  await until("a burst that ended", async () => store.newest(1)[0]?.end);
  const shown = (await home.run(["auto", "status"])).stdout;
  expect(shown).toContain("the model had nothing more to do");
  expect(shown).toContain("autonomy: on ([autonomy] enabled = true in org.config)");
  expect(shown).toContain("✔ memory_search deploy the shop script  (what is known)");
  expect(shown).toContain(
    `✔ reflect ${INSIGHT}  (worth knowing)\n      kept as m1, for the user's review`,
  );
  expect(shown).toContain("  One insight waits.");
  const [first] = server.requests;
  expect(first?.body.messages.at(-1)?.content).toContain(SAID);
  const review = await home.run(["memory", "review"]);
  expect(review.stdout).toMatch(/^m1 · insight · model · .*Thursday\. \(staged\)/);
  expect((await home.run(["memory", "list"])).stdout).toBe("");
  const status = JSON.parse((await home.run(["auto", "--json"])).stdout);
  expect(status).toMatchObject({ state: "enabled", limit: 200_000 });
  expect(status.tokens).toBeGreaterThan(0);
});
