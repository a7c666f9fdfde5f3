import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 610,
  name: "ui",
  summary: "print a link that signs a browser in to the dashboard of org serve",
  operands: "[sign-out]",
  maxOperands: 1,
  actions: ["sign-out"],
  options: [json],
  details: [
    "The link works once, within two minutes; the session that it opens lasts eight hours, or until org serve ends.",
    "sign-out ends every session of the dashboard at once.",
  ],
  examples: ["org ui", "org ui sign-out"],
  run: later("ui"),
};
