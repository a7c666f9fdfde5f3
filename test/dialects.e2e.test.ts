/** A model whose server takes no tools, working with two of them by what it writes into its text. */
import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { testHome } from "./org-process.ts";
import { type Answer, respond, say } from "./scripted-answers.ts";
import { type RecordedRequest, scriptedServer } from "./scripted-server.ts";

const WORKER = `---
id: worker
description: works with both tools
tools: [sh, python_run]
---
You are worker. Count with sh, compute with python_run.
`;

const SHELL = { cmd: "printf 'a\\nb\\nc\\n' | wc -l" };
const PYTHON = { code: "print(3 * 14)" };

/** How three families of models write the same two calls. */
const DIALECTS = [
  {
    name: "hermes",
    first: `I count.\n<tool_call>\n${JSON.stringify({ name: "sh", arguments: SHELL })}\n</tool_call>`,
    second: `<tool_call>\n${JSON.stringify({ name: "python_run", arguments: PYTHON })}\n</tool_call>`,
  },
  {
    name: "mistral",
    first: `[TOOL_CALLS]sh[ARGS]${JSON.stringify(SHELL)}`,
    second: `[TOOL_CALLS]python_run[ARGS]${JSON.stringify(PYTHON)}`,
  },
  {
    name: "qwen3-coder",
    first: `<tool_call>\n<function=sh>\n<parameter=cmd>\n${SHELL.cmd}\n</parameter>\n</function>\n</tool_call>`,
    second: `<tool_call>\n<function=python_run>\n<parameter=code>\n${PYTHON.code}\n</parameter>\n</function>\n</tool_call>`,
  },
];

test.each(DIALECTS)("two steps in the dialect of $name", async ({ first, second }) => {
  const answers: readonly Answer[] = [
    say(first, { chunk: 3 }),
    say(second, { chunk: 3 }),
    say("There are 3 lines, and the answer is 42."),
  ];
  let answered = 0;
  const refuses = ({ body }: RecordedRequest): Answer => {
    if (body.tools !== undefined) {
      return respond(400, { error: { message: "registry.ollama.ai/m does not support tools" } });
    }
    const answer = answers[answered] ?? say("?");
    answered += 1;
    return answer;
  };
  await using server = scriptedServer(refuses);
  await using home = await testHome();
  await mkdir(join(home.path, "personas"));
  await Bun.write(join(home.path, "personas", "worker.md"), WORKER);

  const ran = await home.run(["ask", "@@worker how many, times fourteen?"], { url: server.url });
  expect(ran.stdout).toBe("There are 3 lines, and the answer is 42.\n");
  expect(ran.exitCode).toBe(0);
  expect(ran.stderr).toContain("tools");

  // Refused once, and not asked with tools again.
  expect(server.requests.map(({ body }) => body.tools !== undefined)).toEqual([
    true,
    false,
    false,
    false,
  ]);
  const [, , third, fourth] = server.requests;
  // One turn is asked in one way, whatever its answers have shown of the model by then.
  expect(third?.body.messages.at(-1)?.content).toContain("<tool_response>\nsh: 3\n");
  expect(fourth?.body.messages.at(-1)?.content).toContain("<tool_response>\npython_run: 42\n");
});
