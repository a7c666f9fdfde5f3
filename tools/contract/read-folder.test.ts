import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { link, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readToolFolder } from "./read-folder.ts";

let path = "";

beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), "org-tool-")), "word-count");
  await mkdir(path);
});

afterEach(async () => {
  await rm(join(path, ".."), { recursive: true, force: true });
});

test("reads every file but what the gate wrote", async () => {
  await writeFile(join(path, "tool.ts"), "export {};");
  await writeFile(join(path, "spec.json"), "\uFEFF{}");
  await writeFile(join(path, "metadata.json"), "{}");
  const folder = await readToolFolder(`${path}/`);
  expect(folder.name).toBe("word-count");
  expect([...folder.files]).toEqual([
    ["spec.json", "\uFEFF{}"],
    ["tool.ts", "export {};"],
  ]);
});

test("gives back what was written, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 300 }), async (text) => {
      await writeFile(join(path, "tool.py"), text);
      expect((await readToolFolder(path)).files.get("tool.py")).toBe(text);
    }),
    { numRuns: 20 },
  );
});

describe("refuses", () => {
  async function refusal(): Promise<{ code?: string; why?: string }> {
    return await readToolFolder(path).then(
      () => ({}),
      (error: unknown) => Object(error),
    );
  }

  test("a link, also to a harmless file", async () => {
    await writeFile(join(path, "tool.ts"), "");
    await symlink("tool.ts", join(path, "spec.json"));
    expect(await refusal()).toMatchObject({
      code: "TOOL_INVALID",
      why: '"spec.json" is not a regular file.',
    });
  });

  test("a folder in it", async () => {
    await mkdir(join(path, "node_modules"));
    expect(await refusal()).toMatchObject({ code: "TOOL_INVALID" });
  });

  test("a pipe, without waiting for it", async () => {
    expect(Bun.spawnSync(["mkfifo", join(path, "tool.ts")]).exitCode).toBe(0);
    expect(await refusal()).toMatchObject({ code: "TOOL_INVALID" });
  });

  test.each([".env", ".gitattributes", "a b", "ü.ts", "a\nb", "-rf"])(
    "the name %j",
    async (name) => {
      await writeFile(join(path, name), "");
      expect(await refusal()).toMatchObject({ code: "TOOL_INVALID" });
    },
  );

  test("bytes that are not UTF-8", async () => {
    await writeFile(join(path, "tool.ts"), new Uint8Array([0xff, 0xfe]));
    expect((await refusal()).why).toContain("not UTF-8");
  });

  test("more than 256 KiB in a file", async () => {
    await writeFile(join(path, "tool.ts"), "x".repeat(256 * 1024));
    expect(await refusal()).toEqual({});
    await writeFile(join(path, "tool.ts"), "x".repeat(256 * 1024 + 1));
    expect((await refusal()).why).toContain("262144 bytes");
  });

  test("more than 16 files", async () => {
    for (let count = 0; count < 17; count += 1) await writeFile(join(path, `f${count}`), "");
    expect((await refusal()).why).toContain("17 files");
  });

  test("a link or a file in place of the folder, and says that a missing one is missing", async () => {
    const inner = path;
    path = join(inner, "..", "linked");
    await symlink(inner, path);
    expect(await refusal()).toMatchObject({ code: "TOOL_INVALID" });
    path = join(inner, "tool.ts");
    await writeFile(path, "");
    expect(await refusal()).toMatchObject({ code: "TOOL_INVALID" });
    path = join(inner, "nothing");
    expect(await refusal()).toMatchObject({
      ...{ code: "INPUT_MISSING", message: `Could not read "${path}"` },
      remedies: ["correct the path"],
    });
    path = inner;
  });

  test("but not a file that has two names", async () => {
    await writeFile(join(path, "tool.ts"), "");
    await link(join(path, "tool.ts"), join(path, "other.ts"));
    expect(await refusal()).toEqual({});
  });
});
