/** Compilers and interpreters that a person installed for themselves: what a sandbox must show so that their checks run. */
import { readdir, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { ReadOnlyBind, SandboxPolicy } from "./policy.ts";

/** What a sandboxed program sees of them. */
export interface Toolchains {
  readonly readOnly: readonly ReadOnlyBind[];
  /** Folders of programs, by their paths inside; before those of the system. */
  readonly path: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Where version managers put one version, below the home of a person. Nothing else of that home is ever shown. */
const VERSIONS: readonly RegExp[] = [
  /^\.nvm\/versions\/node\/[^/]+(?=\/bin$)/,
  /^\.local\/share\/fnm\/node-versions\/[^/]+\/installation(?=\/bin$)/,
  /^\.volta\/tools\/image\/[^/]+\/[^/]+(?=\/bin$)/,
  /^\.pyenv\/versions\/[^/]+(?=\/bin$)/,
  /^\.asdf\/installs\/[^/]+\/[^/]+(?=\/bin$)/,
  /^\.local\/share\/mise\/installs\/[^/]+\/[^/]+(?=\/bin$)/,
  /^\.sdkman\/candidates\/[^/]+\/[^/]+(?=\/bin$)/,
];
/** What the sandbox shows anyway. */
const SYSTEM = /^\/(?:usr|bin|sbin)(?:\/|$)/;
/** Where the packages of Cargo lie inside: below a folder that holds no credentials. */
const CARGO_HOME = "/opt/cargo";

/**
 * @param searchPath the person's PATH.
 * @param home the person's home folder.
 */
export async function findToolchains(searchPath: string, home: string): Promise<Toolchains> {
  const found: Toolchains[] = [];
  for (const folder of new Set(searchPath.split(":").filter((one) => one.startsWith("/"))))
    found.push(await toolchainsIn(folder, home));
  const packages = await Promise.all([cargoPackages(home), goModules(home)]);
  const all = [...found, ...packages];
  const binds = new Map(all.flatMap(({ readOnly }) => readOnly).map((bind) => [bind.to, bind]));
  return {
    readOnly: [...binds.values()],
    path: [...new Set(all.flatMap(({ path }) => path))],
    environment: Object.assign({}, ...all.map(({ environment }) => environment)),
  };
}

/** The same policy with them; what the policy says of the environment counts. */
export function withToolchains(
  policy: SandboxPolicy,
  toolchains: Toolchains = NONE,
): SandboxPolicy {
  const { readOnly, path, environment } = toolchains;
  return {
    ...policy,
    readOnly: [...policy.readOnly, ...readOnly],
    path: [...path, ...(policy.path ?? [])],
    environment: { ...environment, ...policy.environment },
  };
}

const NONE: Toolchains = { readOnly: [], path: [], environment: {} };

async function toolchainsIn(folder: string, home: string): Promise<Toolchains> {
  if (folder === join(home, ".cargo/bin")) return await rust(home);
  if (folder === join(home, ".pyenv/shims")) return await python(home);
  // A manager may put a link to the version that is chosen on the PATH.
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined) return NONE;
  if (SYSTEM.test(real)) return { ...NONE, path: [real] };
  const own = real.startsWith(`${home}/`) ? real.slice(home.length + 1) : undefined;
  const version = own === undefined ? /^\/opt\/[^/]+(?=\/bin$)/.exec(real)?.[0] : versionIn(own);
  return version === undefined ? NONE : shown(own === undefined ? version : join(home, version));
}

function versionIn(folder: string): string | undefined {
  return VERSIONS.map((pattern) => pattern.exec(folder)?.[0]).find((one) => one !== undefined);
}

/** The programs in `.cargo/bin` choose one by settings of the home, which a sandbox does not show. */
async function rust(home: string): Promise<Toolchains> {
  const settings = await readText(join(home, ".rustup/settings.toml"));
  const name = /^default_toolchain = "(\w[\w.-]*)"$/m.exec(settings)?.[1];
  return name === undefined ? NONE : await existing(join(home, ".rustup/toolchains", name));
}

async function python(home: string): Promise<Toolchains> {
  const [name = ""] = (await readText(join(home, ".pyenv/version"))).split("\n");
  return /^\w[\w.-]*$/.test(name) ? await existing(join(home, ".pyenv/versions", name)) : NONE;
}

/** Packages that were fetched before: inside there is no network. */
async function cargoPackages(home: string): Promise<Toolchains> {
  const from = join(home, ".cargo/registry");
  const environment = { CARGO_HOME, CARGO_NET_OFFLINE: "true" };
  return (await isFolder(from))
    ? { path: [], environment, readOnly: [{ from, to: join(CARGO_HOME, "registry") }] }
    : { ...NONE, environment: { CARGO_NET_OFFLINE: "true" } };
}

async function goModules(home: string): Promise<Toolchains> {
  const from = join(home, "go/pkg/mod");
  const environment = { GOPROXY: "off", GOFLAGS: "-mod=readonly", GOCACHE: "/tmp/go-build" };
  return (await isFolder(from))
    ? {
        path: [],
        environment: { ...environment, GOMODCACHE: from },
        readOnly: [{ from, to: from }],
      }
    : { ...NONE, environment };
}

async function existing(folder: string): Promise<Toolchains> {
  const real = await realpath(folder).catch(() => undefined);
  return real === undefined ? NONE : shown(real);
}

/** Under its own path: programs and virtual environments name it. */
function shown(from: string): Toolchains {
  return { ...NONE, path: [join(from, "bin")], readOnly: [{ from, to: from }] };
}

async function isFolder(path: string): Promise<boolean> {
  // A link may lead to anything.
  return (
    (await realpath(path).catch(() => "")) === path &&
    (await readdir(path).then(
      () => true,
      () => false,
    ))
  );
}

async function readText(path: string): Promise<string> {
  return await readFile(path, "utf8").catch(() => "");
}
