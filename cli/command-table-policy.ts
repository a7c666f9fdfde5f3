/** What may run: questions, leases, and the sandbox. A part of the command table. */
import { json, room } from "./command-options.ts";
import type { CommandSpec } from "./command-spec.ts";

export const POLICY_COMMANDS: readonly CommandSpec[] = [
  {
    name: "approvals",
    summary: "show what waits for your yes, in every open room",
    options: [room, json],
    examples: ["org approvals"],
  },
  {
    name: "approve",
    summary: "let a call run, once, from another terminal",
    operands: "ID",
    maxOperands: 1,
    options: [room, json],
    examples: ["org approve A1", "org approve A1 --room 2026-01-02-0304-3fa19c02"],
  },
  {
    name: "deny",
    summary: "do not let a call run",
    operands: "ID",
    maxOperands: 1,
    options: [room, json],
    examples: ["org deny A1"],
  },
  {
    name: "lease",
    summary: "allow a call beforehand, for a while",
    operands: "[list | grant | revoke ID]",
    maxOperands: 2,
    actions: ["list", "grant", "revoke"],
    options: [
      { name: "tool", value: "NAME", summary: "grant: the tool, which the policy would ask about" },
      { name: "persona", value: "ID", summary: "grant: only this persona" },
      { name: "path", value: "FOLDER", summary: "grant: only paths below it" },
      { name: "host", value: "HOST", summary: "grant: only this host; *.example.org is a pattern" },
      { name: "branch", value: "NAME", summary: "grant: only on this branch" },
      { name: "args", value: "JSON", summary: "grant: only exactly these arguments" },
      { name: "from", value: "ID", summary: "grant: narrow this lease; the new one ends with it" },
      { name: "minutes", value: "N", summary: "grant: how long it holds; default: 60" },
      { name: "uses", value: "N", summary: "grant: how often it holds; default: 1" },
      json,
    ],
    details: ["What the policy denies no lease allows. A lease is kept on this machine only."],
    examples: [
      "org lease grant --tool sh --persona agent --uses 3",
      "org lease grant --from L1 --host docs.example.com --uses 1",
      "org lease list",
      "org lease revoke L1",
    ],
  },
  {
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
  },
  {
    name: "sandbox",
    summary: "run a command exactly as tools run",
    operands: "run -- COMMAND…",
    maxOperands: Number.POSITIVE_INFINITY,
    actions: ["run"],
    options: [
      {
        name: "ro",
        value: "FILE=DEST",
        repeatable: true,
        summary: "show a file or folder, read-only, at DEST; may be repeated",
      },
      { name: "cpu", value: "S", summary: "seconds of CPU time of all processes; default: 60" },
      { name: "memory", value: "BYTES", summary: "memory of all processes; default: 1073741824" },
      { name: "wall", value: "S", summary: "seconds on the clock; default: 30" },
      {
        name: "net",
        value: "HOST",
        repeatable: true,
        summary: "let it reach this domain by HTTPS; may be repeated; default: none",
      },
      { ...json, summary: "print one object at the end instead of what the command prints" },
    ],
    details: [
      "The command starts in /work, which is empty, writable and gone afterwards. Standard input is",
      "passed on, except from a terminal. Control characters of its output are left out; --json has them.",
      "The exit code is the command's; 124: out of time; 137: stopped for memory, processes or output;",
      "77: there is no sandbox, and nothing was run.",
    ],
    examples: [
      "org sandbox run -- python3 -c 'print(6*7)'",
      "org sandbox run --ro data.csv=/work/data.csv --wall 5 --json -- wc -l /work/data.csv",
    ],
  },
];
