/** What a user asks of the rules of a home, the same for the process that owns it and for every other one. */
import { z } from "zod";
import type { Rule, RuleBook } from "#core/rules/rule.ts";
import type { Call } from "./home-wire.ts";
import type { Handlers } from "./owner-server.ts";

export type RulesRequest =
  | { readonly kind: "list" }
  | { readonly kind: "show" | "forget" | "on" | "off"; readonly id: number }
  /** What a candidate begins with; where it goes, the owner knows. */
  | { readonly kind: "copy" };

/** The rules that were asked for: all, the one that is shown or was switched, or none. */
export type RulesService = (request: RulesRequest, signal: AbortSignal) => Promise<readonly Rule[]>;

interface RulesOverRpc {
  readonly book: RuleBook;
  /** Path of the candidate's rules. */
  readonly candidate: string;
}

/** Does what the user asks. @throws {OrgError} as the methods of `RuleBook`. */
export async function answerOfRules(
  { book, candidate }: RulesOverRpc,
  request: RulesRequest,
): Promise<readonly Rule[]> {
  switch (request.kind) {
    case "list":
      return book.list();
    case "show":
      return [book.show(request.id)];
    case "on":
    case "off":
      return [await book.turn(request.id, request.kind)];
    case "forget":
      await book.forget(request.id);
      return [];
    default:
      await book.copyTo(candidate);
      return [];
  }
}

const QUESTION = "rules";

/** The owner's side. */
export function rulesHandlers(service: RulesService): Handlers {
  return {
    [QUESTION]: async function* (body, signal) {
      yield { rules: await service(requestSchema.parse(body), signal) };
    },
  };
}

/** The side of every other process. */
export function remoteRules(call: Call): RulesService {
  return async (request, signal) => {
    for await (const line of call(QUESTION, request, signal)) return answerSchema.parse(line).rules;
    throw new Error("The owner said nothing of its rules");
  };
}

const id = z.int().min(1);

const requestSchema: z.ZodType<RulesRequest> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["list", "copy"]) }),
  z.strictObject({ kind: z.enum(["show", "forget", "on", "off"]), id }),
]);

const count = z.int().min(0);

// JSON leaves out what is undefined.
const rule = z
  .object({
    ...{ id, persona: z.string(), place: z.enum(["workspace", "project"]), tools: z.string() },
    pattern: z.object({ head: z.string(), slot: z.enum(["folder", "file", "query"]).optional() }),
    template: z.object({ tool: z.string(), fixed: z.string(), argument: z.string().optional() }),
    state: z.enum(["shadow", "live", "off"]),
    ...{ confirmed: count, against: count, inRow: count, recent: z.string(), lines: count },
    ...{ fired: count, learntAt: z.number(), usedAt: z.number() },
  })
  .transform(({ pattern, template, ...rest }): Rule => {
    const { head, slot } = pattern;
    const { tool, fixed, argument } = template;
    return { ...rest, pattern: { head, slot }, template: { tool, fixed, argument } };
  });

const answerSchema = z.object({ rules: z.array(rule) });
