/** pi and opencode as contestants, as they are when they are installed: their prompts, their tools, their limits. */
import { z } from "zod";
import type { Contestant, Edits, Outcome, Posed } from "./contestant.ts";
import { BOX_PORT, runInBox } from "./peer-box.ts";

const BASE = `http://127.0.0.1:${BOX_PORT}/v1`;
/** Of one answer, in tokens; without it they ask for more than the window of a small server holds. */
const MAX_TOKENS = 1024;

interface Peer {
  /** Program and arguments; the program's path is relative to the folder of the peers. */
  readonly command: (posed: Posed) => readonly string[];
  readonly home: (posed: Posed, windowTokens: number) => Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly outcome: (lines: readonly unknown[]) => Outcome;
}

/**
 * @param peers the folder in which npm installed the programs.
 * @param windowTokens the window of the server.
 */
export function peerContestant(
  name: "pi" | "opencode",
  peers: string,
  windowTokens: number,
): Contestant {
  const peer = PEERS[name];
  return {
    name,
    async answer(posed, signal) {
      const { stdout, stderr, exit } = await runInBox(peer.command(posed), {
        ...{ peers, folder: posed.folder, base: posed.base, env: peer.env, signal },
        home: peer.home(posed, windowTokens),
      });
      const outcome = peer.outcome(stdout.split("\n").flatMap(jsonOf));
      if (exit === 0 || outcome.ended !== undefined) return outcome;
      return { ...outcome, ended: "error", why: `exit code ${exit}: ${stderr.trim().slice(-300)}` };
    },
  };
}

const piSchema = z.object({
  type: z.string(),
  toolName: z.string().optional(),
  isError: z.boolean().optional(),
  message: z
    .object({
      role: z.string(),
      content: z.array(z.object({ type: z.string(), text: z.string().optional() })).or(z.string()),
      stopReason: z.string().optional(),
      errorMessage: z.string().optional(),
    })
    .optional(),
});

const opencodeSchema = z.object({
  type: z.string(),
  part: z
    .object({
      text: z.string().optional(),
      tool: z.string().optional(),
      state: z.object({ status: z.string() }).optional(),
    })
    .optional(),
  error: z.unknown().optional(),
});

/** What both call the tools that change a file. */
const EDITS: readonly (string | undefined)[] = [
  "edit",
  "write",
  "patch",
  "multiedit",
  "apply_patch",
];

const PEERS: Readonly<Record<"pi" | "opencode", Peer>> = {
  pi: {
    command: ({ model, question }) => [
      ...["node_modules/.bin/pi", "--mode", "json", "--provider", "bench", "--model", model],
      ...["--no-session", "--offline", question],
    ],
    env: { PI_OFFLINE: "1", PI_TELEMETRY: "0" },
    home: ({ model }, contextWindow) => ({
      ".pi/agent/models.json": JSON.stringify({
        providers: {
          bench: {
            ...{ baseUrl: BASE, api: "openai-completions", apiKey: "none" },
            models: [{ id: model, contextWindow, maxTokens: MAX_TOKENS }],
          },
        },
      }),
      // It keeps 16,384 tokens free by default, and sums up whatever was said in a smaller window.
      ".pi/agent/settings.json": JSON.stringify({ compaction: { enabled: false } }),
    }),
    outcome: piOutcome,
  },
  opencode: {
    command: ({ model, question }) => [
      ...["node_modules/.bin/opencode", "run", "--format", "json", "--auto", "--pure"],
      ...["--title", "task", "--model", `bench/${model}`, question],
    ],
    env: {
      OPENCODE_DISABLE_MODELS_FETCH: "1",
      OPENCODE_DISABLE_AUTOUPDATE: "1",
      OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    },
    home: ({ model }, context) => ({
      ".config/opencode/opencode.json": JSON.stringify({
        ...{ autoupdate: false, share: "disabled", small_model: `bench/${model}` },
        // Its prompt nearly fills a window of 8,192 tokens: it would sum up after each answer, without end.
        compaction: { auto: false },
        provider: {
          bench: {
            ...{ npm: "@ai-sdk/openai-compatible", options: { baseURL: BASE, apiKey: "none" } },
            models: { [model]: { tool_call: true, limit: { context, output: MAX_TOKENS } } },
          },
        },
      }),
    }),
    outcome: opencodeOutcome,
  },
};

/** @param lines of `pi --mode json`. */
export function piOutcome(lines: readonly unknown[]): Outcome {
  const events = lines.flatMap((line) => piSchema.safeParse(line).data ?? []);
  const results = events.filter(({ type }) => type === "tool_execution_end");
  const last = events
    .filter(({ type, message }) => type === "message_end" && message?.role === "assistant")
    .at(-1)?.message;
  const parts = typeof last?.content === "string" ? [] : (last?.content ?? []);
  const counts = {
    text: parts.map(({ text = "" }) => text).join(""),
    calls: results.length,
    ran: results.length,
    succeeded: results.filter(({ isError }) => isError !== true).length,
    edits: editsOf(results, ({ toolName, isError }) => [toolName, isError === true]),
  };
  if (last?.stopReason !== "error") return counts;
  return { ...counts, ended: "error", why: last.errorMessage ?? "it does not say why" };
}

/** @param lines of `opencode run --format json`. */
export function opencodeOutcome(lines: readonly unknown[]): Outcome {
  const events = lines.flatMap((line) => opencodeSchema.safeParse(line).data ?? []);
  const results = events.filter(({ type }) => type === "tool_use");
  const lastResult = events.findLastIndex(({ type }) => type === "tool_use");
  const texts = events.slice(lastResult + 1).filter(({ type }) => type === "text");
  const counts = {
    text: texts.map(({ part }) => part?.text ?? "").join("\n"),
    calls: results.length,
    ran: results.length,
    succeeded: results.filter(({ part }) => part?.state?.status === "completed").length,
    edits: editsOf(results, ({ part }) => [part?.tool, part?.state?.status !== "completed"]),
  };
  const failure = events.find(({ type }) => type === "error");
  if (failure === undefined) return counts;
  return { ...counts, ended: "error", why: JSON.stringify(failure.error).slice(0, 300) };
}

function editsOf<Result>(
  results: readonly Result[],
  read: (result: Result) => readonly [tool: string | undefined, isRefused: boolean],
): Edits {
  const edits = results.map(read).filter(([tool]) => EDITS.includes(tool));
  return { made: edits.length, refused: edits.filter(([, isRefused]) => isRefused).length };
}

function jsonOf(line: string): unknown[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
