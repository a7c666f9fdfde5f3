/** What may stand in `ORG_HOME/org.config`. */

import { z } from "zod";
import type { Price } from "#core/budget.ts";
import type { LimitOverrides } from "#core/cycles/limits.ts";
import { nearestNames } from "#core/nearest.ts";
import {
  CAPABILITIES,
  PERMISSION_MODES,
  type PermissionMode,
  type PolicyTest,
  type Rule,
} from "#core/policy/policy.ts";
import type { RulesMode } from "#core/rules/rule.ts";
import { WIRES, type Wire } from "#core/wires.ts";
import { type BrowserSettings, browserSchema } from "./browser-settings.ts";
import {
  type ContainerEntry,
  containerSchema,
  SANDBOX_TIERS,
  type SandboxTier,
} from "./container-settings.ts";
import { type DatabaseEntry, databaseSchema } from "./database-settings.ts";
import { goalLimitsSchema } from "./goal-settings.ts";
import { type HeartbeatEntry, heartbeatSchema } from "./heartbeat-settings.ts";
import { type HttpEntry, httpSchema } from "./http-entry.ts";
import { type JobsEntry, jobsSchema } from "./jobs-settings.ts";
import { type McpEntry, mcpSchema } from "./mcp-settings.ts";
import { type ModelsSettings, modelSchema } from "./model-settings.ts";
import { type ObserverEntry, observerSchema } from "./observer-settings.ts";
import { approvedCapabilitiesSchema } from "./outward-capabilities.ts";
import { type PolicyEntry, policySchema } from "./policy-settings.ts";
import { type TelegramEntry, telegramSchema } from "./telegram-settings.ts";

export interface LimitEntry {
  readonly tokens?: number | undefined;
  /** In units of the currency of the prices. */
  readonly money?: number | undefined;
}

/** What becomes of a tool that passes the gate: `ask` waits for a human's approval, `auto` merges at once, `off` never. */
export type PromotionPolicy = "ask" | "auto" | "off";

/** A model server, as it is written. */
interface ProviderEntry {
  readonly base: string;
  readonly wire?: Wire | undefined;
  readonly api_key?: string | undefined;
  /** The key may go over plain HTTP to another machine. */
  readonly key_over_http?: boolean | undefined;
  /** How long a model stays in memory, such as "30m". */
  readonly keep_alive?: string | undefined;
}

/** The file as it is written; every part may be left out. */
export interface ConfigFile {
  readonly profile?: "dev" | "prod" | undefined;
  readonly sandbox?: SandboxTier | undefined;
  readonly promotion?: PromotionPolicy | undefined;
  /** What a new tool may use without a human: "net:HOST", "files:read", "files:write". */
  readonly approved_capabilities: readonly string[];
  readonly base?: string | undefined;
  readonly wire?: Wire | undefined;
  readonly api_key?: string | undefined;
  readonly key_over_http?: boolean | undefined;
  readonly keep_alive?: string | undefined;
  /** The name of one of the `providers`, instead of `base`, `wire` and `api_key`. */
  readonly provider?: string | undefined;
  readonly providers: Readonly<Record<string, ProviderEntry>>;
  /** Who answers instead, in this order: "MODEL", "PROVIDER" or "PROVIDER/MODEL". */
  readonly fallback: readonly string[];
  readonly model?: string | undefined;
  /** Ranks tools for a search, on the same server. */
  readonly embedding_model?: string | undefined;
  /** Patterns of models that see images although their server does not tell. */
  readonly image_models: readonly string[];
  /** Relative to the home. */
  readonly workspace?: string | undefined;
  readonly context_tokens?: number | undefined;
  readonly first_byte_ms?: number | undefined;
  readonly idle_ms?: number | undefined;
  readonly parallel?: number | undefined;
  readonly personas: Readonly<
    Record<string, { readonly model?: string | undefined; readonly provider?: string | undefined }>
  >;
  /** By pattern of the model's name. */
  readonly models: ModelsSettings;
  readonly permissions: {
    readonly mode?: PermissionMode | undefined;
    readonly tools: Readonly<Record<string, PermissionMode>>;
    readonly rules: readonly Rule[];
    readonly domains: readonly string[];
    /** Names or paths. */
    readonly shell_programs?: readonly string[] | undefined;
    readonly approval_seconds?: number | undefined;
    readonly tests: readonly PolicyTest[];
  };
  /** Calls a minute, by glob of the tool's name. */
  readonly rates: Readonly<Record<string, number>>;
  readonly budget: {
    readonly session?: LimitEntry | undefined;
    readonly day?: LimitEntry | undefined;
    readonly persona?: LimitEntry | undefined;
    readonly autonomy?: LimitEntry | undefined;
    readonly personas: Readonly<Record<string, LimitEntry>>;
  };
  /** For a million tokens, by model; "*" for every other one. */
  readonly prices: Readonly<Record<string, Price>>;
  readonly http: HttpEntry;
  readonly jobs: JobsEntry;
  readonly goals: LimitOverrides;
  readonly memory: { readonly recall?: RecallPolicy | undefined };
  readonly supervisor: { readonly fixes?: FixPolicy | undefined };
  readonly rules: { readonly mode: RulesMode };
  readonly policy: PolicyEntry;
  readonly container?: ContainerEntry | undefined;
  readonly database: DatabaseEntry;
  readonly browser?: BrowserSettings | undefined;
  readonly heartbeat: HeartbeatEntry;
  readonly mcp: McpEntry;
  readonly observer: ObserverEntry;
  readonly autonomy: AutonomyEntry;
  readonly telegram: TelegramEntry;
}

