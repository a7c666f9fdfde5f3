import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { changeFields, inGateLog } from "#ops/release/gate-log.ts";
import type { Change } from "#ops/release/ledger.ts";
import { pullMain, pushHome } from "#ops/travel/main-remote.ts";
import type { CommandContext } from "../context.ts";

/** `org tools pull|push`. @returns 0 when main is the same as on the remote, and what serves is healthy. */
export async function travel(context: CommandContext, action: "pull" | "push"): Promise<number> {
  const { line, settings, cleaner, output, signal } = context;
  const { home, database } = settings;
  if (database?.remote === undefined) throw noRemote();
  const { remote } = database;
  return await inGateLog({ home, cleaner, what: action, subject: remote.url }, async (log) => {
    const say = (text: string): void => output.say(`  ${cleaner.clean(text)}\n`);
    const about = {
      ...{ home, database, command: `org tools ${action}`, onPending: say },
      wait: { signal, onWait: say },
    };
    const { followed, tag } =
      action === "pull"
        ? { followed: await pullMain(about), tag: undefined }
        : await pushHome(about);
    for (const change of followed) log.info("taken over", changeFields(change));
    if (tag !== undefined) log.info("pushed", { tag });
    if (line.options.has("json"))
      output.write(jsonLine({ changes: followed, pushed: tag ?? null }));
    else output.write(sentences(followed, tag));
    const unwell = followed.filter(({ note }) => note !== null);
    for (const { note } of unwell) output.say(`${cleaner.clean(note ?? "")}\n`);
    return unwell.length === 0 ? EXIT.done : EXIT.failed;
  });
}

function sentences(followed: readonly Change[], tag: string | undefined): string {
  const fetched = followed.map(
    ({ from, to, tag: name }) =>
      `taken over: main moved from ${from.slice(0, 12)} to ${to.slice(0, 12)}, tag ${name}\n`,
  );
  const pushed = tag === undefined ? [] : [`pushed: tag ${tag}\n`];
  const lines = [...fetched, ...pushed];
  return lines.length === 0 ? "main is the same as on the remote\n" : lines.join("");
}

function noRemote(): OrgError {
  return new OrgError("No Git remote is named", {
    code: "CONFIG_INVALID",
    why: "machines exchange tools only if they share a database and [database] in org.config names a remote",
    remedies: ["ORG_REMOTE=ssh://HOST/FOLDER org tools pull", "docs/scale.md"],
    unchanged: "Nothing was changed.",
  });
}
