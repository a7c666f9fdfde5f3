import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { editText, giveText, pathsFrom } from "./human-programs.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "org-human-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a program gets the text, byte for byte", async () => {
  const path = join(folder, "taken");
  expect(await giveText(["sh", "-c", 'cat > "$1"', "sh", path], "a\n안\t")).toBe(true);
  expect(await Bun.file(path).text()).toBe("a\n안\t");
});

test("one that fails, or is not there, did not take it", async () => {
  expect(await giveText(["false"], "a")).toBe(false);
  expect(await giveText([join(folder, "missing")], "a")).toBe(false);
});

describe("an editor", () => {
  test("changes the text, and may have options", async () => {
    expect(await editText("one\n", `sed -i -e s/one/two/`)).toBe("two");
  });

  test("that fails leaves it as it was", async () => {
    expect(await editText("one", "false")).toBeUndefined();
  });
});

describe("paths", () => {
  beforeEach(async () => {
    await mkdir(join(folder, "docs"));
    for (const name of ["docs/one.md", "docs/.hidden", "doc.txt"]) {
      await Bun.write(join(folder, name), "");
    }
  });

  test.each([
    ["do", ["doc.txt", "docs/"]],
    ["docs/", ["docs/one.md"]],
    ["docs/.", ["docs/.hidden"]],
    ["./do", ["./doc.txt", "./docs/"]],
    ["missing/", []],
    ["", ["doc.txt", "docs/"]],
  ])("%j could be %j", async (prefix, paths) => {
    expect(await pathsFrom(folder, prefix)).toEqual(paths);
  });
});
