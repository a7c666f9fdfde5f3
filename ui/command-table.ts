/**
 * The command line, as data: parsing, help and the reference page are all made from this table. It
 * imports nothing heavy, so that `org --help` answers at once.
 */
import type { CommandSpec, OptionSpec } from "./command-spec.ts";
import { GATE_COMMANDS } from "./command-table-gate.ts";
import { MODELS_COMMAND } from "./command-table-models.ts";

const json: OptionSpec = {
  name: "json",
  summary: "print JSON: one object, or one a line when streaming",
};
const room: OptionSpec = {
  name: "room",
  value: "ID",
  summary: "use this room; `org log --list` shows them",
};
const resume: OptionSpec = { name: "resume", summary: "go on in the newest room" };
const mode: OptionSpec = {
  name: "mode",
  value: "MODE",
  summary: "group, direct:<persona> or file:<path>",
};

/** Options that every command takes. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { name: "base", value: "URL", summary: "the model server; default: OLLAMA_BASE, OLLAMA_HOST" },
  {
    name: "wire",
    value: "WIRE",
    choices: ["openai", "ollama", "anthropic"],
    summary: "what the server speaks; default: ORG_WIRE, else openai",
  },
  { name: "model", value: "NAME", summary: "the model; default: OLLAMA_MODEL" },
  {
    name: "cassette",
    value: "FILE",
    summary: "answer from a recorded session instead of a server",
  },
  { name: "record", value: "FILE", summary: "record the session with the server into a cassette" },
  { name: "strict", summary: "with --cassette: fail unless all of it was played, exactly once" },
  {
    name: "sandbox",
    value: "TIER",
    choices: ["bubblewrap", "landlock"],
    summary: "what programs are kept in; landlock promises less, and is never chosen by itself",
  },
  { name: "verbose", short: "v", summary: "show causes and stack traces of failures" },
  { name: "help", short: "h", summary: "show this" },
  { name: "version", summary: "print the version" },
];

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "chat",
    summary: "open the room (what plain `org` does)",
    options: [
      resume,
      room,
      mode,
      { name: "plain", summary: "append-only output: no redraw, no colour" },
    ],
    details: ["Inside the room, /help lists the commands."],
    examples: ["org", "org --resume", "org chat --plain --mode direct:python"],
  },
  {
    name: "ask",
    summary: "ask once and print the answer",
    operands: "[MESSAGE] [-]",
    maxOperands: 2,
    options: [
      { ...resume, summary: "ask in the newest room instead of a new one" },
      room,
      mode,
      json,
      { name: "raw", summary: "with --json: include the raw output of tools" },
      { name: "yes", summary: "say yes to whatever the policy asks about in this one question" },
    ],
    details: [
      "Without MESSAGE the message is read from standard input; with MESSAGE and -, the input follows it.",
      "While a room is open in this home, the question is asked in that room.",
    ],
    examples: [
      'org ask "What is in this folder?"',
      'git diff | org ask "Review this." -',
      "org ask --json hi",
    ],
  },
  {
    name: "forge",
    summary: "let a model build a tool, and validate it",
    options: [
      { name: "goal", value: "TEXT", summary: "what the tool should do; asks nothing then" },
      { name: "name", value: "NAME", summary: "name of the tool; default: the model chooses" },
      {
        name: "lang",
        value: "LANGUAGE",
        choices: ["ts", "python"],
        summary: "ts or python; default: ts",
      },
      { name: "rounds", value: "N", summary: "how often each stage may try again; default: 3" },
      { name: "promote", summary: "merge the tool once it is delivered" },
      { name: "from", value: "DIR", summary: "validate this folder instead; no model is asked" },
      { ...json, summary: "print each step as a line of JSON; with --from: the report" },
    ],
    details: [
      "Contract, cases, tests, program, validation in the sandbox; each stage has a few rounds to get right.",
      "Without --goal it asks, shows what was made, and goes on only with your yes; Esc ends it.",
      "Prints the folder of the tool. The exit code is 0 when it was delivered, else 1.",
    ],
    examples: [
      "org forge",
      'org forge --goal "the median of a list of numbers" --json',
      "org forge --from tools/generated/median",
    ],
  },
  ...GATE_COMMANDS,
  {
    name: "log",
    summary: "show what was said in a room",
    operands: "[ROOM]",
    maxOperands: 1,
    options: [
      { name: "list", summary: "list the rooms instead, newest first" },
      { name: "raw", summary: "include the raw output of tools" },
      {
        name: "export",
        value: "FORMAT",
        choices: ["md", "json"],
        summary: "write the whole room as md or json",
      },
      json,
    ],
    examples: ["org log", "org log --list", "org log --export md > room.md"],
  },
  {
    name: "doctor",
    summary: "check everything org needs and say what to do",
    options: [json],
    examples: ["org doctor"],
  },
  {
    name: "config",
    summary: "check or show what is configured",
    operands: "[check | show | path | get KEY]",
    maxOperands: 2,
    options: [json],
    details: [
      "The file is ORG_HOME/org.config, in TOML. It is yours: no tool can write it.",
      `Secrets stand in the environment; the file refers to them: api_key = "\${NAME}".`,
    ],
    examples: ["org config check", "org config get permissions.mode"],
  },
  {
    name: "approvals",
    summary: "show what waits for your yes, in every open room",
    options: [room, json],
    examples: ["org approvals"],
  },
  {
    name: "approve",
    summary: "let a call run, once, from another terminal",
    operands: "ID",
    maxOperands: 1,
    options: [room, json],
    examples: ["org approve A1", "org approve A1 --room 2026-01-02-0304-3fa19c02"],
  },
  {
    name: "deny",
    summary: "do not let a call run",
    operands: "ID",
    maxOperands: 1,
    options: [room, json],
    examples: ["org deny A1"],
  },
  {
    name: "lease",
    summary: "allow a call beforehand, for a while",
    operands: "[list | grant | revoke ID]",
    maxOperands: 2,
    options: [
      { name: "tool", value: "NAME", summary: "grant: the tool, which the policy would ask about" },
      { name: "persona", value: "ID", summary: "grant: only this persona" },
      { name: "path", value: "FOLDER", summary: "grant: only paths below it" },
      { name: "host", value: "HOST", summary: "grant: only this host; *.example.org is a pattern" },
      { name: "branch", value: "NAME", summary: "grant: only on this branch" },
      { name: "args", value: "JSON", summary: "grant: only exactly these arguments" },
      { name: "from", value: "ID", summary: "grant: narrow this lease; the new one ends with it" },
      { name: "minutes", value: "N", summary: "grant: how long it holds; default: 60" },
      { name: "uses", value: "N", summary: "grant: how often it holds; default: 1" },
      json,
    ],
    details: ["What the policy denies no lease allows. A lease is kept on this machine only."],
    examples: [
      "org lease grant --tool sh --persona agent --uses 3",
      "org lease grant --from L1 --host docs.example.com --uses 1",
      "org lease list",
      "org lease revoke L1",
    ],
  },
  {
    name: "sandbox",
    summary: "run a command exactly as tools run",
    operands: "run -- COMMAND…",
    maxOperands: Number.POSITIVE_INFINITY,
    options: [
      {
        name: "ro",
        value: "FILE=DEST",
        repeatable: true,
        summary: "show a file or folder, read-only, at DEST; may be repeated",
      },
      { name: "cpu", value: "S", summary: "seconds of CPU time of all processes; default: 60" },
      { name: "memory", value: "BYTES", summary: "memory of all processes; default: 1073741824" },
      { name: "wall", value: "S", summary: "seconds on the clock; default: 30" },
      {
        name: "net",
        value: "HOST",
        repeatable: true,
        summary: "let it reach this domain by HTTPS; may be repeated; default: none",
      },
      { ...json, summary: "print one object at the end instead of what the command prints" },
    ],
    details: [
      "The command starts in /work, which is empty, writable and gone afterwards. Standard input is",
      "passed on, except from a terminal. Control characters of its output are left out; --json has them.",
      "The exit code is the command's; 124: out of time; 137: stopped for memory, processes or output;",
      "77: there is no sandbox, and nothing was run.",
    ],
    examples: [
      "org sandbox run -- python3 -c 'print(6*7)'",
      "org sandbox run --ro data.csv=/work/data.csv --wall 5 --json -- wc -l /work/data.csv",
    ],
  },
  {
    name: "tools",
    summary: "list, find, show or switch tools",
    operands: "[list | search QUERY | show NAME | disable NAME | enable NAME]",
    maxOperands: 2,
    options: [json],
    details: [
      "A generated tool can be called by every persona once the gate has promoted it, and as long as its files",
      "are those that were judged. One that is disabled stays so until it is enabled, whatever version comes.",
      "The exit code of a search that finds nothing is 1.",
    ],
    examples: ["org tools", 'org tools search "rename many files"', "org tools disable slugify"],
  },
  {
    name: "workflow",
    summary: "run files of steps over tools, check or show them",
    operands: "[run NAME | check [NAME] | list | show NAME]",
    maxOperands: 3,
    options: [
      { name: "inputs", value: "JSON", summary: "run: what the workflow is given; default: {}" },
      { name: "resume", value: "RUN", summary: "run: go on with a run where it was left" },
      { name: "yes", summary: "run: say yes to whatever the policy asks about" },
      { name: "runs", summary: "list: the runs instead, newest first" },
      { ...json, summary: "print JSON; of a run: each step as a line" },
    ],
    details: [
      "NAME is a file in ORG_HOME/workflows without its ending, the path of a file, or with show a run.",
      "A step that is finished is on disk before the next begins: --resume repeats none of them.",
      "The exit code is 0 when all is done, 1 when a step failed, 65 when the workflow has a mistake.",
    ],
    examples: [
      "org workflow check",
      'org workflow run digest --inputs \'{"folder":"notes"}\'',
      "org workflow list --runs",
      "org workflow run --resume run_3fa19c02d41e07b",
    ],
  },
  MODELS_COMMAND,
  {
    name: "debug",
    summary: "show what org makes of what a model said, or finds for a question",
    operands: "extract | search",
    maxOperands: 1,
    options: [
      {
        name: "tools",
        value: "FILE",
        summary: "a JSON list of tools, for lines that bring none of their own",
      },
      { name: "chars", summary: "feed one character at a time, as the slowest server would" },
    ],
    details: [
      "Reads lines of JSON, {id, model_output, tools}, from standard input.",
      "Writes lines of JSON, {id, calls: [{name, arguments}], text, reasoning}.",
      'search reads tools, {kind: "tool", name, description}, and questions, {kind: "query", id, text}, in',
      "any order, and writes {id, results: [names, best first, at most 10]} for every question.",
    ],
    examples: ["org debug extract --chars < said.jsonl", "org debug search < asked.jsonl"],
  },
  {
    name: "help",
    summary: "show help for a command, or a topic: exit-codes",
    operands: "[COMMAND]",
    maxOperands: 1,
    options: [],
    examples: ["org help ask", "org help exit-codes"],
  },
];
