import { expect, test } from "bun:test";
import { honestRecipe } from "#test/candidates/honest-tools.ts";
import { toolOf } from "#test/tools/recipe.ts";
import { openTool } from "../oracle/tool-under-test.ts";
import { otherInEnvironments } from "./other-in-environments.ts";

const inside = { signal: new AbortController().signal };

function toolNamed(name: string, part = "", by = "") {
  const honest = honestRecipe(name);
  expect(honest.source).toContain(part);
  const source = (honest.source ?? "").replace(part, () => by);
  const tool = openTool(toolOf({ ...honest, source }));
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  return tool;
}
interface Change {
  readonly name: string;
  readonly part: string;
  readonly by: string;
}
const between = ({ name, part, by }: Change) =>
  otherInEnvironments(toolNamed(name), toolNamed(name, part, by), inside);

test.each<[what: string, change: Change, where: string]>([
  [
    "a date",
    { name: "next-weekday", part: "|| 7", by: "|| (now.getUTCMonth() === 6 ? 14 : 7)" },
    " on 20",
  ],
  ["chance", { name: "flip-coins", part: "< 0.5", by: "< 0.4999" }, "where chance gives"],
  [
    "earlier calls",
    { name: "count-visits", part: "+ 1", by: "+ (2 if ctx.memory.get(page) == 77 else 1)" },
    "behind 77 calls",
  ],
  [
    "a file that it finds",
    { name: "add-row", part: "return after", by: "return 1 if len(before) > 5000 else after" },
    "in another world",
  ],
])("an answer that changes by %s alone is shown", async (_what, change, where) => {
  const [line = ""] = await between(change);
  expect(line).toContain(where);
  expect(line).toContain(" · main ");
});

test("the same program, written otherwise, answers the same in every environment", async () => {
  const lines = await between({
    name: "rate-limit",
    part: "now - at < MINUTE_MS",
    by: "not now - at >= MINUTE_MS",
  });
  expect(lines).toEqual([]);
});

test("a tool that sees its arguments alone is not asked", async () => {
  const tool = openTool(toolOf());
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  expect(await otherInEnvironments(tool, tool, inside)).toEqual([]);
});
