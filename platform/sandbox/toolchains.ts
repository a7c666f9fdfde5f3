/** Compilers and interpreters that a person installed for themselves: what a sandbox must show so that their checks run. */
import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { findJava } from "./java.ts";
import type { ReadOnlyBind, SandboxPolicy } from "./policy.ts";
import { secretsOfToolchain } from "./toolchain-secrets.ts";
import { isOursAlone, isPlain } from "./writable.ts";

/** What a sandboxed program sees of them. */
export interface Toolchains {
  readonly readOnly: readonly ReadOnlyBind[];
  /** Folders of programs, by their paths inside; before those of the system. */
  readonly path: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Path inside of what Go has compiled of its own library, to be copied before Go runs; see `go-library.ts`. */
  readonly goLibrary?: string | undefined;
}

/**
 * Where version managers put one version, below the home of a person, and behind that where its programs lie. Nothing else
 * of that home is ever shown.
 */
const VERSIONS: readonly RegExp[] = [
  /^\.nvm\/versions\/node\/[^/]+(?=\/bin$)/,
  /^\.local\/share\/fnm\/node-versions\/[^/]+\/installation(?=\/bin$)/,
  /^\.volta\/tools\/image\/[^/]+\/[^/]+(?=\/bin$)/,
  /^\.pyenv\/versions\/[^/]+(?=(?:\/envs\/[^/]+)?\/bin$)/,
  /^\.asdf\/installs\/[^/]+\/[^/]+(?=\/bin$)/,
  /^\.local\/share\/mise\/installs\/[^/]+\/[^/]+(?=\/bin$)/,
  /^\.sdkman\/candidates\/[^/]+\/[^/]+(?=\/bin$)/,
  /^\.rustup\/toolchains\/[^/]+(?=\/bin$)/,
];
/** What root or the person installed for all programs. */
const OPTIONAL = /^\/opt\/[^/]+(?=\/bin$)/;
/** What the sandbox shows anyway. */
const SYSTEM = /^\/(?:usr|bin|sbin)(?:\/|$)/;
/** Where the packages of Cargo lie inside: below a folder that holds no credentials. */
const CARGO_HOME = "/opt/fetched/cargo";
/** Where Go keeps inside what it compiles: it refuses many commands where it cannot write to it. */
export const GOCACHE = "/tmp/go-build";
/** Entries of a PATH that are looked at; people have up to 60. */
const MOST_ENTRIES = 200;
/** Folders that are shown: each takes a mount at the start of every program. */
const MAX_BINDS = 24;
/** A folder of a network may not answer; what was not found by then is not shown. In milliseconds. */
const LONGEST_MS = 3000;
/** A colon would make two entries of one, the second of which may lie in the project; the others are not part of a name. */
const UNUSABLE = /[:\p{Cc}\uFFFD]/u;

/**
 * Never throws.
 *
 * @param searchPath the person's PATH.
 * @param home the person's home folder.
 * @param etc where the machine keeps settings.
 */
export async function findToolchains(
  searchPath: string,
  home: string,
  etc = "/etc",
): Promise<Toolchains> {
  const entries = new Set(searchPath.split(":").filter((one) => one.startsWith("/")));
  const real = home.startsWith("/") ? await realpath(home).catch(() => undefined) : undefined;
  // Of a home that is the root of everything, everything would be a part.
  const homes = real === undefined || real === "/" ? [] : [real, home];
  const found = await withinTime([
    ...[...entries].slice(0, MOST_ENTRIES).map((entry) => toolchainsAt(entry, homes)),
    cargoPackages(homes),
    goModules(homes),
    javaParts(homes, etc),
  ]);
  const bindsByTarget = new Map(
    found.flatMap(({ readOnly }) => readOnly).map((bind) => [bind.to, bind]),
  );
  return {
    readOnly: [...bindsByTarget.values()].slice(0, MAX_BINDS),
    path: [...new Set(found.flatMap(({ path }) => path))],
    environment: Object.assign({}, ...found.map(({ environment }) => environment)),
  };
}

/** What is there in time, in the order of the questions. */
async function withinTime(
  questions: readonly Promise<Toolchains>[],
): Promise<readonly Toolchains[]> {
  const late = Promise.withResolvers<Toolchains>();
  const timer = setTimeout(() => late.resolve(NO_TOOLCHAINS), LONGEST_MS);
  try {
    const answers = questions.map((one) =>
      Promise.race([one.catch(() => NO_TOOLCHAINS), late.promise]),
    );
    return await Promise.all(answers);
  } finally {
    clearTimeout(timer);
  }
}

