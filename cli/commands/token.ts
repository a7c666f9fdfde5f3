import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 740,
  name: "token",
  summary: "say who may ask over HTTP",
  operands: "[list | create | revoke ID]",
  maxOperands: 2,
  actions: ["list", "create", "revoke"],
  options: [
    { name: "name", value: "TEXT", summary: "create: what it is for" },
    {
      name: "scope",
      value: "SCOPE",
      choices: ["read", "run", "admin"],
      summary: "create: look; also have things done (default); also decide about main",
    },
    { name: "hmac", summary: "create: a key that signs requests, in a file of this home" },
    json,
  ],
  details: [
    "A token is shown once, and only its hash is kept. With the first one, every port of this home asks for one.",
  ],
  examples: [
    "org token create --name ci --scope run",
    "org token create --name deploy --scope admin --hmac",
    "org token list",
    "org token revoke 0f3a9c1e77b2",
  ],
  run: later("token"),
};
