import { expect, test } from "bun:test";
import { dirname, join } from "node:path";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { eraseInHome } from "./erase-in-home.ts";
import { homePaths } from "./home-paths.ts";

test("what the current generation erases in its files, a candidate erases in its own by itself", async () => {
  await using folder = await temporaryFolder("erase-in-home");
  const [current, candidate] = [homePaths(folder.path), homePaths(folder.path, "candidate")];
  const files = [current, candidate].map(({ journal }) => join(dirname(journal), "kept.json"));
  const read = async () => await Promise.all(files.map((path) => Bun.file(path).json()));
  for (const path of files) await Bun.write(path, '{"note":"brass"}');
  const erased = { change: (text: string) => text.replace("brass", "[x]"), text: "brass" };
  await eraseInHome(current, erased);
  expect(await read()).toEqual([{ note: "[x]" }, { note: "brass" }]);
  await eraseInHome(candidate, erased);
  expect(await read()).toEqual([{ note: "[x]" }, { note: "[x]" }]);
});
