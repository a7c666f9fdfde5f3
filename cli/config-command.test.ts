import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "#home/settings/settings.ts";
import { runConfig } from "./config-command.ts";

let home = "";
let warnings: readonly string[] = [];
let environment: Readonly<Record<string, string>> = {};
beforeEach(() => {
  environment = {};
  home = mkdtempSync(join(tmpdir(), "org-config-"));
  warnings = [];
});
afterEach(() => rmSync(home, { recursive: true }));

async function run(operands: readonly string[], file = "", json = false): Promise<string> {
  writeFileSync(join(home, "org.config"), file);
  const env = { ...environment, MY_KEY: "value-of-my-key", MY_HOST: "models.example" };
  const settings = readSettings({ env, flags: new Map(), defaultHome: home });
  let text = "";
  const output = { write: (piece: string) => (text += piece), say: () => 0, live: false };
  const approvePolicy = async () => ({ "/usr/local/bin/policy": "ab12" });
  const code = await runConfig(operands, {
    ...{ settings, check: () => warnings, approvePolicy, json, output },
  });
  expect(code).toBe(0);
  return text;
}

test("path names the file, check counts the tests", async () => {
  expect(await run(["path"])).toBe(`${join(home, "org.config")}\n`);
  expect(await run(["check"])).toBe("✔ the configuration is valid; 0 of 0 policy tests pass\n");
});

test("approve-policy prints what was approved, show what is asked", async () => {
  expect(await run(["approve-policy"])).toBe("✔ /usr/local/bin/policy  sha256 ab12\n");
  const file = '[policy]\nprogram = "/usr/local/bin/policy"\napplies = ["allow"]\n';
  const text = await run(["get", "policy"], file);
  expect(text).toContain('policy.program = "/usr/local/bin/policy"\n');
  expect(text).toContain('policy.allowed = ["/usr/local/bin"]\n');
  expect(text).toContain('policy.applies = ["allow"]\n');
});

test("settings of a policy program that make no sense are refused", () => {
  const wrong = (file: string) => expect(run(["show"], file)).rejects;
  wrong('[policy]\nprogram = "bin/policy"\n').toMatchObject({ code: "CONFIG_INVALID" });
  wrong("[policy]\ntimeout_ms = 500\n").toMatchObject({
    why: expect.stringContaining("there is no policy.program"),
  });
  wrong('[policy]\nprogram = "/bin/true"\ntimeout_ms = 5\n').toMatchObject({
    code: "CONFIG_INVALID",
  });
});

test("check shows every test with what it is, and what is odd", async () => {
  const file = `[permissions]
mode = "supervised"
[[permissions.tests]]
call = { tool = "sh", arguments = { cmd = "ls" } }
expect = "ask"
[[permissions.tests]]
call = { tool = "chat_mode", persona = "python" }
expect = "allow"
`;
  warnings = ["something is odd"];
  expect(await run(["check"], file)).toBe(`✔ ask sh {"cmd":"ls"} by agent
✔ allow chat_mode {} by python
! something is odd
✔ the configuration is valid; 2 of 2 policy tests pass
`);
  expect(JSON.parse(await run(["check"], file, true))).toMatchObject({ tests: 2, warnings });
  const [first] = JSON.parse(await run(["get", "permissions.tests"], file, true));
  expect(first).toEqual({ call: { tool: "sh", arguments: { cmd: "ls" } }, expect: "ask" });
});

test("show and get print what holds, in the words of the file", async () => {
  const file = 'profile = "prod"\n[permissions]\nmode = "open"\n[budget.day]\nmoney = 2.5\n';
  const text = await run(["show"], file);
  expect(text).toContain('profile = "prod"\n');
  // An explicit setting wins over the profile.
  expect(text).toContain('permissions.mode = "open"\npermissions');
  expect(text).toContain("permissions.approval_seconds = 120\n");
  expect(await run(["get", "permissions.mode"], file)).toBe("open\n");
  expect(await run(["get", "budget.day"], file)).toBe("budget.day.money = 2.5\n");
  expect(await run(["get", "budget.session.tokens"], file, true)).toBe("1000000\n");
  expect(JSON.parse(await run(["show"], file, true))).toMatchObject({ profile: "prod" });
});

test("what comes from the environment is shown by its name", async () => {
  const file = 'api_key = "$' + '{MY_KEY}"\nbase = "http://$' + '{MY_HOST}"\n';
  const text = await run(["show"], file);
  expect(text).toContain('api_key = "set"\n');
  expect(text).not.toContain("value-of-my-key");
  expect(text).toContain(`base = "http://\${MY_HOST}"\n`);
});

test.each([
  [
    ["get", "permissions.mod"],
    'There is no setting "permissions.mod"',
    "org config get permissions.mode",
  ],
  [["get"], "Which setting?", "org config show"],
  [["chek"], 'org config: unknown action "chek"', "org config check"],
  [["check", "x"], 'Unexpected argument "x" for org config check', "org help config"],
])("%j is refused with what to do", async (operands, message, remedy) => {
  await expect(run(operands)).rejects.toMatchObject({
    code: "USAGE",
    message,
    remedies: expect.arrayContaining([remedy]),
  });
});

