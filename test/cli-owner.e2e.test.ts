/** One process owns a home; every other one asks it through its socket. */
import { describe, expect, test } from "bun:test";
import { stat } from "node:fs/promises";
import { type OrgProcess, type TestHome, testHome } from "./org-process.ts";
import { type Answer, gate, hang, say, several } from "./scripted-answers.ts";
import { type RecordedRequest, scriptedServer } from "./scripted-server.ts";

/** Rounds of commands that start at once; `FC_RUNS=500` for the figure of docs/benchmarks.md. */
const ROUNDS = Number(Bun.env["FC_RUNS"] ?? 2);
/** Against what hangs alone: a round takes 2 s on a quiet machine. */
const LIMIT_MS = 180_000 + ROUNDS * 30_000;
const PLAIN = ["chat", "--plain"];
const asks = (request: RecordedRequest, text: string): boolean =>
  request.body.messages.at(-1)?.content?.includes(text) === true;

/** A server for which a message decides how it is answered; anything else is answered with "Ok.". */
function answering(answers: Readonly<Record<string, Answer>>) {
  return scriptedServer((request) => {
    const [, answer = say("Ok.")] =
      Object.entries(answers).find(([text]) => asks(request, text)) ?? [];
    return answer;
  });
}

/** Opens the room and waits until it has the home. */
async function openRoom(home: TestHome, url: string): Promise<OrgProcess> {
  const room = home.start(PLAIN, { url, stdin: "/status\n", keepsTyping: true });
  await room.stdout.line((line) => line !== "");
  return room;
}

describe("while one process has the home", () => {
  test("another one asks through it, and neither disturbs the other", async () => {
    const rest = gate();
    await using server = answering({ slow: several(say("One"), rest, say(" two.")) });
    await using home = await testHome();
    // Two at once: the first answer waits for the test.
    const options = { url: server.url, environment: { ORG_PARALLEL: "2" } };
    const first = home.start(["ask", "--json", "slow"], options);
    await first.event((line) => line.type === "text-delta");
    expect(await home.run(["ask", "quick"])).toEqual({ stdout: "Ok.\n", stderr: "", exitCode: 0 });
    rest.open();
    const { stdout, exitCode } = await first.ended;
    expect(stdout).toContain('"text":"One two."');
    expect(stdout).not.toContain("quick");
    expect(exitCode).toBe(0);
    const rooms = (await home.run(["log", "--list"])).stdout.trimEnd().split("\n");
    expect(rooms.map((line) => line.split("\t")[1])).toEqual(["4 events", "4 events"]);
  });

  test("a question goes to the room that is open, and shows there", async () => {
    await using server = answering({});
    await using home = await testHome();
    const room = await openRoom(home, server.url);
    expect(await home.run(["ask", "from elsewhere"])).toMatchObject({
      stdout: "Ok.\n",
      stderr: "",
    });
    await room.stdout.shows("from elsewhere");
    await room.close();
    expect((await room.ended).stdout).toContain(
      "● user → agent\nfrom elsewhere\n\n● agent · m\nOk.\n",
    );
    expect((await home.run(["log", "--list"])).stdout.trimEnd().split("\n")).toHaveLength(1);
  });

  test("its log can be read, in the middle of an answer", async () => {
    await using server = answering({ slow: several(say("Half"), hang()) });
    await using home = await testHome();
    const first = home.start(["ask", "--json", "slow"], { url: server.url });
    await first.event((line) => line.type === "text-delta");
    const { stdout, exitCode } = await home.run(["log"]);
    expect(stdout).toContain("\nslow\n");
    expect(stdout).toEndWith(
      "*agent: no end yet, still running or org was stopped in the middle of it*\n",
    );
    expect(exitCode).toBe(0);
  });

  test("what it refuses is refused to others in the same words", async () => {
    await using server = answering({});
    await using home = await testHome();
    await openRoom(home, server.url);
    const ran = await home.run(["ask", "@@pyhton hi"]);
    expect(ran.stderr).toStartWith('There is no persona "pyhton" [PERSONA_UNKNOWN]\n');
    expect(ran).toMatchObject({ stdout: "", exitCode: 64 });
  });

  test("settings of the one who asks are said to have no effect", async () => {
    await using server = answering({});
    await using home = await testHome();
    await openRoom(home, server.url);
    const ran = await home.run(["ask", "--model", "other", "hi"]);
    expect(ran.stderr).toContain("--model has no effect");
    expect(server.requests[0]?.body.model).toBe("m");
  });

  test("its socket is this user's alone", async () => {
    await using home = await testHome();
    await openRoom(home, "http://127.0.0.1:9");
    expect((await stat(home.paths.socket)).mode & 0o777).toBe(0o600);
  });
});

