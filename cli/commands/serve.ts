import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 600,
  name: "serve",
  summary: "serve this home over HTTP on a port of this machine",
  options: [
    {
      name: "generation",
      value: "NAME",
      choices: ["current", "candidate"],
      summary: "the release of main (default), or a candidate with its own tools",
    },
    {
      name: "port",
      value: "N",
      summary: "the port; default: 7001 for current, 7002 for a candidate",
    },
    {
      name: "host",
      value: "ADDRESS",
      summary:
        "the address to listen on; default: 127.0.0.1; any other needs a token (org token create)",
    },
    {
      name: "workers",
      value: "N",
      summary: "how many jobs run at once, 1 to 64; default: 1, or org.config",
    },
    { name: "branch", value: "NAME", summary: "the candidate to serve; default: the newest" },
    { name: "background", summary: "return as soon as it listens; org stop ends it" },
    {
      ...json,
      summary: "with --background: print the server's process, port and commit as one JSON object",
    },
  ],
  details: [
    "Over HTTP: jobs, rooms, tools, candidates, metrics for Prometheus, and the room as a model for any OpenAI client. See",
    "GET /openapi.json and docs/api.md. A generation is current (main) or candidate, each with its own state; a candidate",
    "serves rooms only. With --background, current is a release of main's tip. Of a candidate only the tools are used, not",
    "its other code. On SIGTERM running answers and jobs may finish; a job that takes too long starts again with the next",
    "start.",
  ],
  examples: ["org serve --generation current", "org serve --generation candidate --port 7002"],
  run: later("serve"),
};