/**
 * What `org supervise` does about what it finds: `auto` applies the fixes that are marked so, `propose` waits for an
 * approval of each, `off` only tells.
 */
export type FixPolicy = "auto" | "propose" | "off";

/**
 * Whether notes of the user stand in prompts that they belong to: `auto` by themselves, `ask` once the user has approved
 * it, `off` never; they can be searched all the same.
 */
export type RecallPolicy = "auto" | "ask" | "off";

/** What a home may do by itself while no user asks for anything, as it is written. */
export interface AutonomyEntry {
  readonly enabled?: boolean | undefined;
  readonly model?: string | undefined;
  /** Names of tools without effects. */
  readonly allow?: readonly string[] | undefined;
  readonly code?: boolean | undefined;
}

const positive = z.int().min(1);
const amount = z.number().min(0);
const permission = z.enum(["allow", "ask", "deny"]);
const mode = z.enum(PERMISSION_MODES);
const limit = z.strictObject({ tokens: z.int().min(0).optional(), money: amount.optional() });
const name = z.string().min(1);

// It stands before a slash in `fallback`.
const providerName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, "a name is lower-case letters, digits and dashes");
const endpoint = {
  base: z.url({ protocol: /^https?$/ }),
  wire: z.enum(WIRES).optional(),
  api_key: name.optional(),
  key_over_http: z.boolean().optional(),
  // As Ollama writes it: "30m", "-1" for ever, "0" not at all.
  keep_alive: z
    .string()
    .regex(/^-?\d+(\.\d+)?(ms|s|m|h)?$/, 'write "30m", "1h" or "-1"')
    .optional(),
};

const rule = z.strictObject({
  tool: z.string().min(1),
  persona: z.string().min(1).optional(),
  capability: z.enum(CAPABILITIES).optional(),
  host: z.string().min(1).optional(),
  arguments: z.record(z.string(), z.string()).optional(),
  permission,
  why: z.string().min(1).max(200).optional(),
});

const test = z.strictObject({
  call: z.strictObject({
    tool: z.string().min(1),
    persona: z.string().min(1).optional(),
    arguments: z.record(z.string(), z.unknown()).optional(),
  }),
  expect: permission,
});

const permissions = z.strictObject({
  mode: mode.optional(),
  tools: z.record(name, mode).default({}),
  rules: z.array(rule).default([]),
  domains: z.array(z.string().min(1)).default([]),
  shell_programs: z.array(z.string().min(1)).optional(),
  approval_seconds: positive.max(86_400).optional(),
  tests: z.array(test).default([]),
});

