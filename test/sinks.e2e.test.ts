/**
 * Secrets of more than forty kinds in everything that comes in, and every place where something comes out:
 * a real program, real HTTP, the real sandbox. A new way out belongs into {@link SINKS}.
 */
import { describe, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { eventsOf, type OrgOptions, type TestHome, testHome } from "./org-process.ts";
import { call, reasoning, respond, say, several } from "./scripted-answers.ts";
import { type RecordedRequest, type ScriptedServer, scriptedServer } from "./scripted-server.ts";
import {
  ALL_SECRETS,
  bytesBelow,
  KIND_COUNT,
  KNOWN_SECRET,
  leaksIn,
  SECRET_LINES,
} from "./secret-leaks.ts";

const CONFIG = `api_key = "\${MY_KEY}"\n[permissions]\nmode = "supervised"\n`;
const PERSONA = `---
id: keeper
description: knows the password=${"hunter2!"} and says so
tools: [sh]
---
You are keeper.
${SECRET_LINES.join("\n").slice(0, 3900)}
`;

/** Prints the secrets on both streams. */
const PRINTS = `cat <<'END'\n${ALL_SECRETS}\nEND\ncat >&2 <<'END'\n${ALL_SECRETS}\nEND`;
const FILE = `##file:model.txt\n${ALL_SECRETS}`;
const embedded = JSON.stringify({ name: "sh", arguments: { cmd: PRINTS } });

/** What the model says to the line it was asked with; errors quote a line of secrets. */
function script({ index, body }: RecordedRequest) {
  const asked = body.messages.findLast(({ role }) => role === "user")?.content ?? "";
  const results = body.messages.slice(-1).filter(({ role }) => role === "tool").length;
  // A recording holds pieces as they came; one of a secret cannot be taken out of it.
  const chunk = asked.includes("in one piece") ? 100_000 : 7;
  const refusal = /refuse me (\d+)/.exec(asked);
  if (refusal !== null) {
    return respond(400, { error: { message: SECRET_LINES[Number(refusal[1])] } });
  }
  if (!asked.includes("use tools") || results > 0) {
    // The first answer after a tool calls again, in its text.
    const calls = body.messages.flatMap(({ tool_calls }) => tool_calls ?? []).length;
    if (results > 0 && calls === 1)
      return say(`Again.\n<tool_call>\n${embedded}\n</tool_call>`, { chunk });
    return several(
      reasoning(ALL_SECRETS, { chunk }),
      say(`Here:\n${ALL_SECRETS}\n\n${FILE}`, { chunk }),
    );
  }
  const id = `call_${index}`;
  return several(
    reasoning(ALL_SECRETS, { chunk }),
    say(ALL_SECRETS, { chunk }),
    call("sh", { cmd: PRINTS }, { id }),
  );
}

interface Scene extends AsyncDisposable {
  readonly home: TestHome;
  readonly server: ScriptedServer;
  readonly org: (args: readonly string[], options?: OrgOptions) => Promise<string>;
}

async function openScene(): Promise<Scene> {
  await using parts = new AsyncDisposableStack();
  const server = parts.use(scriptedServer(script));
  const home = parts.use(await testHome());
  await mkdir(join(home.path, "personas"));
  await Bun.write(join(home.path, "org.config"), CONFIG);
  await Bun.write(join(home.path, "personas", "keeper.md"), PERSONA);
  const org = async (args: readonly string[], options: OrgOptions = {}): Promise<string> => {
    const environment = { MY_KEY: KNOWN_SECRET };
    const ran = await home.run(args, { url: server.url, environment, ...options });
    return ran.stdout + ran.stderr;
  };
  const all = parts.move();
  return { home, server, org, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

interface Sink {
  /** What leaves the program there. */
  readonly read: (scene: Scene) => Promise<string>;
  /** How often something must have been hidden in it: a sink that shows nothing would leak nothing, too. */
  readonly hidden: number;
}

const EACH_LINE = SECRET_LINES.length;

/** Every place where a text leaves the program. */
const SINKS: Readonly<Record<string, Sink>> = {
  "org ask": {
    read: ({ org }) => org(["ask", "--yes", "-"], { stdin: `use tools\n${ALL_SECRETS}` }),
    hidden: KIND_COUNT,
  },
  "org ask --json": {
    read: ({ org }) =>
      org(["ask", "--yes", "--json", "--raw", "-"], {
        stdin: `use tools\n${ALL_SECRETS}\n##file:human.txt\n${ALL_SECRETS}`,
      }),
    // The line, the thinking, text and calls of three answers, two questions, two results.
    hidden: 12 * KIND_COUNT,
  },
  "org ask in the mode of a file": {
    read: ({ org }) => org(["ask", "--mode", "file:notes.md", "-"], { stdin: ALL_SECRETS }),
    hidden: KIND_COUNT,
  },
  "org ask of a persona with secrets": {
    read: ({ org }) => org(["ask", "@@keeper hello"]),
    hidden: KIND_COUNT,
  },
  "errors of the provider": {
    read: ({ org }) =>
      org(["chat", "--plain"], {
        stdin: SECRET_LINES.map((_line, index) => `refuse me ${index}\n`).join(""),
      }),
    hidden: EACH_LINE,
  },
  "commands that do not exist": {
    read: ({ org }) =>
      org(["chat", "--plain"], { stdin: SECRET_LINES.map((line) => `/${line}\n`).join("") }),
    hidden: 1,
  },
  "the error of a command": {
    read: ({ org }) => org(["log", KNOWN_SECRET]),
    hidden: 1,
  },
  "a recording": {
    read: async ({ org, home }) => {
      const file = join(home.path, "recording.jsonl");
      const stdin = `use tools in one piece\n${ALL_SECRETS}`;
      await org(["ask", "--yes", "--record", file, "-"], { stdin });
      return await Bun.file(file).text();
    },
    hidden: 12 * KIND_COUNT,
  },
  "the plain room": {
    read: ({ org }) =>
      org(["chat", "--plain"], {
        stdin: `${SECRET_LINES.join("\n")}\nuse tools\n/personas\n/status\n`,
      }),
    hidden: EACH_LINE * KIND_COUNT,
  },
  "slash commands": {
    read: ({ org }) =>
      org(["--resume", "--plain"], { stdin: "/raw 1\n/export md\n/export json\n/approvals\n" }),
    hidden: 2 * EACH_LINE * KIND_COUNT,
  },
  "org log --raw": {
    read: ({ org }) => org(["log", "--raw"]),
    hidden: EACH_LINE * KIND_COUNT,
  },
  "org log --json --raw": {
    read: ({ org }) => org(["log", "--json", "--raw"]),
    hidden: EACH_LINE * KIND_COUNT,
  },
  "org log --export md": {
    read: ({ org }) => org(["log", "--export", "md"]),
    hidden: EACH_LINE * KIND_COUNT,
  },
  "org log --export json": {
    read: ({ org }) => org(["log", "--export", "json"]),
    hidden: EACH_LINE * KIND_COUNT,
  },
  "a file that goes with a line": {
    read: async ({ org, home }) => {
      const file = join(home.paths.workspace, "attached.txt");
      await Bun.write(file, ALL_SECRETS);
      const said = await org(["ask", "--json", "Read @attached.txt"]);
      // It is the human's own; what became of it is seen in the requests and the journal.
      await Bun.file(file).delete();
      return said;
    },
    hidden: KIND_COUNT,
  },
  "a summary": {
    read: ({ org }) => org(["--resume", "--plain"], { stdin: "and\n/compact\n/export md\n" }),
    hidden: KIND_COUNT,
  },
  "org config show": { read: ({ org }) => org(["config", "show"]), hidden: 0 },
  "org sandbox run": {
    read: ({ org }) => org(["sandbox", "run", "--", "cat"], { stdin: ALL_SECRETS }),
    hidden: KIND_COUNT,
  },
  "org sandbox run --json": {
    read: ({ org }) => org(["sandbox", "run", "--json", "--", "cat"], { stdin: ALL_SECRETS }),
    hidden: KIND_COUNT,
  },
  "the log of what serves": {
    read: async ({ home, server }) => {
      await using served = home.start(["serve", "--port", "0"], {
        url: server.url,
        environment: { MY_KEY: KNOWN_SECRET },
      });
      const said = await served.stderr.line((text) => text.includes("serves on"));
      for (const index of SECRET_LINES.keys()) {
        const answer = await fetch(`${said.slice(said.indexOf("http://"))}/v1/messages`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ text: `refuse me ${index}\n${SECRET_LINES[index]}` }),
        });
        await answer.text();
      }
      return await bytesBelow(home.paths.logs, []);
    },
    // The key of the server is hidden before that, by the client that speaks to it.
    hidden: EACH_LINE - 1,
  },
  // These last: they hold what all the others have brought about.
  "files that the room wrote": {
    read: ({ home }) => bytesBelow(home.paths.workspace, []),
    hidden: 3 * KIND_COUNT,
  },
  "every byte of the home but the human's own file": {
    read: ({ home }) => bytesBelow(home.path, ["keeper.md"]),
    hidden: EACH_LINE * KIND_COUNT,
  },
  "every request to the model": {
    read: async ({ server }) => JSON.stringify(server.requests.map(({ body }) => body)),
    hidden: EACH_LINE * KIND_COUNT,
  },
};

