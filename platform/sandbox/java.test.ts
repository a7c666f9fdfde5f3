import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { findJava } from "./java.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { runSandboxed } from "./run.ts";
import { withToolchains } from "./toolchains.ts";

// Java starts slowly on a busy machine.
setDefaultTimeout(600_000);
const signal = new AbortController().signal;
let home = "";
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "org-java-")));
});
afterEach(() => rmSync(home, { recursive: true }));

function folder(path: string): string {
  mkdirSync(join(home, path), { recursive: true });
  return join(home, path);
}

test("of Maven and Gradle what they fetched is shown, without the passwords beside it", async () => {
  const maven = folder(".m2/repository");
  writeFileSync(join(home, ".m2/settings.xml"), "<password>secret</password>");
  const gradle = folder(".gradle/caches/modules-2");
  const versions = folder(".gradle/wrapper/dists");
  writeFileSync(join(home, ".gradle/gradle.properties"), "password=secret");
  const { readOnly, environment } = await findJava(home, join(home, "etc"));
  expect(readOnly).toEqual([
    { from: maven, to: "/opt/fetched/maven", layered: true },
    { from: gradle, to: "/opt/fetched/gradle/modules-2" },
    { from: versions, to: "/work/.gradle/wrapper/dists" },
  ]);
  expect(environment).toMatchObject({ GRADLE_RO_DEP_CACHE: "/opt/fetched/gradle" });
  expect(environment["MAVEN_OPTS"]).toStartWith("-Dmaven.repo.local=/opt/fetched/maven ");
});

test("Gradle writes beside the versions that it fetched, and not into them", async () => {
  writeFileSync(join(folder(".gradle/wrapper/dists/gradle-9"), "ok"), "ok\n");
  writeFileSync(join(folder(".gradle/caches/modules-2"), "metadata"), "m\n");
  const found = await findJava(home, join(home, "etc"));
  const policy = withToolchains(DEFAULT_POLICY, { path: [], ...found });
  const script = `cat ~/.gradle/wrapper/dists/*/ok "$GRADLE_RO_DEP_CACHE/modules-2/metadata"
mkdir ~/.gradle/daemon ~/.gradle/wrapper/new && echo written
touch ~/.gradle/wrapper/dists/mine "$GRADLE_RO_DEP_CACHE/modules-2/mine" || echo kept`;
  const { stdout } = await runSandboxed(["/bin/sh", "-c", script], policy, { signal });
  expect(stdout).toBe("ok\nm\nwritten\nkept\n");
});

test("of a machine the settings are shown that Java and Maven start with, and no passwords", async () => {
  const etc = folder("etc");
  for (const name of ["java-17-openjdk/security", "java-17-openjdk/management", "maven/logging"]) {
    folder(`etc/${name}`);
  }
  folder("etc/java-mine");
  writeFileSync(join(etc, "java-17-openjdk/management/jmxremote.password"), "role secret");
  for (const name of ["m2.conf", "settings.xml"]) writeFileSync(join(etc, "maven", name), "x\n");
  symlinkSync(home, join(etc, "java-21-openjdk"));
  const found = await findJava(home, join(home, "etc"));
  expect(found.readOnly.map(({ from, to }) => [relative(etc, from), to])).toEqual([
    ["java-17-openjdk", "/etc/java-17-openjdk"],
    ["maven/m2.conf", "/etc/maven/m2.conf"],
    ["maven/logging", "/etc/maven/logging"],
  ]);
  const script = "cat /etc/java-17-openjdk/management/jmxremote.password; ls /etc/maven";
  const policy = withToolchains(DEFAULT_POLICY, { path: [], ...found });
  const { stdout } = await runSandboxed(["/bin/sh", "-c", script], policy, { signal });
  expect(stdout).toBe("logging\nm2.conf\n");
});

test.skipIf(!existsSync("/usr/bin/mvn"))(
  "the Maven of this machine runs in the sandbox",
  async () => {
    const found = await findJava(undefined, "/etc");
    const shown = withToolchains(DEFAULT_POLICY, { path: [], ...found });
    const policy = { ...shown, wallMs: 300_000, cpuMs: 300_000 };
    const { stdout, stderr } = await runSandboxed(["mvn", "--version"], policy, { signal });
    expect(`${stdout}${stderr}`).toContain("Apache Maven");
  },
);

test("packages behind a link, or where everybody may write, are not shown", async () => {
  folder(".ssh");
  folder(".m2");
  symlinkSync(join(home, ".ssh"), join(home, ".m2/repository"));
  chmodSync(folder(".gradle/caches/modules-2"), 0o777);
  expect(await findJava(home, join(home, "etc"))).toEqual({ readOnly: [], environment: {} });
});
