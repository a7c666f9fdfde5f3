import { EXIT } from "#core/error-codes.ts";
import { OrgError, unreachable } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import type { PolicyTest } from "#core/policy/policy.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Settings } from "#home/settings/settings.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";

export interface ConfigOptions {
  readonly settings: Settings;
  /** Throws where the settings contradict themselves or the home; gives a sentence for all else that is odd. */
  readonly check: () => readonly string[] | Promise<readonly string[]>;
  /** Approves the policy program as it is now. @returns SHA-256 by path of what was approved. */
  readonly approvePolicy: () => Promise<Readonly<Record<string, string>>>;
  readonly json: boolean;
  readonly output: Output;
}

const ACTIONS = ["check", "show", "path", "get", "approve-policy"] as const;

/**
 * `org config check|show|path|get KEY|approve-policy`.
 *
 * @throws {OrgError} `CONFIG_INVALID` by `check`, `POLICY_PROGRAM` by `approve-policy`, `USAGE` for an unknown action or
 *   key.
 */
export async function runConfig(
  [actionName = "show", key]: readonly string[],
  options: ConfigOptions,
): Promise<number> {
  const action = actionNamed("config", ACTIONS, actionName);
  const { settings, output, json } = options;
  const cleaner = new TextCleaner(settings.secrets);
  const say = (value: unknown, text: string) =>
    output.write(json ? jsonLine(cleaner.cleanData(value)) : cleaner.clean(text));
  if (key !== undefined && action !== "get") throw oneTooMany(action, key);
  switch (action) {
    case "path":
      say({ path: settings.configPath }, `${settings.configPath}\n`);
      break;
    case "check": {
      const warnings = await options.check();
      const tests = settings.policyTests.length;
      const text = `✔ the configuration is valid; ${tests} of ${tests} policy tests pass\n`;
      const lines = [...settings.policyTests.map(testLine), ...warnings.map(warningLine), text];
      say({ ok: true, path: settings.configPath, tests, warnings }, lines.join(""));
      break;
    }
    case "show":
      say(visibleSettings(settings), linesOf(visibleSettings(settings)));
      break;
    case "get":
      say(...settingOf(settings, key));
      break;
    case "approve-policy": {
      const files = await options.approvePolicy();
      const lines = Object.entries(files).map(([path, sum]) => `✔ ${path}  sha256 ${sum}\n`);
      say({ approved: files }, lines.join(""));
      break;
    }
    default:
      return unreachable(action);
  }
  return EXIT.done;
}

function testLine({
  call: { tool, persona = "agent", arguments: args = {} },
  expect,
}: PolicyTest): string {
  return `✔ ${expect} ${tool} ${JSON.stringify(args)} by ${persona}\n`;
}

function warningLine(warning: string): string {
  return `! ${warning}\n`;
}

type Tree = { readonly [key: string]: unknown };

/** What holds, in the words of the file. Values that the file takes from the environment show as names. */
function visibleSettings(settings: Settings): Tree {
  const { policy, references } = settings;
  const tree = {
    home: settings.home,
    workspace: settings.workspace,
    profile: settings.profile,
    sandbox: settings.sandbox,
    base: settings.base,
    // Whether there is one is all that anybody needs to know of it.
    api_key: settings.apiKey === undefined ? undefined : "set",
    model: settings.model,
    context_tokens: settings.contextTokens,
    models: Object.fromEntries(
      Object.entries(settings.models).map(([name, { thinkOpen, ...one }]) => [
        name,
        { ...one, think_open: thinkOpen },
      ]),
    ),
    image_models: settings.imageModels,
    wire: settings.wire,
    keep_alive: settings.keepAlive,
    providers: Object.fromEntries(
      Object.entries(settings.providers).map(([name, { base, wire, apiKey, keepAlive }]) => [
        name,
        { base, wire, api_key: apiKey === undefined ? undefined : "set", keep_alive: keepAlive },
      ]),
    ),
    fallback: settings.fallback,
    first_byte_ms: settings.firstByteMs,
    idle_ms: settings.idleMs,
    parallel: settings.parallel,
    personas: personasOf(settings),
    permissions: {
      mode: policy.mode,
      tools: policy.tools,
      rules: policy.rules,
      domains: policy.domains,
      shell_programs: policy.shellPrograms && [...policy.shellPrograms],
      approval_seconds: settings.approvalMs / 1000,
      tests: settings.policyTests,
    },
    policy: programOf(settings),
    rates: settings.rates,
    budget: budgetOf(settings),
    prices: settings.prices,
    autonomy: autonomyOf(settings),
    telegram: telegramOf(settings),
  };
  const secrets = [...references].filter(([, value]) => value.length > 3);
  return JSON.parse(JSON.stringify(tree), (_key, value: unknown) => {
    if (typeof value !== "string") return value;
    return secrets.reduce((text, [name, secret]) => text.replaceAll(secret, `\${${name}}`), value);
  });
}

