import { expect, test } from "bun:test";
import { judged } from "#test/tools/oracle-double.ts";
import { wholePlay } from "./whole-play.ts";

const KEEPS_FILES = judged({ spec: { capabilities: ["files:read"], deterministic: false } });

test("each text of an input names each file of a person, and what is left of many is counted", () => {
  const few = wholePlay(KEEPS_FILES, 1);
  expect(few.unnamed).toBe(0);
  const inputs = few.scenes.map(({ input }) => JSON.stringify(input));
  for (const path of Object.keys(few.environments.at(-1) ?? {}))
    expect(inputs.some((one) => one.includes(JSON.stringify(path)))).toBe(true);
  const cases = Array.from({ length: 9 }, (_, most) => ({
    input: { title: `${most}`, most: most + 1 },
    output: { slug: "a", words: 1 },
  }));
  expect(wholePlay({ ...KEEPS_FILES, cases }, 1).unnamed).toBeGreaterThan(0);
});
