/** The commands of the gate; a part of the command table. */
import { json } from "./command-options.ts";
import type { CommandSpec } from "./command-spec.ts";

export const GATE_COMMANDS: readonly CommandSpec[] = [
  {
    name: "serve",
    summary: "serve a generation on a port of this machine",
    options: [
      {
        name: "generation",
        value: "NAME",
        choices: ["current", "candidate"],
        summary: "main as it was released (default), or a candidate with its own tools",
      },
      { name: "port", value: "N", summary: "default: 7001 for current, 7002 for a candidate" },
      {
        name: "host",
        value: "ADDRESS",
        summary: "listen there; default: 127.0.0.1; any other needs a token of org token create",
      },
      {
        name: "workers",
        value: "N",
        summary: "how many jobs run at once, 1 to 64; default: 1, or org.config",
      },
      { name: "branch", value: "NAME", summary: "the candidate; default: the newest" },
      { name: "background", summary: "return when it listens; ./ops/stop.sh ends it" },
      { ...json, summary: "with --background: print who serves as one JSON object" },
    ],
    details: [
      "Jobs, rooms, tools, candidates, figures for Prometheus, and the room as a model of any OpenAI client: GET /openapi.json, docs/api.md.",
      "Each generation has a state of its own; a candidate offers its rooms alone.",
      "With --background, current is a release of main's tip. A candidate's tools are served, its other code is not.",
      "SIGTERM lets an answer and a job that are under way finish; a job that takes too long begins again with the next start.",
    ],
    examples: ["org serve --generation current", "org serve --generation candidate --port 7002"],
  },
  {
    name: "fitness",
    summary: "judge a candidate",
    operands: "CANDIDATE | PORT | drill | add-case TOOL",
    maxOperands: 2,
    actions: ["drill", "add-case"],
    options: [
      { name: "repo", value: "DIR", summary: "the checkout that holds it; default: the home" },
      {
        name: "intent",
        value: "NAME,…",
        summary: "tools that it may change; default: those that were asked for in this home",
      },
      { name: "stages", value: "S0-Sn", summary: "how far to go; default: S0-S6" },
      { name: "input", value: "JSON", summary: "with add-case: the arguments" },
      { name: "output", value: "JSON", summary: "with add-case: the result" },
      { name: "error", value: "CODE", summary: "with add-case: the failure, instead of a result" },
      { ...json, summary: "print the verdict with its evidence as one JSON object" },
    ],
    details: [
      "CANDIDATE is a branch or a commit, or the PORT that one of this home serves on. Nothing of it is run outside of the sandbox, and main is not changed.",
      "The exit code is 0 when it may be promoted, 1 when it is rejected or held for a human.",
      "drill shows that the gate still bites: main's own tools pass, and with a fault in them they do not.",
      "add-case keeps a case that no candidate can see; of such cases only pass or fail is told.",
    ],
    examples: [
      "org fitness cand/20261121T0830",
      "org fitness cand/median --intent median --json",
      `org fitness add-case median --input '{"list":[1,3]}' --output 2`,
    ],
  },
  {
    name: "promote",
    summary: "merge a candidate that the gate lets pass",
    operands: "[CANDIDATE]",
    maxOperands: 1,
    options: [
      {
        name: "approve",
        summary: "say yes to one that is held for a human; read its difference first",
      },
      json,
    ],
    details: [
      "Judges it when it was not judged yet, or when main has moved since.",
      "Main, the tag and the live release move together or not at all; what does not run well is taken back at once.",
    ],
    examples: ["org promote cand/20261121T0830", "org promote cand/20261121T0830 --approve"],
  },
  {
    name: "rollback",
    summary: "take the newest promotion back, or any other",
    operands: "[TAG]",
    maxOperands: 1,
    options: [json],
    details: ["Needs no model and no network. A rollback can be rolled back in turn."],
    examples: ["org rollback", "org rollback promotion/20261121T083000Z-1a2b3c4d"],
  },
  {
    name: "cand",
    summary: "list, show, make or remove candidates",
    operands: "list | show NAME | start | rm NAME",
    maxOperands: 2,
    actions: ["list", "show", "start", "rm"],
    options: [
      { name: "diff", summary: "with show: what it changes (default)" },
      { name: "tests", summary: "with show: its cases and tests alone" },
      { name: "evidence", summary: "with show: the last verdict, stage by stage" },
      {
        name: "patch",
        value: "FILE",
        summary:
          "with start: apply this to main, a diff or what org exec prints; - is standard input",
      },
      {
        name: "branch",
        value: "REF",
        summary: "with start: take this branch or commit; default: main",
      },
      { name: "serve", summary: "with start: serve it, too" },
      { name: "port", value: "N", summary: "with --serve: default: 7002" },
      { name: "title", value: "TEXT", summary: "with start: the message of its commit" },
      json,
    ],
    details: ["A candidate is a branch in a work tree of its own; your checkout is left alone."],
    examples: [
      "org cand",
      "org cand start --patch change.patch",
      "org exec tasks/rename.md | org cand start --patch -",
      "org cand show cand/20261121T083000Z --evidence",
    ],
  },
  {
    name: "reject",
    summary: "say no to a candidate",
    operands: "CANDIDATE",
    maxOperands: 1,
    options: [{ name: "reason", value: "TEXT", summary: "why; kept with the verdict" }],
    examples: ['org reject cand/20261121T083000Z --reason "we have that already"'],
  },
  {
    name: "scoreboard",
    summary: "what the gate has let pass and stopped, and where main comes from",
    options: [json],
    examples: ["org scoreboard", "org scoreboard --json"],
  },
];
