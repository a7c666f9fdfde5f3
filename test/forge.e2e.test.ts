/** `org forge` as people and scripts use it: a real process, a real server, the real judge and its sandbox. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ForgeEvent, forgeEventSchema } from "#tools/forge/progress.ts";
import { GOAL, MEDIAN, PYTHON, RIGHT_AT_ONCE } from "./forge-answers.ts";
import { eventsOf, type OrgRan, type TestHome, testHome } from "./org-process.ts";
import { PROGRAM } from "./program.ts";
import { call, gate, hang, say, several } from "./scripted-answers.ts";
import { type Script, scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

/** Answers written by hand, recorded from the scripted server; `ORG_RECORD=1` records them anew. */
const CASSETTE = join(import.meta.dir, "fixtures/forge/median.jsonl");

let home: TestHome;
beforeEach(async () => {
  home = await testHome();
});
afterEach(() => home[Symbol.asyncDispose]());

const forgeLine = (...more: readonly string[]): readonly string[] => [
  "forge",
  "--goal",
  GOAL,
  "--json",
  ...more,
];

async function forge(script: Script, ...more: readonly string[]): Promise<OrgRan> {
  await using server = scriptedServer(script);
  const ran = await home.run(forgeLine(...more), { url: server.url });
  // A script that is too short fails later, and without the reason for which the forge asked again.
  const refused = Array.isArray(script) && server.requests.length > script.length;
  if (refused) throw new Error(ran.stdout.match(/.*"ok":false.*/g)?.join("\n") ?? ran.stdout);
  return ran;
}

const saying = (answers: readonly string[]) => answers.map((text) => say(text));

function stepsOf({ stdout }: OrgRan): ForgeEvent[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => forgeEventSchema.parse(JSON.parse(line)));
}

type End = Extract<ForgeEvent, { readonly type: "forge-end" }>;

function endOf(ran: OrgRan): End {
  const end = stepsOf(ran).at(-1);
  if (end?.type !== "forge-end") throw new Error(`It did not end:\n${ran.stdout}${ran.stderr}`);
  return end;
}

/** The files of a delivered tool. */
function filesOf({ path = "" }: End): Readonly<Record<string, string>> {
  const names = readdirSync(path).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(path, name), "utf8")]));
}

/** Everything below the place of deliveries, hidden names too. */
const deliveries = (): string[] =>
  existsSync(home.paths.forge) ? readdirSync(home.paths.forge) : [];
const logs = (): string[] => readdirSync(home.paths.forgeLogs);

/** A tool that the forge has delivered; built once, for building takes seconds of processor time. */
let built: Readonly<Record<string, string>> | undefined;

async function builtTool(): Promise<Readonly<Record<string, string>>> {
  built ??= filesOf(endOf(await forge(saying(RIGHT_AT_ONCE))));
  return built;
}

test("a checkout without main is refused before a model is asked", async () => {
  const made = Bun.spawnSync(["git", "init", "--quiet", "-b", "trunk", home.paths.root]);
  expect(made.exitCode).toBe(0);
  await using server = scriptedServer(saying(RIGHT_AT_ONCE));
  const ran = await home.run(forgeLine(), { url: server.url });
  expect(ran).toMatchObject({ exitCode: 66 });
  expect(ran.stderr).toContain("The repository has no branch main");
  expect(server.requests).toEqual([]);
});

