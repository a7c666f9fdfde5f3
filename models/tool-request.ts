/** Lines that ask for a tool to be made, and the wish in them: a small model makes a name of it, and the forge builds from that. */
import type { ToolCall } from "#core/calls.ts";
import { fieldsOf, textOf } from "#core/json.ts";

/** Makes a tool from its goal. */
export const FORGE = "forge";

const TOOL =
  /(?<!\p{L})(?:tools?|werkzeug|outil|herramienta)\s*,?\s+(?:that|which|to|for|with|from|das|zum|für|qui|pour|que|para)(?!\p{L})/iu;
const ABOUT_TOOLS =
  /^\W*(?:@@\w+\W+)?(?:(?:please|bitte)\s+)?(?:(?:can|could|would|will)\s+you\s+(?:please\s+)?|let['’]?s\s+)?(?:use|run|call|try|test|list|show|compare|rename|did|was|were|has|have|had|explain|delete|remove|thanks?|nutze|benutze|verwende|zeige?|lösche|danke|utilise|montre|supprime|merci|usa|muestra|borra|gracias|which|what|how|why|(?:is|are) there|do(?:es)?|welche\p{L}*|was|wie|warum|gibt es|quels?|quelles?|comment|pourquoi|qué|cuáles?|cómo|hay)(?!\p{L})/iu;

/** The addressed persona. */
const ADDRESS = /^\W*@@\w+\W+/u;
/** Where `forge` is to be used by its name; what stands behind is the wish. */
const BY_NAME =
  /^\W*(?:@@\w+\W+)?(?:(?:please|bitte)\s+)?(?:use|call|run|start|nutze|benutze|verwende|starte|utilise|lance|usa|inicia)\s+(?:(?:the|das|den|l'|la)\s*)?(?:(?:tool|werkzeug|outil|herramienta)\s+)?["'`]?forge["'`]?(?:\s+tool)?(?:\s+(?:with|to|for|mit|für|avec|pour|con|para)|\s*[,:])\s+(?:(?:the\s+)?goal\s*:?\s+)?["“]?(?<wish>.{10,}?)["”]?$/isu;

/** What the forge takes, in characters. */
const LONGEST = 4000;

/** Whether a line asks for a tool to be made, and neither asks about one that there is nor has it run. */
export function asksForTool(line: string): boolean {
  return BY_NAME.test(line) || (TOOL.test(line) && !ABOUT_TOOLS.test(line));
}

/**
 * The call of `forge` with what the user wished as its goal, where the model wrote a shorter one; any other call as it is.
 *
 * @param line the message of the user.
 */
export function withWish(call: ToolCall, line: string): ToolCall {
  if (call.name !== FORGE || !asksForTool(line)) return call;
  const named = BY_NAME.exec(line)?.groups?.["wish"];
  const goal = named ?? line.replace(ADDRESS, "").trim();
  // What it is to do, without the phrase that asks for it.
  const wish = named ?? line.slice(line.search(TOOL)).replace(TOOL, "").trim();
  const args = fieldsOf(call.arguments);
  const written = textOf(args["goal"]).trim();
  // A name of one word says less than the wish, however long it is.
  const isLess = written.length < wish.length || !/\s/.test(written);
  return goal.length <= LONGEST && isLess ? { ...call, arguments: { ...args, goal } } : call;
}
