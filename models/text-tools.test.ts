import { expect, test } from "bun:test";
import type { ChatRequest } from "./provider.ts";
import { withTextTools } from "./text-tools.ts";

const tool = { name: "sh", description: "Runs a command.", parameters: { type: "object" } };
const user = { role: "user", content: "hi" } as const;

function written(messages: ChatRequest["messages"]): string {
  const request = withTextTools({ model: "m", messages, tools: [tool] });
  expect(request.tools).toEqual([]);
  return request.messages.map(({ role, content }) => `${role}: ${content}`).join("\n---\n");
}

test("the system message says what tools there are and how to call them", () => {
  expect(written([{ role: "system", content: "You are agent." }, user])).toMatchInlineSnapshot(`
    "system: You are agent.

    You can call tools. To call one, write exactly this, outside of any code block, and end your answer there:
    <tool_call>
    {"name":"NAME","arguments":{"KEY":"VALUE"}}
    </tool_call>
    The result comes in the next message. The tools, each with the JSON Schema of its arguments:
    - sh: Runs a command. {"type":"object"}
    ---
    user: hi"
  `);
});

test("a conversation without a system message gets one", () => {
  expect(written([user])).toStartWith("system: You can call tools.");
});

test("earlier calls and their results stand in the conversation as text", () => {
  const text = written([
    user,
    {
      role: "assistant",
      content: "I look.",
      calls: [
        { id: "a", name: "sh", arguments: { cmd: "ls" } },
        { id: "b", name: "sh", arguments: { cmd: "pwd" } },
      ],
    },
    { role: "tool", callId: "a", name: "sh", content: "a.txt" },
    { role: "tool", callId: "b", name: "sh", content: "/home" },
    { role: "assistant", content: "There it is." },
  ]);
  expect(text.slice(text.indexOf("user: "))).toMatchInlineSnapshot(`
    "user: hi
    ---
    assistant: I look.
    <tool_call>
    {"name":"sh","arguments":{"cmd":"ls"}}
    </tool_call>
    <tool_call>
    {"name":"sh","arguments":{"cmd":"pwd"}}
    </tool_call>
    ---
    user: <tool_response>
    sh: a.txt
    </tool_response>
    <tool_response>
    sh: /home
    </tool_response>
    ---
    assistant: There it is."
  `);
});

test("without tools nothing changes", () => {
  const request: ChatRequest = { model: "m", messages: [user], tools: [] };
  expect(withTextTools(request)).toBe(request);
});
