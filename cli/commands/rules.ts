import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 510,
  name: "rules",
  summary: "list, show, forget or switch off rules: messages answered without a model",
  operands: "[list | show ID | forget ID | off ID | on ID]",
  maxOperands: 3,
  actions: ["list", "show", "forget", "off", "on"],
  options: [json],
  details: [
    "A rule maps a whole message to one call of a tool without side effects. org learns it from turns in which a model",
    "made just that call. It is used after 16 such turns and none that differed; one message in 20 still goes to the model.",
    '[rules] mode in org.config: "live", "shadow" (learn only) or "off".',
  ],
  examples: ["org rules list", "org rules show r7", "org rules off r7"],
  run: later("rules"),
};
