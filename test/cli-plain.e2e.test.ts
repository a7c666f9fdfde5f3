/** The room as text that only grows, `org chat --plain`: lines in, the attributed conversation out. */
import { describe, expect, test } from "bun:test";
import { testHome } from "./org-process.ts";
import { gate, hang, say, several } from "./scripted-answers.ts";
import { type RecordedRequest, scriptedServer } from "./scripted-server.ts";

const PLAIN = ["chat", "--plain"];
const speakerOf = ({ body }: RecordedRequest): string =>
  /You are (\w+)/.exec(body.messages[0]?.content ?? "")?.[1] ?? "";
const promptOf = (request: RecordedRequest | undefined): string =>
  request?.body.messages.map(({ content }) => content).join("\n") ?? "";

describe("the plain room", () => {
  test("answers line after line, each under its speaker's name, and ends with the input", async () => {
    await using server = scriptedServer((request) => say(`I am ${speakerOf(request)}.`));
    await using home = await testHome();
    const stdin = "@@python @@agent who?\nand now?\n";
    const { stdout, stderr, exitCode } = await home.run(PLAIN, { url: server.url, stdin });
    expect(stdout).toBe(
      [
        "● user → python, agent",
        "@@python @@agent who?",
        "",
        "● python · m",
        "I am python.",
        "",
        "● agent · m",
        "I am agent.",
        "",
        "● user → agent",
        "and now?",
        "",
        "● agent · m",
        "I am agent.",
        "",
      ].join("\n"),
    );
    expect([stderr, exitCode]).toEqual(["", 0]);
    expect(promptOf(server.requests[1])).toContain("python: I am python.");
  });

  test("shows text while it streams", async () => {
    const rest = gate();
    await using server = scriptedServer([several(say("The answer is"), rest, say(" 42."))]);
    await using home = await testHome();
    const org = home.start(PLAIN, { url: server.url, stdin: "well?\n" });
    await org.stdout.shows("The answer is");
    rest.open();
    expect((await org.ended).stdout).toContain("● agent · m\nThe answer is 42.\n");
  });

  test("goes on after a line that was refused, and ends with its exit code", async () => {
    await using server = scriptedServer([say("Here I am.")]);
    await using home = await testHome();
    const stdin = "@@pyhton hi\n@@python hi\n/qiut\n";
    const { stdout, exitCode } = await home.run(PLAIN, { url: server.url, stdin });
    expect(stdout).toContain('There is no persona "pyhton" [PERSONA_UNKNOWN]');
    expect(stdout).toContain("● python · m\nHere I am.\n");
    expect(stdout).toContain('There is no command "/qiut" [USAGE]');
    expect(stdout).toContain("→ /quit\n");
    expect(exitCode).toBe(64);
  });

  test("keeps what was said before the program was told to go, and goes on with --resume", async () => {
    await using server = scriptedServer([several(say("Half an answer"), hang()), say("I go on.")]);
    await using home = await testHome();
    const org = home.start(PLAIN, { url: server.url, stdin: "tell me\n", keepsTyping: true });
    await org.stdout.shows("Half an answer");
    org.signal("SIGTERM");
    const left = await org.ended;
    expect(left.stdout).toContain("● agent · m\nHalf an answer\n");
    expect(left.exitCode).toBe(143);
    await server.requests[0]?.closed;
    await home.run([...PLAIN, "--resume"], { url: server.url, stdin: "go on\n" });
    expect(promptOf(server.requests[1])).toContain("(your last answer ended early: aborted)");
  });
});
