import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import fc from "fast-check";
import { processorMs } from "#test/processor-time.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { runSandboxed } from "./run.ts";
import { findToolchains, type Toolchains, withToolchains } from "./toolchains.ts";

const signal = new AbortController().signal;
let home = "";
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "org-toolchains-")));
});
afterEach(() => rmSync(home, { recursive: true }));

/** On a machine without settings of Java. */
async function toolchainsOf(searchPath: string, of: string): Promise<Toolchains> {
  return await findToolchains(searchPath, of, join(home, "etc"));
}

function folder(path: string): string {
  mkdirSync(join(home, path), { recursive: true });
  return join(home, path);
}

test("a version that a manager installed is shown under its own path", async () => {
  const bin = folder(".nvm/versions/node/v22.1.0/bin");
  const from = join(home, ".nvm/versions/node/v22.1.0");
  expect(await toolchainsOf(`${bin}:/usr/bin:relative:`, home)).toMatchObject({
    readOnly: [{ from, to: from }],
    path: [bin, realpathSync("/usr/bin")],
  });
});

test("of a home nothing but versions is shown, whatever stands on the PATH", async () => {
  const folders = ["bin", ".local/bin", ".ssh/bin", ".nvm/bin", "projects/bin"].map(folder);
  folder("real/bin");
  symlinkSync(join(home, "real/bin"), join(home, "link"));
  const path = [...folders, home, "/", "/root", "/etc", join(home, "link")].join(":");
  expect(await toolchainsOf(path, home)).toMatchObject({ readOnly: [], path: [] });
});

test("of Rust the chosen toolchain is shown and the packages, without what Cargo keeps beside them", async () => {
  const shims = folder(".cargo/bin");
  const toolchain = join(folder(".rustup/toolchains/stable-x/bin"), "..");
  const packages = folder(".cargo/registry");
  writeFileSync(join(home, ".cargo/credentials.toml"), "secret");
  writeFileSync(
    join(home, ".rustup/settings.toml"),
    'version = "12"\ndefault_toolchain = "stable-x"\n',
  );
  expect(await toolchainsOf(shims, home)).toMatchObject({
    path: [join(toolchain, "bin")],
    readOnly: [
      { from: toolchain, to: toolchain },
      { from: packages, to: "/opt/fetched/cargo/registry" },
    ],
    environment: { CARGO_HOME: "/opt/fetched/cargo", GOPROXY: "off" },
  });
});

test("a name that leads out of the versions is none", async () => {
  const shims = folder(".pyenv/shims");
  for (const name of ["../../.ssh", "", "a/b", ".", ".."]) {
    writeFileSync(join(home, ".pyenv/version"), `${name}\n`);
    const { readOnly } = await toolchainsOf(shims, home);
    expect(readOnly.filter(({ from }) => !from.startsWith(join(home, ".pyenv/versions")))).toEqual(
      [],
    );
  }
});

test("packages behind a link are not shown", async () => {
  folder(".ssh");
  folder(".cargo");
  symlinkSync(join(home, ".ssh"), join(home, ".cargo/registry"));
  expect((await toolchainsOf("/usr/bin", home)).readOnly).toEqual([]);
});

test("a program of one runs in the sandbox", async () => {
  const bin = folder(".pyenv/versions/3.9.9/bin");
  writeFileSync(join(bin, "python9"), "#!/bin/sh\necho from the version\n", { mode: 0o755 });
  const policy = withToolchains(DEFAULT_POLICY, await toolchainsOf(bin, home));
  const { stdout } = await runSandboxed(["python9"], policy, { signal });
  expect(stdout).toBe("from the version\n");
});

