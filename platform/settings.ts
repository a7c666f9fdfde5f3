/** What a person has configured: flags over environment over `ORG_HOME/org.config` over defaults. */
import { join, resolve } from "node:path";
import { z } from "zod";
import type { Price } from "#core/budget.ts";
import { addressSecrets, environmentSecrets } from "#core/text/environment.ts";
import { invalid, readConfigFile } from "./config-file.ts";
import type { PromotionPolicy } from "./config-schema.ts";
import {
  type PermissionSettings,
  type Profile,
  permissionSettings,
} from "./permission-settings.ts";

export interface Settings extends PermissionSettings {
  /** Absolute path of ORG_HOME. */
  readonly home: string;
  /** Absolute path of the only folder that personas write to; absent: the home's own. */
  readonly workspace?: string | undefined;
  /** The model server, without a path. */
  readonly base: string;
  /** Absent: the first model that the server lists. */
  readonly model?: string | undefined;
  /** From the environment only; never written, shown or passed to a tool. */
  readonly apiKey?: string | undefined;
  /** Models of single personas, by id. */
  readonly personaModels: Readonly<Record<string, string>>;
  /** Size of the models' window in tokens. */
  readonly contextTokens: number;
  /** Longest wait for the first byte of an answer in milliseconds: a large model may have to load. */
  readonly firstByteMs: number;
  /** Longest silence within an answer in milliseconds. */
  readonly idleMs: number;
  /** How many personas may use one endpoint at once. */
  readonly parallel: number;
  readonly profile: Profile;
  /** What programs are kept in; only a person can choose the second. */
  readonly sandbox: "bubblewrap" | "landlock";
  readonly promotion: PromotionPolicy;
  /** By model; "*" is for those that are not listed. */
  readonly prices: Readonly<Record<string, Price>>;
  /** Absolute path of the human's file. */
  readonly configPath: string;
  /** What the file refers to in the environment, by name; its values are shown nowhere. */
  readonly references: ReadonlyMap<string, string>;
  /** All values that are known to be secret: they must never be shown, stored or sent to a model. */
  readonly secrets: readonly string[];
}

export interface SettingsSources {
  readonly flags: ReadonlyMap<string, string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** ORG_HOME where the environment does not name one: the checkout. */
  readonly defaultHome: string;
}

const DEFAULT_BASE = "http://127.0.0.1:11434";
const positive = z.int().min(1);

/** @throws {OrgError} `CONFIG_INVALID` naming the source, the field and what is wrong with it. */
export function readSettings({ flags, env, defaultHome }: SettingsSources): Settings {
  const home = resolve(env["ORG_HOME"] || defaultHome);
  const path = join(home, "org.config");
  const { config: file, references, secrets } = readConfigFile(path, env);
  const profile = file.profile ?? "dev";
  const number = (name: string, fallback: number) => envNumber(name, env[name]) ?? fallback;
  const workspace = env["ORG_WORKSPACE"] || file.workspace;
  const base = baseUrl(flags, env, file.base);
  return {
    home,
    workspace: workspace === undefined ? undefined : resolve(home, workspace),
    base,
    model: flags.get("model") ?? (env["OLLAMA_MODEL"] || file.model),
    apiKey: env["OPENAI_API_KEY"] || file.api_key,
    personaModels: Object.fromEntries(
      Object.entries(file.personas).map(([id, { model }]) => [id, model]),
    ),
    contextTokens: number("ORG_CONTEXT_TOKENS", file.context_tokens ?? 8192),
    firstByteMs: number("ORG_FIRST_BYTE_MS", file.first_byte_ms ?? 600_000),
    idleMs: number("ORG_IDLE_MS", file.idle_ms ?? 120_000),
    parallel: number("ORG_PARALLEL", file.parallel ?? 1),
    profile,
    sandbox: (flags.get("sandbox") ?? file.sandbox) === "landlock" ? "landlock" : "bubblewrap",
    promotion: file.promotion ?? "ask",
    ...permissionSettings(file, profile, path),
    prices: file.prices,
    configPath: path,
    references,
    secrets: [...new Set([...environmentSecrets(env), ...secrets, ...addressSecrets(base)])],
  };
}

function baseUrl(
  flags: ReadonlyMap<string, string>,
  env: SettingsSources["env"],
  fromFile: string | undefined,
): string {
  const flag = flags.get("base");
  if (flag !== undefined) return httpUrl("--base", flag);
  const named = ["OLLAMA_BASE", "OPENAI_BASE_URL"].find((name) => env[name]);
  if (named !== undefined) return httpUrl(named, env[named] ?? "");
  const host = env["OLLAMA_HOST"];
  return host ? ollamaHost(host) : (fromFile ?? DEFAULT_BASE);
}

function httpUrl(source: string, text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
    return text.replace(/\/+$/, "");
  throw invalid(source, `"${text.slice(0, 200)}" is no http or https address`);
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

function envNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const parsed = positive.safeParse(Number(text));
  if (parsed.success) return parsed.data;
  throw invalid(name, `"${text.slice(0, 80)}" is no whole number above 0`);
}
