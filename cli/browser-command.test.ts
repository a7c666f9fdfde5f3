import { expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { type BrowserCommandOptions, runBrowser } from "./browser-command.ts";

const MISSING = {
  code: "BROWSER_MISSING",
  message: "There is no Chromium that the browser tool could use",
  remedies: [
    "sudo apt-get install --no-install-recommends chromium",
    "sudo org browser install --yes",
    "org browser install --path FILE",
  ],
  unchanged: "Nothing was installed.",
};
const trial = { product: "Chrome/1", keepsPagesApart: true };

/** Runs the command on a machine. @param has Chromium is where systems put it */
async function run(
  operands: readonly string[],
  { has = true, ...more }: Partial<BrowserCommandOptions> & { has?: boolean; flag?: string } = {},
) {
  let text = "";
  let isThere = has;
  const write = (piece: string) => {
    text += piece;
  };
  const code = await runBrowser(operands, {
    output: { write, say: write, live: false },
    flags: new Map(),
    settings: undefined,
    find: (path) => (isThere ? (path ?? "/usr/lib/chromium/chromium") : undefined),
    attempt: async () => trial,
    isRoot: true,
    files: async (action, id = "none") => {
      write(`${action} ${id}`);
      return 0;
    },
    installPackage: async () => {
      isThere = true;
    },
    ...more,
  });
  return { code, text };
}

test("says which lines org.config needs, and when it has them", async () => {
  const line =
    "/usr/lib/chromium/chromium: Chrome/1 runs in the sandbox, each page in its own sandbox.\n";
  const needed = "To let personas use it, put this into org.config:\n\n[browser]\n";
  expect(await run([])).toEqual({ code: 1, text: `${line}${needed}` });
  expect(await run(["install"])).toEqual({ code: 0, text: `${line}${needed}` });
  const { code, text } = await run(["status"], { settings: {} });
  expect([code, text]).toEqual([0, `${line}Personas can use it: org.config has [browser].\n`]);
  const other = await run(["install"], { flags: new Map([["path", "/opt/c"]]) });
  expect(other.text).toEndWith('[browser]\npath = "/opt/c"\n');
});

test("fetches the package for root who agreed, and for no one else", async () => {
  const yes = new Map([["yes", ""]]);
  const { code, text } = await run(["install"], { has: false, flags: yes });
  expect([code, text.split("\n")[0]]).toEqual([0, "Fetching Debian's package of Chromium …"]);
  for (const refused of [
    run(["install"], { has: false }),
    run(["install"], { has: false, flags: yes, isRoot: false }),
    run(["install"], { has: false, flags: new Map([...yes, ["path", "/nowhere"]]) }),
    run(["status"], { has: false, flags: yes }),
  ]) {
    const error = await refused.catch((one: unknown) => one);
    expect(error).toBeInstanceOf(OrgError);
    expect(error).toMatchObject(MISSING);
  }
});

test("says which places have no Chromium, and fetches nothing for a path", async () => {
  const installPackage = async () => {
    throw new Error("This is not asked for");
  };
  const about = { has: false, installPackage };
  await expect(run(["status"], about)).rejects.toMatchObject({
    ...MISSING,
    why: "It is in none of the usual places.",
  });
  const flags = new Map([
    ["yes", ""],
    ["path", "/nowhere"],
  ]);
  const named = { ...MISSING, why: '"/nowhere" does not exist.' };
  await expect(run(["install"], { ...about, flags })).rejects.toMatchObject(named);
  const settings = { path: "/nowhere" };
  await expect(run([], { ...about, settings })).rejects.toMatchObject(named);
});

test("tries the program that it found, and prefers the path of the command line", async () => {
  const tried: string[] = [];
  const attempt = async (program: string) => {
    tried.push(program);
    return trial;
  };
  const settings = { path: "/opt/a" };
  expect(await run([], { attempt, settings })).toEqual({
    code: 0,
    text: "/opt/a: Chrome/1 runs in the sandbox, each page in its own sandbox.\nPersonas can use it: org.config has [browser].\n",
  });
  const flags = new Map([["path", "/opt/b"]]);
  expect(await run(["status"], { attempt, settings, flags })).toEqual({
    code: 1,
    text: '/opt/b: Chrome/1 runs in the sandbox, each page in its own sandbox.\nTo let personas use it, put this into org.config:\n\n[browser]\npath = "/opt/b"\n',
  });
  expect(tried).toEqual(["/opt/a", "/opt/b"]);
});

test("what is in quarantine is looked at without Chromium", async () => {
  expect((await run(["files"], { has: false })).text).toBe("files none");
  expect((await run(["release", "a"], { has: false })).text).toBe("release a");
  const files = async () => 7;
  expect((await run(["drop", "a"], { has: false, files })).code).toBe(7);
});

test("an action that there is not is refused by name", async () => {
  await expect(run(["remove"])).rejects.toThrow('unknown action "remove"');
});

test("says so where pages are not kept apart", async () => {
  const attempt = async () => ({ ...trial, keepsPagesApart: false });
  expect((await run([], { attempt })).text).toStartWith(
    "/usr/lib/chromium/chromium: Chrome/1 runs in the sandbox, its pages not isolated from each other.\n",
  );
});
