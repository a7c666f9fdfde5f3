import { afterEach, describe, expect, test } from "bun:test";
import { CTRL_C, CTRL_D, ESC, PROMPT, Sessions } from "#test/inline-session.ts";
import type { RawOutput } from "../slash-command.ts";

const sessions = new Sessions();
const { open } = sessions;
afterEach(sessions.end);

describe("talking", () => {
  test("a line is answered under the name of who answers", async () => {
    const terminal = await open();
    terminal.type("hello\r");
    await terminal.shows("You said hello.");
    await terminal.shows((there) => there.inputRow === PROMPT.trim());
    expect(terminal.rows.slice(0, 5)).toEqual([
      "● user → agent",
      "hello",
      "",
      "● agent · m",
      "You said hello.",
    ]);
  });

  test("what is typed while a model streams stands unharmed in the input line", async () => {
    const terminal = await open({ columns: 40 });
    terminal.type("count\r");
    await terminal.shows("● agent · m\n1 2 3");
    for (const key of "안녕 typed") terminal.type(key);
    await terminal.shows(" 60 ");
    expect(terminal.inputRow).toBe(`${PROMPT}안녕 typed`);
    expect(terminal.output.screen.cursor.column).toBe(PROMPT.length + "안녕 typed".length + 2);
    const counted = terminal.rows.filter((row) => /^[\d ]+$/.test(row)).join(" ");
    expect(counted.split(" ").slice(0, 60).map(Number)).toEqual(
      Array.from({ length: 60 }, (_, index) => index + 1),
    );
  });

  test("a line that is sent meanwhile waits, is shown as queued, and is answered then", async () => {
    const terminal = await open();
    terminal.type("count\r");
    await terminal.shows("1 2 3");
    terminal.type("next\r");
    await terminal.shows("[group → agent · 1 queued] >");
    expect(terminal.text).not.toContain("next");
    terminal.type(ESC);
    await terminal.shows("You said next.");
    expect(terminal.text).toMatch(/— agent was stopped\n\n● user → agent\nnext\n\n● agent/);
  });

  test("thinking is a status and never text", async () => {
    const terminal = await open();
    terminal.type("think\r");
    await terminal.shows("agent thinking 0 s");
    terminal.type(ESC);
    await terminal.shows("— agent was stopped");
    expect(terminal.text).not.toContain("thinking");
    expect(terminal.text).not.toContain("Hm.");
  });

  test("a paste of several lines is one message", async () => {
    const terminal = await open();
    terminal.type("\u001b[200~one\rtwo\u001b[201~");
    await terminal.shows("> one\n  two");
    terminal.type("\r");
    await terminal.shows("You said one\ntwo.");
  });

  test("a line that is nothing but a mode switches it, and the prompt shows it", async () => {
    const terminal = await open();
    terminal.type("direct:python\r");
    await terminal.shows("[direct:python → python] >");
    expect(terminal.text).toContain("— the mode is direct:python");
    terminal.type("direct:stranger\r");
    await terminal.shows("You said direct:stranger.");
  });
});

describe("tools", () => {
  test("a call stands with its result, its numbers and the end of its output", async () => {
    const terminal = await open();
    terminal.type("tool\r");
    await terminal.shows("Done.");
    expect(terminal.text).toMatch(
      /⚙ sh ls -l\n✔ sh 0\.\d s · exit 0 · 9 characters · \/raw 1\n {4}ran ls -l\nDone\./,
    );
  });
});

