import { describe, expect, test } from "bun:test";
import { askText } from "./ask-command.ts";

const NO_MESSAGE = {
  message: "There is no message to send",
  remedies: ['org ask "What is in this folder?"', "echo hello | org ask"],
  unchanged: "Nothing was sent.",
};

describe("the message", () => {
  const piped = (text: string) => ({ isTerminal: false, read: () => Promise.resolve(text) });
  const terminal = { isTerminal: true, read: () => Promise.reject(new Error("it asked")) };

  test("is the argument, the input, or both", async () => {
    expect(await askText(["hi"], terminal)).toBe("hi");
    expect(await askText([], piped("hi\n"))).toBe("hi");
    expect(await askText(["-"], piped("hi\n"))).toBe("hi");
    expect(await askText(["Review this.", "-"], piped("+1\n"))).toBe("Review this.\n\n+1");
    expect(await askText(["Review this.", "-"], piped(""))).toBe("Review this.");
  });

  test("never waits for a person to type it", async () => {
    for (const operands of [[], ["-"], ["hi", "-"]]) {
      await expect(askText(operands, terminal)).rejects.toMatchObject({
        ...{ ...NO_MESSAGE, code: "USAGE", why: "nothing was piped into the command" },
      });
    }
  });

  test("that is empty is refused: as usage, or as a missing input", async () => {
    await expect(askText([" "], terminal)).rejects.toMatchObject({
      ...{ ...NO_MESSAGE, code: "USAGE", why: "the message is empty" },
    });
    await expect(askText([], piped(" \n"))).rejects.toMatchObject({
      ...{ ...NO_MESSAGE, code: "INPUT_MISSING", why: "the input is empty" },
    });
  });

  test("in two arguments lacks its quotes", async () => {
    await expect(askText(["what", "is"], terminal)).rejects.toMatchObject({
      code: "USAGE",
      why: '"is" is a second message: quote the whole message',
    });
  });

  test("that is not text, or far too long, is refused", async () => {
    await expect(askText([], piped("PK\u0003\u0000"))).rejects.toMatchObject({
      code: "INPUT_INVALID",
      why: "it is not text: character 4 is a NUL",
      message: "The input cannot be sent",
      remedies: ['head -c 10000 FILE | org ask "What is this?" -', "name the file in the message"],
      unchanged: "Nothing was sent.",
    });
    await expect(askText([], piped("x".repeat(4 * 1024 * 1024 + 1)))).rejects.toMatchObject({
      code: "INPUT_INVALID",
      why: "it has 4,194,305 characters, the limit is 4,194,304",
    });
  });
});
