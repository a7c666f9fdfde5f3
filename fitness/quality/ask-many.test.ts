import { expect, test } from "bun:test";
import { CLOCK } from "#test/tools/odd-tools.ts";
import { toolOf } from "#test/tools/recipe.ts";
import { contractSchema } from "#tools/contract/spec.ts";
import { askMany, performPlay } from "./ask-many.ts";

const inside = { signal: new AbortController().signal };
const judged = (folder: ReturnType<typeof toolOf>) => ({
  folder,
  contract: contractSchema.parse(JSON.parse(folder.files.get("spec.json") ?? "")),
});

test.each(["ts", "python"])(
  "many inputs are answered in one process, in their order: %s",
  async (language) => {
    const tool = judged(toolOf({ spec: { language } }));
    const inputs = [{ title: "Hello, World" }, { title: "?!" }, { title: "One two", most: 1 }];
    const { answers, killed } = await askMany(tool, { inputs }, inside);
    expect(killed).toBeNull();
    expect(answers).toMatchObject([
      { value: { slug: "hello-world", words: 2 } },
      { failure: { code: "EMPTY" } },
      { value: { slug: "one", words: 1 } },
    ]);
  },
);

test("another version of a file is asked in place of the tool's own", async () => {
  const folder = toolOf();
  const source = folder.files.get("tool.ts")?.replace('join("-")', 'join("+")') ?? "";
  const asked = { inputs: [{ title: "a b" }], instead: { "tool.ts": source } };
  const { answers } = await askMany(judged(folder), asked, inside);
  expect(answers).toMatchObject([{ value: { slug: "a+b" } }]);
});

test("each scene of a play sees its own moment", async () => {
  const scenes = ["2026-02-02", "2026-03-04"].map((day) => ({
    input: { date: "2026-02-01" },
    nowMs: Date.parse(`${day}T00:00:00Z`),
    world: 0,
  }));
  const play = { scenes, worlds: [{}] };
  const answers = await performPlay(judged(toolOf(CLOCK)), { play, cpuMs: 1000 }, inside);
  expect(answers.map((answer) => answer?.value)).toEqual([1, 31]);
});
