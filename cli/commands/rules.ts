import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 510,
  name: "rules",
  summary: "list, show, forget or switch off lines that are answered without a model",
  operands: "[list | show ID | forget ID | off ID | on ID]",
  maxOperands: 3,
  actions: ["list", "show", "forget", "off", "on"],
  options: [json],
  details: [
    "A rule is a whole line that one tool without effects answers; it is learnt from turns in which a model did just that.",
    "It answers once 16 such turns spoke for it and none against it; one line in 20 still goes to the model.",
    '[rules] mode in org.config: "live", "shadow" (learn only) or "off".',
  ],
  examples: ["org rules list", "org rules show r7", "org rules off r7"],
  run: later("rules"),
};
