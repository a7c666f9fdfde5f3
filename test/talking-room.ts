/** A room for screens: everything in memory, and a model that does what its last message says. */
import { ChannelLock } from "#core/channel-lock.ts";
import { OrgError } from "#core/errors.ts";
import type { Entry, Journal } from "#core/journal.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ChatRequest, Provider, ProviderEvent } from "#models/provider.ts";
import { toMarkdown } from "#room/export.ts";
import { BUILT_IN, participantModels, withModelOf } from "#room/participant-models.ts";
import { Room } from "#room/room.ts";
import { Toolbox } from "#tools/toolbox.ts";
import type { SlashSources } from "#ui/slash-command.ts";
import { echoTool, memoryWorkspace } from "./room-fixture.ts";

/** A line of code that no window of a test is as wide as. */
export const WIDE_CODE: string = `  const wide = [${Array.from({ length: 34 }, (_, index) => index).join(", ")}];\t// end`;

/**
 * Answers in the words of the last message: "count" counts until it is stopped, "hang" stops in the
 * middle of a sentence, "deaf" does so and does not hear that it is told to stop, "think" only thinks first, "tool" calls a tool, "code" shows {@link WIDE_CODE}, "fail" has no server, "cut"
 * ends without an end; everything else is repeated, without calling anybody.
 */
async function* answer(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ProviderEvent> {
  const last = request.messages.at(-1);
  const prompt = request.messages.map(({ content }) => content).join("\n");
  const asked = prompt.slice(prompt.lastIndexOf("\nuser: ") + "\nuser: ".length);
  switch (last?.role === "tool" ? "" : asked) {
    case "count":
      for (let number = 1; ; number += 1) {
        yield { type: "text", text: `${number} ` };
        await pause(2, signal);
      }
    case "hang":
      yield { type: "text", text: "Half an" };
      await pause(60_000, signal);
      break;
    case "deaf":
      yield { type: "text", text: "Half an" };
      await Bun.sleep(200);
      break;
    case "think":
      yield { type: "reasoning", text: "Hm." };
      await pause(60_000, signal);
      break;
    case "code":
      yield { type: "text", text: `It is wide:\n\n\`\`\`ts\n${WIDE_CODE}\n\`\`\`\n` };
      break;
    case "fail":
      throw new OrgError("Nothing listens there", {
        code: "PROVIDER_UNREACHABLE",
        why: "connection refused",
        remedies: ["ollama serve"],
      });
    case "cut":
      yield { type: "text", text: "Half an" };
      yield { type: "finish", reason: "cut" };
      return;
    case "tool": {
      const call = { id: "call_1", name: "sh", arguments: { cmd: "ls -l" } };
      yield { type: "call", call };
      break;
    }
    default:
      yield {
        type: "text",
        text: last?.role === "tool" ? "Done." : `You said ${asked.replaceAll("@@", "")}.`,
      };
  }
  yield { type: "finish", reason: "stop" };
}

/** A stand-in for the time a model needs. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, ms);
  const stop = () => over.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    await over.promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

const SERVER: Omit<Provider, "stream"> = {
  endpoint: "memory",
  listModels: async () => ["m", "qwen3:8b", "llama3.2:latest"],
  pull: async function* (model, signal) {
    const part = { status: "pulling aaaaaaaaaaaa", totalBytes: 4_000_000 };
    yield { ...part, completedBytes: 0 };
    if (model === "endless") await pause(60_000, signal);
    yield { ...part, completedBytes: 2_000_000 };
    yield { ...part, completedBytes: 2_000_001 };
    yield { status: "success", totalBytes: 4_000_000, completedBytes: 4_000_000 };
  },
};

/** A journal that lives as long as the process. */
function memoryJournal(): Journal & { readonly entries: readonly Entry[] } {
  const entries: Entry[] = [];
  return {
    entries,
    append: async (_room, { key, event }) => {
      const seq = entries.length + 1;
      entries.push({ seq, key, at: 0, event });
      return { seq, dup: false };
    },
    head: async () => entries.length,
    read: async function* (_room, from) {
      yield* entries.slice(from - 1);
    },
    rooms: async () => [],
  };
}

export interface TalkingRoom {
  readonly room: Room;
  readonly sources: SlashSources;
}

/** @param stream what the model says. @default what it is told to */
export async function openTalkingRoom(
  stream: Provider["stream"] = answer,
  id = "test",
): Promise<TalkingRoom> {
  const provider: Provider = { ...SERVER, stream };
  const participantOptions = { provider, model: "m", personaModels: {}, windowTokens: 8192 };
  const journal = memoryJournal();
  const lock = new ChannelLock();
  const cleaner = new TextCleaner();
  const room = await Room.open({
    id,
    journal,
    models: participantModels(BUILT_IN, participantOptions),
    withModel: (persona, model) => withModelOf(BUILT_IN, participantOptions, [persona, model]),
    tools: new Toolbox([echoTool]),
    lockOf: () => lock,
    workspace: memoryWorkspace(),
    cleaner,
    budget: undefined,
  });
  const rawOutputs = async () =>
    journal.entries.flatMap(({ event }) =>
      event.type === "tool-result" ? [{ name: event.name, output: event.output ?? "" }] : [],
    );
  const exportRoom = async () => {
    const pieces = toMarkdown(journal.read(id, 1), { title: "Room test", raw: false, cleaner });
    return (await Array.fromAsync(pieces)).join("");
  };
  const runCommand = async (words: readonly string[]) => `ran ${words.join(" ")}`;
  return { room, sources: { rawOutputs, exportRoom, runCommand } };
}
