import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 730,
  name: "lease",
  summary: "approve calls beforehand, for a limited time and number of uses",
  operands: "[list | grant | revoke ID]",
  maxOperands: 2,
  actions: ["list", "grant", "revoke"],
  options: [
    {
      name: "tool",
      value: "NAME",
      summary: "grant: the tool; one that the policy would ask about",
    },
    { name: "persona", value: "ID", summary: "grant: only this persona" },
    { name: "path", value: "FOLDER", summary: "grant: only paths below it" },
    { name: "host", value: "HOST", summary: "grant: only this host; *.example.org is a pattern" },
    { name: "branch", value: "NAME", summary: "grant: only on this branch" },
    { name: "args", value: "JSON", summary: "grant: only exactly these arguments" },
    {
      name: "from",
      value: "ID",
      summary: "grant: derive a narrower lease from this one; it ends with this one",
    },
    {
      name: "minutes",
      value: "N",
      summary: "grant: how many minutes the lease is valid; default: 60",
    },
    { name: "uses", value: "N", summary: "grant: how many calls the lease allows; default: 1" },
    json,
  ],
  details: ["A lease never allows what the policy denies. Leases are stored on this machine only."],
  examples: [
    "org lease grant --tool sh --persona agent --uses 3",
    "org lease grant --from L1 --host docs.example.com --uses 1",
    "org lease list",
    "org lease revoke L1",
  ],
  run: later("lease"),
};
