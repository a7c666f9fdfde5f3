/** What commands are refused with that name the home or a server: `refusals.test.ts` has those that are the same everywhere. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";
import { TOKEN } from "#test/telegram-double.ts";

interface Case {
  readonly args: readonly string[];
  /** What `org.config` says. */
  readonly config?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly told: (home: string) => object;
}

const UNCHANGED = { unchanged: "Nothing was changed." };
const UNSTARTED = { unchanged: "Nothing was started." };
const UNREADABLE = {
  ...{ code: "INPUT_MISSING", why: undefined },
  remedies: ["name a file, or - for standard input"],
};

const CASES: readonly Case[] = [
  {
    args: ["fixes", "approve", "1"],
    told: () => ({
      ...{ message: "This home has no fixes yet", code: "FIX_UNKNOWN", ...UNCHANGED },
      why: "no supervisor has ever looked after it",
      remedies: ["org supervise --once"],
    }),
  },
  {
    args: ["config", "approve-policy"],
    told: (home) => ({
      ...{ message: "There is no policy program to approve", code: "USAGE", ...UNCHANGED },
      why: `${home}/org.config has no policy.program`,
      remedies: ["org config path", "org help config"],
    }),
  },
  {
    args: ["cand", "start", "--patch", "a", "--branch", "b"],
    told: () => ({
      message: "A candidate comes from --patch FILE or from --branch REF, not from both",
      ...{ code: "USAGE", remedies: ["org help cand"] },
    }),
  },
  {
    args: ["cand", "start", "--patch", "/nowhere"],
    told: () => ({
      ...{ ...UNREADABLE, message: 'The patch "/nowhere" cannot be read' },
      unchanged: "No candidate was made.",
    }),
  },
  {
    args: ["exec", "/nowhere"],
    told: () => ({
      ...{ ...UNREADABLE, message: 'The task "/nowhere" cannot be read' },
      unchanged: "No model was asked.",
    }),
  },
  {
    args: ["fitness", "4711"],
    told: () => ({
      message: "No candidate of this home serves on port 4711",
      ...{ code: "INPUT_MISSING", unchanged: "Nothing was judged." },
      why: "No record names a process for it, or that process has ended.",
      remedies: ["./ops/start-candidate.sh --patch FILE", "org cand list"],
    }),
  },
  {
    args: ["telegram"],
    environment: { ORG_TELEGRAM_TOKEN: "123" },
    told: () => ({
      ...{ message: "There is no Telegram bot", code: "CONFIG_INVALID", ...UNSTARTED },
      why: "its value is not a bot token, such as 123456:ABC…",
      remedies: [
        "write to @BotFather in Telegram: /newbot; it answers with the token",
        'export ORG_TELEGRAM_TOKEN="…"',
      ],
    }),
  },
  {
    args: ["telegram"],
    environment: { ORG_TELEGRAM_TOKEN: TOKEN },
    told: (home) => ({
      ...{ message: "No user may use the bot", code: "CONFIG_INVALID", ...UNSTARTED },
      why: `[telegram] chats in ${home}/org.config lists no chat`,
      remedies: [
        "org telegram --ids   # write to the bot, and it shows the number of your chat",
        `edit "${home}/org.config"`,
      ],
    }),
  },
  ...["patch", "promote"].map((option) => ({
    args: ["ask", `--${option}`, "go"],
    told: () => ({
      ...{ message: `--${option} needs a repository`, code: "USAGE" },
      why: "without --project there are no changes to merge",
      remedies: [`org ask --project . --${option} "…"`],
      unchanged: "Nothing was sent.",
    }),
  })),
];

test.each(CASES.map((one) => [one.args.join(" "), one] as const))(
  "org %s is refused with why, what helps and what is unchanged",
  async (_args, { args, config, environment = {}, told }) => {
    await using home = await testHome();
    if (config !== undefined) await Bun.write(join(home.path, "org.config"), config);
    const refused = runCommand({ path: home.path, environment }, ...args);
    await expect(refused).rejects.toMatchObject(told(home.path));
  },
);
