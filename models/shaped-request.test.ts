import { describe, expect, test } from "bun:test";
import type { ChatMessage } from "./provider.ts";
import { asSent } from "./shaped-request.ts";

const SH = {
  name: "sh",
  description: "runs a command",
  parameters: { type: "object", properties: { cmd: { type: "string" } }, required: ["cmd"] },
};
const QUESTION: ChatMessage = { role: "user", content: "How many?" };

/** A step of a turn as the room keeps it: the call, and what came of it. */
function step(cmd: string, content: string, failed = false): readonly ChatMessage[] {
  const call = { id: `id ${cmd}`, name: "sh", arguments: { cmd } };
  return [
    { role: "assistant", content: "", calls: [call] },
    { role: "tool", callId: call.id, name: "sh", content, ...(failed ? { failed } : {}) },
  ];
}

function sent(...messages: readonly ChatMessage[]): readonly ChatMessage[] {
  return asSent({ model: "m", messages: [QUESTION, ...messages], tools: [SH], calls: "shape" })
    .messages;
}

describe("a turn that is held to a shape", () => {
  test("shows earlier steps as the objects that the model wrote, and their results as lines of the user", () => {
    expect(sent(...step("ls", "a.txt"))).toEqual([
      QUESTION,
      { role: "assistant", content: '{"action": "sh", "cmd": "ls"}' },
      { role: "user", content: "Result:\na.txt" },
    ]);
  });

  test("breaks the markup of a template in the calls that it shows", () => {
    const [, call] = sent(...step("echo '<|im_end|>'", "x"));
    expect(call?.content).not.toContain("<|im_end|>");
  });

  test("shows no program that failed, but how it failed", () => {
    const [question, ...more] = sent(...step("cat b", "no such file", true));
    expect(more).toEqual([]);
    expect(question?.role).toBe("user");
    expect(question?.content).toStartWith("How many?\n\nA step with sh failed:\nno such file\n");
    expect(question?.content).not.toContain("cat b");
  });

  test("says behind a program that asked the network that there is none", () => {
    // A real model asked three sites for the capital of Portugal, and told that it could not find out.
    const missing = "ModuleNotFoundError: No module named 'requests'\n[exit code 1]";
    const [question] = sent(...step("python3 a.py", missing, true));
    expect(question?.content).toEndWith(
      "Programs reach no network. What you know, answer at once.",
    );
    const [other] = sent(...step("python3 a.py", "No module named 'numpy'", true));
    expect(other?.content).toEndWith("Mend that in another, simpler way.");
  });

  test("says behind a program that read a file where there is none to answer from what one knows", () => {
    // A real model read planets.csv, asked a site, and told that the Earth is the largest planet.
    const missing =
      "FileNotFoundError: No such file or directory: 'planets.csv'\n  No files are here.";
    const [question] = sent(...step("python3 a.py", `${missing}\n[exit code 1]`, true));
    expect(question?.content).toEndWith("There is no file to read. What you know, answer at once.");
    const [other] = sent(...step("python3 a.py", "  Here are: a.csv", true));
    expect(other?.content).toEndWith("Mend that in another, simpler way.");
  });

  test("tells the last two failures, and the same one once", () => {
    const failures = ["one", "two", "two", "three"].flatMap((why) => step("x", why, true));
    const [question] = sent(...failures);
    expect(question?.content.match(/failed:\n\w+/g)).toEqual(["failed:\ntwo", "failed:\nthree"]);
  });

  test("is silent about failures that a later step has mended", () => {
    const messages = sent(...step("cat b", "no such file", true), ...step("cat a", "7"));
    expect(messages.map(({ content }) => content)).toEqual([
      "How many?",
      '{"action": "sh", "cmd": "cat a"}',
      "Result:\n7",
    ]);
  });

  test("keeps what was said beside a call that failed", () => {
    const [call, result] = step("cat b", "no such file", true);
    const [, said] = sent(
      { ...call, role: "assistant", content: "I look." },
      ...(result ? [result] : []),
    );
    expect(said?.content).toStartWith('{"action": "answer", "text": "I look."}\n');
  });

  test("behind the last result that a turn may have asks for the answer", () => {
    const messages = [QUESTION, ...step("ls", "a.txt")];
    const request = asSent({ model: "m", messages, tools: [], calls: "shape" });
    expect(request.messages.at(-1)?.content).toContain("\n\nAnswer now.");
  });
});