describe("stopping", () => {
  test("Esc ends the answer at once and keeps what was said", async () => {
    const terminal = await open();
    terminal.type("hang\r");
    await terminal.shows("Half an");
    terminal.type(ESC);
    await terminal.shows("Half an\n— agent was stopped");
  });

  test("Ctrl-C clears the line, then stops the answer, then asks, then leaves", async () => {
    const terminal = await open();
    terminal.type("hang\r");
    await terminal.shows("Half an");
    terminal.type("draft");
    await terminal.shows("> draft");
    terminal.type(CTRL_C);
    await terminal.shows((there) => there.inputRow === PROMPT.trim());
    expect(terminal.text).not.toContain("was stopped");
    terminal.type(CTRL_C);
    await terminal.shows("— agent was stopped");
    terminal.type(CTRL_C);
    await terminal.shows("Press Ctrl-C again to leave.");
    terminal.type(CTRL_C);
    expect(await terminal.ended).toBe(130);
    expect(terminal.text).not.toContain("Press Ctrl-C");
  });

  test("each answer in the queue can be stopped", async () => {
    const terminal = await open();
    terminal.type("count\r");
    await terminal.shows("1 2 3");
    terminal.type("hang\r");
    await terminal.shows("1 queued");
    terminal.type(CTRL_C);
    await terminal.shows("Half an");
    terminal.type(CTRL_C);
    await terminal.shows("Half an\n— agent was stopped");
  });

  test("Ctrl-C asks to leave when a server does not let go of an answer", async () => {
    const terminal = await open();
    terminal.type("deaf\r");
    await terminal.shows("Half an");
    terminal.type(CTRL_C);
    terminal.type(CTRL_C);
    await terminal.shows("Half an\nPress Ctrl-C again to leave.");
    terminal.type(CTRL_C);
    expect(await terminal.ended).toBe(130);
  });

  test("a second Ctrl-C that comes too late does not leave", async () => {
    const terminal = await open({ leaveWindowMs: 100 });
    terminal.type(CTRL_C);
    await terminal.shows("Press Ctrl-C again to leave.");
    await terminal.shows((there) => !there.text.includes("Press Ctrl-C"));
    terminal.type(CTRL_C);
    await terminal.shows("Press Ctrl-C again to leave.");
  });

  test("Ctrl-D on an empty line leaves, and the running answer gets its end", async () => {
    const terminal = await open();
    terminal.type("hang\r");
    await terminal.shows("Half an");
    terminal.type(CTRL_D);
    expect(await terminal.ended).toBe(0);
    expect(terminal.text).toEndWith("Half an\n— agent was stopped\n");
  });

  test("what is typed after that goes nowhere", async () => {
    const terminal = await open();
    terminal.type("deaf\r");
    await terminal.shows("Half an");
    terminal.type(CTRL_D);
    await new Promise(setImmediate);
    terminal.type("late\r");
    expect(await terminal.ended).toBe(0);
    expect(terminal.text).not.toContain("late");
  });

  test("/quit leaves, and so does the end of a terminal that is gone", async () => {
    const first = await open();
    first.type("/quit\r");
    expect(await first.ended).toBe(0);
    const second = await open();
    second.input.setRawMode = () => {
      throw new Error("EIO");
    };
    second.input.emit("end");
    expect(await second.ended).toBe(143);
  });
});

describe("what goes wrong", () => {
  test("nothing is lost when no persona has that name: the line comes back", async () => {
    const terminal = await open();
    terminal.type("@@pyton hi\r");
    await terminal.shows('There is no persona "pyton" [PERSONA_UNKNOWN]');
    expect(terminal.text).toContain("→ @@python");
    await terminal.shows((there) => there.inputRow === `${PROMPT}@@pyton hi`);
  });

  test("the line that was begun meanwhile stays too", async () => {
    const terminal = await open();
    terminal.type("@@pyton hi\rnext");
    await terminal.shows("→ @@python");
    await terminal.shows(`${PROMPT}@@pyton hi\n  next`);
    expect(terminal.text).not.toContain("● agent");
  });

  test("a command that failed is not in the way of the next line; the key upwards brings it back", async () => {
    const terminal = await open();
    terminal.type("/hepl\r");
    await terminal.shows("→ /help");
    await terminal.shows("↑ brings the command back.");
    expect(terminal.inputRow).toBe(PROMPT.trim());
    terminal.type(`${ESC}[A`);
    await terminal.shows((there) => there.inputRow === `${PROMPT}/hepl`);
    terminal.type(`${CTRL_C}hello\r`);
    await terminal.shows("You said hello.");
  });

  test("lists are folded between words, below their last column", async () => {
    const terminal = await open({ columns: 50 });
    terminal.type("/help\r");
    await terminal.shows("show or switch the\n");
    const [first, second] = terminal.rows.slice(
      terminal.rows.findIndex((row) => row.includes("/mode")),
    );
    expect(first).toBe("  /mode [MODE]               show or switch the");
    expect(second).toBe(`${" ".repeat(29)}mode: group,`);
  });

  test("a line does not overtake the one before it", async () => {
    const gate = Promise.withResolvers<readonly RawOutput[]>();
    const answers = [Promise.resolve([]), gate.promise];
    const rawOutputs = async () => (await answers.shift()) ?? [];
    const terminal = await open({
      sources: { rawOutputs, exportRoom: async () => "", runCommand: async () => "" },
    });
    terminal.type("/raw\rhello\r");
    await terminal.shows((there) => there.inputRow === PROMPT.trim());
    gate.resolve([{ name: "sh", output: "late" }]);
    await terminal.shows("You said hello.");
    expect(terminal.text.indexOf("late")).toBeLessThan(terminal.text.indexOf("hello"));
  });

  test("a failed turn says why and what to do", async () => {
    const terminal = await open();
    terminal.type("fail\r");
    await terminal.shows("→ ollama serve");
    expect(terminal.text).toContain("— agent failed: Nothing listens there");
  });

  test("a paste over the limit is cut, and says so", async () => {
    const terminal = await open();
    terminal.type(`\u001b[200~${"x".repeat(1024 * 1024 + 5)}\u001b[201~`);
    await terminal.shows("1048576 characters; 5 more");
  });
});
