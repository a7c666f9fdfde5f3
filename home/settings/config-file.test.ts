import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PERMISSION_MODES } from "#core/policy/policy.ts";
import { refuseExposedFiles } from "./human-files.ts";
import { requirePolicyTests } from "./permission-settings.ts";
import { readSettings, type Settings } from "./settings.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "org-settings-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const read = (text: string, env: Record<string, string> = {}) => {
  writeFileSync(join(home, "org.config"), text);
  return readSettings({ env, flags: new Map(), defaultHome: home });
};
const reference = (name: string) => `\${${name}}`;

describe("a secret", () => {
  test.each([
    ["api_key", 'api_key = "hunter2"'],
    [
      "permissions.tests.0.call.arguments.password",
      '[[permissions.tests]]\ncall = {tool = "x", arguments = {password = "a"}}\nexpect = "deny"',
    ],
    ["model", `model = "sk-${"a".repeat(24)}"`],
    ["base", 'base = "http://me:pass@models.example"'],
    ["api_key", `api_key = "abc${reference("KEY")}"`],
    [
      "mcp.servers.a.headers.authorization",
      '[mcp.servers.a]\nheaders = {authorization = "Bearer correct-horse"}\nurl = "https://a.example"',
    ],
    [
      "mcp.servers.a.args.1",
      '[mcp.servers.a]\nargs = ["--api-key", "correct-horse"]\ncommand = "a"',
    ],
  ])("in the file is refused, and only its key %s is named", (key, text) => {
    let why = "";
    try {
      read(text, { KEY: "x" });
    } catch (error) {
      why = error instanceof Error && "why" in error ? String(error.why) : "";
    }
    expect(why).toMatch(/^line [12]: /);
    expect(why.slice("line 1: ".length)).toBe(
      `${key}: the file must not contain a secret; write ${reference("NAME_OF_A_VARIABLE")}`,
    );
  });

  test("is known from then on; what stands in plain sight anyway is none", () => {
    const text = `api_key = "${reference("MINE")}"\nmodel = "${reference("SIZE")}"\nbase = "${reference("HERE")}"`;
    const env = { MINE: "hunter-2", SIZE: "llama-70b", HERE: "http://me:p%40ss@models.local" };
    const { secrets } = read(text, { ...env, OTHER_TOKEN: "abc-def" });
    expect(secrets.toSorted()).toEqual(["abc-def", "hunter-2", "p%40ss", "p@ss"]);
  });

  test("comes from the environment behind the scheme of a header, and behind an option", () => {
    const text = `[mcp.servers.a]\nurl = "https://a.example"\nheaders = {authorization = "Bearer ${reference("MINE")}"}\n[mcp.servers.b]\ncommand = "b"\nargs = ["--token", "${reference("MINE")}", "--author", "me"]`;
    expect(read(text, { MINE: "hunter-2" }).secrets).toEqual(["hunter-2"]);
  });

  test("comes from the environment", () => {
    const text = `api_key = "${reference("MY_KEY")}"\nmodel = "a-${reference("SIZE")}"`;
    expect(read(text, { MY_KEY: "hunter2", SIZE: "8b" })).toMatchObject({
      apiKey: "hunter2",
      model: "a-8b",
    });
    expect(() => read(text, { SIZE: "8b" })).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        why: "line 1: api_key: the environment has no MY_KEY",
      }),
    );
  });
});

test("all mistakes are named at once, with their lines and the key that was probably meant", () => {
  const text = `api_key = "hunter2"
base = "${reference("NOT_THERE")}"
[permisions]
mode = "standard"
[budget.day]
token = 7
[jobs]
workers = "many"
`;
  expect(() => read(text)).toThrow(
    expect.objectContaining({
      code: "CONFIG_INVALID",
      why: [
        `line 1: api_key: the file must not contain a secret; write ${reference("NAME_OF_A_VARIABLE")}`,
        "line 2: base: the environment has no NOT_THERE",
        "line 3: permisions: there is no such setting (did you mean permissions?)",
        "line 6: budget.day.token: there is no such setting (did you mean tokens?)",
        "line 8: jobs.workers: Invalid input: expected number, received string",
      ].join("\n"),
    }),
  );
});

test("of more than eight mistakes eight are named, and how many more there are", () => {
  const text = Array.from({ length: 10 }, (_, index) => `zz${index} = 1`).join("\n");
  expect(() => read(text)).toThrow(
    expect.objectContaining({ why: expect.stringMatching(/^line 1: zz0: [\s\S]*\nand 2 more$/) }),
  );
});

test("what is not TOML is named with the line on which it begins", () => {
  expect(() => read('model = "m"\n[budget\n')).toThrow(
    expect.objectContaining({ why: expect.stringMatching(/^line 2: it is not TOML: /) }),
  );
});

test("the profile sets what the file leaves open", () => {
  expect(read("")).toMatchObject({
    profile: "dev",
    policy: { mode: "standard" },
    budget: { day: {} },
  });
  expect(read('profile = "prod"')).toMatchObject({
    policy: { mode: "supervised" },
    approvalMs: 120_000,
    budget: { day: { tokens: 5_000_000 } },
  });
  const explicit = 'profile = "prod"\n[permissions]\nmode = "standard"\n[budget.day]\ntokens = 7\n';
  expect(read(explicit)).toMatchObject({
    policy: { mode: "standard" },
    budget: { day: { tokens: 7 } },
  });
});