/** The same policy with them; what the policy says of the environment counts. */
export function withToolchains(
  policy: SandboxPolicy,
  toolchains: Toolchains = NO_TOOLCHAINS,
): SandboxPolicy {
  const { readOnly, path, environment } = toolchains;
  return {
    ...policy,
    // A version that was removed since is not a reason for a program not to start.
    readOnly: [...policy.readOnly, ...readOnly.filter(({ from }) => isPlain(from))],
    // The second part of one with a colon would be looked for where a program starts.
    path: [...path, ...(policy.path ?? [])].filter((folder) => !folder.includes(":")),
    environment: { ...environment, ...policy.environment },
  };
}

export const NO_TOOLCHAINS: Toolchains = { readOnly: [], path: [], environment: {} };

/** @param homes the home folder, without a link and as it is named. */
type Homes = readonly string[];

async function toolchainsAt(entry: string, homes: Homes): Promise<Toolchains> {
  const [home] = homes;
  if (home !== undefined) {
    const isOne = (name: string) => homes.some((one) => entry === join(one, name));
    if (isOne(".cargo/bin")) return await rust(home);
    if (isOne(".pyenv/shims")) return await python(home);
  }
  // A manager may put a link to the version that is chosen on the PATH.
  const programs = await realpath(entry);
  if (UNUSABLE.test(programs)) return NO_TOOLCHAINS;
  if (SYSTEM.test(programs)) return { ...NO_TOOLCHAINS, path: [programs] };
  const version = versionOf(programs, home);
  return version === undefined ? NO_TOOLCHAINS : await toolchainAt(version, programs);
}

/** The folder of the version that programs belong to. */
function versionOf(programs: string, home: string | undefined): string | undefined {
  if (home === undefined || !programs.startsWith(`${home}/`)) {
    const folder = OPTIONAL.exec(programs)?.[0];
    return home?.startsWith(`${folder}/`) === true || home === folder ? undefined : folder;
  }
  const own = programs.slice(home.length + 1);
  const version = VERSIONS.map((pattern) => pattern.exec(own)?.[0]).find((one) => one);
  return version && join(home, version);
}

/** The programs in `.cargo/bin` choose one by settings of the home, which a sandbox does not show. */
async function rust(home: string): Promise<Toolchains> {
  const settings = await readText(join(home, ".rustup/settings.toml"));
  const name = /^default_toolchain = "(\w[\w.-]*)"$/m.exec(settings)?.[1];
  return name === undefined ? NO_TOOLCHAINS : await ofHome(join(".rustup/toolchains", name), home);
}

async function python(home: string): Promise<Toolchains> {
  const [name = ""] = (await readText(join(home, ".pyenv/version"))).split("\n");
  return /^\w[\w.-]*$/.test(name)
    ? await ofHome(join(".pyenv/versions", name), home)
    : NO_TOOLCHAINS;
}

/** A version may be a link to another one, and to anything else. */
async function ofHome(version: string, home: string): Promise<Toolchains> {
  return await toolchainsAt(join(home, version, "bin"), [home]);
}

/** Packages that were fetched before: inside there is no network. */
async function cargoPackages([home]: Homes): Promise<Toolchains> {
  const environment = { CARGO_NET_OFFLINE: "true" };
  const from = join(home ?? "/", ".cargo/registry");
  if (home === undefined || !(await isOursAlone(from))) return { ...NO_TOOLCHAINS, environment };
  return {
    path: [],
    environment: { ...environment, CARGO_HOME },
    readOnly: [{ from, to: join(CARGO_HOME, "registry") }],
  };
}

async function javaParts([home]: Homes, etc: string): Promise<Toolchains> {
  return { path: [], ...(await findJava(home, etc)) };
}

async function goModules([home]: Homes): Promise<Toolchains> {
  const environment = { GOPROXY: "off", GOFLAGS: "-mod=readonly", GOCACHE };
  const from = join(home ?? "/", "go/pkg/mod");
  if (home === undefined || !(await isOursAlone(from))) return { ...NO_TOOLCHAINS, environment };
  return {
    path: [],
    environment: { ...environment, GOMODCACHE: from },
    // Repositories with their addresses, which may have a password.
    readOnly: [{ from, to: from, hide: ["cache/vcs"] }],
  };
}

/** Under its own path: programs and virtual environments name it. */
async function toolchainAt(from: string, programs: string): Promise<Toolchains> {
  if (!((await isOursAlone(from)) && (await isOursAlone(programs)))) return NO_TOOLCHAINS;
  const hide = await secretsOfToolchain(from);
  return hide === undefined
    ? NO_TOOLCHAINS
    : { ...NO_TOOLCHAINS, path: [programs], readOnly: [{ from, to: from, hide }] };
}

async function readText(path: string): Promise<string> {
  return await readFile(path, "utf8").catch(() => "");
}
