/** The embedding model of the engine: the real package from the package index, a real child process, a real llama.cpp. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { textLines } from "#core/lines.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome } from "#home/home-paths.ts";
import { loadKnowledge } from "#language/load-knowledge.ts";
import { VectorIndex } from "#language/vectors.ts";
import { EMBEDDING_MODEL } from "#models/engine/catalogue.ts";
import { EngineEmbedder } from "#models/engine/engine-embedder.ts";
import { enginePaths, readEmbeddings } from "#models/engine/installed.ts";
import { readProcessInfo } from "#platform/process-info.ts";
import { textOf } from "#tools/search/document.ts";
import { ToolSearch } from "#tools/search/tool-search.ts";
import { embeddingEngines } from "./embeddings-owner.ts";
import { engineMachine, enginePid, unreached } from "./engine-machine.ts";
import vectors from "./fixtures/minilm-vectors.json";
import { testHome } from "./org-process.ts";
import { until } from "./until.ts";

setDefaultTimeout(600_000);

const OWNER = join(import.meta.dir, "embeddings-owner.ts");
const machine = await engineMachine();
afterAll(machine.remove);
const { environment, folder } = machine;

async function install() {
  await using home = await testHome();
  return await home.run(["engine", "install", "--embeddings", "--yes", "--json"], { environment });
}

const installed = await install();
// Without the package index there is nothing to test. That is said, and counts as nothing that passed.
const missing = unreached(installed.stderr);
if (missing !== "") process.stderr.write(`skipped, because there is no engine:\n${missing}\n`);

const { signal } = new AbortController();

/** The engine of a home, started alone. */
async function alone(home: string) {
  const engines = await embeddingEngines(folder, home);
  const embedder = new EngineEmbedder({ engines, cleaner: new TextCleaner() });
  const stop = () => engines[Symbol.asyncDispose]();
  return { engines, embedder, [Symbol.asyncDispose]: stop };
}

function cosine(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, number, at) => sum + number * (other[at] ?? 0), 0);
}

describe.skipIf(missing !== "")("the installation", () => {
  test("leaves packages and model, tells of its steps, and fetches nothing a second time", async () => {
    const lines = installed.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toEqual({ type: "done", model: "all-MiniLM-L6-v2", folder });
    expect((await readdir(folder)).sort()).toEqual(["models", "runtime-3.22.1"]);
    expect(await readdir(join(folder, "models"))).toEqual([`${EMBEDDING_MODEL.sha256}.gguf`]);
    const again = (await install()).stdout.trim().split("\n");
    expect(again.map((line) => JSON.parse(line).type)).toEqual(["done"]);
  });

  test("is what status and doctor tell of; it speaks in no room", async () => {
    await using home = await testHome();
    const status = await home.run(["engine", "status", "--json"], { environment });
    expect([status.exitCode, JSON.parse(status.stdout)]).toMatchObject([
      1,
      { state: "missing", embeddings: { state: "installed", model: "all-MiniLM-L6-v2" } },
    ]);
    const doctor = await home.run(["doctor", "--json"], { environment });
    const { checks } = JSON.parse(doctor.stdout);
    expect(checks.find(({ name }: { name: string }) => name === "embeddings")).toMatchObject({
      ...{ state: "ok", detail: `by all-MiniLM-L6-v2, in ${folder}` },
    });
  });
});

const recordSchema = z.union([
  z.object({ kind: z.literal("tool"), name: z.string(), description: z.string() }),
  z.object({
    ...{ kind: z.literal("query"), text: z.string(), style: z.string(), expect: z.string() },
  }),
]);

const fixture = z.object({
  sentences: z.array(z.object({ text: z.string(), tokens: z.int(), vector: z.base64() })),
});

describe.skipIf(missing !== "")("its vectors", () => {
  test("are those of the model as its makers publish it: capitals, other letters, code, long texts", async () => {
    await using home = await testHome();
    await createHome(home.paths);
    await using engine = await alone(home.path);
    const { sentences } = fixture.parse(vectors);
    const texts = sentences.map(({ text }) => text);
    const made = await engine.embedder.embed(texts, "document", signal);
    const cosines = sentences.map(({ vector }, at) => {
      const { buffer } = Uint8Array.fromBase64(vector);
      return cosine(new Float32Array(buffer), made[at] ?? new Float32Array(0));
    });
    expect(cosines.length).toBe(20);
    expect(Math.min(...cosines)).toBeGreaterThanOrEqual(0.9999);
    expect(Math.max(...cosines)).toBeLessThan(1.0001);
  });
});

