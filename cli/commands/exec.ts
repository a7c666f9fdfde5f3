import type { Command } from "../command.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 140,
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
      summary: "the checkout to work on; default: REPO_ROOT, else here",
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
    "It asks nothing, changes nothing, and prints the two blocks ---COMMIT_MSG--- and ---PATCH--- or nothing.",
    "LLM_PROVIDER, LLM_MODEL, LLM_BASE_URL and LLM_API_KEY name the model, where no option does.",
    "The exit code is 0 when it is done, 65 for a bad task or answer, 66 when something is missing, 69 when no",
    "model answers, 77 when the answer would change what the task does not name. docs/exec.md says more.",
  ],
  examples: [
    "org exec tasks/rename.md --repo ../shop --var MODULE=cart",
    "org exec tasks/rename.md | org cand start --patch -",
  ],
  run: later("exec"),
};
