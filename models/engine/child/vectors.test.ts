import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { openVectors } from "./vectors.ts";

/** What is used of the library, in a package of its name: a token a letter, a vector of how many there were. */
const LIBRARY = `
export async function getLlama({ logger }) {
  logger("error", "loud"); logger("info", "quiet");
  return { loadModel: async ({ modelPath }) => {
    if (modelPath.endsWith("broken")) throw new Error("no model");
    return {
      fileInsights: { totalParameters: 22 },
      tokenize: (text) => [...text].map((letter) => letter.codePointAt(0)),
      createEmbeddingContext: async ({ contextSize, batchSize }) => ({
        getEmbeddingFor: async (tokens) => {
          if (tokens.length + 2 >= contextSize || batchSize < contextSize) throw new Error("too long");
          return { vector: tokens.length === 0 ? [0, 0] : [tokens.length * 3, tokens.length * 4] };
        },
      }),
    };
  } };
}`;

async function opened(runtimeFolder: string, modelPath: string) {
  const folder = join(runtimeFolder, "node_modules/node-llama-cpp");
  await mkdir(folder, { recursive: true });
  await Bun.write(join(folder, "package.json"), '{ "type": "module", "exports": "./index.js" }');
  await Bun.write(join(folder, "index.js"), LIBRARY);
  const said: string[] = [];
  const onLog = (text: string) => void said.push(text);
  const vectors = await openVectors({
    ...{ runtimeFolder, modelPath, threads: 1, contextTokens: 8, onLog },
  });
  return { vectors, said };
}

test("a text becomes a vector of length 1, and what is behind the longest one is not read", async () => {
  await using folder = await temporaryFolder("vectors");
  const { vectors, said } = await opened(folder.path, "model");
  const { signal } = new AbortController();
  expect([vectors.contextTokens, vectors.parameters, said]).toEqual([8, 22, ["loud"]]);
  const texts = ["ab", "much too long", ""];
  const made = await vectors.embed(texts, signal);
  const expected = [0.6, 0.8].map((number) => expect.closeTo(number, 10));
  expect(made).toEqual({ vectors: [expected, expected, [0, 0]], tokens: 4 + 8 + 2 });
  await expect(vectors.embed(texts, AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
});

test("a model that cannot be loaded is an error", async () => {
  await using folder = await temporaryFolder("vectors");
  await expect(opened(folder.path, "broken")).rejects.toThrow("no model");
});
