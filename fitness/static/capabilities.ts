/** What the code of a tool uses of its environment, against what its contract names. */
import type { Finding } from "./finding.ts";

/** Something used: a capability of the contract, or `net` for requests to any host. */
export interface Use {
  readonly capability: string;
  /** In words, such as `Math.random`. */
  readonly what: string;
  readonly line: number;
  /** The host of a request, where the code names it. */
  readonly host?: string | undefined;
}

export interface Uses {
  readonly file: string;
  readonly uses: readonly Use[];
  /** The code passes `ctx` on to where its use cannot be seen: then nothing declared counts as unused. */
  readonly isOpaque: boolean;
}

export interface UseReport {
  /** Names of the contract that the code was seen to use, sorted. */
  readonly capabilities: readonly string[];
  readonly findings: readonly Finding[];
}

/** Capabilities used must be those declared: one more is a breach, one less an excess. */
export function judgeUses({ file, uses, isOpaque }: Uses, declared: readonly string[]): UseReport {
  const findings: Finding[] = [];
  const used = new Set<string>();
  for (const use of uses) {
    const covering = declared.filter((name) => covers(name, use));
    for (const name of covering) used.add(name);
    if (covering.length > 0) continue;
    const message = `uses ${use.what}, which needs the capability "${nameFor(use)}" that its contract does not name`;
    findings.push({ file, line: use.line, message });
  }
  if (isOpaque) for (const name of declared) used.add(name);
  for (const name of declared.filter((one) => !used.has(one))) {
    const message = `capabilities: names "${name}", which ${file} does not use`;
    findings.push({ file: "spec.json", message });
  }
  return { capabilities: [...used].sort(), findings };
}

function covers(name: string, { capability, host }: Use): boolean {
  if (capability !== "net") return name === capability;
  if (!name.startsWith("net:")) return false;
  if (host === undefined) return true;
  const allowed = name.slice("net:".length);
  return allowed.startsWith("*.") ? host.endsWith(allowed.slice(1)) : host === allowed;
}

function nameFor({ capability, host }: Use): string {
  return capability === "net" ? `net:${host ?? "HOST"}` : capability;
}

/**
 * The host that an address names, as `fetch` reads it.
 *
 * @param isWhole whether the text is all of the address, or only how it begins.
 * @returns undefined where what comes behind a beginning could change it.
 */
export function hostOf(address: string, isWhole: boolean): string | undefined {
  const [start, next] = /^https?:\/\/[^/?#\\]+([/?#\\]?)/i.exec(address) ?? [];
  if (start === undefined || (next === "" && !isWhole)) return undefined;
  return URL.parse(start)?.hostname;
}
