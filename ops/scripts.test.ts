import { expect, test } from "bun:test";
import { stat } from "node:fs/promises";
import { Glob } from "bun";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { PATIENT_COMPILER } from "#tools/contract/programs.ts";
import { openCheckout } from "../test/checkout.ts";

const ROOT = `${import.meta.dir}/..`;
const scripts = [...new Glob("ops/**/*.sh").scanSync(ROOT), "ops/hooks/pre-push", ".ci/run"].sort();

// `ops/setup.sh --dev` installs it, so that it is there wherever all tests run.
test.if(Bun.which("shellcheck") !== null)("shellcheck finds nothing in any script", async () => {
  const child = Bun.spawn(["shellcheck", "--external-sources", "--color=never", ...scripts], {
    cwd: ROOT,
    stdout: "pipe",
  });
  expect(await child.stdout.text()).toBe("");
  expect(await child.exited).toBe(0);
});

test.each(scripts.filter((path) => path !== "ops/lib.sh"))("%s can be run", async (path) => {
  expect((await stat(`${ROOT}/${path}`)).mode & 0o111).toBe(0o111);
  expect(await Bun.file(`${ROOT}/${path}`).text()).toStartWith("#!/usr/bin/env bash\n");
});

test("the pinned Bun is the one that runs this, and the types are its own", async () => {
  const pinned = (await Bun.file(`${ROOT}/.bun-version`).text()).trim();
  expect(Bun.version).toBe(pinned);
  const { dependencies } = await Bun.file(`${ROOT}/package.json`).json();
  expect(dependencies["bun-types"]).toBe(pinned);
});

test("the sums of the pinned Bun are those of all its machines, and of the one that runs this", async () => {
  const lines = (await Bun.file(`${ROOT}/ops/bun.sha256`).text()).trim().split("\n");
  const pinned = lines.map((line) => line.split("  "));
  const machines = ["x64", "aarch64"].flatMap((kind) => [`linux-${kind}`, `linux-${kind}-musl`]);
  expect(pinned.map(([, target]) => target).sort()).toEqual(machines.sort());
  const running = new Bun.CryptoHasher("sha256").update(await Bun.file(process.execPath).bytes());
  expect(pinned.map(([sum]) => sum)).toContain(running.digest("hex"));
});

/** Runs a script with a home that has nothing. */
async function ran(script: string, ...args: readonly string[]): Promise<readonly [number, string]> {
  // Bun keeps its cache there, whatever it runs.
  await using home = await temporaryFolder("scripts");
  const child = Bun.spawn([`${ROOT}/ops/${script}`, ...args], {
    env: { PATH: Bun.env["PATH"], HOME: home.path, ORG_HOME: "/nonexistent" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, error] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return [await child.exited, out + error];
}

const OWN = [
  ...["setup.sh", "run.sh", "pane.sh", "stop.sh", "test.sh", "vm-firewall.sh"],
  ...["cluster/cluster.sh", "checks/soak.sh", "checks/stress.sh", "checks/real-model.sh"],
];

test.each(OWN)("%s --help says what it is for and does nothing", async (script) => {
  for (const help of ["--help", "-h"]) {
    const [status, text] = await ran(script, help);
    expect(text).toContain(`./ops/${script}`);
    // Help alone: nothing that was done or looked for.
    expect(text).not.toMatch(/^\w+: |#|set -euo/m);
    expect(status).toBe(0);
  }
});

test("there is no script that these tests leave out", () => {
  const passedOn = ["fitness", "promote", "rollback", "start-candidate", "start-current", "org"];
  const known = [...OWN, ...passedOn.map((name) => `${name}.sh`), "lib.sh"];
  const paths = known.map((script) => `ops/${script}`);
  expect(scripts.filter((path) => path.endsWith(".sh")).toSorted()).toEqual(paths.toSorted());
});

test.each([
  ...OWN,
  "fitness.sh",
  "promote.sh",
  "rollback.sh",
  "start-candidate.sh",
  "start-current.sh",
])("%s refuses an argument that it does not know, with 64, and changes nothing", async (script) => {
  const [status, text] = await ran(script, "--bogus");
  expect(text).toContain('"--bogus"');
  expect(text).toMatch(/nothing was (?:changed|done|run)/i);
  expect(status).toBe(64);
});

test("continuous integration calls the README's test command for all suites, and nothing else", async () => {
  const lines = (await Bun.file(`${ROOT}/.ci/run`).text()).split("\n");
  const commands = lines.filter((line) => line !== "" && !line.startsWith("#"));
  expect(commands).toHaveLength(1);
  expect(commands[0]).toEndWith('/.." && ORG_PART=all exec ./ops/test.sh');
});

test("org.sh says what to do in a checkout that was never set up", async () => {
  await using checkout = await openCheckout("console.log('started');");
  await Bun.write(`${checkout.root}/bun.lock`, "{}");
  const environment = { PATH: Bun.env["PATH"] ?? "", HOME: checkout.home };
  const { stdout, stderr, exitCode } = await checkout.run(["./ops/org.sh"], environment);
  expect({ stdout, stderr, exitCode }).toEqual({
    stdout: "",
    stderr: `org: the packages of this checkout are not installed\n→ ${checkout.root}/ops/setup.sh\n`,
    exitCode: 69,
  });
});

test("org.sh starts Bun with the compiler of a short run, and with what a person has set", async () => {
  await using checkout = await openCheckout("console.log(JSON.stringify(Bun.env));");
  const started = async (given: Readonly<Record<string, string>>) => {
    const environment = { PATH: Bun.env["PATH"] ?? "", HOME: checkout.home, ...given };
    const { stdout } = await checkout.run(["./ops/org.sh"], environment);
    return JSON.parse(stdout);
  };
  expect(await started({})).toMatchObject(PATIENT_COMPILER);
  const own = { BUN_JSC_thresholdForJITAfterWarmUp: "700" };
  expect(await started(own)).toMatchObject({ ...PATIENT_COMPILER, ...own });
});
