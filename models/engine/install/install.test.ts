import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordOwner } from "#platform/owner.ts";
import { WebServer } from "#test/web-server.ts";
import type { EngineModel } from "../catalogue.ts";
import { ggufBytes } from "../convert/gguf.ts";
import { enginePaths, readEngine } from "../installed.ts";
import { installEngine, removeEngine } from "./install.ts";
import type { InstallStep } from "./progress.ts";

const WEIGHTS = "all of the weights";
const model: EngineModel = {
  name: "tiny",
  sha256: new Bun.CryptoHasher("sha256").update(WEIGHTS).digest("hex"),
  takesTools: true,
};

let folder = "";
let from = "";
beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), "org-install-"));
  folder = join(root, "engine");
  from = join(root, "model.gguf");
  writeFileSync(from, WEIGHTS);
  // What fetches the packages is proven by the end-to-end suite; here they are there already.
  const library = join(enginePaths(folder).runtime, "node_modules/node-llama-cpp");
  mkdirSync(library, { recursive: true });
  writeFileSync(join(library, "package.json"), "{}");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

async function install(options: { from?: string; model?: EngineModel } = {}) {
  const steps: InstallStep[] = [];
  const { signal } = new AbortController();
  const onStep = (step: InstallStep) => void steps.push(step);
  const given = { folder, signal, onStep, model, from, hub: "http://127.0.0.1:9", ...options };
  const result = await installEngine(given).catch((error: unknown) => error);
  return { result, steps };
}

test("a model is taken from a file and checked, and the record is written last", async () => {
  const { result, steps } = await install();
  expect(result).toMatchObject({ name: "tiny" });
  const found = await readEngine(folder);
  expect(found).toMatchObject({ state: "installed", engine: { model } });
  expect(readFileSync(enginePaths(folder).model(model), "utf8")).toBe(WEIGHTS);
  expect(steps.at(-1)).toMatchObject({ part: "model", text: "copying", bytes: 18, total: 18 });
  expect(readdirSync(folder).sort()).toEqual(["engine.json", "models", "runtime-3.22.1"]);
});

test("the number of weights is read from the file and kept", async () => {
  const shape = [3, 5];
  const values = async () => new Float32Array(15);
  const pieces = ggufBytes(new Map(), [{ name: "t", shape, type: "F32", values }]);
  const bytes = Buffer.concat(await Array.fromAsync(pieces));
  writeFileSync(from, bytes);
  const sha256 = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  await install({ model: { ...model, sha256 } });
  const read = await readEngine(folder);
  expect(read).toMatchObject({ engine: { model: { name: "tiny", weights: 15 } } });
});

test("what is there and right is not fetched again, what is damaged is", async () => {
  await install();
  const again = await install({ from: "/nowhere" });
  expect(again.result).toMatchObject({ name: "tiny" });
  writeFileSync(enginePaths(folder).model(model), "all of the wEights");
  expect((await install({ from: "/nowhere" })).result).toMatchObject({ code: "INPUT_MISSING" });
  await install();
  expect(readFileSync(enginePaths(folder).model(model), "utf8")).toBe(WEIGHTS);
});

test("it comes from a web server, too", async () => {
  await using server = await WebServer.open((_request, response) => void response.end(WEIGHTS));
  const { result, steps } = await install({ from: server.url("/model.gguf", "127.0.0.1") });
  expect(result).toMatchObject({ name: "tiny" });
  expect(steps.at(-1)).toMatchObject({ text: "fetching", bytes: 18 });
});

test("a wrong file installs nothing, and is kept aside", async () => {
  writeFileSync(from, "all of the wEights");
  expect((await install()).result).toMatchObject({ code: "DOWNLOAD_FAILED" });
  expect(await readEngine(folder)).toEqual({ state: "missing" });
  expect(readdirSync(join(folder, "models"))).toEqual([`${model.sha256}.gguf.bad`]);
});

test("a model of the user's own needs a place", async () => {
  const { signal } = new AbortController();
  const options = { folder, model, signal, onStep: () => undefined, hub: "http://127.0.0.1:9" };
  const failure = await installEngine(options).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "USAGE" });
});

test("two do not install at once", async () => {
  await using _other = await recordOwner(enginePaths(folder).installer, "org engine");
  expect((await install()).result).toMatchObject({ code: "HOME_BUSY" });
});

test("where there is no room, nothing is begun", async () => {
  const { result } = await install({ model: { ...model, bytes: 2 ** 60 } });
  expect(result).toMatchObject({ code: "FILE_FAILED", why: expect.stringContaining("MB free") });
  expect(existsSync(join(folder, "models"))).toBe(false);
});

test("an abort ends it, and what it had begun is gone", async () => {
  const controller = new AbortController();
  controller.abort(new Error("enough"));
  const { signal } = controller;
  const options = {
    folder,
    model,
    from,
    signal,
    onStep: () => undefined,
    hub: "http://127.0.0.1:9",
  };
  const failure = await installEngine(options).catch((error: unknown) => error);
  expect(failure).toMatchObject({ message: "enough" });
  expect(await readEngine(folder)).toEqual({ state: "missing" });
  expect(readdirSync(folder).filter((name) => name.startsWith("work-"))).toEqual([]);
});

test("what a run that was killed has left goes with the next one", async () => {
  mkdirSync(join(folder, "work-killed/runtime"), { recursive: true });
  await install();
  expect(readdirSync(folder)).not.toContain("work-killed");
});

test("another version of the packages goes once this one is there", async () => {
  mkdirSync(join(folder, "runtime-1.0.0"));
  await install();
  expect(existsSync(join(folder, "runtime-1.0.0"))).toBe(false);
  expect(existsSync(enginePaths(folder).runtime)).toBe(true);
});

test("removing takes all of it away, and says whether there was anything", async () => {
  await install();
  mkdirSync(join(folder, "work-left"));
  expect(await removeEngine(folder)).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
  expect(await removeEngine(join(folder, "nowhere"))).toBe(false);
});
