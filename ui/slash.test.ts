import { describe, expect, test } from "bun:test";
import { openTalkingRoom, type TalkingRoom } from "#test/talking-room.ts";
import { handleMessage } from "./handle-message.ts";
import { runSlash } from "./slash.ts";
import type { Outcome } from "./slash-command.ts";

async function said(there: TalkingRoom, line: string): Promise<string> {
  const shown: string[] = [];
  const say = (words: string) => void shown.push(words);
  const { text, done } = await runSlash(line, { ...there, say });
  await done;
  return [...(text === undefined ? [] : [text]), ...shown].join("\n");
}

async function ask(there: TalkingRoom, text: string): Promise<void> {
  const { done } = await there.room.say(text);
  await done;
}

describe("slash commands", () => {
  test("the gate's commands are those of the command line", async () => {
    const there = await openTalkingRoom();
    expect(await said(there, "/gate cand/x")).toBe("ran fitness cand/x");
    expect(await said(there, "/promote")).toBe("ran promote");
    expect(await said(there, "/cand show  cand/x")).toBe("ran cand show cand/x");
  });

  test("/help names every command, and every command it names exists", async () => {
    const there = await openTalkingRoom();
    const help = await said(there, "/help");
    const names = [...help.matchAll(/^ {2}\/([a-z]+)/gm)].map(([, name]) => name ?? "");
    expect(names).toEqual(
      [
        "mode personas retry compact copy export memory",
        "diff undo checks critic try rebase",
        "tools raw show rules mcp approvals approve deny",
        "cand gate promote reject rollback",
        "model pull jobs auto stop",
        "help status quit",
      ].flatMap((line) => line.split(" ")),
    );
    expect(help).toContain("/mode [MODE]");
    expect(help.match(/^\S.*/gm)).toEqual([
      "The conversation",
      "Your repository",
      "Tools and approvals",
      "Candidates",
      "Models and jobs",
      "This program",
      "Keys",
    ]);
    for (const name of names) {
      const taken = await runSlash(`/${name}`, there).catch(String);
      expect(String(taken)).not.toContain("There is no command");
    }
  });

  test("/compact sums up what the persona that answers next has heard, or another", async () => {
    const there = await openTalkingRoom();
    await ask(there, "one");
    const heard: string[] = [];
    using _ = there.room.listen((event) => {
      if (event.type === "notice") heard.push(`${event.persona}: ${event.text}`);
    });
    expect(await said(there, "/compact")).toBe("");
    expect(await said(there, "/compact @@python")).toBe("");
    const nothing = "There is nothing older to sum up.";
    expect(heard).toEqual([`agent: ${nothing}`, `python: ${nothing}`]);
    await expect(handleMessage("/compact pyhton", there)).rejects.toMatchObject({
      code: "PERSONA_UNKNOWN",
    });
  });

  test("/model shows who speaks with which model, and gives one or all another", async () => {
    const there = await openTalkingRoom();
    const shown = () => there.room.models.map(({ persona, name }) => `${persona.id} ${name}`);
    expect(await said(there, "/model")).toBe(
      "  @@agent · m · memory\n  @@python · m · memory\n  @@toolsmith · m · memory",
    );
    expect(await said(there, "/model @@python qwen3:8b")).toBe("");
    expect(shown()).toEqual(["agent m", "python qwen3:8b", "toolsmith m"]);
    expect(await said(there, "/model llama3.2")).toBe("");
    expect(shown()).toEqual(["agent llama3.2", "python llama3.2", "toolsmith llama3.2"]);
    for (const [line, code] of [
      ["/model qwen3", "MODEL_MISSING"],
      ["/model pyhton m", "PERSONA_UNKNOWN"],
      ["/model python m too", "USAGE"],
    ] as const) {
      await expect(handleMessage(line, there)).rejects.toMatchObject({ code });
    }
    expect(shown()).toEqual(["agent llama3.2", "python llama3.2", "toolsmith llama3.2"]);
  });

  test("/jobs and /stop JOB are the command line's, and Esc's /stop is not", async () => {
    const there = await openTalkingRoom();
    expect(await said(there, "/jobs")).toBe("ran jobs");
    expect(await said(there, "/jobs show job_1")).toBe("ran jobs show job_1");
    expect(await said(there, "/stop job_1")).toBe("ran jobs cancel job_1");
    expect(await said(there, "/stop")).toBe("Nothing is being answered.");
  });

  test("/pull fetches a model with its progress, in its turn, and /stop ends it", async () => {
    const there = await openTalkingRoom();
    const heard: string[] = [];
    const say = (text: string) => void heard.push(text);
    const pulled = await runSlash("/pull", { ...there, say });
    await pulled.done;
    expect(heard).toEqual([
      "pulling 0 % of 4 MB",
      "pulling 50 % of 4 MB",
      "success",
      "✔ m is on memory",
    ]);
    const endless = await runSlash("/pull endless", { ...there, say });
    const next = await there.room.say("hello");
    expect(there.room.queued).toBe(1);
    await said(there, "/stop");
    await expect(endless.done).rejects.toThrow();
    await next.done;
  });

  test("/tools names every tool that can be called", async () => {
    const there = await openTalkingRoom();
    expect(await said(there, "/tools")).toMatch(/^chat_mode\s+ready\s+Switches/m);
  });

  test.each([
    ["/hepl", 'There is no command "/hepl"', "/help"],
    ["/moed group", 'There is no command "/moed"', "/mode"],
    ["/", 'There is no command "/"', "put a space before it to send it as text"],
    [
      "/etc/passwd",
      'There is no command "/etc/passwd"',
      "put a space before it to send it as text",
    ],
    ["/raw 3", 'There is no tool output "3"', "/raw 1"],
    ["/raw -1", 'There is no tool output "-1"', "/raw 1"],
    ["/raw x", 'There is no tool output "x"', "/raw 1"],
    ["/copy", "There is no clipboard to reach from here", "/export md"],
    ["/copy 0", '"0" is not a place of a block', "/copy 2"],
    ["/export pdf", '"pdf" is not a format of an export', "/export md"],
    ["/mode direct:pyton", 'There is no persona "pyton"', "/mode direct:python"],
    ["/mode upside-down", '"upside-down" is not a mode', "/mode group"],
  ])("%s is refused with what to do, and no model hears it", async (line, message, remedy) => {
    const there = await openTalkingRoom();
    await ask(there, "tool");
    const refusal = handleMessage(line, there);
    await expect(refusal).rejects.toMatchObject({
      message,
      remedies: expect.arrayContaining([remedy]),
    });
    expect(there.room.busy).toBe(false);
  });

  test.each(["/approve", "/approve A1", "/deny a1"])("%s finds nothing to answer", async (line) => {
    const there = await openTalkingRoom();
    await expect(handleMessage(line, there)).rejects.toMatchObject({
      code: "USAGE",
      unchanged: "Nothing was answered.",
    });
    expect(await said(there, "/approvals")).toBe("No call waits for your approval.");
  });

  test("/raw and /show print what a tool printed: the N-th, or the last", async () => {
    const there = await openTalkingRoom();
    await expect(runSlash("/raw", there)).rejects.toMatchObject({ message: "No tool has run yet" });
    await ask(there, "tool");
    const sources = {
      ...there.sources,
      rawOutputs: async () => [
        ...(await there.sources.rawOutputs()),
        { name: "python_run", output: "a\u001b[2Jb\n\n" },
        { name: "sh", output: "" },
      ],
    };
    const shown = async (line: string) => (await runSlash(line, { ...there, sources })).text;
    expect(await shown("/raw 1")).toBe("/raw 1 · sh\nran ls -l");
    expect(await shown("/show 2")).toBe("/raw 2 · python_run\nab");
    expect(await shown("/raw")).toBe("/raw 3 · sh\n(no output)");
  });

  test("/mode shows the mode and switches it", async () => {
    const there = await openTalkingRoom();
    expect(await said(there, "/mode")).toBe("The mode is group.");
    await said(there, "/mode file:notes.md");
    expect(there.room.mode).toEqual({ kind: "file", path: "notes.md" });
  });

  test("/personas and /status say who is there and what goes on", async () => {
    const there = await openTalkingRoom();
    expect(await said(there, "/personas")).toContain("  @@python · m · a Python programmer");
    const { done } = await there.room.say("hang");
    await there.room.say("next");
    expect(await said(there, "/status")).toBe(
      [
        "  room      test",
        "  mode      group",
        "  answers   agent",
        "  now       answering, 1 queued",
        "  agent     m on memory, window of 8,192 tokens",
        "  python    m on memory, window of 8,192 tokens",
        "  toolsmith m on memory, window of 8,192 tokens",
      ].join("\n"),
    );
    await there.room[Symbol.asyncDispose]();
    await done;
  });

  test("/stop ends what is being answered, and /retry asks for it again", async () => {
    const there = await openTalkingRoom();
    expect(await said(there, "/stop")).toBe("Nothing is being answered.");
    await expect(runSlash("/retry", there)).rejects.toMatchObject({ code: "USAGE" });
    const { done } = await there.room.say("hang");
    expect(await said(there, "/stop")).toBe("");
    await done;
    const reasons: string[] = [];
    const { done: again } = await runSlash("/retry", {
      ...there,
      listener: (event) => {
        if (event.type === "text-delta") there.room.stop();
        if (event.type === "turn-end") reasons.push(event.reason);
      },
    });
    await again;
    expect(reasons).toEqual(["aborted"]);
  });

  test("/export shows the whole room", async () => {
    const there = await openTalkingRoom();
    await ask(there, "hello");
    expect(await said(there, "/export md")).toContain("You said hello.");
  });

  test("/quit leaves", async () => {
    expect(await runSlash("/QUIT ", await openTalkingRoom())).toEqual({ leave: true });
  });
});

describe("a line", () => {
  const modeAfter = async (line: string): Promise<readonly [string, Outcome]> => {
    const there = await openTalkingRoom();
    const outcome = await handleMessage(line, there);
    await outcome.done;
    return [there.room.mode.kind, outcome];
  };

  test.each([
    ["direct:python", "direct"],
    [" direct:python ", "direct"],
    ["file:notes/plan.md", "file"],
  ])("%j as a whole line switches the mode", async (line, kind) => {
    expect(await modeAfter(line)).toEqual([kind, {}]);
  });

  test.each(["group", "direct:stranger", "file: this is a word", "file:a b", "direct:python hi"])(
    "%j is a message",
    async (line) => {
      const [kind, { done }] = await modeAfter(line);
      expect([kind, done instanceof Promise]).toEqual(["group", true]);
    },
  );

  test("a space before a slash makes it a message, and a blank line is nothing", async () => {
    const [, { done }] = await modeAfter(" /etc/passwd, what is that?");
    expect(done).toBeInstanceOf(Promise);
    expect(await modeAfter("  ")).toEqual(["group", {}]);
  });
});