describe("a goal", () => {
  test("becomes a validated folder, and the same byte for byte from a cassette without a server", async () => {
    const first = await forge(saying(RIGHT_AT_ONCE));
    expect(first.exitCode).toBe(0);
    expect(endOf(first)).toMatchObject({
      outcome: "delivered",
      name: "median",
      tests: { cases: 11, passed: 11, coverage: 1 },
    });
    built = filesOf(endOf(first));
    expect(Object.keys(built)).toEqual(["cases.json", "spec.json", "tool.test.ts", "tool.ts"]);
    if (Bun.env["ORG_RECORD"] === "1") {
      await rm(CASSETTE, { force: true });
      await mkdir(join(CASSETTE, ".."), { recursive: true });
      await forge(saying(RIGHT_AT_ONCE), "--record", CASSETTE);
    }
    const second = await home.run(forgeLine("--cassette", CASSETTE, "--strict"));
    expect(second.exitCode).toBe(0);
    expect(endOf(second).path).not.toBe(endOf(first).path);
    expect(filesOf(endOf(second))).toEqual(built);
    expect(built["tool.ts"]).toContain("(a, b) => a - b");
  });

  test("becomes a Python tool", async () => {
    const ran = await forge(saying(PYTHON), "--lang", "python");
    expect(ran.exitCode).toBe(0);
    expect(Object.keys(filesOf(endOf(ran)))).toContain("test_tool.py");
  });

  test("whose first program is wrong and whose second is right is delivered", async () => {
    const answers = [...RIGHT_AT_ONCE.slice(0, 3), MEDIAN.wrongCode, MEDIAN.code];
    await using server = scriptedServer(saying(answers));
    const ran = await home.run(forgeLine(), { url: server.url });
    expect(ran.exitCode).toBe(0);
    expect(stepsOf(ran)).toContainEqual(
      expect.objectContaining({ type: "check", check: "oracle", ok: false }),
    );
    const told = server.requests[4]?.body.messages.at(-1)?.content ?? "";
    expect(told).toContain("oracle: Wrong answer");
    // Case 3 is hidden from who writes the program, case 9 too.
    expect(told).not.toContain("[10,9,8]");
    expect(told).toContain("that you cannot see");
  });

  test("that is never met ends after its rounds with the reasons, and leaves nothing but the log", async () => {
    const answers = [...RIGHT_AT_ONCE.slice(0, 3), MEDIAN.wrongCode, MEDIAN.wrongCode];
    const ran = await forge(saying(answers), "--rounds", "1");
    expect(ran.exitCode).toBe(1);
    expect(endOf(ran)).toMatchObject({ outcome: "refused" });
    expect(endOf(ran).reasons.join("\n")).toContain("oracle: Wrong answer");
    expect(deliveries()).toEqual([]);
    expect(logs()).toHaveLength(1);
  });

  test("that is never met is explained to a person", async () => {
    await using server = scriptedServer(() => say("I cannot do that."));
    const ran = await home.run(["forge", "--goal", GOAL, "--rounds", "0"], { url: server.url });
    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toContain("The tool was not built [FORGE_REFUSED]");
    expect(ran.stderr).toContain("It is not JSON");
    expect(ran.stderr).toEndWith("Nothing was delivered.\n");
  });
});

describe("a run that ends before its time", () => {
  test("by kill -9 leaves no half folder, and disturbs no later run, which --promote cannot promote", async () => {
    await using server = scriptedServer([...saying(RIGHT_AT_ONCE.slice(0, 3)), hang()]);
    await using org = home.start(forgeLine(), { url: server.url });
    await server.request(3);
    org.signal("SIGKILL");
    await org.ended;
    expect(deliveries()).toEqual([]);
    const later = await forge(saying(RIGHT_AT_ONCE), "--promote");
    expect(later).toMatchObject({
      exitCode: 0,
      // There is no gate in a home that is not a checkout.
      stderr: expect.stringContaining("It was not promoted"),
    });
  });

  test("by Ctrl-C while it is judged leaves nothing but the log", async () => {
    await using server = scriptedServer(saying(RIGHT_AT_ONCE));
    await using org = home.start(forgeLine(), { url: server.url });
    await org.stdout.line((line) => line.includes('"stage":"validation"'));
    org.signal("SIGINT");
    expect((await org.ended).exitCode).toBe(130);
    expect(deliveries()).toEqual([]);
    const [log = ""] = logs();
    expect(readFileSync(join(home.paths.forgeLogs, log), "utf8")).toContain('"stopped"');
  });

  test("without an answer says so, with the exit code of that", async () => {
    const ran = await home.run(forgeLine());
    expect(ran.exitCode).toBe(69);
    expect(ran.stdout).toContain('"PROVIDER_UNREACHABLE"');
  });
});

test("kill -9 at any moment of a delivery leaves whole folders only", async () => {
  const program = join(import.meta.dir, "fixtures/forging.ts");
  for (let round = 0; round < 6; round += 1) {
    const child = Bun.spawn([process.execPath, program, home.paths.forge, `round_${round}`], {
      stdout: "pipe",
    });
    const reader = child.stdout.getReader();
    await reader.read();
    child.kill("SIGKILL");
    await child.exited;
  }
  const whole = deliveries().filter((name) => !name.startsWith("."));
  expect(whole.length).toBeGreaterThan(0);
  for (const name of whole) {
    expect(readdirSync(join(home.paths.forge, name, "a"))).toHaveLength(8);
  }
  await Bun.spawn([process.execPath, program, home.paths.forge, "last", "1"]).exited;
  expect(deliveries().filter((name) => name.startsWith("."))).toEqual([]);
});

describe("org forge --from", () => {
  test("validates what a person wrote, without a model", async () => {
    const path = join(home.path, "median");
    for (const [name, text] of Object.entries(await builtTool())) {
      await Bun.write(join(path, name), text);
    }
    const ran = await home.run(["forge", "--from", path]);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain("✔ median: 11 cases");
    expect(ran.stderr).toContain("✔ oracle");
    await Bun.write(join(path, "tool.ts"), "export const run = 1;\n");
    const json = await home.run(["forge", "--from", path, "--json"]);
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ name: "median", ok: false });
  });
});

