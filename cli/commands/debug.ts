import type { Command } from "../command.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 950,
  name: "debug",
  summary: "show how org parses a model's output, or which tools a search finds",
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
  run: later("debug"),
};
