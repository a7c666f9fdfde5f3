/** An Ollama that is asked by its own interface. */
import { expect } from "bun:test";
import { done, said } from "../scripted-ollama.ts";
import { lines, refusal } from "../scripted-pieces.ts";
import { GIF, type OllamaSituation } from "./situation.ts";

const pulling = { status: "pulling aaaaaaaaaaaa", digest: "sha256:a", total: 4000 };

export const ON_OLLAMA: readonly OllamaSituation[] = [
  {
    name: "a model that is missing is fetched from within the room, with its progress, and answers",
    room: ["hi", "/pull", "/retry"],
    server: {
      models: [{ name: "qwen3:8b" }],
      chat: [
        refusal(404, { error: "model 'm' not found" }),
        lines(said("Here I am."), done("stop")),
      ],
      pull: lines(pulling, { ...pulling, completed: 2000 }, { status: "success" }),
    },
    stdout: [
      'has no model "m" [MODEL_MISSING]',
      "it has qwen3:8b",
      "→ org models pull m",
      "→ /pull fetches it from here, and then /retry asks again",
      "pulling 50 % of 4 kB",
      "✔ m is on http://127.0.0.1:",
      "● agent · m\nHere I am.",
    ],
    // The first line failed.
    exitCode: 69,
    paths: ["/api/chat", "/api/pull", "/api/chat"],
  },
  {
    name: "a model that cannot use tools says so beforehand: one notice, and the turn goes on without them",
    server: {
      models: [{ name: "m", capabilities: ["completion"] }],
      chat: [lines(said("Hello."), done("stop"))],
    },
    stdout: "Hello.\n",
    stderr: () => [
      'The server takes no tools for "m"; from now on its calls are read from its text.',
    ],
    paths: ["/api/chat"],
  },
  {
    name: "an image is shown to a model that sees",
    args: ["ask", "What is on @pic.gif?"],
    files: { ".org/workspace/pic.gif": GIF },
    server: {
      models: [{ name: "m", capabilities: ["completion", "tools", "vision"] }],
      chat: [lines(said("A tree."), done("stop"))],
    },
    stdout: "A tree.\n",
    stderr: () => ["— attached pic.gif, 14 bytes"],
    paths: ["/api/chat"],
    sent: (body) => {
      const images = [Buffer.from(GIF).toString("base64")];
      expect(body?.["messages"]).toContainEqual(expect.objectContaining({ images }));
    },
  },
  {
    name: "an error line under HTTP 200 keeps the part, marked, and is not a success",
    server: { chat: [lines(said("Half an"), { error: "llama runner process has terminated" })] },
    stdout: "Half an\n",
    stderr: (url) => [
      `agent stopped (cut): The server ${url} failed while it answered [STREAM_ERROR]`,
      "llama runner process has terminated",
      "→ run the same command again",
      "→ look at the server's log",
      "Earlier messages are kept.",
    ],
    exitCode: 1,
    paths: ["/api/chat"],
  },
];