describe("what the file says wins over the profile, whichever it is", () => {
  const said: readonly (readonly [
    line: string,
    of: (settings: Settings) => unknown,
    value: unknown,
  ])[] = [
    ...PERMISSION_MODES.map(
      (mode) =>
        [`permissions.mode = "${mode}"`, ({ policy }: Settings) => policy.mode, mode] as const,
    ),
    ["permissions.approval_seconds = 300", ({ approvalMs }) => approvalMs, 300_000],
    ["permissions.approval_seconds = 120", ({ approvalMs }) => approvalMs, 120_000],
    ["budget.session.tokens = 0", ({ budget }) => budget.session.tokens, 0],
    ["budget.day.tokens = 7", ({ budget }) => budget.day.tokens, 7],
    ["budget.session = {}", ({ budget }) => budget.session.tokens, undefined],
    ["budget.persona.money = 0.5", ({ budget }) => budget.persona.micros, 500_000],
    ["rates.web_fetch = 1", ({ rates }) => rates["web_fetch"], 1],
  ];
  test.each(said)("%s", (line, of, value) => {
    for (const profile of ["dev", "prod"]) {
      expect([profile, of(read(`profile = "${profile}"\n${line}`))]).toEqual([profile, value]);
    }
  });
});

describe("a host", () => {
  const rule = (host: string) =>
    `[[permissions.rules]]\ntool = "*"\npermission = "deny"\nhost = ${JSON.stringify(host)}`;
  const domain = (host: string) => `permissions.domains = ["x", ${JSON.stringify(host)}]`;

  test.each([
    ["docs.example.org", "docs.example.org"],
    ["*.Example.ORG.", "*.example.org"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["*.BÜCHER.example", "*.xn--bcher-kva.example"],
    ["*", "*"],
    ["1.1", "1.0.0.1"],
    ["[2001:DB8:0::1]", "[2001:db8::1]"],
  ])("%s is known as a call names it: %s", (host, expected) => {
    expect(read(domain(host)).policy.domains).toEqual(["x", expected]);
    expect(read(rule(host)).policy.rules[0]?.host).toBe(expected);
  });

  test.each([
    "https://docs.example.org",
    "docs.example.org/",
    "docs.example.org:80",
    "me@docs.example.org",
    "a?.example.org",
    "a b.example.org",
    "%61.example.org",
    "xn--a.example",
  ])("%s is none, and would fit no call", (host) => {
    const refused = (key: string) =>
      expect.objectContaining({ code: "CONFIG_INVALID", why: expect.stringContaining(key) });
    expect(() => read(domain(host))).toThrow(
      refused(`permissions.domains.1: "${host}" is not a host`),
    );
    expect(() => read(rule(host))).toThrow(
      refused(`permissions.rules.0.host: "${host}" is not a host`),
    );
  });
});

test("programs of the shell allowlist are known by their real paths", () => {
  const { policy } = read('[permissions]\nshell_programs = ["env", "/bin/env"]');
  expect([...(policy.shellPrograms ?? [])]).toEqual(["/usr/bin/env"]);
  expect(() => read('[permissions]\nshell_programs = ["no-such-program"]')).toThrow(
    expect.objectContaining({ why: expect.stringContaining('"no-such-program"') }),
  );
});

test("a rule that does not do what its test says stops everything, with the reason", () => {
  const rule =
    '[[permissions.rules]]\ntool = "sh"\narguments = {cmd = "rm *"}\npermission = "deny"\n';
  const expectation = (cmd: string) =>
    `[[permissions.tests]]\ncall = {tool = "sh", arguments = {cmd = "${cmd}"}}\nexpect = "deny"\n`;
  const tools = new Map([["sh", { effect: "execute", capabilities: ["shell"] } as const]]);
  requirePolicyTests(read(rule + expectation("rm x")), tools);
  expect(() => requirePolicyTests(read(rule + expectation("ls")), tools)).toThrow(
    expect.objectContaining({
      code: "CONFIG_INVALID",
      why: 'permissions.tests: test 1: "sh" by "agent" should be deny, but is allow: the mode is standard',
    }),
  );
});

test("the example of docs/configuration.md holds", async () => {
  const page = await Bun.file(join(import.meta.dir, "../../docs/configuration.md")).text();
  const [, example = ""] = /```toml\n([\s\S]*?)```/.exec(page) ?? [];
  const MY_DATABASE = "postgres://org:secret@db.example.com/org";
  const settings = read(example, { MY_API_KEY: "hunter2", MY_DATABASE });
  expect(settings.policyTests.length).toBeGreaterThan(2);
  const sh = { effect: "execute", capabilities: ["shell"] } as const;
  requirePolicyTests(settings, new Map([["sh", sh]]));
});

describe("the human's own files are out of reach", () => {
  const check = (workspace: string) => {
    const files = { home, configPath: join(home, "org.config"), personas: join(home, "personas") };
    return () => refuseExposedFiles(workspace, files);
  };

  test("a workspace beside them, or the home's own, is fine", () => {
    expect(check(join(home, "work"))).not.toThrow();
    expect(check(join(home, ".org", "workspace"))).not.toThrow();
  });

  test("a workspace that holds them is refused: by its path, or behind a link either way", () => {
    const inside = join(home, "work");
    mkdirSync(inside);
    symlinkSync(home, join(inside, "link"));
    const own = [join(home, "personas"), join(home, "workflows")];
    for (const path of [home, tmpdir(), "/", join(inside, "link"), ...own]) {
      expect(check(path)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
    }
    writeFileSync(join(inside, "rules"), "");
    symlinkSync(join(inside, "rules"), join(home, "org.config"));
    expect(check(inside)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });
});

test("a configuration that is a FIFO is refused instead of waited for", () => {
  expect(Bun.spawnSync(["mkfifo", join(home, "org.config")]).exitCode).toBe(0);
  expect(() => readSettings({ env: {}, flags: new Map(), defaultHome: home })).toThrow(
    expect.objectContaining({
      code: "CONFIG_INVALID",
      why: `"${join(home, "org.config")}" is not a regular file`,
    }),
  );
});
