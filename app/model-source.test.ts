/** Providers are played: which model a server has, and what it refuses. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { homePaths } from "#home/home-paths.ts";
import { readSettings } from "#home/settings/settings.ts";
import { knownModelsTable } from "#models/known-models.ts";
import { ProfileStore } from "#models/profile-store.ts";
import type { Provider } from "#models/provider.ts";
import { type ModelSource, modelSource } from "./model-source.ts";

const ENDPOINT = "http://models.example";
const { signal } = new AbortController();

let home = "";
let given: AbortSignal[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "org-models-"));
  given = [];
});
afterEach(() => rmSync(home, { recursive: true }));

async function source(more: Partial<Provider>, named?: string): Promise<ModelSource> {
  await Bun.write(
    join(home, "org.config"),
    '[providers.big]\nbase = "http://big.example"\nwire = "openai"\n',
  );
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home });
  const main: Provider = {
    endpoint: ENDPOINT,
    // biome-ignore lint/correctness/useYield: nothing is streamed here
    async *stream() {
      throw new Error("Nothing is to be answered");
    },
    listModels: async (handed) => {
      given.push(handed);
      return ["llama3:8b", "qwen3:4b"];
    },
    ...more,
  };
  const providers = async () => ({ main, named: () => main });
  const place = { settings, cleaner: new TextCleaner([]), signal, app: { providers } };
  return await modelSource(Object(place), named);
}

test("a server that describes its models is asked for that, another one for names", async () => {
  const described = await source({
    describeModels: async (handed) => {
      given.push(handed);
      return [{ name: "llama3:8b", parameters: "8.2B" }];
    },
  });
  expect(await described.list()).toEqual([{ name: "llama3:8b", parameters: "8.2B" }]);
  const plain = await source({});
  expect(await plain.list()).toEqual([{ name: "llama3:8b" }, { name: "qwen3:4b" }]);
  expect(given.map((one) => one === signal)).toEqual([true, true]);
  expect([plain.endpoint, plain.table]).toEqual([ENDPOINT, knownModelsTable()]);
});

test("a model is fetched by a server that can, and another one says that it cannot", async () => {
  const able = await source({
    async *pull(model, handed) {
      given.push(handed);
      yield { status: `pulling ${model}`, totalBytes: 2, completedBytes: 1 };
    },
  });
  expect(await Array.fromAsync(able.pull("llama3"))).toMatchObject([{ status: "pulling llama3" }]);
  expect(given.map((one) => one === signal)).toEqual([true]);
  const unable = await source({});
  expect(() => unable.pull("llama3")).toThrow(
    expect.objectContaining({
      ...{ code: "PROVIDER_REFUSED", message: `The server ${ENDPOINT} cannot fetch models` },
      why: "only an Ollama server can; install the model on the server by hand",
      ...{ remedies: ["org models list"], unchanged: "Nothing was changed." },
    }),
  );
});

test("a model that the server has not is refused with the nearest ones", async () => {
  const missing = { code: "MODEL_MISSING", unchanged: "Nothing was changed." };
  await expect((await source({})).show("llama3:7b")).rejects.toMatchObject({
    ...{ ...missing, message: `The server ${ENDPOINT} has no model "llama3:7b"` },
    ...{ why: "it lists llama3:8b, qwen3:4b", remedies: ["org models show llama3:8b"] },
  });
  const names = Array.from({ length: 9 }, (_, index) => `m${index}`);
  const many = await source({ listModels: async () => names });
  await expect(many.show("something-else")).rejects.toMatchObject({
    ...{ why: `it lists ${names.slice(0, 8).join(", ")}`, remedies: ["org models list"] },
  });
  const empty = await source({ listModels: async () => [] });
  await expect(empty.show("llama3")).rejects.toMatchObject({ why: "it lists none" });
});

test("what was learnt of a model is forgotten once, and then nothing is kept", async () => {
  const none = { code: "MODEL_MISSING", unchanged: "Nothing was changed." };
  const models = await source({});
  const store = new ProfileStore(homePaths(home).profiles);
  await store.update([ENDPOINT, "llama3:8b"], () => ({ mayNote: true }));
  await expect(models.forget("llama3:7b")).rejects.toMatchObject({
    ...{ why: "this home keeps something of llama3:8b", remedies: ["org models forget llama3:8b"] },
  });
  await models.forget("llama3:8b");
  await expect(models.forget("llama3:8b")).rejects.toMatchObject({
    ...{ ...none, message: `Nothing is known about the model "llama3:8b" on ${ENDPOINT}` },
    ...{ why: "this home keeps nothing", remedies: ["org models list"] },
  });
});

test("a provider of the configuration is asked by its name, one that it does not name is not", async () => {
  expect((await source({}, "big")).endpoint).toBe("http://big.example");
  await expect(source({}, "small")).rejects.toMatchObject({
    ...{
      code: "USAGE",
      message: 'There is no provider "small"',
      why: "org.config names anthropic, big",
    },
    ...{ remedies: ["org config show"], unchanged: "Nothing was asked." },
  });
});