test("without a goal and without a terminal org cannot ask you for one", async () => {
  const ran = await home.run(["forge"]);
  expect(ran).toMatchObject({ exitCode: 64, stdout: "" });
  expect(ran.stderr).toContain("without a terminal org cannot ask you for one");
});

describe("at a terminal", () => {
  /** Types what belongs to the first question that is on the screen. */
  async function answering(answers: readonly string[]): Promise<{ code: number; screen: string }> {
    await using server = scriptedServer(saying(RIGHT_AT_ONCE));
    let screen = "";
    const child = Bun.spawn([process.execPath, PROGRAM, "forge"], {
      env: {
        PATH: Bun.env["PATH"],
        HOME: home.path,
        TERM: "xterm",
        ORG_HOME: home.path,
        OLLAMA_BASE: server.url,
        OLLAMA_MODEL: "m",
      },
      terminal: {
        cols: 200,
        rows: 50,
        data: (_terminal, bytes) => {
          screen += new TextDecoder().decode(bytes);
        },
      },
    });
    for (const [index, question] of QUESTIONS.slice(0, answers.length).entries()) {
      await until(question, async () => screen.includes(question));
      child.terminal?.write(answers[index] ?? "");
    }
    const code = await child.exited;
    child.terminal?.close();
    return { code, screen };
  }

  const QUESTIONS = [
    "What should the tool do? ",
    "Model (Enter",
    "Language, ts or python",
    "Validate it in the sandbox? [Y/n]",
    "Hand it over as a candidate? [Y/n]",
  ];

  test("asks, shows what was made, and delivers with every yes", async () => {
    const { code, screen } = await answering([`${GOAL}\r`, "\r", "ts\r", "y\r", "\r"]);
    expect(code).toBe(0);
    expect(screen).toContain("── tool.test.ts");
    expect(screen).toContain("✔ median is delivered");
    expect(deliveries()).toHaveLength(1);
  });

  test.each([
    ["Esc at the goal", ["\u001b"]],
    ["n at the model", [`${GOAL}\r`, "n\r"]],
    ["Esc at the language", [`${GOAL}\r`, "\r", "\u001b"]],
    ["n before the validation", [`${GOAL}\r`, "\r", "\r", "n\r"]],
    ["Esc before it is handed over", [`${GOAL}\r`, "\r", "\r", "\r", "\u001b"]],
  ])("%s leaves nothing behind", async (_what, answers) => {
    const { code, screen } = await answering(answers);
    expect([code, screen]).toEqual([1, expect.stringContaining("Nothing was delivered.")]);
    expect(deliveries()).toEqual([]);
  });

  test("Ctrl-C in a question ends it", async () => {
    const { code } = await answering([`${GOAL}\r`, "\u0003"]);
    expect(code).toBe(130);
  });
});

describe("the toolsmith", () => {
  test("builds a tool from within the room, tells how it goes, and says how it went", async () => {
    await using server = scriptedServer([
      call("forge", { goal: GOAL, name: "median" }),
      ...saying(RIGHT_AT_ONCE),
      say("The tool median is there."),
    ]);
    const line = ["ask", "--json", "--mode", "direct:toolsmith", "build a median"];
    const events = eventsOf(await home.run(line, { url: server.url }));
    const notices = events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
    expect(notices).toContainEqual(expect.stringMatching(/^✔ spec \d/));
    expect(notices).toContainEqual(expect.stringMatching(/^ *✔ test-quality \d/));
    expect(events).toContainEqual(
      expect.objectContaining({ type: "tool-result", name: "forge", ok: true }),
    );
    const result = server.requests.at(-1)?.body.messages.at(-1)?.content ?? "";
    expect(result).toContain('The tool "median" is delivered');
    expect(result).toMatch(/notice \d+ % of \d+ mutants/);
    expect(deliveries()).toHaveLength(1);
  });

  test("is stopped with its turn, and leaves nothing", async () => {
    const held = gate();
    await using server = scriptedServer([
      call("forge", { goal: GOAL }),
      say(RIGHT_AT_ONCE[0] ?? ""),
      several(held, say("late")),
    ]);
    const line = ["ask", "--json", "--mode", "direct:toolsmith", "build a median"];
    await using org = home.start(line, { url: server.url });
    await held.reached;
    org.signal("SIGINT");
    expect((await org.ended).exitCode).toBe(130);
    expect(deliveries()).toEqual([]);
  });
});
