import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { EMBEDDING_MODEL, type EngineModel } from "./catalogue.ts";
import { embeddingsCheck, engineCheck } from "./engine-check.ts";
import { enginePaths, engineRecord, readEmbeddings, readEngine } from "./installed.ts";

const WEIGHTS = "all of the weights";
const model: EngineModel = {
  name: "tiny",
  bytes: WEIGHTS.length,
  sha256: new Bun.CryptoHasher("sha256").update(WEIGHTS).digest("hex"),
  takesTools: false,
};

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-engine-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function install(): ReturnType<typeof enginePaths> {
  const paths = enginePaths(folder);
  put(join(paths.runtime, "node_modules/node-llama-cpp/package.json"), "{}");
  put(paths.model(model), WEIGHTS);
  put(paths.record, engineRecord(model));
  return paths;
}

const check = async () => await engineCheck(folder).run(new AbortController().signal);

test("what was never installed is missing, which is not a fault", async () => {
  expect(await readEngine(folder)).toEqual({ state: "missing" });
  expect(await readEngine(join(folder, "nowhere"))).toEqual({ state: "missing" });
  expect(await check()).toMatchObject({ state: "ok", detail: expect.stringContaining("install") });
});

test("what is all there is installed", async () => {
  const paths = install();
  expect(await readEngine(folder)).toMatchObject({
    state: "installed",
    engine: { model, modelPath: paths.model(model), runtimeFolder: paths.runtime },
  });
  expect(await check()).toMatchObject({
    state: "ok",
    detail: `tiny, which chats and uses no tools, in ${folder}`,
  });
});

test("a part that is gone, cut, or of another version is damage, and says what to do", async () => {
  const damages: readonly [string, (paths: ReturnType<typeof enginePaths>) => void][] = [
    ["is gone", (paths) => rmSync(paths.runtime, { recursive: true })],
    ["is gone", (paths) => rmSync(paths.model(model))],
    ["has 3 bytes instead of 18", (paths) => put(paths.model(model), "all")],
    ["is not a record", (paths) => put(paths.record, "{")],
    ["is not a record", (paths) => put(paths.record, "{}")],
    [
      "is version 1.0.0",
      ({ record }) => put(record, engineRecord(model).replace(/\d+\.\d+\.\d+/, "1.0.0")),
    ],
  ];
  for (const [why, damage] of damages) {
    damage(install());
    expect(await readEngine(folder)).toMatchObject({
      state: "damaged",
      why: expect.stringContaining(why),
    });
    expect(await check()).toMatchObject({
      state: "warning",
      remedies: ["org engine install --yes"],
    });
  }
});

test("a changed byte is seen by the check, which reads all of it", async () => {
  const paths = install();
  put(paths.model(model), WEIGHTS.replace("a", "b"));
  expect(await readEngine(folder)).toMatchObject({ state: "installed" });
  expect(await check()).toMatchObject({
    state: "warning",
    detail: expect.stringContaining("not the file"),
  });
});

test("the model of vectors is there, gone, cut or another file; each is said", async () => {
  const { bytes } = EMBEDDING_MODEL;
  const told = async () => await embeddingsCheck(folder).run(new AbortController().signal);
  expect(await readEmbeddings(folder)).toEqual({ state: "missing" });
  expect(await told()).toMatchObject({ state: "ok", detail: expect.stringContaining("a table") });
  const paths = enginePaths(folder);
  const path = paths.model(EMBEDDING_MODEL);
  put(path, "");
  truncateSync(path, bytes);
  const remedies = ["org engine install --embeddings --yes"];
  const isDamaged = async (why: string) => {
    const finding = { state: "warning", detail: expect.stringContaining(why), remedies };
    expect(await told()).toMatchObject(finding);
  };
  await isDamaged("package.json is gone");
  put(join(paths.runtime, "node_modules/node-llama-cpp/package.json"), "{}");
  expect(await readEmbeddings(folder)).toMatchObject({
    state: "installed",
    engine: { model: EMBEDDING_MODEL, modelPath: path },
  });
  await isDamaged("not the file");
  truncateSync(path, 5);
  await isDamaged(`has 5 bytes instead of ${bytes}`);
});
