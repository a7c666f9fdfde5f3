/** Whatever is wrong with what org is given has a text that helps, and an exit code. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type OrgOptions, type TestHome, testHome } from "./org-process.ts";
import { SOURCE } from "./program.ts";
import { say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

interface Row {
  readonly name: string;
  readonly args: readonly string[];
  readonly options?: OrgOptions;
  /** Puts something wrong into the home. */
  readonly prepare?: (home: TestHome) => Promise<unknown>;
  /** Lines of stderr, with the home as `HOME`. */
  readonly says: string[];
  readonly exitCode: number;
}

const file = (path: string, text: string) => (home: TestHome) =>
  Bun.write(join(home.path, path), text);
const NO_MESSAGE = ['→ org ask "What is in this folder?"', "→ echo hello | org ask"];

const USAGE: readonly Row[] = [
  {
    name: "an unknown option, with the nearest one",
    args: ["ask", "--jason", "hi"],
    says: [
      'org ask has no option "--jason" [USAGE]',
      expect.stringMatching(/^did you mean --json\b/),
      "→ org help ask",
      "Nothing was done.",
    ],
    exitCode: 64,
  },
  {
    name: "an unknown command, with the nearest one",
    args: ["lgo"],
    says: [
      'There is no command "lgo" [USAGE]',
      expect.stringMatching(/^the commands are chat, ask, goal, project, exec, log, forge, /),
      "→ org log",
      '→ org ask "lgo"',
      "→ org --help",
      "Nothing was done.",
    ],
    exitCode: 64,
  },
  {
    name: "a value that is not among the choices",
    args: ["log", "--export", "pdf"],
    says: [
      'The option --export is one of md, json, not "pdf" [USAGE]',
      "→ org help log",
      "Nothing was done.",
    ],
    exitCode: 64,
  },
  {
    name: "an option without its value",
    args: ["ask", "hi", "--model"],
    says: ["The option --model needs a NAME [USAGE]", "→ org help ask", "Nothing was done."],
    exitCode: 64,
  },
  {
    name: "a message without quotes",
    args: ["ask", "what", "is"],
    says: [
      "There is no message to send [USAGE]",
      '"is" is a second message: quote the whole message',
      ...NO_MESSAGE,
      "Nothing was sent.",
    ],
    exitCode: 64,
  },
];

const MESSAGES: readonly Row[] = [
  {
    name: "an empty input",
    args: ["ask"],
    options: { stdin: " \n" },
    says: [
      "There is no message to send [INPUT_MISSING]",
      "the input is empty",
      ...NO_MESSAGE,
      "Nothing was sent.",
    ],
    exitCode: 66,
  },
  {
    name: "an input that is not text",
    args: ["ask", "what is it?", "-"],
    options: { stdin: "\u007fELF\u0002\u0001\u0000" },
    says: [
      "The input cannot be sent [INPUT_INVALID]",
      "it is not text: character 7 is a NUL",
      '→ head -c 10000 FILE | org ask "What is this?" -',
      "→ name the file in the message",
      "Nothing was sent.",
    ],
    exitCode: 65,
  },
  {
    name: "an unknown persona, with the nearest one",
    args: ["ask", "@@pyhton hi"],
    says: [
      'There is no persona "pyhton" [PERSONA_UNKNOWN]',
      "the personas are agent, python, toolsmith",
      "→ @@python",
      "Nothing was sent.",
    ],
    exitCode: 64,
  },
  {
    name: "a direct mode with an unknown persona",
    args: ["ask", "--mode", "direct:agnet", "hi"],
    says: [
      'There is no persona "agnet" [PERSONA_UNKNOWN]',
      "the personas are agent, python, toolsmith",
      "→ --mode direct:agent",
      "The mode was not changed.",
    ],
    exitCode: 64,
  },
  {
    name: "an unknown mode",
    args: ["ask", "--mode", "loud", "hi"],
    says: [
      '"loud" is not a mode [MODE_INVALID]',
      "a mode is group, direct:<persona> or file:<path>",
      "→ --mode group",
      "→ --mode direct:agent",
      "→ --mode file:notes.md",
      "The mode was not changed.",
    ],
    exitCode: 64,
  },
];

const ROOMS: readonly Row[] = [
  {
    name: "a room that is not there",
    args: ["log", "2026-01-01-0000-aaaaaaaa"],
    says: [
      "There is no room in this home yet [ROOM_UNKNOWN]",
      "no message was ever sent in it; ORG_HOME may name another home than you mean",
      '→ org ask "What is in this folder?"',
      "→ org",
      "Nothing was sent.",
    ],
    exitCode: 66,
  },
  ...[
    ["the log of a home without rooms", ["log"]],
    ["going on in a home without rooms", ["ask", "--resume", "hi"]],
  ].map(
    ([name, args]): Row => ({
      name: String(name),
      args: [args ?? []].flat(),
      says: expect.arrayContaining(["There is no room in this home yet [ROOM_UNKNOWN]"]),
      exitCode: 66,
    }),
  ),
  {
    name: "a list of rooms in a home without any",
    args: ["log", "--list"],
    says: ["There is no room yet. `org` opens one."],
    exitCode: 0,
  },
];

