/** What a command says that is called in a wrong way: all of it, as a person reads it, in a home that has nothing. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { explain } from "#core/errors.ts";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

const FILE = join(import.meta.dir, "../../test/fixtures/refusals.txt");

const REFUSALS = (await Bun.file(FILE).text())
  .split(/^\$ org /m)
  .slice(1)
  .map((block) => block.trim().split("\n"));

test.each(REFUSALS)("org %s is refused", async (line = "", ...told) => {
  await using home = await testHome();
  const refused = await runCommand(home, ...line.split(" ")).catch((error: unknown) => error);
  expect(explain(refused).split("\n")).toEqual(told);
});

test("there is something to refuse", () => expect(REFUSALS.length).toBeGreaterThan(150));
