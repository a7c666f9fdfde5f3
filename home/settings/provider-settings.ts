/** Which model servers there are, and who is asked first. */

import { invalid } from "#core/invalid-setting.ts";
import { addressSecrets } from "#core/text/environment.ts";
import { WIRES, type Wire } from "#core/wires.ts";
import type { ConfigFile } from "./config-schema.ts";

/** A model server that a person has named. */
export interface ServerSettings {
  /** Without a slash at the end. */
  readonly base: string;
  readonly wire: Wire;
  /** From the environment only; never written, shown or passed to a tool. */
  readonly apiKey?: string | undefined;
  /** The key may go over plain HTTP to another machine. */
  readonly keyOverHttp?: boolean | undefined;
  /** How long a model stays in memory, such as "30m"; absent: the server decides. */
  readonly keepAlive?: string | undefined;
}

/** The server of everybody who has none of their own, and the others. */
export interface ProviderSettings extends ServerSettings {
  /** A person chose the server; else others on this machine may be looked for. */
  readonly isBaseExplicit: boolean;
  /** By name. */
  readonly providers: Readonly<Record<string, ServerSettings>>;
  /** Names of the providers of single personas, by id. */
  readonly personaProviders: Readonly<Record<string, string>>;
  /** Who answers instead, in this order: "MODEL", "PROVIDER" or "PROVIDER/MODEL". */
  readonly fallback: readonly string[];
  /** Passwords in addresses. */
  readonly addressSecrets: readonly string[];
}

export interface ProviderSources {
  readonly flags: ReadonlyMap<string, string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The file, for error texts. */
  readonly path: string;
}

const DEFAULT_BASE = "http://127.0.0.1:11434";
/** Named in the file without saying more, it means its makers' own server. */
const ANTHROPIC = "anthropic";
export const ANTHROPIC_BASE = "https://api.anthropic.com";

/** @throws {OrgError} `CONFIG_INVALID` naming the source, the field and what is wrong with it. */
export function providerSettings(file: ConfigFile, sources: ProviderSources): ProviderSettings {
  const { flags, env, path } = sources;
  const providers = namedServers(file, env);
  const personaProviders = Object.fromEntries(
    Object.entries(file.personas).flatMap(([id, { provider }]) =>
      provider === undefined ? [] : [[id, provider]],
    ),
  );
  const needed: readonly (readonly [key: string, name: string | undefined])[] = [
    ["provider", file.provider],
    ...Object.entries(personaProviders).map(
      ([id, one]) => [`personas.${id}.provider`, one] as const,
    ),
  ];
  for (const [key, name] of needed) {
    if (name === undefined || Object.hasOwn(providers, name)) continue;
    const there = Object.keys(providers).join(", ");
    throw invalid(path, `${key}: there is no [providers.${name}]; there are ${there}`);
  }
  const main = mainServer(file, providers, sources);
  return {
    ...main,
    isBaseExplicit: isChosen(file, flags, env),
    providers,
    personaProviders,
    fallback: file.fallback,
    addressSecrets: [main, ...Object.values(providers)].flatMap(({ base }) => addressSecrets(base)),
  };
}

function namedServers(
  file: ConfigFile,
  env: ProviderSources["env"],
): Readonly<Record<string, ServerSettings>> {
  const named = Object.entries(file.providers).map(([name, entry]) => {
    const base = entry.base.replace(/\/+$/, "");
    const wire = entry.wire ?? wireOf(base);
    return [name, { base, wire, ...sharedOf(entry), apiKey: entry.api_key }] as const;
  });
  const apiKey = env["ANTHROPIC_API_KEY"] || undefined;
  const anthropic = { base: ANTHROPIC_BASE, wire: ANTHROPIC, apiKey } as const;
  return { [ANTHROPIC]: anthropic, ...Object.fromEntries(named) };
}

function mainServer(
  file: ConfigFile,
  providers: Readonly<Record<string, ServerSettings>>,
  { flags, env }: ProviderSources,
): ServerSettings {
  const overridden = baseOverride(flags, env);
  const wire = wireOverride(flags, env);
  const named = file.provider === undefined ? undefined : providers[file.provider];
  if (overridden === undefined && named !== undefined)
    return { ...named, wire: wire ?? named.wire };
  const base = overridden ?? file.base?.replace(/\/+$/, "") ?? DEFAULT_BASE;
  const resolvedWire = wire ?? file.wire ?? wireOf(base);
  const variable = resolvedWire === ANTHROPIC ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY";
  return {
    base,
    wire: resolvedWire,
    apiKey: env[variable] || file.api_key,
    ...sharedOf(file),
  };
}

function sharedOf({
  keep_alive: keepAlive,
  key_over_http: keyOverHttp,
}: Pick<ConfigFile, "keep_alive" | "key_over_http">): Pick<
  ServerSettings,
  "keepAlive" | "keyOverHttp"
> {
  return { keepAlive, keyOverHttp };
}

function isChosen(
  file: ConfigFile,
  flags: ProviderSources["flags"],
  env: ProviderSources["env"],
): boolean {
  return (
    baseOverride(flags, env) !== undefined ||
    (file.base ?? file.provider ?? file.wire) !== undefined
  );
}

function wireOf(base: string): Wire {
  return new URL(base).hostname === new URL(ANTHROPIC_BASE).hostname ? ANTHROPIC : "openai";
}

function wireOverride(
  flags: ProviderSources["flags"],
  env: ProviderSources["env"],
): Wire | undefined {
  const flag = flags.get("wire");
  const text = flag ?? env["ORG_WIRE"] ?? "";
  if (text === "") return undefined;
  const wire = WIRES.find((one) => one === text);
  if (wire !== undefined) return wire;
  const why = `"${text.slice(0, 80)}" is none of ${WIRES.join(", ")}`;
  throw invalid(flag === undefined ? "ORG_WIRE" : "--wire", why);
}

function baseOverride(
  flags: ProviderSources["flags"],
  env: ProviderSources["env"],
): string | undefined {
  const flag = flags.get("base");
  if (flag !== undefined) return httpUrl("--base", flag);
  const named = ["OLLAMA_BASE", "OPENAI_BASE_URL"].find((name) => env[name]);
  if (named !== undefined) return httpUrl(named, env[named] ?? "");
  const host = env["OLLAMA_HOST"];
  return host ? ollamaHost(host) : undefined;
}

function httpUrl(source: string, text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
    return text.replace(/\/+$/, "");
  throw invalid(source, `"${text.slice(0, 200)}" is not an http or https address`);
}

/**
 * `OLLAMA_HOST` in all the forms that Ollama itself takes: `host`, `host:port`, `:port`, with or
 * without a scheme. An address to listen on becomes one to connect to.
 *
 * @see https://github.com/ollama/ollama/blob/main/envconfig/config.go
 */
function ollamaHost(text: string): string {
  const bare = text.trim().replace(/^["']|["']$/g, "");
  const scheme = /^https?(?=:\/\/)/.exec(bare)?.[0] ?? "http";
  const rest = bare.replace(/^https?:\/\//, "");
  const [, host = "", port] = /^(\[[^\]]*\]|[^:/]*)(?::(\d+))?/.exec(rest) ?? [];
  const usual = bare === rest ? "11434" : { http: "80", https: "443" }[scheme];
  const reachable = { "": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]" }[host] ?? host;
  return httpUrl("OLLAMA_HOST", `${scheme}://${reachable}:${port ?? usual}`);
}
