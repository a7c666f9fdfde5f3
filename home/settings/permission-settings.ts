import { type BudgetLimits, type Limit, NO_LIMITS } from "#core/budget.ts";
import { invalid } from "#core/invalid-setting.ts";
import type { Policy, PolicyTest, Rule } from "#core/policy/policy.ts";
import { failedSelfTests, type ToolFacts } from "#core/policy/self-test.ts";
import { resolveProgram } from "#platform/program-path.ts";
import type { ConfigFile, LimitEntry } from "./config-schema.ts";

/** `dev`: a user is there and tries things. `prod`: it runs by itself, and asks before it acts. */
export type Profile = "dev" | "prod";

/** What the human allows, and how much of it. */
export interface PermissionSettings {
  readonly policy: Policy;
  /** Calls and what the policy is expected to make of them. */
  readonly policyTests: readonly PolicyTest[];
  /** How long a question to the human waits, in milliseconds. */
  readonly approvalMs: number;
  /** Calls a minute, by glob of the tool's name. */
  readonly rates: Readonly<Record<string, number>>;
  readonly budget: BudgetLimits;
}

interface Tested extends Pick<PermissionSettings, "policy" | "policyTests"> {
  readonly configPath: string;
}

const RATES = {
  ...{ web_fetch: 30, web_request: 10, browser: 60 },
  ...{ docker_manage: 30, send_telegram: 10 },
};

/** What brings programs of others to this machine, and starts them, no mode allows by itself. */
const CONTAINER_RULES: readonly Rule[] = [
  ["pull", "it fetches a program of others"],
  ["run", "it starts a container"],
].map(([action = "", why]) => ({
  ...{ tool: "docker_manage", arguments: { action }, permission: "ask", why },
}));

/** What cannot be undone, no mode allows a browser by itself. */
const BROWSER_RULES: readonly Rule[] = [
  ["submit", "it may send a form or change something"],
  ["password", "it types into a field for passwords"],
  ["upload", "it gives a file of the workspace to a page"],
].map(([name = "", why]) => ({
  ...{ tool: "browser", arguments: { [name]: "true" }, permission: "ask", why },
}));

const PROFILES: Readonly<
  Record<Profile, Pick<PermissionSettings, "approvalMs" | "budget"> & Pick<Policy, "mode">>
> = {
  dev: { mode: "standard", approvalMs: 300_000, budget: NO_LIMITS },
  prod: {
    mode: "supervised",
    approvalMs: 120_000,
    budget: { ...NO_LIMITS, session: { tokens: 1_000_000 }, day: { tokens: 5_000_000 } },
  },
};

/**
 * What the file says, over what the profile says.
 *
 * @throws {OrgError} `CONFIG_INVALID` for a program that this system does not have.
 */
export function permissionSettings(
  { permissions, budget, rates, container, browser }: ConfigFile,
  profile: Profile,
  path: string,
): PermissionSettings {
  const defaults = PROFILES[profile];
  const { mode, tools, rules, domains, shell_programs: programs, tests } = permissions;
  const { session, day, persona, personas } = budget;
  const seconds = permissions.approval_seconds;
  return {
    policy: {
      mode: mode ?? defaults.mode,
      tools,
      rules: [
        ...(container === undefined ? [] : CONTAINER_RULES),
        ...(browser === undefined ? [] : BROWSER_RULES),
        ...rules.map((rule, index) => {
          const key = `rules.${index}.host`;
          return rule.host === undefined
            ? rule
            : { ...rule, host: hostPattern(rule.host, key, path) };
        }),
      ],
      domains: domains.map((domain, index) => hostPattern(domain, `domains.${index}`, path)),
      shellPrograms: programs && new Set(programs.map((program) => realPath(program, path))),
    },
    policyTests: tests,
    approvalMs: seconds === undefined ? defaults.approvalMs : seconds * 1000,
    rates: { ...RATES, ...rates },
    budget: {
      session: session === undefined ? defaults.budget.session : limitOf(session),
      day: day === undefined ? defaults.budget.day : limitOf(day),
      persona: persona === undefined ? defaults.budget.persona : limitOf(persona),
      personas: Object.fromEntries(
        Object.entries(personas).map(([id, limit]) => [id, limitOf(limit)]),
      ),
    },
  };
}

function limitOf({ tokens, money }: LimitEntry): Limit {
  return { tokens, micros: money === undefined ? undefined : Math.round(money * 1_000_000) };
}

/** As a call names it: people write capitals, umlauts and a dot at the end, a request has none of them. */
function hostPattern(text: string, key: string, path: string): string {
  const isHost = /^(?:[^\s/@:?#\\%[\]]+|\[[\da-f:.]+\])$/i.test(text);
  const url = isHost ? URL.parse(`http://${text}/`) : null;
  if (url !== null) return url.hostname.replace(/\.$/, "");
  const why = `"${text.slice(0, 200)}" is not a host, such as docs.example.org or *.example.org`;
  throw invalid(path, `permissions.${key}: ${why}`);
}

function realPath(program: string, path: string): string {
  const real = resolveProgram(program);
  if (real !== undefined) return real;
  throw invalid(path, `permissions.shell_programs: "${program}" is not a program of this system`);
}

/**
 * Holds the policy against the tests that stand in the same file.
 *
 * @throws {OrgError} `CONFIG_INVALID` naming every test that does not come true.
 */
export function requirePolicyTests(
  { policy, policyTests, configPath }: Tested,
  tools: ReadonlyMap<string, ToolFacts>,
): void {
  const failed = failedSelfTests(policy, policyTests, { tools, resolve: resolveProgram });
  if (failed.length > 0) throw invalid(configPath, `permissions.tests: ${failed.join("; ")}`);
}