test("a secret is found where it is: the search itself", () => {
  expect(leaksIn(ALL_SECRETS)).toHaveLength(KIND_COUNT);
  expect(leaksIn(JSON.stringify({ text: ALL_SECRETS }))).toHaveLength(KIND_COUNT);
  expect(KIND_COUNT).toBeGreaterThan(40);
});

test("no secret comes out anywhere, whatever it came in with", async () => {
  await using scene = await openScene();
  const leaks: string[] = [];
  const idle: string[] = [];
  for (const [sink, { read, hidden }] of Object.entries(SINKS)) {
    const text = await read(scene);
    leaks.push(...leaksIn(text).map((kind) => `${sink}: ${kind}`));
    const count = text.split("[redacted]").length - 1;
    if (count < hidden) idle.push(`${sink}: ${count} of ${hidden}`);
  }
  expect(leaks).toEqual([]);
  expect(idle).toEqual([]);
});

describe("what the human types", () => {
  test("is hidden before it is stored or sent, and the human is told what and what to do", async () => {
    await using scene = await openScene();
    const { home, server } = scene;
    const secret = `ghp_${"aB3dE5fG7h".repeat(4)}`;
    const ran = await home.run(["ask", "--json", `is ${secret} good?`], {
      url: server.url,
      environment: { MY_KEY: KNOWN_SECRET },
    });
    const notice = eventsOf(ran).find((event) => event.type === "notice");
    expect(notice?.text).toContain("GitHub token");
    expect(notice?.text).toContain("environment variable");
    expect(server.requests[0]?.body.messages.at(-1)?.content).toBe("user: is [redacted] good?");
    expect(await bytesBelow(home.path, [])).not.toContain(secret);
    expect(ran.exitCode).toBe(0);
  });

  test("goes through the socket of the owner in the same way", async () => {
    await using scene = await openScene();
    const { home, server, org } = scene;
    const environment = { MY_KEY: KNOWN_SECRET };
    const owner = home.start(["chat", "--plain"], {
      url: server.url,
      environment,
      keepsTyping: true,
      stdin: "hello\n",
    });
    await owner.stdout.shows("Here:");
    const said = await org(["ask", "--json", "-"], { stdin: ALL_SECRETS });
    await owner.close();
    const { stdout } = await owner.ended;
    expect(said).toContain("It was hidden");
    expect(leaksIn(said)).toEqual([]);
    expect(leaksIn(stdout)).toEqual([]);
    expect(leaksIn(await bytesBelow(home.path, ["keeper.md"]))).toEqual([]);
  });
});
