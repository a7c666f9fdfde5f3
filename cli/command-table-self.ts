/** org itself: its settings, its health and its help. A part of the command table. */
import { json } from "./command-options.ts";
import type { CommandSpec } from "./command-spec.ts";

export const OWN_COMMANDS: readonly CommandSpec[] = [
  {
    name: "init",
    summary: "write the settings of a home, with comments",
    options: [json],
    details: ["Nothing that is there is changed: a file of the same name is kept."],
    examples: ["org init", "ORG_HOME=~/rooms org init"],
  },
  {
    name: "demo",
    summary: "watch a tool being asked for, built, judged, merged, used and taken back",
    options: [
      { name: "fast", summary: "without pauses" },
      { name: "plain", summary: "append-only output: no redraw, no colour" },
      { name: "keep", summary: "leave its home, a Git repository, to look at" },
      { ...json, summary: "print what was checked as JSON; the room goes to standard error" },
    ],
    details: [
      "The program, its sandbox, Git and the gate are real; only the models' words are recorded, written by hand.",
      "It plays in a home of its own, needs no model and no network, and takes about a minute and a half.",
      "The exit code is 0 when everything happened as it was recorded, else 1.",
    ],
    examples: ["org demo", "org demo --fast --plain", "org demo --fast --keep --json"],
  },
  {
    name: "doctor",
    summary: "check everything org needs and say what to do",
    options: [json],
    details: [
      "The exit code is 1 when something does not work; what only works less well is marked with !.",
    ],
    examples: ["org doctor", "org doctor --json"],
  },
  {
    name: "config",
    summary: "check or show what is configured",
    operands: "[check | show | path | get KEY]",
    maxOperands: 2,
    actions: ["check", "show", "path", "get"],
    options: [json],
    details: [
      "The file is ORG_HOME/org.config, in TOML. It is yours: no tool can write it.",
      `Secrets stand in the environment; the file refers to them: api_key = "\${NAME}".`,
    ],
    examples: ["org config check", "org config get permissions.mode"],
  },
  {
    name: "completion",
    summary: "print what a shell needs to complete org",
    operands: "bash | zsh | fish",
    maxOperands: 1,
    actions: ["bash", "zsh", "fish"],
    options: [],
    details: ["The first lines of what it prints say where it belongs."],
    examples: ["org completion bash"],
  },
  {
    name: "help",
    summary: "show help for a command, or a topic: exit-codes, environment, room, reference",
    operands: "[COMMAND | TOPIC]",
    maxOperands: 1,
    options: [],
    examples: ["org help ask", "org help exit-codes"],
  },
];