const SETTINGS: readonly Row[] = [
  {
    name: "an org.config that is not TOML",
    args: ["ask", "hi"],
    prepare: file("org.config", "base = ["),
    says: [
      "The setting in HOME/org.config cannot be used [CONFIG_INVALID]",
      expect.stringMatching(/^line 1: it is not TOML: /),
      '→ edit "HOME/org.config"',
      "Nothing was started.",
    ],
    exitCode: 78,
  },
  {
    name: "an org.config with a setting that does not exist",
    args: ["log"],
    prepare: file("org.config", 'modell = "x"'),
    says: [
      "The setting in HOME/org.config cannot be used [CONFIG_INVALID]",
      "line 1: modell: there is no such setting (did you mean model?)",
      '→ edit "HOME/org.config"',
      "Nothing was started.",
    ],
    exitCode: 78,
  },
  {
    name: "a number in the environment that is none",
    args: ["ask", "hi"],
    options: { environment: { ORG_PARALLEL: "many" } },
    says: [
      "The setting in ORG_PARALLEL cannot be used [CONFIG_INVALID]",
      '"many" is not a whole number above 0',
      "→ unset ORG_PARALLEL, or correct it",
      "Nothing was started.",
    ],
    exitCode: 78,
  },
  {
    name: "an address that is none",
    args: ["ask", "hi"],
    options: { url: "localhost:11434" },
    says: expect.arrayContaining([
      "The setting in OLLAMA_BASE cannot be used [CONFIG_INVALID]",
      '"localhost:11434" is not an http or https address',
    ]),
    exitCode: 78,
  },
  {
    name: "a persona file without its head",
    args: ["ask", "hi"],
    prepare: file("personas/critic.md", "You look for what is wrong.\n"),
    says: [
      'The persona file "HOME/personas/critic.md" cannot be used [PERSONA_INVALID]',
      "the file does not begin with a block between two --- lines",
      "→ write id, model, tools and temperature between two --- lines, the system prompt below",
      "→ mv HOME/personas/critic.md HOME/personas/critic.md.off",
      "No persona was loaded.",
    ],
    exitCode: 78,
  },
  {
    name: "a persona with a tool that does not exist",
    args: ["ask", "hi"],
    prepare: file("personas/critic.md", "---\nid: critic\ntools: [bash]\n---\nYou look.\n"),
    says: expect.arrayContaining([
      expect.stringMatching(/^tools: there is no "bash"; the tools are sh, python_run, /),
    ]),
    exitCode: 78,
  },
];

const CASSETTES: readonly Row[] = [
  {
    name: "a cassette that is not there",
    args: ["ask", "--cassette", "gone.jsonl", "hi"],
    says: expect.arrayContaining([expect.stringContaining("[INPUT_MISSING]")]),
    exitCode: 66,
  },
  {
    name: "a cassette that is none",
    args: ["ask", "--cassette", "notes.txt", "hi"],
    prepare: file("notes.txt", "hello\n"),
    says: expect.arrayContaining([
      'The recording "notes.txt" is damaged at line 1 [CASSETTE_INVALID]',
    ]),
    exitCode: 65,
  },
];

describe("refused with text and exit code:", () => {
  test.each([...USAGE, ...MESSAGES, ...ROOMS, ...SETTINGS, ...CASSETTES])("$name", async (row) => {
    await using home = await testHome();
    await row.prepare?.(home);
    const ran = await home.run(row.args, row.options);
    const lines = ran.stderr.replaceAll(home.path, "HOME").trimEnd().split("\n");
    expect(lines).toEqual(row.says);
    expect(ran).toMatchObject({ stdout: "", exitCode: row.exitCode });
  });

  test("a room that is not among those that are there", async () => {
    await using server = scriptedServer([say("Ok.")]);
    await using home = await testHome();
    await home.run(["ask", "hi"], { url: server.url });
    const [id = ""] = (await home.run(["log", "--list"])).stdout.split("\t");
    const ran = await home.run(["log", id.slice(0, -1)]);
    expect(ran.stderr.split("\n")).toEqual([
      `There is no room "${id.slice(0, -1)}" in this home [ROOM_UNKNOWN]`,
      "it holds 1 room",
      `→ org log ${id}`,
      "→ org log --list",
      "Nothing was sent.",
      "",
    ]);
    expect(ran).toMatchObject({ stdout: "", exitCode: 66 });
  });

  test("causes and stack traces only with -v", async () => {
    await using home = await testHome();
    const args = ["ask", "@@stranger hi"];
    expect((await home.run(args)).stderr).not.toContain("at ");
    const shown = await home.run([...args, "-v"], { program: SOURCE });
    expect(shown.stderr).toContain("core/mode.ts");
  });
});