test("what is refused says how keys are written, and leads back", async () => {
  await expect(run(["get", "zzzzzzzzzzzz"])).rejects.toMatchObject({
    why: "keys are written as in the file, with dots: permissions.mode",
    remedies: ["org config show"],
  });
  await expect(run(["get", "profile.x"])).rejects.toMatchObject({
    message: 'There is no setting "profile.x"',
  });
  await expect(run(["path", "x"])).rejects.toMatchObject({
    ...{ message: 'Unexpected argument "x" for org config path', code: "USAGE" },
    ...{ remedies: ["org help config"], unchanged: "Nothing was done." },
  });
});

test("as JSON each action is one object", async () => {
  const path = join(home, "org.config");
  warnings = ["odd"];
  expect(JSON.parse(await run(["path"], "", true))).toEqual({ path });
  expect(JSON.parse(await run(["check"], "", true))).toEqual({
    ...{ ok: true, path, tests: 0, warnings: ["odd"] },
  });
  expect(JSON.parse(await run(["approve-policy"], "", true))).toEqual({
    approved: { "/usr/local/bin/policy": "ab12" },
  });
  expect(
    JSON.parse(await run(["get", "budget.day.money"], "[budget.day]\nmoney = 2\n", true)),
  ).toBe(2);
});

test("a model of a persona is shown without a provider of its own, and a provider without a model", async () => {
  const file =
    '[providers.big]\nbase = "http://127.0.0.1:8"\n[personas.agent]\nmodel = "n"\n[personas.python]\nprovider = "big"\n';
  expect(await run(["get", "personas"], file)).toBe(
    'personas.agent.model = "n"\npersonas.python.provider = "big"\n',
  );
});

test("the password of the server's address is shown nowhere", async () => {
  environment = { OLLAMA_BASE: "http://me:correct-horse@models.example" };
  for (const json of [false, true]) {
    const text = await run(["show"], "", json);
    expect(text).toContain("http://me:[redacted]@models.example");
    expect(text).not.toContain("correct-horse");
  }
});

test("the quiet hours of Telegram are shown as they are written", async () => {
  const file = '[telegram]\nquiet = "07:05-22:30"\nzone = "Europe/Berlin"\n';
  const text = await run(["get", "telegram"], file);
  expect(text).toContain('telegram.quiet = "07:05-22:30"\n');
  expect(text).toContain('telegram.zone = "Europe/Berlin"\n');
  expect(text).not.toContain("telegram.token");
  const keys = Object.keys(JSON.parse(await run(["get", "telegram"], file, true))).sort();
  expect(keys).toMatchInlineSnapshot(`
    [
      "chats",
      "groups",
      "quiet",
      "reports",
      "users",
      "zone",
    ]
  `);
});

test("all that is set is shown, under the names of the file", async () => {
  const file = `workspace = "work"
model = "m"
base = "http://127.0.0.1:9"
wire = "ollama"
keep_alive = "5m"
context_tokens = 4096
first_byte_ms = 1000
idle_ms = 2000
parallel = 2
fallback = ["big/m"]
image_models = ["llava*"]
sandbox = "landlock"
[models."m*"]
think_open = true
[providers.big]
base = "http://127.0.0.1:8"
wire = "openai"
api_key = "\${MY_KEY}"
keep_alive = "9m"
[personas.agent]
model = "n"
provider = "big"
[permissions]
tools = { sh = "open" }
domains = ["example.org"]
shell_programs = ["ls"]
approval_seconds = 9
[rates]
sh = 3
[budget]
session = { tokens = 1 }
day = { money = 2 }
persona = { tokens = 3 }
autonomy = { tokens = 4 }
personas = { agent = { money = 0.5 } }
[prices.m]
input = 1
output = 2
[autonomy]
enabled = true
model = "a"
allow = ["calc"]
code = true
[policy]
program = "/bin/true"
args = ["-v"]
timeout_ms = 900
output_bytes = 2000
may_allow = true
`;
  const lines = (await run(["show"], file)).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      ...[`home = "${home}"`, `workspace = "${join(home, "work")}"`, 'sandbox = "landlock"'],
      ...['base = "http://127.0.0.1:9"', 'model = "m"', "context_tokens = 4096"],
      ...["models.m*.think_open = true", 'image_models = ["llava*"]', 'wire = "ollama"'],
      ...['keep_alive = "5m"', 'providers.big.base = "http://127.0.0.1:8"'],
      ...['providers.big.wire = "openai"', 'providers.big.api_key = "set"'],
      ...['providers.big.keep_alive = "9m"', 'fallback = ["big/m"]', "first_byte_ms = 1000"],
      ...["idle_ms = 2000", "parallel = 2", 'personas.agent.model = "n"'],
      ...['personas.agent.provider = "big"', 'permissions.tools.sh = "open"'],
      ...['permissions.domains = ["example.org"]', "permissions.approval_seconds = 9"],
      ...["permissions.rules = []", "permissions.tests = []", "rates.sh = 3"],
      ...[`permissions.shell_programs = ["${Bun.which("ls")}"]`, "budget.session.tokens = 1"],
      ...["budget.day.money = 2", "budget.persona.tokens = 3", "budget.autonomy.tokens = 4"],
      ...["budget.personas.agent.money = 0.5", "prices.m.input = 1", "prices.m.output = 2"],
      ...["autonomy.enabled = true", 'autonomy.model = "a"', 'autonomy.allow = ["calc"]'],
      ...["autonomy.code = true", 'policy.program = "/bin/true"', 'policy.args = ["-v"]'],
      ...["policy.timeout_ms = 900", "policy.output_bytes = 2000", "policy.may_allow = true"],
    ]),
  );
});
