/** Tools and workflows: making, finding and running them. A part of the command table. */
import { json } from "./command-options.ts";
import type { CommandSpec } from "./command-spec.ts";

export const TOOL_COMMANDS: readonly CommandSpec[] = [
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
        summary: "ts or python; default: python for a small model, else ts",
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
  {
    name: "tools",
    summary: "list, find, show or switch tools",
    operands: "[list | search QUERY | show NAME | disable NAME | enable NAME]",
    maxOperands: 2,
    actions: ["list", "search", "show", "disable", "enable"],
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
    actions: ["run", "check", "list", "show"],
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
  {
    name: "debug",
    summary: "show what org makes of what a model said, or finds for a question",
    operands: "extract | search",
    maxOperands: 1,
    actions: ["extract", "search"],
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
];
