/** What a person has configured: flags over environment over `ORG_HOME/org.config` over defaults. */

import { join, resolve } from "node:path";
import { z } from "zod";
import type { Scope } from "#core/access.ts";
import type { Price } from "#core/budget.ts";
import type { LimitOverrides } from "#core/cycles/limits.ts";
import { invalid } from "#core/invalid-setting.ts";
import type { McpServerSettings } from "#core/mcp-server.ts";
import type { RulesMode } from "#core/rules/rule.ts";
import type { TelegramSettings } from "#core/telegram-settings.ts";
import { environmentSecrets } from "#core/text/environment.ts";
import { type AutonomySettings, autonomySettings } from "./autonomy-settings.ts";
import type { BrowserSettings } from "./browser-settings.ts";
import { readConfigFile } from "./config-file.ts";
import type { ConfigFile, FixPolicy, PromotionPolicy, RecallPolicy } from "./config-schema.ts";
import {
  type ContainerSettings,
  containerSettings,
  SANDBOX_TIERS,
  type SandboxTier,
} from "./container-settings.ts";
import { type DatabaseSettings, databaseSettings } from "./database-settings.ts";
import { type EngineSettings, engineSettings } from "./engine-settings.ts";
import { goalSettings } from "./goal-settings.ts";
import { type TaskPlan, taskPlans } from "./heartbeat-settings.ts";
import type { HttpEntry } from "./http-entry.ts";
import { type JobsSettings, jobsSettings } from "./jobs-settings.ts";
import { mcpSettings } from "./mcp-settings.ts";
import type { ModelsSettings } from "./model-settings.ts";
import { type ObserverSettings, observerSettings } from "./observer-settings.ts";
import {
  type PermissionSettings,
  type Profile,
  permissionSettings,
} from "./permission-settings.ts";
import { type PolicyProgramSettings, policyProgramSettings } from "./policy-settings.ts";
import { type ProviderSettings, providerSettings } from "./provider-settings.ts";
import { telegramSettings } from "./telegram-settings.ts";

export interface Settings extends PermissionSettings, ProviderSettings {
  /** Absolute path of ORG_HOME. */
  readonly home: string;
  /** Absolute path of the only folder that personas write to; absent: the home's own. */
  readonly workspace?: string | undefined;
  /** Absent: the first model that the server lists. */
  readonly model?: string | undefined;
  /** Makes embeddings on the same server; absent: tools are searched by the words that come with the program. */
  readonly embeddingModel?: string | undefined;
  /** Models of single personas, by id. */
  readonly personaModels: Readonly<Record<string, string>>;
  /** What a person has laid down of models, by pattern of their names. */
  readonly models: ModelsSettings;
  /** Patterns of models that see images although their server does not tell. */
  readonly imageModels: readonly string[];
  /** Size of the models' window in tokens; absent: what their servers tell. */
  readonly contextTokens?: number | undefined;
  /** Longest wait for the first byte of an answer in milliseconds: a large model may have to load. */
  readonly firstByteMs: number;
  /** Longest silence within an answer in milliseconds. */
  readonly idleMs: number;
  /** How many personas may use one endpoint at once. */
  readonly parallel: number;
  readonly profile: Profile;
  /** What programs are kept in; only a person can choose another one than the first. */
  readonly sandbox: SandboxTier;
  /** The container engine that the human has named; absent: none is used. */
  readonly container?: ContainerSettings | undefined;
  /** Shared with other machines; absent: this machine keeps everything itself. */
  readonly database?: DatabaseSettings | undefined;
  /** Absent: personas have no browser. */
  readonly browser?: BrowserSettings | undefined;
  readonly promotion: PromotionPolicy;
  /** What a new tool may use without a human. */
  readonly approvedCapabilities: readonly string[];
  /** Whether notes of the user stand in prompts by themselves. */
  readonly recall: RecallPolicy;
  /** Whether lines are answered by rules that were learnt. */
  readonly rulesMode: RulesMode;
  /** The human's own program that has a say in every call; absent: org.config decides alone. */
  readonly policyProgram?: PolicyProgramSettings | undefined;
  /** What the supervisor does about what it finds. */
  readonly fixes: FixPolicy;
  /** Servers of the Model Context Protocol whose tools personas may have. */
  readonly mcpServers: readonly McpServerSettings[];
  readonly observer: ObserverSettings;
  readonly autonomy: AutonomySettings;
  readonly telegram: TelegramSettings;
  readonly http: HttpSettings;
  readonly jobs: JobsSettings;
  /** How much a goal may take, as far as it is laid down. */
  readonly goals: LimitOverrides;
  /** What the home does by itself, and when. */
  readonly tasks: readonly TaskPlan[];
  readonly engine: EngineSettings;
  /** By model; "*" is for those that are not listed. */
  readonly prices: Readonly<Record<string, Price>>;
  /** Absolute path of the human's file. */
  readonly configPath: string;
  /** What the file refers to in the environment, by name; its values are shown nowhere. */
  readonly references: ReadonlyMap<string, string>;
  /** All secret values: they must never be shown, stored or sent to a model. */
  readonly secrets: readonly string[];
}

