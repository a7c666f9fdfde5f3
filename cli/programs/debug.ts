import { callExtraction } from "#app/call-extraction.ts";
import { EXIT } from "#core/error-codes.ts";
import { textLines } from "#core/lines.ts";
import { answerQueries } from "#tools/search/debug-search.ts";
import type { CommandContext } from "../context.ts";
import { readJsonFile, runLineFilter, unknownTopic } from "../debug-command.ts";

/** `org debug extract|search`, over lines of standard input. @returns the exit code. */
export async function debug(context: CommandContext): Promise<number> {
  const [topic] = context.line.operands;
  if (topic === "extract") return await extract(context);
  if (topic === "search") return await search(context);
  throw unknownTopic(topic);
}

async function extract({ line, output }: CommandContext): Promise<number> {
  const { options } = line;
  const file = options.get("tools");
  const tools = file === undefined ? undefined : await readJsonFile(file);
  const filter = callExtraction({ tools, chars: options.has("chars") });
  return await runLineFilter(textLines(Bun.stdin.stream()), filter, output);
}

/** What the registry would find, over the tools of the input. */
async function search({ output }: CommandContext): Promise<number> {
  for await (const answer of answerQueries(textLines(Bun.stdin.stream()))) {
    output.write(`${JSON.stringify(answer)}\n`);
  }
  return EXIT.done;
}