describe("nothing is shown", () => {
  test("of what a chosen toolchain or version leads to over a link", async () => {
    const shims = [folder(".cargo/bin"), folder(".pyenv/shims")].join(":");
    folder(".ssh/bin");
    writeFileSync(join(home, ".ssh/id_rsa"), "secret");
    for (const target of [".ssh", ".", "../..", "/", "projects"]) {
      for (const [place, setting, text] of [
        [".rustup/toolchains", ".rustup/settings.toml", 'default_toolchain = "mine"\n'],
        [".pyenv/versions", ".pyenv/version", "mine\n"],
      ] as const) {
        folder(place);
        rmSync(join(home, place, "mine"), { force: true });
        symlinkSync(resolve(home, target), join(home, place, "mine"));
        writeFileSync(join(home, setting), text);
      }
      expect([target, (await toolchainsOf(shims, home)).readOnly]).toEqual([target, []]);
    }
  });

  test("where it is the home, all of the machine, or above the home", async () => {
    expect((await toolchainsOf("/opt/x/bin:/:/bin:/sbin", "/")).readOnly).toEqual([]);
    for (const none of ["", ".", "relative", "/opt/none/../missing"]) {
      expect((await toolchainsOf(`${home}:/:.::..:relative/bin`, none)).readOnly).toEqual([]);
    }
  });

  test("where everybody may write", async () => {
    const bin = folder(".nvm/versions/node/v1/bin");
    for (const open of [bin, join(bin, "..")]) {
      chmodSync(open, 0o777);
      expect(await toolchainsOf(bin, home)).toMatchObject({ readOnly: [], path: [] });
      chmodSync(open, 0o755);
    }
    expect((await toolchainsOf(bin, home)).path).toEqual([bin]);
  });

  test("where a name would make two entries of one, or a line", async () => {
    for (const name of ["a:b", "a\nb", "a\tb", "a\u001bb"]) {
      const bin = folder(`.asdf/installs/node/${name}/bin`);
      const link = join(home, "link");
      rmSync(link, { force: true });
      symlinkSync(bin, link);
      expect(await toolchainsOf(link, home)).toMatchObject({ readOnly: [], path: [] });
    }
  });

  test("of thousands of entries but the first, and soon", async () => {
    const bins = Array.from({ length: 60 }, (_, index) =>
      folder(`.nvm/versions/node/v${index}/bin`),
    );
    const many = Array.from({ length: 20_000 }, (_, index) => `/nowhere/${index}`);
    const spentMs = await processorMs(async () => {
      const found = await toolchainsOf([...bins, ...many].join(":"), home);
      expect(found.readOnly).toHaveLength(24);
    });
    expect(spentMs).toBeLessThan(3000);
    expect((await toolchainsOf([...many, ...bins].join(":"), home)).readOnly).toEqual([]);
  });
});

test("a home that is named by a link is the same home", async () => {
  const [bin, shims] = [folder(".volta/tools/image/node/20/bin"), folder(".pyenv/shims")];
  const python = folder(".pyenv/versions/3.1/envs/mine/bin");
  symlinkSync(join(python, ".."), join(home, ".pyenv/versions/mine"));
  writeFileSync(join(home, ".pyenv/version"), "mine\n");
  const link = `${home}-link`;
  symlinkSync(home, link);
  try {
    const path = [bin, shims].map((one) => one.replace(home, link)).join(":");
    expect(await toolchainsOf(path, link)).toMatchObject({ path: [bin, python] });
  } finally {
    rmSync(link);
  }
});

test("a folder of programs with a colon in its name is none", () => {
  const toolchains = { readOnly: [], path: ["/a:b/bin", "/c/bin"], environment: {} };
  const policy = withToolchains({ ...DEFAULT_POLICY, path: ["x:y"] }, toolchains);
  expect(policy.path).toEqual(["/c/bin"]);
});

test("a version that is removed later keeps no program from starting", async () => {
  const toolchains = await toolchainsOf(folder(".nvm/versions/node/v1/bin"), home);
  rmSync(join(home, ".nvm"), { recursive: true });
  const run = runSandboxed(["true"], withToolchains(DEFAULT_POLICY, toolchains), { signal });
  expect(await run).toMatchObject({ exit: 0 });
});

const TOKEN = `npm_${"Ab1".repeat(12)}`;

