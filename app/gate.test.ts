import { afterEach, beforeEach, expect, test } from "bun:test";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { toolOf } from "#test/tools/recipe.ts";
import { contractSchema } from "#tools/contract/spec.ts";
import { firstBySearch, judgeOptions, validatorIn, withGate } from "./gate.ts";

let home: CandidateRepository;
beforeEach(() => {
  home = new CandidateRepository();
});
afterEach(() => home[Symbol.dispose]());

const place = () => ({ home: home.checkout, checkout: home.checkout });

test("a home is judged by its own gate, another checkout by one that is gone afterwards", async () => {
  const own = await withGate(place(), async ({ paths }) => paths.hidden);
  expect(own).toStartWith(home.checkout);
  using other = new CandidateRepository();
  const foreign = await withGate(
    { home: home.checkout, checkout: other.checkout },
    async ({ paths }) => paths.hidden,
  );
  expect(foreign).not.toStartWith(home.checkout);
  expect(await Bun.file(foreign).exists()).toBe(false);
});

test("a promotion is judged to its cost where main has a suite, and else as far as its tools go", async () => {
  const sideBySide = { suite: "of main" };
  const seen = await withGate(place(), async (gate) => [
    await judgeOptions(gate, home.checkout, undefined),
    await judgeOptions(gate, home.checkout, () => Promise.resolve(undefined)),
    await judgeOptions(gate, home.checkout, () => Promise.resolve(sideBySide as never)),
  ]);
  expect(seen).toEqual([{}, {}, { sideBySide: sideBySide as never, until: "S8" }]);
});

test("a tool is judged beside the others, and found by what a person asks", async () => {
  const folder = toolOf();
  const others = new Map([[folder.name, folder]]);
  const report = await withGate(place(), (gate) =>
    validatorIn(gate)(others)(
      { ...folder, files: new Map([...folder.files, ["tool.ts", "export {"]]) },
      { signal: new AbortController().signal },
    ),
  );
  expect(report.stages.at(-1)).toMatchObject({ stage: "static", ok: false });
  const { name, description, asks } = contractSchema.parse(
    JSON.parse(folder.files.get("spec.json") ?? ""),
  );
  expect(await firstBySearch([{ name, description, asks }], [asks[0] ?? ""])).toEqual([name]);
});
