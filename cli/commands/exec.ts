import type { Command } from "../command.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 140,
  name: "exec",
  summary: "do one task and print a commit message and a patch",
  operands: "TASK",
  maxOperands: 1,
  options: [
    {
      name: "var",
      value: "NAME=VALUE",
      repeatable: true,
      summary: "the value of {NAME} in the task; may be repeated; default: the environment",
    },
    {
      name: "repo",
      value: "DIR",
      summary: "the checkout to work on; default: REPO_ROOT, else the current folder",
    },
    {
      name: "context",
      value: "DIR",
      summary: "more files for the model to read; default: CONTEXT_ROOT",
    },
    {
      name: "breadcrumb",
      value: "TEXT",
      summary: "a trailer for the commit message; default: TRACKING_BREADCRUMB",
    },
    {
      name: "best-of",
      value: "N",
      summary: "make N attempts, 2 to 8, and print the best; the table goes to standard error",
    },
  ],
  details: [
    "TASK is a Markdown file with a block of YAML: prompt, context, outputs, guarantees; - is standard input.",
    "It never asks you and changes no file. It prints the blocks ---COMMIT_MSG--- and ---PATCH---, or nothing.",
    "LLM_PROVIDER, LLM_MODEL, LLM_BASE_URL and LLM_API_KEY name the model when no option names one.",
    "The exit code is 0 when the task is done, 65 for a bad task or answer, 66 when an input is missing, 69 when no",
    "model answers, 77 when the answer would change files that the task does not name. More: docs/exec.md.",
  ],
  examples: [
    "org exec tasks/rename.md --repo ../shop --var MODULE=cart",
    "org exec tasks/rename.md | org cand start --patch -",
  ],
  run: later("exec"),
};