describe("a user who leaves", () => {
  test("as the one who asked ends its own answer only", async () => {
    await using server = answering({ slow: several(say("Half"), hang()) });
    await using home = await testHome();
    const room = await openRoom(home, server.url);
    const asking = home.start(["ask", "--json", "slow"], {});
    await asking.event((line) => line.type === "text-delta");
    asking.signal("SIGINT");
    expect((await asking.ended).exitCode).toBe(130);
    await server.requests[0]?.closed;
    await room.write("still there?\n");
    await room.close();
    const { stdout, exitCode } = await room.ended;
    expect(stdout).toContain("Half");
    expect(stdout).toEndWith("still there?\n\n● agent · m\nOk.\n");
    expect(exitCode).toBe(0);
  });

  test("as the owner, with its own answer, waits until the others have theirs", async () => {
    const [own, other] = [gate(), gate()];
    await using server = answering({
      mine: several(own, say("Mine.")),
      yours: several(other, say("Yours.")),
    });
    await using home = await testHome();
    const options = { url: server.url, environment: { ORG_PARALLEL: "2" } };
    const first = home.start(["ask", "mine"], options);
    await own.reached;
    const second = home.start(["ask", "yours"]);
    await other.reached;
    own.open();
    await first.stdout.shows("Mine.");
    other.open();
    expect(await second.ended).toEqual({ stdout: "Yours.\n", stderr: "", exitCode: 0 });
    expect((await first.ended).exitCode).toBe(0);
  });

  test("as an owner that is killed is named, and the next one takes the home", async () => {
    await using server = answering({ slow: several(say("Half"), hang()) });
    await using home = await testHome();
    const room = await openRoom(home, server.url);
    const asking = home.start(["ask", "--json", "slow"], {});
    await asking.event((line) => line.type === "text-delta");
    room.signal("SIGKILL");
    const ran = await asking.ended;
    expect(ran.stderr).toContain("[OWNER_LOST]\n");
    expect(ran.exitCode).not.toBe(0);
    const next = await home.run(["ask", "hi"], { url: server.url });
    expect(next).toEqual({ stdout: "Ok.\n", stderr: "", exitCode: 0 });
  });

  test("as one that was stopped is named within seconds, with what to do, and helps", async () => {
    await using server = answering({});
    await using home = await testHome();
    const room = await openRoom(home, server.url);
    room.signal("SIGSTOP");
    const ran = await home.run(["ask", "hi"]);
    expect(ran.stderr).toContain("[HOME_BUSY]\n");
    expect(ran.stderr).toContain(`Process ${room.pid} (org chat) has owned it since `);
    expect(ran.stderr).toContain(`→ kill -CONT ${room.pid}`);
    expect(ran.stderr).toEndWith("Nothing was changed.\n");
    expect(ran).toMatchObject({ stdout: "", exitCode: 75 });
    room.signal("SIGCONT");
    expect(await home.run(["ask", "hi"])).toMatchObject({ stdout: "Ok.\n", exitCode: 0 });
  });
});

describe("a second room on the same home", () => {
  test("is the first one's, and both show what is said in either", async () => {
    await using server = answering({});
    await using home = await testHome();
    const first = await openRoom(home, server.url);
    const second = home.start(PLAIN, { stdin: "from the second\n", keepsTyping: true });
    await second.stdout.shows("● agent · m\nOk.");
    await first.stdout.shows("● agent · m\nOk.");
    await second.write("/raw\n");
    await second.stdout.shows("No tool has run yet");
    await second.close();
    await second.ended;
    await first.write("still here\n");
    await first.stdout.shows("still here");
    await first.close();
    expect((await first.ended).stdout).toContain("from the second");
  });

  test("waits when the first one is gone, and goes on with the process that hosts it next", async () => {
    await using server = answering({});
    await using home = await testHome();
    const first = await openRoom(home, server.url);
    const second = home.start(PLAIN, { stdin: "hello\n", keepsTyping: true });
    await second.stdout.shows("● agent · m\nOk.");
    first.signal("SIGKILL");
    await second.stdout.shows("waiting for the next org to keep this room");
    const third = home.start([...PLAIN, "--resume"], {
      url: server.url,
      stdin: "from the third\n",
      keepsTyping: true,
    });
    await second.stdout.shows("from the third");
    await second.write("and from the second\n");
    await third.stdout.shows("and from the second");
    await second.close();
    await third.close();
  });
});

test(
  "two to eight that start at once, or as an owner leaves, all get their answers",
  async () => {
    await using server = answering({});
    await using home = await testHome();
    const options = { url: server.url };
    let count = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const texts = Array.from({ length: 2 + ((3 * round + 2) % 7) }, (_, n) => `${round}-${n}`);
      // In every other round half of them meet an owner that has its answer and is about to leave.
      const early = round % 2 === 0 ? texts.length : Math.ceil(texts.length / 2);
      const first = texts.slice(0, early).map((text) => home.start(["ask", text], options));
      // What one ended with that never says it is expected below.
      if (early < texts.length) await first[0]?.stdout.shows("Ok.").catch(() => undefined);
      const rest = texts.slice(early).map((text) => home.start(["ask", text], options));
      const all = await Promise.all([...first, ...rest].map(({ ended }) => ended));
      expect(all).toEqual(texts.map(() => ({ stdout: "Ok.\n", stderr: "", exitCode: 0 })));
      count += texts.length;
    }
    expect((await home.run(["log", "--list"])).stdout.trimEnd().split("\n")).toHaveLength(count);
    expect(server.requests).toHaveLength(count);
  },
  LIMIT_MS,
);