test("settings with secrets that lie in a version are not readable inside", async () => {
  const bin = folder(".sdkman/candidates/maven/3.9/bin");
  const version = join(bin, "..");
  const secrets: Readonly<Record<string, string>> = {
    ".npmrc": "x",
    "etc/npmrc": `//registry.npmjs.org/:_authToken=${TOKEN}`,
    "pip.conf": "x",
    ".pypirc": "x",
    "conf/credentials.toml": "x",
    "conf/gradle.properties": `token=${TOKEN}`,
    ".git/config": "x",
    ".ssh/id": "x",
  };
  for (const [name, text] of Object.entries({ ...secrets, "conf/settings.xml": "<settings/>" })) {
    mkdirSync(dirname(join(version, name)), { recursive: true });
    writeFileSync(join(version, name), text);
  }
  folder(".ssh");
  writeFileSync(join(home, ".ssh/id"), "outside");
  symlinkSync(join(home, ".ssh"), join(version, "config"));
  const policy = withToolchains(DEFAULT_POLICY, await toolchainsOf(bin, home));
  const { stdout } = await runSandboxed(["grep", "-r", "", version], policy, { signal });
  expect(stdout).toBe(`${version}/conf/settings.xml:<settings/>\n`);
});

/** A home with links among its folders, and in each folder a file that says where it really lies. */
function makeHome(links: readonly (readonly [string, string])[], folders: readonly string[]): void {
  rmSync(home, { recursive: true });
  mkdirSync(home);
  const attempt = (make: () => void): void => {
    try {
      make();
    } catch {
      // A link leads nowhere or around, or something has that name.
    }
  };
  for (const [index, [from, to]] of links.entries()) {
    attempt(() => mkdirSync(dirname(join(home, from)), { recursive: true }));
    // In the place of a folder that managers know, and under a name of its own.
    for (const name of [from, `link${index}`]) {
      attempt(() => symlinkSync(join(home, to), join(home, name)));
    }
  }
  for (const name of folders) {
    attempt(() => mkdirSync(join(home, name), { recursive: true }));
    const place = () => relative(home, realpathSync(join(home, name))) || ".";
    attempt(() => writeFileSync(join(home, name, "file"), `${place()}\n`));
  }
  const settings = join(home, ".rustup/settings.toml");
  attempt(() => writeFileSync(settings, 'default_toolchain = "t"\n'));
  attempt(() => writeFileSync(join(home, ".pyenv/version"), "3\n"));
}

test("of any home, programs read versions and packages and nothing else", async () => {
  const places = [
    ...["", ".ssh", ".cargo", ".cargo/bin", ".cargo/registry", ".nvm", ".nvm/versions/node/v1"],
    ...[
      ".nvm/versions/node/v1/bin",
      ".pyenv/versions/3/bin",
      ".pyenv/versions/3/lib",
      "go/pkg/mod",
    ],
    ...[
      ".pyenv/shims",
      ".rustup/toolchains/s/bin",
      ".rustup/toolchains/t",
      "projects/bin",
      ".asdf",
    ],
    ...[".asdf/installs/x/1/bin", ".asdf/installs/x", "go", ".local/share/mise/installs/y/2/bin"],
  ];
  let shown = 0;
  const OPEN =
    /^(?:\.nvm\/versions\/node|\.pyenv\/versions|\.rustup\/toolchains|\.asdf\/installs\/x|\.local\/share\/mise\/installs\/y)\/[^/]+\/|^(?:\.cargo\/registry|go\/pkg\/mod)\//;
  const place = fc.constantFrom(...places);
  const links = fc.array(fc.tuple(place, place), { maxLength: 5 });
  const path = fc.array(fc.oneof(place, fc.constantFrom("link0", "link1", "link2")), {
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(links, path, fc.uniqueArray(place), async (linked, entries, made) => {
      makeHome(linked, made);
      const found = await toolchainsOf(entries.map((one) => join(home, one)).join(":"), home);
      const policy = withToolchains(DEFAULT_POLICY, found);
      const search = `find ${home} /opt/fetched/cargo -name file -exec cat {} +`;
      const { stdout, exit } = await runSandboxed(["sh", "-c", `${search}; exit 0`], policy, {
        signal,
      });
      expect(exit).toBe(0);
      for (const folder of stdout.split("\n").filter(Boolean)) {
        expect(`${folder}/`).toMatch(OPEN);
        shown += 1;
      }
    }),
    { numRuns: 60 },
  );
  expect(shown).toBeGreaterThan(10);
});