export interface SettingsSources {
  readonly flags: ReadonlyMap<string, string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** ORG_HOME where the environment does not name one: the checkout. */
  readonly defaultHome: string;
}

const positive = z.int().min(1);

/** By profile, where the file says nothing. */
const FIXES: Readonly<Record<Profile, FixPolicy>> = { dev: "propose", prod: "auto" };

/** @throws {OrgError} `CONFIG_INVALID` naming the source, the field and what is wrong with it. */
export function readSettings({ flags, env, defaultHome }: SettingsSources): Settings {
  const home = resolve(env["ORG_HOME"] || defaultHome);
  const path = join(home, "org.config");
  const { config: file, references, secrets } = readConfigFile(path, env);
  const profile = file.profile ?? "dev";
  const workspace = env["ORG_WORKSPACE"] || file.workspace;
  const chosen = flags.get("sandbox") ?? file.sandbox;
  const { database, secrets: passwords } = databaseSettings(file.database, env, path);
  const sandbox = SANDBOX_TIERS.find((tier) => tier === chosen) ?? "bubblewrap";
  const provider = providerSettings(file, { flags, env, path });
  const secretValues = [...environmentSecrets(env), ...secrets];
  let tasks: readonly TaskPlan[] | undefined;
  return {
    home,
    workspace: workspace === undefined ? undefined : resolve(home, workspace),
    ...provider,
    model: flags.get("model") ?? (env["OLLAMA_MODEL"] || file.model),
    embeddingModel: file.embedding_model,
    models: file.models,
    imageModels: file.image_models,
    personaModels: personaModels(file.personas),
    ...answerLimits(file, (name) => envNumber(name, env[name])),
    profile,
    sandbox,
    container: containerSettings(file.container, sandbox, path),
    database,
    browser: file.browser,
    promotion: file.promotion ?? "ask",
    approvedCapabilities: file.approved_capabilities,
    recall: file.memory.recall ?? "auto",
    fixes: file.supervisor.fixes ?? FIXES[profile],
    rulesMode: file.rules.mode,
    observer: observerSettings(file.observer),
    autonomy: autonomySettings(file.autonomy, file.budget.autonomy, profile),
    telegram: telegramSettings(file.telegram, env["ORG_TELEGRAM_TOKEN"]),
    engine: engineSettings(env),
    ...permissionSettings(file, profile, path),
    policyProgram: policyProgramSettings(file.policy, path),
    mcpServers: mcpSettings(file.mcp, home, path),
    prices: file.prices,
    http: httpSettings(file.http),
    jobs: jobsSettings(file.jobs),
    goals: goalSettings(file.goals, (name) => envNumber(name, env[name])),
    // The clocks of this machine are read in 10 ms of processor time, and a question asks for no task.
    get tasks(): readonly TaskPlan[] {
      tasks ??= taskPlans(file.heartbeat);
      return tasks;
    },
    ...{ configPath: path, references },
    secrets: [...new Set([...secretValues, ...passwords, ...provider.addressSecrets])],
  };
}

function personaModels(
  personas: Readonly<Record<string, { readonly model?: string | undefined }>>,
): Settings["personaModels"] {
  return Object.fromEntries(
    Object.entries(personas).flatMap(([id, { model }]) =>
      model === undefined ? [] : [[id, model]],
    ),
  );
}

type AnswerLimits = Pick<Settings, "contextTokens" | "firstByteMs" | "idleMs" | "parallel">;

function answerLimits(
  file: ConfigFile,
  numberOf: (name: string) => number | undefined,
): AnswerLimits {
  return {
    contextTokens: numberOf("ORG_CONTEXT_TOKENS") ?? file.context_tokens,
    firstByteMs: numberOf("ORG_FIRST_BYTE_MS") ?? file.first_byte_ms ?? 600_000,
    idleMs: numberOf("ORG_IDLE_MS") ?? file.idle_ms ?? 120_000,
    parallel: numberOf("ORG_PARALLEL") ?? file.parallel ?? 1,
  };
}

function envNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const parsed = positive.safeParse(Number(text));
  if (parsed.success) return parsed.data;
  throw invalid(name, `"${text.slice(0, 80)}" is not a whole number above 0`);
}

interface HttpSettings {
  /** Values of the header `Host` that are answered beside those of this machine. */
  readonly hosts: readonly string[];
  /** Most connections at once; absent: what the listener holds to. */
  readonly connections?: number | undefined;
  /** Longest time for a request with its body, in milliseconds. */
  readonly requestMs: number;
  /** How far the time of a signature may be off, in milliseconds. */
  readonly signatureMs: number;
  /** Keys of signatures by their ids. */
  readonly keys: Readonly<Record<string, { readonly secret: string; readonly scope: Scope }>>;
}

function httpSettings(entry: HttpEntry): HttpSettings {
  return {
    hosts: entry.hosts,
    connections: entry.connections,
    requestMs: (entry.request_seconds ?? 30) * 1000,
    signatureMs: (entry.signature_seconds ?? 60) * 1000,
    keys: entry.keys,
  };
}
