import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_POLICY } from "./policy.ts";
import { runSandboxed } from "./run.ts";
import { findToolchains, withToolchains } from "./toolchains.ts";

let home = "";
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "org-toolchains-")));
});
afterEach(() => rmSync(home, { recursive: true }));

function folder(path: string): string {
  mkdirSync(join(home, path), { recursive: true });
  return join(home, path);
}

test("a version that a manager installed is shown under its own path", async () => {
  const bin = folder(".nvm/versions/node/v22.1.0/bin");
  const from = join(home, ".nvm/versions/node/v22.1.0");
  expect(await findToolchains(`${bin}:/usr/bin:relative:`, home)).toMatchObject({
    readOnly: [{ from, to: from }],
    path: [bin, realpathSync("/usr/bin")],
  });
});

test("of a home nothing but versions is shown, whatever stands on the PATH", async () => {
  const folders = ["bin", ".local/bin", ".ssh/bin", ".nvm/bin", "projects/bin"].map(folder);
  folder("real/bin");
  symlinkSync(join(home, "real/bin"), join(home, "link"));
  const path = [...folders, home, "/", "/root", "/etc", join(home, "link")].join(":");
  expect(await findToolchains(path, home)).toMatchObject({ readOnly: [], path: [] });
});

test("of Rust the chosen toolchain is shown and the packages, without what Cargo keeps beside them", async () => {
  const [shims, toolchain] = [folder(".cargo/bin"), folder(".rustup/toolchains/stable-x")];
  const packages = folder(".cargo/registry");
  writeFileSync(join(home, ".cargo/credentials.toml"), "secret");
  writeFileSync(
    join(home, ".rustup/settings.toml"),
    'version = "12"\ndefault_toolchain = "stable-x"\n',
  );
  expect(await findToolchains(shims, home)).toMatchObject({
    path: [join(toolchain, "bin")],
    readOnly: [
      { from: toolchain, to: toolchain },
      { from: packages, to: "/opt/cargo/registry" },
    ],
    environment: { CARGO_HOME: "/opt/cargo", GOPROXY: "off" },
  });
});

test("a name that leads out of the versions is none", async () => {
  const shims = folder(".pyenv/shims");
  for (const name of ["../../.ssh", "", "a/b", ".", ".."]) {
    writeFileSync(join(home, ".pyenv/version"), `${name}\n`);
    const { readOnly } = await findToolchains(shims, home);
    expect(readOnly.filter(({ from }) => !from.startsWith(join(home, ".pyenv/versions")))).toEqual(
      [],
    );
  }
});

test("packages behind a link are not shown", async () => {
  folder(".ssh");
  folder(".cargo");
  symlinkSync(join(home, ".ssh"), join(home, ".cargo/registry"));
  expect((await findToolchains("/usr/bin", home)).readOnly).toEqual([]);
});

test("a program of one runs in the sandbox", async () => {
  const bin = folder(".pyenv/versions/3.9.9/bin");
  writeFileSync(join(bin, "python9"), "#!/bin/sh\necho from the version\n", { mode: 0o755 });
  const policy = withToolchains(DEFAULT_POLICY, await findToolchains(bin, home));
  const { stdout } = await runSandboxed(["python9"], policy, {
    signal: new AbortController().signal,
  });
  expect(stdout).toBe("from the version\n");
});
