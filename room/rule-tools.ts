/** What a rule may call: the tools of its persona, as they are now. */
import { canonicalJson } from "#core/canonical-json.ts";
import { argumentsOf } from "#core/rules/lesson.ts";
import type { Rule } from "#core/rules/rule.ts";
import { factsOf } from "#tools/call-guard.ts";
import type { Tool } from "#tools/tool.ts";
import type { Toolbox } from "#tools/toolbox.ts";
import type { Participants } from "./participants.ts";
import { DEFAULT_PERMISSIONS, isAllowed } from "./permissions.ts";
import type { RoomOptions } from "./room-options.ts";

export interface RuleToolsOptions {
  readonly room: Pick<RoomOptions, "permissions" | "registry">;
  /** All of the room. */
  readonly tools: Toolbox;
  readonly participants: Participants;
}

export class RuleTools {
  readonly #options: RuleToolsOptions;

  constructor(options: RuleToolsOptions) {
    this.#options = options;
  }

  /** A tool that the persona has. */
  find(persona: string, name: string): Tool | undefined {
    return this.#of(persona).find((tool) => tool.name === name);
  }

  /** Whether the call that a rule stands for changes nothing, and is allowed without a question. */
  mayCall({ template, persona }: Rule, slot: string): boolean {
    const tool = this.find(persona, template.tool);
    if (tool?.effect !== "none") return false;
    const call = { id: "", name: tool.name, arguments: argumentsOf(template, slot) };
    const { permissions = DEFAULT_PERMISSIONS } = this.#options.room;
    return isAllowed(factsOf(tool, call, persona), permissions);
  }

  /** All that a persona can call, as one number: where it is another one, models may do something else. */
  async hash(persona: string): Promise<string> {
    const generated = (await this.#options.room.registry?.list()) ?? [];
    const set = [
      this.#of(persona).map(({ name, effect, schema }) => ({ name, effect, schema })),
      generated
        .filter(({ origin, state }) => origin === "generated" && state === "ready")
        .map(({ name, description }) => ({ name, description })),
    ];
    return new Bun.CryptoHasher("sha256").update(canonicalJson(set)).digest("hex");
  }

  #of(persona: string): readonly Tool[] {
    const { participants, tools } = this.#options;
    return tools.pick(participants.modelOf(persona).persona.tools).tools;
  }
}
