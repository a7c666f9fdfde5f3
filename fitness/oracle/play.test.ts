import { expect, test } from "bun:test";
import { judged } from "#test/tools/oracle-double.ts";
import { complaintsIn, type SceneAnswer } from "./play.ts";

const RIGHT: SceneAnswer = { value: { slug: "a", words: 1 } };

/** What is told to be left of 20 worlds, where a process answers so and calls of their own are right. */
async function leftOf(answer: (world: number) => SceneAnswer): Promise<readonly string[]> {
  const scenes = Array.from({ length: 20 }, (_, world) => ({ input: { title: "a" }, world }));
  const left: string[] = [];
  const lines = await complaintsIn(
    judged(),
    { scenes, worlds: scenes.map(() => ({})) },
    {
      askerIn: () => () => Promise.resolve({ kind: "result", value: RIGHT?.value }),
      perform: () => Promise.resolve(scenes.map(({ world }) => answer(world))),
      what: () => "x",
      onSkipped: (what) => left.push(what),
    },
  );
  expect(lines).toEqual([]);
  return left;
}

test("worlds that no call looked at again are told", async () => {
  const [left] = await leftOf((world) => (world < 10 ? undefined : RIGHT));
  expect(left).toStartWith("6 worlds beside the 4 that were tried again ");
});

test("where all odd worlds were tried again, nothing is left", async () => {
  expect(await leftOf((world) => (world < 4 ? undefined : RIGHT))).toEqual([]);
});
