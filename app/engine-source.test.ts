import { afterEach, beforeEach, expect, test } from "bun:test";
import { exists } from "node:fs/promises";
import { join } from "node:path";
import { EMBEDDING_MODEL, RUNTIME_BYTES } from "#models/engine/catalogue.ts";
import { enginePaths } from "#models/engine/installed.ts";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { type EngineSource, engineSource } from "./engine-source.ts";

let home: TemporaryFolder;
let folder: string;
let source: EngineSource;

beforeEach(async () => {
  home = await temporaryFolder("engine");
  folder = join(home.path, "engine");
  const engine = { folder, threads: 1, choice: undefined, hub: "", memoryBytes: 16e9 };
  const { signal } = new AbortController();
  source = engineSource({ settings: { engine, home: home.path }, signal });
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

test("tells that nothing is installed and nothing runs", async () => {
  expect(await source.status()).toEqual({
    ...{ state: "missing", folder, processes: [] },
    embeddings: { state: "missing", model: EMBEDDING_MODEL.name },
  });
});

test("tells what is damaged", async () => {
  await Bun.write(enginePaths(folder).record, "{}");
  expect(await source.status()).toMatchObject({ state: "damaged", why: expect.any(String) });
});

test("offers a model with all that is fetched for it, and the one that was chosen", () => {
  const [usual, work] = [source.offer(undefined), source.offer("work")];
  for (const { bytes } of [usual, work, source.embeddings.offer]) {
    expect(bytes).toBeGreaterThan(RUNTIME_BYTES);
  }
  expect(source.offer("chat").name).not.toBe(work.name);
});

test("installs nothing from a folder that is not there, and leaves nothing", async () => {
  const from = join(home.path, "none");
  const what = { from, choice: undefined, model: undefined };
  await expect(source.install(what, () => undefined)).rejects.toThrow();
  await expect(source.embeddings.install(from, () => undefined)).rejects.toThrow();
  expect(await source.status()).toMatchObject({ state: "missing" });
});

test("takes away what was installed", async () => {
  await Bun.write(enginePaths(folder).record, "{}");
  await source.remove();
  expect(await exists(enginePaths(folder).record)).toBe(false);
});
