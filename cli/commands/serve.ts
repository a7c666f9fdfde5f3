import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 600,
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
  run: later("serve"),
};
