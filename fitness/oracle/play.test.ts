import { expect, test } from "bun:test";
import { judged } from "#test/tools/oracle-double.ts";
import { complaintsIn, type SceneAnswer } from "./play.ts";

const RIGHT: SceneAnswer = { value: { slug: "a", words: 1 } };

/** What is told to be left of 20 environments, where a process answers so and calls of their own are right. */
async function skippedOf(answer: (environment: number) => SceneAnswer): Promise<readonly string[]> {
  const scenes = Array.from({ length: 20 }, (_, environment) => ({
    input: { title: "a" },
    environment,
  }));
  const skipped: string[] = [];
  const lines = await complaintsIn(
    judged(),
    { scenes, environments: scenes.map(() => ({})) },
    {
      askerIn: () => () => Promise.resolve({ kind: "result", value: RIGHT?.value }),
      perform: () => Promise.resolve(scenes.map(({ environment }) => answer(environment))),
      what: () => "x",
      onSkipped: (what) => skipped.push(what),
    },
  );
  expect(lines).toEqual([]);
  return skipped;
}

test("environments that no call looked at again are reported", async () => {
  const [message] = await skippedOf((environment) => (environment < 10 ? undefined : RIGHT));
  expect(message).toStartWith("6 worlds beside the 4 that were tried again ");
});

test("where all odd environments were tried again, nothing is reported", async () => {
  expect(await skippedOf((environment) => (environment < 4 ? undefined : RIGHT))).toEqual([]);
});
