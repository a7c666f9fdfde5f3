import { expect, test } from "bun:test";
import { factsOf, toolFacts } from "./call-guard.ts";
import { chatModeTool } from "./chat-mode.ts";
import { shTool } from "./sh.ts";

const chatMode = chatModeTool(() => Promise.resolve());

test("a tool that executes touches the shell, one that only talks to the room touches nothing", () => {
  const facts = toolFacts([shTool(), chatMode]);
  expect([...facts.keys()]).toEqual(["sh", "chat_mode"]);
  expect(facts.get("sh")).toMatchObject({ effect: "execute", capabilities: ["shell"] });
  expect(facts.get("chat_mode")).toMatchObject({ effect: "room", capabilities: [] });
});

test("a call carries what it asks for and who asks", () => {
  const call = { id: "1", name: "chat_mode", arguments: { mode: "group" } };
  expect(factsOf(chatMode, call, "agent")).toMatchObject({
    tool: "chat_mode",
    persona: "agent",
    arguments: { mode: "group" },
  });
});
