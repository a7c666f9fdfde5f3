/** The human answers a question in the real room, on a real pseudo-terminal, or from a second one. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { type TestHome, testHome } from "./org-process.ts";
import { RawScreen } from "./raw-screen.ts";
import { call, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

function screenOf(home: TestHome, url: string, args: readonly string[]): RawScreen {
  return new RawScreen(home, args, { OLLAMA_BASE: url, OLLAMA_MODEL: "m" });
}

test.each([
  { room: "the room with a live line", args: [] },
  { room: "the append-only room", args: ["chat", "--plain"] },
])("in $room a call waits for /approve, and does not run after /deny", async ({ args }) => {
  await using server = scriptedServer([
    call("sh", { cmd: "echo one" }),
    say("It ran."),
    call("sh", { cmd: "echo two" }),
    say("It did not."),
  ]);
  await using home = await testHome();
  await Bun.write(join(home.path, "org.config"), '[permissions]\nmode = "supervised"\n');
  await using screen = screenOf(home, server.url, args);
  await screen.shows("[group → agent] >");
  screen.type("go");
  await screen.shows("/approve A1 or /deny A1");
  await screen.shows("cmd: echo one");
  screen.type("/approve A1");
  await screen.shows("It ran.");
  screen.type("again");
  await screen.shows("/approve A2 or /deny A2");
  screen.type("/deny A2");
  await screen.shows("It did not.");
  const results = server.requests.flatMap(({ body }) => body.messages.at(-1)?.content ?? []);
  expect(results.find((text) => text.includes("one"))).toBeDefined();
  expect(results.at(-1)).toContain("Not run: the user did not allow it (denied)");
});

test("a second terminal shows what waits and answers it, once", async () => {
  await using server = scriptedServer([
    call("sh", { cmd: "echo one" }),
    say("It ran."),
    call("sh", { cmd: "echo two" }),
    say("It did not."),
  ]);
  await using home = await testHome();
  await Bun.write(join(home.path, "org.config"), '[permissions]\nmode = "supervised"\n');
  await using screen = screenOf(home, server.url, []);
  await screen.shows("[group → agent] >");
  expect((await home.run(["approvals"])).stderr).toBe("No call waits for your approval.\n");
  screen.type("go");
  await screen.shows("/approve A1 or /deny A1");
  const { stdout } = await home.run(["approvals", "--json"]);
  const asked = { id: "A1", persona: "agent", call: { arguments: { cmd: "echo one" } } };
  expect(JSON.parse(stdout)).toMatchObject(asked);
  const approved = await home.run(["approve", "a1"]);
  expect(approved).toMatchObject({ stderr: "", exitCode: 0 });
  expect(approved.stdout).toContain("    cmd: echo one\n");
  await screen.shows("It ran.");
  const again = await home.run(["approve", "A1"]);
  expect(again.stderr).toStartWith('No approval "A1" is open [USAGE]');
  expect(again.stderr).toContain(" it was approved; an approval counts once\n");
  expect(again.exitCode).toBe(64);
  screen.type("again");
  await screen.shows("/approve A2 or /deny A2");
  expect((await home.run(["deny", "A2", "--room", "another"])).stderr).toContain("open: A2 in ");
  const { room } = JSON.parse((await home.run(["approvals", "--json"])).stdout);
  expect(await home.run(["deny", "A2", "--room", room, "--json"])).toMatchObject({ exitCode: 0 });
  await screen.shows("It did not.");
  const results = server.requests.flatMap(({ body }) => body.messages.at(-1)?.content ?? []);
  expect(results.at(-1)).toContain("Not run: the user did not allow it (denied)");
  expect((await home.run(["approve"])).stderr).toStartWith("Which approval? [USAGE]");
});
