import type { ToolCall, ToolResult, ToolSchema } from "#core/calls.ts";
import { explain, OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { aliasedTool } from "#core/tool-aliases.ts";
import { type CallGuard, factsOf, type Refusal } from "./call-guard.ts";
import type { DynamicTools } from "./dynamic-tools.ts";
import type { Tool, ToolContext, ToolEffect, ToolOutput } from "./tool.ts";

export interface ToolboxOptions {
  /** Asked before every call. */
  readonly guard?: CallGuard | undefined;
  /** Cleans what comes back. @default knows what secrets look like, and none by its value */
  readonly cleaner?: TextCleaner | undefined;
  /** What can be called as well; a tool of the box goes before one of its name. */
  readonly dynamic?: DynamicTools | undefined;
  /** Whether a model is told of a tool; one that it is not told of can be called all the same. @default all */
  readonly offers?: ((tool: Tool) => boolean) | undefined;
  /** Id of the room whose calls these are. @default they belong to none */
  readonly room?: string | undefined;
}

/** The tools that one persona may call, by name. */
export class Toolbox {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #guard: CallGuard | undefined;
  readonly #cleaner: TextCleaner;
  readonly #dynamic: DynamicTools | undefined;
  readonly #offers: (tool: Tool) => boolean;
  readonly #room: string | undefined;

  constructor(tools: readonly Tool[], options: ToolboxOptions = {}) {
    const { guard, cleaner, dynamic, offers, room } = options;
    this.#room = room;
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#guard = guard;
    this.#cleaner = cleaner ?? new TextCleaner();
    this.#dynamic = dynamic;
    this.#offers = offers ?? (() => true);
  }

  /** Those that a model is told of. */
  get tools(): readonly Tool[] {
    const dynamic = this.#dynamic?.declared.filter(({ name }) => !this.#tools.has(name)) ?? [];
    return [...this.#tools.values(), ...dynamic].filter((tool) => this.#offers(tool));
  }

  /** @returns nothing where the box has none of this name. */
  tool(name: string): Tool | undefined {
    return this.#tools.get(name);
  }

  get schemas(): readonly ToolSchema[] {
    return this.tools.map((tool) => tool.schema);
  }

  /** Names of those with which a turn begins. */
  get first(): readonly string[] {
    return this.tools.filter(({ isFirst }) => isFirst).map(({ name }) => name);
  }

  get names(): readonly string[] {
    return this.tools.map(({ name }) => name);
  }

  effectOf(name: string): ToolEffect | undefined {
    return this.#find(name)?.effect;
  }

  /** Whether what a call changes is there for the next one. */
  lasts(name: string): boolean {
    return this.#find(name)?.lasts === true;
  }

  /**
   * A box with only these of its tools; names it does not know are left out.
   *
   * @param options what is otherwise than in this box; the cleaner stays.
   */
  pick(names: readonly string[], options: Omit<ToolboxOptions, "cleaner"> = {}): Toolbox {
    const { guard = this.#guard, dynamic, offers, room = this.#room } = options;
    const tools = names.flatMap((name) => {
      const tool = this.#tools.get(name);
      return tool === undefined ? [] : [tool];
    });
    const own = { guard, cleaner: this.#cleaner, dynamic, offers, room };
    return new Toolbox(tools, own);
  }

  /**
   * The call as it will run: under the real name of its tool, with the arguments that the tool will read.
   * What judges, counts, stores and shows a call uses this one.
   */
  resolve(call: ToolCall): ToolCall {
    const tool = this.#find(call.name) ?? this.#find(aliasedTool(call.name) ?? "");
    if (tool === undefined) return call;
    const { arguments: args } = call;
    return {
      ...call,
      name: tool.name,
      arguments: tool.fit === undefined ? args : tool.fit(args),
    };
  }

  /**
   * Runs a call. Whatever goes wrong with it is a result, because the model reads it and can do better.
   *
   * @throws only what is a bug of ours.
   */
  async run(request: ToolCall, context: ToolContext): Promise<ToolResult> {
    const call = this.resolve(request);
    const tool = this.#find(call.name);
    const refusal = tool && (await this.#refusal(tool, call, context));
    const { id, name } = call;
    if (refusal !== undefined) {
      // It may quote the call.
      return { id, name, ok: false, ms: 0, ...this.#cleaner.cleanData(refusal) };
    }
    // What a human needed to say yes is not a time of the tool.
    const start = performance.now();
    const done = await this.#output(tool, call, context);
    // What a program printed goes to a model, to the journal and to screens.
    const output = await this.#cleaner.cleanInSlices(done.output);
    const ms = Math.round(performance.now() - start);
    const { ok, isEmpty, exit, outcome, killed, images } = done;
    return { id, name, ok, output, isEmpty, ms, exit, outcome, killed, images };
  }

  /** Ends what its tools keep open; for the box of a room, whose tools no other room has. */
  async close(): Promise<void> {
    await Promise.all([...this.#tools.values()].map((tool) => tool.close?.()));
  }

  #find(name: string): Tool | undefined {
    return this.#tools.get(name) ?? this.#dynamic?.find(name);
  }

  async #refusal(
    tool: Tool,
    call: ToolCall,
    { persona, signal }: ToolContext,
  ): Promise<Refusal | undefined> {
    return await this.#guard?.refusalOf({ call, facts: factsOf(tool, call, persona), signal });
  }

  async #output(tool: Tool | undefined, call: ToolCall, context: ToolContext): Promise<ToolOutput> {
    if (tool === undefined) return { ok: false, output: this.#unknown(call.name) };
    try {
      const clean = (text: string) => this.#cleaner.cleanInSlices(text, context.signal);
      return await tool.run(call.arguments, { room: this.#room, ...context, clean });
    } catch (error) {
      if (error instanceof OrgError) return { ok: false, output: explain(error) };
      throw error;
    }
  }

  #unknown(name: string): string {
    const callable = new Set([...this.names, ...(this.#dynamic?.names ?? [])]);
    const near = nearestNames(name, [...callable]);
    const suggestion =
      near.length > 0 ? `did you mean ${near.join(" or ")}? There are: ` : "there are: ";
    const hint =
      this.names.length > 0 ? `${suggestion}${this.names.join(", ")}.` : "answer without one.";
    return `There is no tool ${name.slice(0, 80)}; ${hint}`;
  }
}