const autonomy = z.strictObject({
  enabled: z.boolean().optional(),
  model: name.optional(),
  allow: z.array(name).max(20).optional(),
  code: z.boolean().optional(),
});

const persona = z.strictObject({ model: name.optional(), provider: name.optional() });
const schema: z.ZodType<ConfigFile> = z.strictObject({
  profile: z.enum(["dev", "prod"]).optional(),
  sandbox: z.enum(SANDBOX_TIERS).optional(),
  promotion: z.enum(["ask", "auto", "off"]).optional(),
  approved_capabilities: approvedCapabilitiesSchema,
  ...endpoint,
  base: endpoint.base.optional(),
  provider: name.optional(),
  providers: z.record(providerName, z.strictObject(endpoint)).default({}),
  fallback: z.array(name).default([]),
  model: z.string().min(1).optional(),
  embedding_model: name.optional(),
  image_models: z.array(name).default([]),
  workspace: z.string().min(1).optional(),
  context_tokens: positive.optional(),
  first_byte_ms: positive.optional(),
  idle_ms: positive.optional(),
  parallel: positive.optional(),
  personas: z.record(name, persona).default({}),
  models: z.record(name, modelSchema).default({}),
  permissions: permissions.prefault({}),
  rates: z.record(name, positive).default({}),
  budget: z
    .strictObject({
      session: limit.optional(),
      day: limit.optional(),
      persona: limit.optional(),
      autonomy: limit.optional(),
      personas: z.record(name, limit).default({}),
    })
    .prefault({}),
  prices: z.record(name, z.strictObject({ input: amount, output: amount })).default({}),
  http: httpSchema.prefault({ hosts: [], keys: {} }),
  jobs: jobsSchema.prefault({}),
  goals: goalLimitsSchema.prefault({}),
  memory: z.strictObject({ recall: z.enum(["auto", "ask", "off"]).optional() }).prefault({}),
  supervisor: z.strictObject({ fixes: z.enum(["auto", "propose", "off"]).optional() }).prefault({}),
  rules: z.strictObject({ mode: z.enum(["live", "shadow", "off"]).default("live") }).prefault({}),
  policy: policySchema.prefault({}),
  container: containerSchema.optional(),
  database: databaseSchema.prefault({}),
  browser: browserSchema.optional(),
  heartbeat: heartbeatSchema.prefault({}),
  mcp: mcpSchema.prefault({}),
  observer: observerSchema.prefault({}),
  autonomy: autonomy.prefault({}),
  telegram: telegramSchema.prefault({ chats: [], users: [] }),
});

/** What is wrong with one setting. */
export interface ConfigProblem {
  /** Empty: the file as a whole. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Finds the setting that the user probably wanted; `undefined` where none is near. */
  readonly suggest?: () => string | undefined;
}

/** @returns the configuration, or all that is wrong with it. */
export function parseConfig(
  value: unknown,
): { readonly config: ConfigFile } | { readonly problems: readonly ConfigProblem[] } {
  // Read once in a process: a parser that zod compiles for it costs more than it saves.
  const parsed = schema.safeParse(value, { jitless: true });
  if (parsed.success) return { config: parsed.data };
  return { problems: parsed.error.issues.flatMap(problemsIn) };
}

function problemsIn(issue: z.core.$ZodIssue): readonly ConfigProblem[] {
  const { path, message } = issue;
  if (issue.code !== "unrecognized_keys") return [{ path, message }];
  return issue.keys.map((key) => ({
    ...{ path: [...path, key], message: "there is no such setting" },
    suggest: () => nearKeys(path, key)[0],
  }));
}

/** What may stand in the file, as a tree to walk through; made when a setting is unknown for the first time. */
let tree: unknown;

/** Settings whose names are near a key that does not exist. */
function nearKeys(path: readonly PropertyKey[], key: string): readonly string[] {
  tree ??= z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  let fields = tree;
  for (const step of path) {
    const { properties, items, additionalProperties } = Object(fields);
    fields = Object(properties)[step] ?? items ?? additionalProperties;
  }
  return nearestNames(key, Object.keys(Object(Object(fields).properties)), 1);
}
