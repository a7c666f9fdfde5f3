import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 740,
  name: "token",
  summary: "list, create or revoke tokens for the HTTP interface",
  operands: "[list | create | revoke ID]",
  maxOperands: 2,
  actions: ["list", "create", "revoke"],
  options: [
    { name: "name", value: "TEXT", summary: "create: what it is for" },
    {
      name: "scope",
      value: "SCOPE",
      choices: ["read", "run", "admin"],
      summary:
        "create: read = look; run (default) = also start work; admin = also decide about candidates",
    },
    { name: "hmac", summary: "create: a key that signs requests, in a file of this home" },
    json,
  ],
  details: [
    "A token is shown once; only its hash is stored. As soon as one exists, every port of this home requires one.",
  ],
  examples: [
    "org token create --name ci --scope run",
    "org token create --name deploy --scope admin --hmac",
    "org token list",
    "org token revoke 0f3a9c1e77b2",
  ],
  run: later("token"),
};
