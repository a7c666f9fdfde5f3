/** What Java, Maven and Gradle need of a machine beside `/usr`. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ReadOnlyBind } from "./policy.ts";
import { isOursAlone, isPlain } from "./writable.ts";

/** What a sandboxed program sees of it. */
export interface JavaParts {
  readonly readOnly: readonly ReadOnlyBind[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Where packages lie inside: not beside the settings of their owner, which have passwords; and not in `/opt/maven` or
 * `/opt/gradle`, where people install the programs, so that these folders may be shown, and nothing can be put into them.
 */
const [MAVEN_PACKAGES, GRADLE_PACKAGES] = ["/opt/fetched/maven", "/opt/fetched/gradle"];
/** A package counts that came from the mirror which the person's settings name: by default Maven takes it for missing. */
const WHEREVER: readonly string[] = ["enhancedLocalRepository", "lrm.enhanced"].map(
  (part) => `-Daether.${part}.trackingFilename=none`,
);
/** Where Gradle's wrapper looks inside for the Gradle that it fetched. */
const GRADLE_VERSIONS = "/work/.gradle/wrapper/dists";
/** Settings that Java and Maven do not start without, where a distribution has moved them out of `/usr`. */
const JAVA_SETTINGS = /^java-\d{1,3}-openjdk$/;
const MAVEN_SETTINGS: readonly string[] = ["maven/m2.conf", "maven/logging"];
/** Passwords of those who look into a running Java. */
const JAVA_SECRETS: readonly string[] = ["management/jmxremote.password", "management/snmp.acl"];

/**
 * @param home the person's home folder, without a link; none where it is not known.
 * @param etc where the machine keeps settings.
 */
export async function findJava(home: string | undefined, etc: string): Promise<JavaParts> {
  const names = (await readdir(etc).catch(() => [])).filter((name) => JAVA_SETTINGS.test(name));
  const bindOf = (name: string) => ({ from: join(etc, name), to: join("/etc", name) });
  const settings: readonly ReadOnlyBind[] = [
    ...names.map((name) => ({ ...bindOf(name), hide: JAVA_SECRETS })),
    ...MAVEN_SETTINGS.map(bindOf),
  ];
  const readOnly = settings.filter(({ from }) => isPlain(from));
  if (home === undefined) return { readOnly, environment: {} };
  const packages = [mavenPackages(home), gradlePackages(home)];
  return {
    readOnly: [...readOnly, ...packages.flatMap((one) => one.readOnly)],
    environment: Object.assign({}, ...packages.map(({ environment }) => environment)),
  };
}

function mavenPackages(home: string): JavaParts {
  const from = join(home, ".m2/repository");
  if (!isOursAlone(from)) return { readOnly: [], environment: {} };
  return {
    environment: { MAVEN_OPTS: [`-Dmaven.repo.local=${MAVEN_PACKAGES}`, ...WHEREVER].join(" ") },
    // With a layer above: Maven notes down beside a package when it looked for it.
    readOnly: [{ from, to: MAVEN_PACKAGES, layered: true }],
  };
}

function gradlePackages(home: string): JavaParts {
  const packages = {
    from: join(home, ".gradle/caches/modules-2"),
    to: `${GRADLE_PACKAGES}/modules-2`,
  };
  const versions = { from: join(home, ".gradle/wrapper/dists"), to: GRADLE_VERSIONS };
  const readOnly = [packages, versions].filter(({ from }) => isOursAlone(from));
  const environment = readOnly.includes(packages) ? { GRADLE_RO_DEP_CACHE: GRADLE_PACKAGES } : {};
  return { readOnly, environment };
}
