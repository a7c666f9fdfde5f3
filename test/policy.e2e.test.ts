/** Permissions, approvals, budgets and configuration as people meet them: real process, real HTTP. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { eventsOf, type TestHome, testHome } from "./org-process.ts";
import { call, say, several, usage } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

const configure = (home: TestHome, text: string) => Bun.write(join(home.path, "org.config"), text);
const SUPERVISED = '[permissions]\nmode = "supervised"\n';

describe("without a terminal", () => {
  test("a call that needs an approval does not run, naming --yes; the model answers without it, and the exit code is 77", async () => {
    await using server = scriptedServer([
      call("sh", { cmd: "echo ran" }),
      say("I could not look."),
    ]);
    await using home = await testHome();
    await configure(home, SUPERVISED);
    const ran = await home.run(["ask", "go"], { url: server.url });
    expect(ran.stderr).toContain("--yes");
    expect(ran.stderr).toContain("[APPROVAL_NEEDED]");
    expect(ran.stdout).toBe("I could not look.\n");
    expect(ran.exitCode).toBe(77);
    expect(server.requests).toHaveLength(2);
  });

  test("--yes approves what is asked, and not to what is denied", async () => {
    await using server = scriptedServer([
      call("sh", { cmd: "echo ran" }),
      call("sh", { cmd: "rm x" }),
      say("Done."),
    ]);
    await using home = await testHome();
    const rule =
      '[[permissions.rules]]\ntool = "sh"\narguments = {cmd = "rm*"}\npermission = "deny"\n';
    await configure(home, SUPERVISED + rule);
    const ran = await home.run(["ask", "--yes", "--json", "--raw", "go"], { url: server.url });
    const events = eventsOf(ran);
    const outputs = events.flatMap((event) => (event.type === "tool-result" ? [event.output] : []));
    expect(outputs[0]).toContain("ran");
    expect(outputs[1]).toContain("the user's policy denies this call");
    expect(events).toContainEqual(
      expect.objectContaining({ type: "approval", outcome: "approved", by: "--yes" }),
    );
    expect(ran.exitCode).toBe(0);
  });

  test("piped lines cannot approve: they were written before the question", async () => {
    await using server = scriptedServer([call("sh", { cmd: "echo ran" }), say("I could not.")]);
    await using home = await testHome();
    await configure(home, SUPERVISED);
    const stdin = "go\n/approve A1\n";
    const ran = await home.run(["chat", "--plain"], { url: server.url, stdin });
    expect(ran.stdout).toContain("A1 cannot be asked here: denied");
    expect(ran.stdout).toContain('No approval "A1" is open');
    expect(ran.exitCode).toBe(77);
  });
});

test("under a shell allowlist only its programs run", async () => {
  await using server = scriptedServer([
    call("sh", { cmd: "echo a; cat /etc/hostname" }),
    call("sh", { cmd: "echo $(uname)" }),
    call("sh", { cmd: "echo fine | sort" }),
    say("Done."),
  ]);
  await using home = await testHome();
  await configure(home, '[permissions]\nshell_programs = ["sort"]\n');
  const ran = await home.run(["ask", "--json", "--raw", "go"], { url: server.url });
  const outputs = eventsOf(ran).flatMap((event) =>
    event.type === "tool-result" ? [event.output ?? ""] : [],
  );
  expect(outputs[0]).toContain('the program "cat" is not on the shell allowlist');
  expect(outputs[1]).toContain("the command was not understood");
  expect(outputs[2]).toContain("fine");
});

describe("a budget", () => {
  test("warns at 80 %, ends the turn at its limit with the numbers, and outlives the process", async () => {
    await using server = scriptedServer([several(say("One."), usage(4500, 500)), say("Two.")]);
    await using home = await testHome();
    await configure(home, "[budget.day]\ntokens = 5400\n");
    const first = await home.run(["ask", "hi"], { url: server.url });
    expect(first).toMatchObject({ stdout: "One.\n", exitCode: 0 });
    expect(first.stderr).toContain("5,000 tokens of 5,400 tokens are spent (92 %)");
    const second = await home.run(["ask", "hi"], { url: server.url });
    expect(second.stderr).toContain("agent stopped (limit)");
    expect(second.stderr).toContain("the budget of this day: 5,000 tokens of 5,400 tokens");
    expect(second.exitCode).toBe(77);
    expect(server.requests).toHaveLength(1);
  });
});

describe("org lease", () => {
  test("lets calls run that would be asked about, as often as it says, and never what is denied", async () => {
    await using server = scriptedServer([
      call("sh", { cmd: "echo ran" }),
      say("Once."),
      call("sh", { cmd: "echo again" }),
      say("I could not."),
    ]);
    await using home = await testHome();
    await configure(home, SUPERVISED);
    const grant = ["lease", "grant", "--tool", "sh", "--persona", "agent"];
    expect(await home.run(grant)).toEqual({ stdout: "L1\n", stderr: "", exitCode: 0 });
    const first = await home.run(["ask", "--json", "--raw", "go"], { url: server.url });
    expect(eventsOf(first)).toContainEqual(
      expect.objectContaining({ type: "approval", outcome: "approved", by: "lease L1" }),
    );
    expect(first.exitCode).toBe(0);
    expect((await home.run(["ask", "go"], { url: server.url })).exitCode).toBe(77);
    const { stdout } = await home.run(["lease", "list", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ leases: [{ id: "L1", uses: 1, revoked: false }] });
    expect((await home.run(["lease"])).stdout).toStartWith("L1\tspent\tused 1\t");
    const told = server.requests.map(({ body }) => JSON.stringify(body)).join("");
    expect(told).not.toContain("L1");
  });

  test("can be narrowed, and what narrows it ends with it", async () => {
    await using server = scriptedServer([call("sh", { cmd: "echo ran" }), say("No.")]);
    await using home = await testHome();
    await configure(home, SUPERVISED);
    await home.run(["lease", "grant", "--tool", "sh", "--uses", "9"]);
    const narrow = ["lease", "grant", "--from", "L1", "--persona", "agent"];
    expect(await home.run(narrow)).toEqual({ stdout: "L2\n", stderr: "", exitCode: 0 });
    const [line = ""] = (await home.run(["lease"])).stdout.split("\n");
    expect(line).toStartWith("L2\tgranted\tused 0\tnarrows L1\ttool sh\tuntil ");
    expect(line).toEndWith("\tuses 9\tpersona agent");
    await home.run(["lease", "revoke", "L1"]);
    expect((await home.run(["ask", "go"], { url: server.url })).exitCode).toBe(77);
    expect((await home.run(narrow)).stderr).toStartWith('The lease "L1" was revoked [USAGE]');
  });

  test("for a tool that there is not is granted, and said to be one", async () => {
    await using home = await testHome();
    const ran = await home.run(["lease", "grant", "--tool", "python_rnu"]);
    expect(ran).toEqual({
      stdout: "L1\n",
      stderr: '! There is no tool "python_rnu" here; did you mean python_run?\n',
      exitCode: 0,
    });
  });

  test("a revoked lease holds no more", async () => {
    await using server = scriptedServer([call("sh", { cmd: "echo ran" }), say("No.")]);
    await using home = await testHome();
    await configure(home, SUPERVISED);
    await home.run(["lease", "grant", "--tool", "sh", "--uses", "9"]);
    expect(await home.run(["lease", "revoke", "L1", "--json"])).toMatchObject({
      stdout: '{"id":"L1","revoked":true}\n',
      exitCode: 0,
    });
    expect((await home.run(["ask", "go"], { url: server.url })).exitCode).toBe(77);
    expect((await home.run(["lease"])).stdout).toStartWith("L1\trevoked\tused 0\ttool sh\tuntil ");
  });

  test.each([
    [["lease", "grant"], "A lease is for one tool: --tool NAME is missing [USAGE]"],
    [
      ["lease", "grant", "--tool", "sh", "--uses", "0"],
      '--uses is a whole number from 1 to 1000, not "0"',
    ],
    [
      ["lease", "grant", "--tool", "sh", "--minutes", "99999"],
      "--minutes is a whole number from 1 to 10080",
    ],
    [["lease", "grant", "--tool", "sh", "--args", "{"], "--args is not JSON"],
    [["lease", "revoke"], "Which lease?"],
    [["lease", "revoke", "L7"], 'There is no lease "L7"'],
    [["lease", "list", "--uses", "2"], "--uses is only for org lease grant"],
    [["lease", "grant", "--from", "L7", "--uses", "1"], 'There is no lease "L7"'],
    [
      ["lease", "grant", "--from", "L7"],
      "It would allow as much as the lease that it is derived from",
    ],
    [["lease", "gratn"], 'org lease: unknown action "gratn"'],
  ])("%j is refused", async (args, message) => {
    await using home = await testHome();
    const ran = await home.run(args);
    expect(ran.stderr).toStartWith(message);
    expect(ran.exitCode).toBe(64);
  });
});

describe("org config", () => {
  test("checks the tests that stand beside the rules, as does every start", async () => {
    await using home = await testHome();
    const broken =
      '[[permissions.tests]]\ncall = {tool = "sh", arguments = {cmd = "ls"}}\nexpect = "deny"\n';
    await configure(home, broken);
    for (const args of [
      ["config", "check"],
      ["ask", "hi"],
    ]) {
      const ran = await home.run(args);
      expect(ran.stderr).toContain('test 1: "sh" by "agent" should be deny, but is allow');
      expect(ran.exitCode).toBe(78);
    }
    await configure(home, broken.replace('"deny"', '"allow"'));
    expect(await home.run(["config", "check", "--json"])).toMatchObject({
      stdout: `{"ok":true,"path":"${join(home.path, "org.config")}","tests":1,"warnings":[]}\n`,
      exitCode: 0,
    });
    expect((await home.run(["config", "get", "permissions.mode"])).stdout).toBe("standard\n");
  });

  test("warns of models that a budget of money cannot hold, once each", async () => {
    await using home = await testHome();
    await Bun.write(
      join(home.path, "personas/critic.md"),
      "---\nid: critic\nmodel: other\n---\nYou look for what is wrong.",
    );
    const money = "[budget.personas.python]\nmoney = 1\n";
    const warningsFor = async (config: string) => {
      await configure(home, config);
      const { stdout } = await home.run(["config", "check", "--json"]);
      return JSON.parse(stdout).warnings;
    };
    const odd = (name: string) =>
      `a budget counts money, and "${name}" has no price: it counts as free`;
    expect(await warningsFor(money)).toEqual([odd("m"), odd("other")]);
    const priced = `${money}[prices.m]\ninput = 1\noutput = 1\n`;
    expect(await warningsFor(priced)).toEqual([odd("other")]);
    expect(await warningsFor(`${money}[prices."*"]\ninput = 0\noutput = 0\n`)).toEqual([]);
    expect(await warningsFor("[budget.day]\ntokens = 1\n")).toEqual([]);
  });

  test("a secret in the file is refused and not repeated", async () => {
    await using home = await testHome();
    await configure(home, 'api_key = "correct-horse"\n');
    const ran = await home.run(["config", "show"]);
    expect(ran.exitCode).toBe(78);
    expect(ran.stderr).toContain("api_key: the file must not contain a secret");
    expect(ran.stderr + ran.stdout).not.toContain("correct-horse");
  });

  test("a workspace that holds the human's file is refused at the start", async () => {
    await using home = await testHome();
    const ran = await home.run(["ask", "hi"], { environment: { ORG_WORKSPACE: home.path } });
    expect(ran.stderr).toContain("The setting in ORG_WORKSPACE cannot be used [CONFIG_INVALID]");
    expect(ran.exitCode).toBe(78);
  });
});
