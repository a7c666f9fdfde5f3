/** How a server can refuse a request, and what a person sees of it. */
import { expect } from "bun:test";
import { respond, say } from "../scripted-answers.ts";
import { promptOf, refused, type Situation } from "./situation.ts";

const OVER =
  "This model's maximum context length is 4096 tokens. However, your messages resulted in 5120 tokens.";
const SHORTER =
  "The prompt does not fit: 5,120 tokens were sent, the window holds 4,096 tokens; a shorter one is tried once.";
const isSummary = (prompt: string): boolean => prompt.startsWith("You keep the notes of ");

export const REFUSALS: readonly Situation[] = [
  {
    name: "a model that is missing is named, with what is installed and how to fetch it",
    answers: refused(404, 'model "m" not found, try pulling it first'),
    stderr: (url) => [
      `agent stopped (error): The server ${url} has no model "m" [MODEL_MISSING]`,
      'model "m" not found, try pulling it first; it has qwen3:8b, llama3.2:latest',
      "→ org models pull m",
      "→ export OLLAMA_MODEL=qwen3:8b",
      "Nothing was changed.",
    ],
    exitCode: 69,
  },
  {
    name: "a server that is busy is counted down to, and then answers",
    answers: [refused(503, "loading model", { "retry-after": "1.2" }), say("Here I am.")],
    stdout: "Here I am.\n",
    stderr: () => [
      "The server is busy; try 2 of 3 in 2 s.",
      "The server is busy; try 2 of 3 in 1 s.",
    ],
    asked: 2,
  },
  {
    name: "a server that stays busy is asked three times, then it is said",
    answers: refused(429, "slow down", { "retry-after": "0" }),
    asked: 3,
    stderr: (url) => [
      "The server stayed busy for 3 tries.",
      `agent stopped (error): The server ${url} is busy [PROVIDER_BUSY]`,
      "it answered with status 429: slow down; it asks to wait 0 s",
      "→ run the same command again",
      "→ use another server: export OLLAMA_BASE=http://HOST:PORT",
      "Nothing was changed.",
    ],
    exitCode: 69,
  },
  {
    name: "a server that asks to wait for an hour is not waited for",
    answers: refused(503, "maintenance", { "retry-after": "3600" }),
    stderr: (url) => [
      `agent stopped (error): The server ${url} is busy [PROVIDER_BUSY]`,
      "it answered with status 503: maintenance; it asks to wait 3600 s",
      "→ run the same command again",
      "→ use another server: export OLLAMA_BASE=http://HOST:PORT",
      "Nothing was changed.",
    ],
    exitCode: 69,
  },
  {
    name: "a key that is refused",
    answers: refused(401, "Incorrect API key provided"),
    stderr: (url) => [
      `agent stopped (error): The server ${url} refused the request with status 401 [PROVIDER_REFUSED]`,
      "Incorrect API key provided",
      "→ export OPENAI_API_KEY=KEY   # one that this server takes",
      "Nothing was changed.",
    ],
    exitCode: 69,
  },
  {
    name: "a server's words cannot drive the terminal",
    answers: refused(500, "\u001b]0;owned\u0007\u001b[31mred\u009b2Jwiped"),
    stderr: (url) => [
      `agent stopped (error): The server ${url} refused the request with status 500 [PROVIDER_REFUSED]`,
      "redwiped",
      "→ look at the server's log",
      "Nothing was changed.",
    ],
    exitCode: 69,
  },
  {
    name: "a web page instead of an answer",
    answers: respond(200, "<html>Welcome</html>", { "content-type": "text/html" }),
    stderr: () => [
      "agent stopped (error): The server sent an invalid answer [STREAM_ERROR]",
      "it is a web page; the address may lack a path, or a login stands in front",
      "→ check that the address is that of an OpenAI-compatible server",
      "Nothing was said.",
    ],
    exitCode: 1,
  },
  {
    name: "a server that takes no tools: one notice, the same turn without them, calls read from the text",
    answers: ({ body, index }) => {
      if (body.tools !== undefined) return refused(400, "library/m does not support tools");
      const embedded = '<tool_call>{"name": "sh", "arguments": {"cmd": "echo 42"}}</tool_call>';
      return say(index === 1 ? embedded : "It is 42.");
    },
    stdout: "It is 42.\n",
    stderr: () => [
      'The server takes no tools for "m"; from now on its calls are read from its text.',
    ],
    asked: 3,
    sent: (requests) => expect(promptOf(requests[2])).toContain("42"),
  },
];

export const WINDOWS: readonly Situation[] = [
  {
    name: "a prompt over the window is made shorter and asked once more",
    args: ["ask", `What is this? ${"word ".repeat(3000)}`],
    answers: ({ index }) => (index === 0 ? refused(400, OVER) : say("Words.")),
    stdout: "Words.\n",
    stderr: () => [SHORTER],
    asked: 2,
    sent: ([first, second]) =>
      expect(promptOf(second).length).toBeLessThan(promptOf(first).length * 0.7),
  },
  {
    name: "of a prompt over the window the older part is summed up by the model",
    room: [`First: oaks. ${"tree ".repeat(900)}`, "Then: elms.", "What did I say?"],
    answers: (request) => {
      const prompt = promptOf(request);
      if (isSummary(prompt)) return say("The user spoke of oaks and elms.");
      const isWhole = prompt.includes("What did I say?") && prompt.includes("First: oaks.");
      return isWhole ? refused(400, OVER) : say("Trees.");
    },
    stdout: [
      `! agent: ${SHORTER}`,
      "— agent: Sums up ",
      "— agent goes on with a summary of ",
      "Trees.",
    ],
    asked: 5,
    sent: (requests) => expect(promptOf(requests[4])).toContain("The user spoke of oaks and elms."),
  },
  {
    name: "a prompt that never fits: who was asked, and how many tokens of how many",
    answers: refused(400, OVER),
    stderr: () => [
      SHORTER,
      'agent stopped (error): The prompt does not fit into the window of "m" [CONTEXT_OVERFLOW]',
      "5,120 tokens were sent, the window holds 4,096 tokens",
      "→ org --resume   # and there: /compact",
      "→ choose a model with a larger window, or give this one more",
      "Nothing was changed.",
    ],
    asked: 2,
    exitCode: 1,
  },
];
