import { expect, test } from "bun:test";
import type { View } from "./model.ts";
import { agent } from "./personas/agent.ts";
import type { ChatMessage } from "./provider.ts";
import { leaner } from "./system-prompt.ts";

const TOOLS = ["sh", "web_fetch", "browser", "docker_manage"].map((name) => {
  return { name, description: name, parameters: {} };
});

/** The tools of a small model behind these lines, the oldest first. */
function toldOf(...lines: readonly string[]): readonly string[] {
  const history = lines.map((content): ChatMessage[] => [{ role: "user", content }]).toReversed();
  const shared: View["shared"] = { history, tools: TOOLS, present: [agent.id] };
  const view = leaner({ history, current: [], tools: TOOLS, shared }, agent, [agent]);
  const names = view.tools.map(({ name }) => name);
  expect(view.shared?.tools.map(({ name }) => name)).toEqual(names);
  return names;
}

test("a small model is told of what reads pages where the newest line names one", () => {
  expect(toldOf("How many files are here?")).toEqual(["sh"]);
  expect(toldOf("Log in at https://shop.example/login")).toEqual(["sh", "web_fetch", "browser"]);
  expect(toldOf("What does www.example.org say?")).toEqual(["sh", "web_fetch", "browser"]);
});

test("a browser stays for some lines, as its page does", () => {
  const open = "Open https://shop.example/";
  expect(toldOf(open, "Now press Buy.")).toEqual(["sh", "browser"]);
  expect(toldOf(open, "one", "two", "three", "four")).toEqual(["sh"]);
});