function programOf({ policyProgram }: Settings): Tree {
  if (policyProgram === undefined) return {};
  const { program, args, allowed, timeoutMs, outputBytes, applies, mayAllow } = policyProgram;
  const limits = { timeout_ms: timeoutMs, output_bytes: outputBytes };
  return { program, args, allowed, ...limits, applies: [...applies], may_allow: mayAllow };
}

function budgetOf({ budget, autonomy }: Settings): Tree {
  const { session, day, persona, personas } = budget;
  return {
    ...{ session: limit(session), day: limit(day), persona: limit(persona) },
    autonomy: limit(autonomy.budget),
    personas: Object.fromEntries(Object.entries(personas).map(([id, one]) => [id, limit(one)])),
  };
}

function autonomyOf({ autonomy: { isEnabled, model, allow, mayCode } }: Settings): Tree {
  return { enabled: isEnabled, model, allow: [...allow], code: mayCode };
}

function telegramOf({ telegram: { token, quiet, ...visible } }: Settings): Tree {
  const time = (minutes: number): string =>
    `${Math.floor(minutes / 60)}:${minutes % 60}`.replaceAll(/\b\d\b/g, "0$&");
  const hours = quiet && { quiet: `${time(quiet.from)}-${time(quiet.to)}`, zone: quiet.zone };
  return { token: token === undefined ? undefined : "set", ...visible, ...hours };
}

function personasOf({ personaModels, personaProviders }: Settings): Tree {
  const ids = new Set([...Object.keys(personaModels), ...Object.keys(personaProviders)]);
  return Object.fromEntries(
    [...ids].map((id) => [id, { model: personaModels[id], provider: personaProviders[id] }]),
  );
}

function limit({ tokens, micros }: Settings["budget"]["day"]): Tree {
  return { tokens, money: micros === undefined ? undefined : micros / 1_000_000 };
}

function linesOf(tree: unknown, prefix = ""): string {
  if (typeof tree !== "object" || tree === null || Array.isArray(tree)) {
    return `${prefix} = ${JSON.stringify(tree)}\n`;
  }
  return Object.entries(tree)
    .map(([name, value]) => linesOf(value, prefix === "" ? name : `${prefix}.${name}`))
    .join("");
}

function settingOf(settings: Settings, key: string | undefined): readonly [unknown, string] {
  const tree = visibleSettings(settings);
  const keys = linesOf(tree)
    .split("\n")
    .map((line) => line.split(" = ")[0] ?? "");
  if (key === undefined) throw unknownKey("", keys);
  let value: unknown = tree;
  for (const name of key.split(".")) {
    const isThere = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    if (!isThere) throw unknownKey(key, keys);
    value = Reflect.get(Object(value), name);
  }
  const isLeaf = typeof value !== "object" || value === null || Array.isArray(value);
  const plain = typeof value === "string" ? value : JSON.stringify(value);
  return [value, isLeaf ? `${plain}\n` : linesOf(value, key)];
}

function unknownKey(key: string, keys: readonly string[]): OrgError {
  const near = nearestNames(key, keys).map((one) => `org config get ${one}`);
  return new OrgError(key === "" ? "Which setting?" : `There is no setting ${echoed(key)}`, {
    code: "USAGE",
    why: "keys are written as in the file, with dots: permissions.mode",
    remedies: [...near, "org config show"],
  });
}

function oneTooMany(action: string, key: string): OrgError {
  return new OrgError(`Unexpected argument ${echoed(key)} for org config ${action}`, {
    code: "USAGE",
    remedies: ["org help config"],
    unchanged: "Nothing was done.",
  });
}