test.skipIf(missing !== "")(
  "tools are found by it in other words, in a set that nothing was fitted to",
  async () => {
    await using home = await testHome();
    await createHome(home.paths);
    await using engine = await alone(home.path);
    const path = join(import.meta.dir, "fixtures/search/held-out.jsonl");
    const lines = (await Bun.file(path).text()).trim().split("\n");
    const records = lines.map((line) => recordSchema.parse(JSON.parse(line)));
    const tools = records.flatMap((one) => (one.kind === "tool" ? [{ ...one, asks: [] }] : []));
    const asked = records.flatMap((one) => (one.kind === "query" ? [one] : []));
    using search = new ToolSearch(tools, await loadKnowledge());
    const index = new VectorIndex(
      await engine.embedder.embed(tools.map(textOf), "document", signal),
    );
    const texts = asked.map(({ text }) => text);
    const questions = await engine.embedder.embed(texts, "query", signal);
    const recall = (style: string) => {
      const found = asked.flatMap((one, at) => {
        const nearest = index.search(questions[at] ?? new Float32Array(384), 100);
        const isFound = search.search(one.text, 5, nearest).includes(one.expect);
        return one.style === style ? [isFound] : [];
      });
      return found.filter(Boolean).length / found.length;
    };
    expect(recall("keyword")).toBeGreaterThanOrEqual(0.99);
    expect(recall("paraphrase")).toBeGreaterThanOrEqual(0.65);
  },
);

describe.skipIf(missing !== "")("its process", () => {
  test("is started again when it is killed, and ends with its owner", async () => {
    await using home = await testHome();
    await createHome(home.paths);
    let pid = 0;
    {
      await using engine = await alone(home.path);
      await engine.embedder.embed(["one"], "query", signal);
      process.kill(await enginePid(home.path, "embeddings"), "SIGKILL");
      await until("its end", async () => engine.engines.running === undefined);
      expect(await engine.embedder.embed(["two"], "query", signal)).toHaveLength(1);
      pid = await enginePid(home.path, "embeddings");
      // An engine that speaks has a record of its own.
      const { stdout } = await home.run(["ps", "--json"], { environment });
      expect(stdout).toContain('"role":"embeddings"');
    }
    await until("its end", async () => (await readProcessInfo(pid)) === undefined);
  });

  test("goes with an owner that is killed", async () => {
    await using home = await testHome();
    await createHome(home.paths);
    const owner = Bun.spawn([process.execPath, OWNER, folder, home.path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let pid = 0;
    for await (const line of textLines(owner.stdout)) {
      pid = Number(line);
      break;
    }
    expect(await readProcessInfo(pid)).toBeDefined();
    owner.kill("SIGKILL");
    await owner.exited;
    await until("its end", async () => (await readProcessInfo(pid)) === undefined);
  });
});

describe.skipIf(missing !== "")("a memory with it", () => {
  test("finds a note in other words, and in its own where the model is damaged, which is said", async () => {
    await using home = await testHome();
    const run = (...args: string[]) => home.run(["memory", ...args], { environment });
    const note = "Invoices have to be kept for ten years.";
    for (const text of [note, "The cat sleeps on the sofa.", "Ana is the release manager."]) {
      expect((await run("add", text)).exitCode).toBe(0);
    }
    const question = "how long must we store old bills";
    const found = await run("search", question, "--json");
    expect(JSON.parse(found.stdout).notes[0]).toMatchObject({ text: note });
    expect(found.stderr).toBe("");
    const path = enginePaths(folder).model(EMBEDDING_MODEL);
    const bytes = await Bun.file(path).bytes();
    await Bun.write(path, bytes.with(1_000_000, (bytes[1_000_000] ?? 0) ^ 1));
    const damaged = await run("search", "how long are invoices kept", "--json");
    await Bun.write(path, bytes);
    expect(JSON.parse(damaged.stdout).notes[0]).toMatchObject({ text: note });
    expect(damaged.stderr).toContain("notes are compared by a table of words");
    expect(damaged.stderr).toContain("SHA-256");
  });
});

describe.skipIf(missing !== "")("its removal", () => {
  test("leaves nothing of it", async () => {
    await using home = await testHome();
    const removed = await home.run(["engine", "remove", "--yes"], { environment });
    expect(removed.exitCode).toBe(0);
    expect(await readdir(folder)).toEqual([]);
    expect(await readEmbeddings(folder)).toEqual({ state: "missing" });
  });
});
